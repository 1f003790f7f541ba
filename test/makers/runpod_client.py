# What a program does with RunPod's package, as its documentation shows it. Reads {"input", "idle"}; prints what came of it.
import json
import sys

import requests
import runpod

given = json.load(sys.stdin)
runpod.api_key = "any"
endpoint = runpod.Endpoint("any-endpoint")
seen = {}

job = endpoint.run({"input": given["input"]})
seen["video"] = "video" in job.output(timeout=60)
seen["run"] = job.status()
seen["streamed"] = len(list(endpoint.run({"input": given["input"]}).stream()))
seen["run_sync"] = "video" in endpoint.run_sync({"input": given["input"]}, timeout=60)
seen["health"] = sorted(endpoint.health())
try:
    endpoint.run({"input": {"image_base64": "no base64"}})
except requests.HTTPError as error:
    seen["refused"] = error.response.status_code

idle = runpod.Endpoint("any-endpoint")
idle.rp_client.endpoint_url_base = given["idle"]
waiting = idle.run({"input": given["input"]})
waiting.cancel()
seen["canceled"] = waiting.status()
idle.run({"input": given["input"]})
seen["purged"] = idle.purge_queue()["removed"]
print(json.dumps(seen))
