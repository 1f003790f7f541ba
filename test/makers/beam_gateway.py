# A stand-in for Beam's gateway as the real client speaks to it: gRPC by the client's own message classes, and a store for what it
# uploads. It deploys nothing; it prints each request that matters as a line of JSON. Ends when its input ends.
import hashlib
import io
import json
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import cloudpickle
import grpc
from beta9.clients import function, gateway, image, volume

TOKEN = "a-token-of-the-workspace"
objects = {}
stubs = {}


def tell(kind, **facts):
    print(json.dumps({"kind": kind, **facts}), flush=True)


class Store(BaseHTTPRequestHandler):
    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        names = sorted(zipfile.ZipFile(io.BytesIO(body)).namelist())
        tell("uploaded", names=names, bytes=len(body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


store = ThreadingHTTPServer(("127.0.0.1", 0), Store)
Thread(target=store.serve_forever, daemon=True).start()


def create_object(request):
    objects[request.hash] = hashlib.sha256(request.hash.encode()).hexdigest()[:12]
    url = f"http://127.0.0.1:{store.server_port}/{request.hash}"
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
    tell("deployed", name=request.name, stub=stubs[request.stub_id].stub_type)
    return gateway.DeployStubResponse(ok=True, deployment_id="deployment-1", version=1)


def invoke(request):
    tell("invoked", stub=stubs[request.stub_id].handler)
    yield function.FunctionInvokeResponse(task_id="task-1")
    done = {"status": "success", "message": "The models are on the volume."}
    yield function.FunctionInvokeResponse(task_id="task-1", done=True, exit_code=0, result=cloudpickle.dumps(done))


def list_tasks(request):
    task = gateway.Task(id="task-1", status="COMPLETE", stub_name="infinitetalk-queue")
    return gateway.ListTasksResponse(ok=True, tasks=[task], total=1)


ONE = {
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
}


class Gateway(grpc.GenericRpcHandler):
    def service(self, call):
        name = call.method.rsplit("/", 1)[-1]
        known = ONE.get(name) or MANY.get(name)
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
        return make(handle, request_deserializer=message.FromString, response_serializer=bytes)


server = grpc.server(ThreadPoolExecutor(8))
server.add_generic_rpc_handlers((Gateway(),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
tell("ready", port=port, token=TOKEN)
sys.stdin.read()
server.stop(None)
