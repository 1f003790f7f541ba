# Downloads the models to the volume, once: complete files are kept, interrupted ones resume. Run it: python preload_models.py
import subprocess

from beam import Volume, function
from hub_image import hub_image


@function(
    app="infinitetalk",
    name="infinitetalk-preload",
    cpu=2,
    memory="4Gi",
    timeout=3600,
    image=hub_image(),
    volumes=[Volume(name="infinitetalk-models", mount_path="/models")],
    env={"INFINITETALK_MODELS_DIR": "/models"},
)
def preload_models():
    subprocess.run(["infinitetalk", "models", "pull"], check=True)
    return {"status": "success", "message": "The models are on the volume."}


if __name__ == "__main__":
    print(preload_models.remote())
