# Stands in for Beam's Python package: notes what the manifests register, and copies what is saved as an output. As with Beam's own,
# the function is below its decorator, an output is a file, and an image of a Dockerfile is read on the caller's machine only.
import json
import os
import shutil

REGISTERED = []


def _plain(value):
    return getattr(value, "__name__", None) or value.told


class _Decorator:
    def __init__(self, kind, settings):
        self.kind, self.settings = kind, settings

    def __call__(self, function):
        told = json.loads(json.dumps(self.settings, default=_plain))
        REGISTERED.append({"decorator": self.kind, "function": function.__name__, "settings": told})
        self.func = function
        return self

    def remote(self):
        return f"{self.func.__name__} runs in a container"


def endpoint(**settings):
    return _Decorator("endpoint", settings)


def task_queue(**settings):
    return _Decorator("task_queue", settings)


def function(**settings):
    return _Decorator("function", settings)


class Image:
    def __init__(self):
        self.base_image, self.dockerfile, self.context, self.target = "", "", "", None

    @classmethod
    def from_registry(cls, image_uri, credentials=None):
        image = cls()
        image.base_image = image_uri
        return image

    @classmethod
    def from_dockerfile(cls, path, context_dir=None, target=None):
        image = cls()
        if os.environ.get("CONTAINER_ID"):
            return image
        image.context = os.path.realpath(context_dir or os.path.dirname(path))
        with open(path) as file:
            image.dockerfile = file.read()
        image.target = target
        return image

    @property
    def told(self):
        if self.base_image:
            return {"from_registry": self.base_image}
        return {"dockerfile": self.dockerfile, "target": self.target, "context": self.context}


class Volume:
    def __init__(self, name, mount_path):
        self.told = {"name": name, "mount_path": mount_path}


class Output:
    def __init__(self, *, path):
        self.path = path

    def save(self):
        shutil.copy(self.path, os.environ["SAVED_OUTPUTS"])
