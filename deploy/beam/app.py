# An endpoint and a task queue on Beam that hand each request to the hub in their container. To deploy them: docs/guide/beam.md
import http.client
import json
import os
import pathlib
import subprocess
import tempfile

from beam import Output, Volume, endpoint, task_queue
from hub_image import hub_image

START_HUB = os.environ.get("START_HUB", "/opt/infinitetalk/deploy/docker/start-hub.js")
COMMON = {"app": "infinitetalk", "gpu": "RTX4090", "image": hub_image()}
COMMON["volumes"] = [Volume(name="infinitetalk-models", mount_path="/models")]
ENV = {"INFINITETALK_HOST": "127.0.0.1", "INFINITETALK_LIMIT_SIMPLE_WAIT_MS": "3600000"}
SHORT = {**ENV, "INFINITETALK_LIMIT_JOB_TIMEOUT_MS": "590000"}


def start_hub():
    return subprocess.run([START_HUB], stderr=subprocess.PIPE, text=True)


def ask_hub(method, path, request=None, accept="application/json"):
    # Beam cancels by ending this process. That closes the connection, and the hub then ends the render.
    hub = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("INFINITETALK_PORT", 8787)))
    hub.request(method, path, json.dumps(request), {"Content-Type": "application/json", "Accept": accept})
    return hub.getresponse()


def render(request, accept, take):
    request.pop("callback_url", None)  # Beam's runner calls it and leaves it in the arguments.
    try:
        started = start_hub()
        if started.returncode != 0:
            return {"error": started.stderr.strip(), "code": "engine_unavailable"}
        answer = ask_hub("POST", "/generate", request, accept)
        return take(answer) if answer.status == 200 else json.load(answer)
    except Exception as error:
        return {"error": f"The hub did not bring the video: {error!r}", "code": "worker_lost"}


def save_output(answer):
    with tempfile.TemporaryDirectory() as folder:
        video = pathlib.Path(folder, answer.headers["X-Job-Id"] + ".mp4")
        video.write_bytes(answer.read())
        Output(path=str(video)).save()
    return {"message": "The video is ready.", **json.load(ask_hub("GET", "/api/v1/task/infinitetalk/" + video.stem))["result"]}


# Beam cuts an endpoint call after 600 s, whatever is set here: the hub rejects a longer render beforehand and ends any at 590 s.
@endpoint(name="infinitetalk", cpu=1, memory="42Gi", keep_warm_seconds=900, timeout=1800, on_start=start_hub, env=SHORT, **COMMON)
def handler(**request):
    return render(request, "application/json", json.load)


@task_queue(name="infinitetalk-queue", cpu=2, memory="48Gi", keep_warm_seconds=60, timeout=3600, on_start=start_hub, env=ENV, **COMMON)
def queue_handler(**request):
    return render(request, "video/mp4", save_output)
