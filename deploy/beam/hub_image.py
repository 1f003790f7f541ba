# The image of the endpoint, the queue and the preload: Beam builds it from our Dockerfile, unless BEAM_IMAGE names one in a registry.
import os

from beam import Image

HERE = os.path.dirname(os.path.abspath(__file__))


def hub_image():
    if os.environ.get("BEAM_IMAGE"):
        return Image.from_registry(os.environ["BEAM_IMAGE"])
    # Beam uploads what .dockerignore at the top of the repository lets through. In a container this call reads and sends nothing.
    # The stage "beam" has ComfyUI and is root's, so that Beam can add its Python. The last one of the file is another.
    dockerfile, context = os.path.join(HERE, "../docker/Dockerfile"), os.path.join(HERE, "../..")
    return Image.from_dockerfile(dockerfile, context_dir=context, target="beam")
