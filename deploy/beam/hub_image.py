# The image of the endpoint, the queue and the preload: Beam builds it from our Dockerfile, unless BEAM_IMAGE names one in a registry.
import os

from beam import Image

HERE = os.path.dirname(os.path.abspath(__file__))


def hub_image():
    if os.environ.get("BEAM_IMAGE"):
        return Image.from_registry(os.environ["BEAM_IMAGE"])
    # Beam uploads what .beamignore at the top of the repository lets through. In a container this call reads and sends nothing.
    image = Image.from_dockerfile(os.path.join(HERE, "../docker/Dockerfile"), context_dir=os.path.join(HERE, "../.."))
    # Beam builds the last stage, which is "hub" in our file: this one has ComfyUI and is root's, so that Beam can add its Python.
    image.dockerfile += "\nFROM beam\n"
    return image
