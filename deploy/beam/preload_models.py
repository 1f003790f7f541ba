# Fills the volume with the models, once: what is there already is kept, what was interrupted goes on. Run it from this folder:
#   BEAM_IMAGE=... python preload_models.py
# or, where Beam's command line still takes functions there: beam run preload_models.py:preload_models
import os
import subprocess

from beam import Image, Volume, function

IMAGE = os.environ["BEAM_IMAGE"]


@function(
    app="infinitetalk",
    name="infinitetalk-preload",
    cpu=2,
    memory="4Gi",
    timeout=3600,
    image=Image.from_registry(IMAGE),
    volumes=[Volume(name="infinitetalk-models", mount_path="/models")],
    env={"BEAM_IMAGE": IMAGE, "INFINITETALK_MODELS_DIR": "/models"},
)
def preload_models():
    subprocess.run(["infinitetalk", "models", "pull"], check=True)
    return {"status": "success", "message": "The models are on the volume."}


if __name__ == "__main__":
    print(preload_models.remote())
