# A stand-in for Beam's gateway as the real client and the real runner speak to it: gRPC by their own message classes, HTTP in beam_web.py.
# A deployment starts Beam's own runner; the preload is noted only. Prints each request that matters as a line of JSON. Each line of its
# input is the id of a task that expires. Ends when its input ends.
import hashlib
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import cloudpickle
import grpc
from beam_tasks import ENDS, Containers, Tasks
from beam_web import open_web
from beta9.clients import function, gateway, image, output, taskqueue, volume

TOKEN = "a-token-of-the-workspace"
objects = {}
stubs = {}
# By the name of the deployment.
ports = {}
tasks = Tasks()
containers = Containers()


def tell(kind, **facts):
    print(json.dumps({"kind": kind, **facts}), flush=True)


def create_object(request):
    objects[request.hash] = hashlib.sha256(request.hash.encode()).hexdigest()[:12]
    url = f"http://127.0.0.1:{web_port}/{request.hash}"
    return gateway.CreateObjectResponse(ok=True, object_id=objects[request.hash], presigned_url=url)


def head_object(request):
    known = request.hash in objects
    return gateway.HeadObjectResponse(
        ok=True, exists=known, object_id=objects.get(request.hash, ""), use_workspace_storage=True
    )


def build_image(request):
    tell("image", dockerfile=request.dockerfile, context=request.build_ctx_object, registry=request.existing_image_uri)
    yield image.BuildImageResponse(msg="Building\n")
    yield image.BuildImageResponse(done=True, success=True, image_id="image-1", python_version="python3.10")


def create_stub(request):
    stub_id = f"stub-{len(stubs) + 1}"
    stubs[stub_id] = request
    tell("stub", request=json.loads(request.to_json()))
    return gateway.GetOrCreateStubResponse(ok=True, stub_id=stub_id)


def deploy(request):
    stub = stubs[request.stub_id]
    tell("deployed", name=request.name, stub=stub.stub_type)
    ports[request.name] = (request.stub_id, containers.start(request.stub_id, stub, port, TOKEN))
    return gateway.DeployStubResponse(ok=True, deployment_id="deployment-1", version=1)


def invoke(request):
    tell("invoked", stub=stubs[request.stub_id].handler)
    yield function.FunctionInvokeResponse(task_id="task-1")
    done = {"status": "success", "message": "The models are on the volume."}
    yield function.FunctionInvokeResponse(task_id="task-1", done=True, exit_code=0, result=cloudpickle.dumps(done))


def list_tasks(request):
    task = gateway.Task(id="task-1", status="COMPLETE", stub_name="infinitetalk-queue")
    return gateway.ListTasksResponse(ok=True, tasks=[task], total=1)


def pop(request):
    task = tasks.pop(request.stub_id)
    if task is None:
        return taskqueue.TaskQueuePopResponse(ok=False)
    message = {"task_id": task["id"], "args": None, "kwargs": task["arguments"]}
    return taskqueue.TaskQueuePopResponse(ok=True, task_msg=json.dumps(message).encode())


def monitor(request):
    task = tasks.known[request.task_id]
    while True:
        status = task["status"]
        yield taskqueue.TaskQueueMonitorResponse(ok=True, cancelled=status == "CANCELLED", complete=status in ENDS)
        if status in ENDS:
            return
        tasks.wait(task, status)


def complete(request):
    tasks.move(tasks.known[request.task_id], request.task_status, json.loads(request.result or b"null"))
    return taskqueue.TaskQueueCompleteResponse(ok=True)


def start_task(request):
    tasks.move(tasks.known[request.task_id], "RUNNING")
    return gateway.StartTaskResponse(ok=True)


def end_task(request):
    tasks.move(tasks.known[request.task_id], request.task_status)
    return gateway.EndTaskResponse(ok=True)


def save_output(requests):
    name, task_id, content = "", "", b""
    for part in requests:
        name, task_id, content = part.filename, part.task_id, content + part.content
    tasks.known[task_id]["outputs"].append((name, content))
    return output.OutputSaveResponse(ok=True, id="output-1")


ONE = {
    "TaskQueuePop": (taskqueue.TaskQueuePopRequest, pop),
    "TaskQueueComplete": (taskqueue.TaskQueueCompleteRequest, complete),
    "StartTask": (gateway.StartTaskRequest, start_task),
    "EndTask": (gateway.EndTaskRequest, end_task),
    "Authorize": (gateway.AuthorizeRequest, lambda _: gateway.AuthorizeResponse(ok=True, workspace_id="workspace")),
    "HeadObject": (gateway.HeadObjectRequest, head_object),
    "CreateObject": (gateway.CreateObjectRequest, create_object),
    "GetOrCreateStub": (gateway.GetOrCreateStubRequest, create_stub),
    # Its base is gone: the client uploads everything.
    "CreateObjectDelta": (
        gateway.CreateObjectDeltaRequest,
        lambda _: gateway.CreateObjectDeltaResponse(ok=False, base_missing=True),
    ),
    "DeployStub": (gateway.DeployStubRequest, deploy),
    "GetURL": (gateway.GetUrlRequest, lambda _: gateway.GetUrlResponse(ok=True, url="https://app.example/x")),
    "ListTasks": (gateway.ListTasksRequest, list_tasks),
    "VerifyImageBuild": (image.VerifyImageBuildRequest, lambda _: image.VerifyImageBuildResponse(valid=True)),
    "GetOrCreateVolume": (
        volume.GetOrCreateVolumeRequest,
        lambda request: volume.GetOrCreateVolumeResponse(ok=True, volume=volume.VolumeInstance(id="volume-1", name=request.name)),
    ),
}
MANY = {
    "BuildImage": (image.BuildImageRequest, build_image),
    "FunctionInvoke": (function.FunctionInvokeRequest, invoke),
    "TaskQueueMonitor": (taskqueue.TaskQueueMonitorRequest, monitor),
}
UPLOADS = {"OutputSaveStream": (output.OutputSaveRequest, save_output)}


class Gateway(grpc.GenericRpcHandler):
    def service(self, call):
        name = call.method.rsplit("/", 1)[-1]
        known = ONE.get(name) or MANY.get(name) or UPLOADS.get(name)
        if known is None:
            tell("unknown", method=call.method)
            return None
        message, answer = known
        authorized = ("authorization", f"Bearer {TOKEN}") in tuple((key, value) for key, value in call.invocation_metadata)

        def handle(request, context):
            if not authorized:
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "the token is wrong")
            return answer(request)

        make = grpc.unary_stream_rpc_method_handler if name in MANY else grpc.unary_unary_rpc_method_handler
        make = grpc.stream_unary_rpc_method_handler if name in UPLOADS else make
        return make(handle, request_deserializer=message.FromString, response_serializer=bytes)


web_port = open_web(tasks=tasks, ports=ports, tell=tell, token=TOKEN)
options = [("grpc.max_receive_message_length", 16 << 20), ("grpc.max_send_message_length", 16 << 20)]
server = grpc.server(ThreadPoolExecutor(16), options=options)
server.add_generic_rpc_handlers((Gateway(),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
tell("ready", port=port, token=TOKEN, url=f"http://127.0.0.1:{web_port}")
for line in sys.stdin:
    tasks.move(tasks.known[line.strip()], "EXPIRED")
containers.end()
server.stop(None)
