# The HTTP side of the stand-in for Beam's gateway: the store of uploads, the calls of deployed functions, and the tasks.
import io
import json
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from beam_tasks import ENDS, call

WORKSPACE = "workspace-of-the-tests"


class Web(BaseHTTPRequestHandler):
    # Set by open_web().
    tasks = ports = tell = token = None

    def do_PUT(self):
        names = sorted(zipfile.ZipFile(io.BytesIO(self.body())).namelist())
        self.tell("uploaded", names=names)
        self.answer(200, {})

    def do_POST(self):
        path = urlsplit(self.path).path.strip("/").split("/")
        if path[0] in ("taskqueue", "endpoint") and self.allowed():
            return self.submit(*path[:2])
        if self.path == "/api/v1/gateway/tasks/stop" and self.allowed():
            for task_id in json.loads(self.body())["task_ids"]:
                self.tasks.move(self.tasks.known[task_id], "CANCELLED")
            return self.answer(200, {"ok": True, "errMsg": ""})
        self.answer(404, {"message": "Not Found"})

    def do_GET(self):
        path = urlsplit(self.path).path.strip("/").split("/")
        if path[0] == "outputs":
            _, task_id, name = path
            content = dict(self.tasks.known[task_id]["outputs"])[name]
            return self.answer(200, content, "video/mp4")
        if not self.allowed():
            return self.answer(401, {"message": "Unauthorized"})
        if path == ["api", "v1", "workspace", "current"]:
            return self.answer(200, {"external_id": WORKSPACE, "name": "tests"})
        if path[:3] == ["api", "v1", "deployment"]:
            kind = "taskqueue" if path[3].endswith("-queue") else "endpoint"
            return self.answer(200, {"url": f"{self.origin()}/{kind}/{path[3]}"})
        if path[:3] == ["api", "v1", "task"] and path[3] == WORKSPACE:
            return self.show(path[4:])
        if path[:2] == ["v2", "task"]:
            return self.show(path[2:])
        self.answer(404, {"message": "Not Found"})

    def submit(self, kind, name):
        stub_id, port = self.ports.get(name, (None, None))
        if stub_id is None:
            return self.answer(404, {"message": "Not Found"})
        task_id = self.tasks.put(stub_id, json.loads(self.body()))
        if kind == "taskqueue":
            return self.answer(200, {"task_id": task_id})
        status, content = call(port, self.tasks.known[task_id])
        self.answer(status, content)

    def show(self, path):
        task = self.tasks.known.get(path[0]) if path else None
        if task is None:
            newest = [self.tasks.shown(one, self.origin()) for one in reversed(self.tasks.known.values())]
            return self.answer(404, {"message": "Not Found"}) if path else self.answer(200, {"data": newest, "next": ""})
        if path[1:] != ["subscribe"]:
            return self.answer(200, self.tasks.shown(task, self.origin()))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        told = None
        while told not in ENDS:
            if told == task["status"]:
                self.tasks.wait(task, told)
                continue
            told = task["status"]
            self.wfile.write(f"event: status\ndata: {json.dumps(self.tasks.shown(task, self.origin()))}\n\n".encode())
            self.wfile.flush()

    def allowed(self):
        return self.headers["Authorization"] == f"Bearer {self.token}"

    def origin(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def body(self):
        return self.rfile.read(int(self.headers["Content-Length"]))

    def answer(self, status, content, kind="application/json"):
        content = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words):
        pass


def open_web(**shared):
    """Returns its port. `ports` has the id of the stub and the port of the container of each deployment, by its name."""
    for name, value in shared.items():
        setattr(Web, name, staticmethod(value) if callable(value) else value)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port
