# Calls the deployed functions with Beam's own client, as its documentation shows it. Reads {"token", "queue": {NAME: input},
# "endpoint": {NAME: input}, "expired": the id of a task}; prints what came back, each video as its first bytes.
import base64
import json
import sys

import requests
from beam import Client

given = json.load(sys.stdin)
client = Client(token=given["token"])
queue, endpoint = client.get_deployment_by_id("infinitetalk-queue"), client.get_deployment_by_id("infinitetalk")
seen = {"queue": {}, "endpoint": {}}
for name, body in given["queue"].items():
    task = queue.submit(input=body)
    result = task.result(wait=True)
    videos = [requests.get(one["url"]).content[4:8].decode() for one in task.outputs()]
    seen["queue"][name] = {"status": str(task.status()), "videos": videos, "result": result}
for name, body in given["endpoint"].items():
    answer = endpoint.submit(input=body)
    seen["endpoint"][name] = {**answer, "video": base64.b64decode(answer.get("video", ""))[4:8].decode()}
try:
    client.get_task_by_id(given["expired"])
except ValueError as error:
    seen["expired"] = str(error)
print(json.dumps(seen))
