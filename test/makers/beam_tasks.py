# The tasks of the stand-in for Beam's gateway, and the containers that work on them: Beam's own runners, started as Beam starts them.
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from datetime import datetime, timezone
from http.client import HTTPConnection
from threading import Condition

ENDS = ("COMPLETE", "ERROR", "TIMEOUT", "EXPIRED", "CANCELLED")
CODE = os.path.join(os.path.dirname(__file__), "../../deploy/beam")
WAIT_S = 1


def now():
    return datetime.now(timezone.utc).isoformat()


class Tasks:
    def __init__(self):
        self.changed = Condition()
        self.known = {}

    def put(self, stub_id, arguments):
        task_id = str(uuid.uuid4())
        facts = {"status": "PENDING", "created_at": now(), "started_at": None, "ended_at": None, "result": None}
        with self.changed:
            self.known[task_id] = {"id": task_id, "external_id": task_id, "stub_id": stub_id, "outputs": [], "failure_reason": "", **facts}
            self.known[task_id]["arguments"] = arguments
            self.changed.notify_all()
        return task_id

    def pop(self, stub_id):
        with self.changed:
            for task in self.known.values():
                if task["stub_id"] == stub_id and task["status"] == "PENDING":
                    self.move(task, "RUNNING")
                    return task
        return None

    def move(self, task, status, result=None):
        with self.changed:
            # The first end counts: a runner that completes a canceled task is late.
            if task["status"] in ENDS:
                return
            task["status"] = status
            task["result"] = result
            task["ended_at" if status in ENDS else "started_at"] = now()
            self.changed.notify_all()

    def wait(self, task, status):
        with self.changed:
            self.changed.wait_for(lambda: task["status"] != status, WAIT_S)

    def shown(self, task, origin):
        said = {name: value for name, value in task.items() if name not in ("arguments", "stub_id", "outputs")}
        links = [{"name": name, "url": f"{origin}/outputs/{task['id']}/{name}", "expires_in": 3600} for name, _ in task["outputs"]]
        return {**said, "outputs": links, "stub": {"name": task["stub_id"]}}


class Containers:
    """One for each deployment. They end with this process."""

    def __init__(self):
        self.started = []

    def start(self, stub_id, stub, gateway_port, token):
        with socket.socket(socket.AF_INET6) as free:
            free.bind(("::", 0))
            port = free.getsockname()[1]
        kind = stub.stub_type.split("/")[0]
        env = {**os.environ, **dict(pair.split("=", 1) for pair in stub.env), "PYTHONPATH": CODE, "PYTHONDONTWRITEBYTECODE": "1"}
        env |= {"CONTAINER_ID": f"container-{stub_id}", "CONTAINER_HOSTNAME": "container", "STUB_ID": stub_id, "STUB_TYPE": stub.stub_type}
        env |= {"HANDLER": stub.handler, "ON_START": stub.on_start, "BIND_PORT": str(port), "TIMEOUT": str(stub.task_policy.timeout)}
        env |= {"BETA9_TOKEN": token, "BETA9_GATEWAY_HOST": "127.0.0.1", "BETA9_GATEWAY_PORT": str(gateway_port)}
        words = [sys.executable, "-m", f"beta9.runner.{kind}"]
        self.started.append(subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True))
        return port

    def end(self):
        for one in self.started:
            try:
                os.killpg(one.pid, 9)
            except ProcessLookupError:
                pass


def call(port, task):
    """As Beam calls an endpoint: once it is healthy, with the request among the keywords."""
    for _ in range(600):
        try:
            runner = HTTPConnection("127.0.0.1", port)
            runner.request("GET", "/health")
            if runner.getresponse().read() is not None:
                break
        except ConnectionRefusedError:
            time.sleep(0.1)
    runner = HTTPConnection("127.0.0.1", port)
    body = json.dumps({"args": None, "kwargs": task["arguments"]})
    runner.request("POST", "/", body, {"Content-Type": "application/json", "X-TASK-ID": task["id"]})
    answer = runner.getresponse()
    return answer.status, answer.read()
