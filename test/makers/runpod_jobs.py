# Runs jobs on an endpoint with RunPod's package, one after the other. Reads {NAME: input}; prints {NAME: [status, output]}, each video as
# its first bytes. The job "endless" is canceled once it reports progress.
import base64
import json
import sys
import time

import runpod

runpod.api_key = "any"
endpoint = runpod.Endpoint("endpoint1")
seen = {}
for name, given in json.load(sys.stdin).items():
    job = endpoint.run({"input": given})
    if name == "endless":
        while not job.output():
            time.sleep(0.1)
        seen["progress"] = ["IN_PROGRESS", job.output()]
        job.cancel()
    output = job.output(timeout=100) or {}
    if "video" in output:
        output["video"] = base64.b64decode(output["video"])[4:8].decode()
    seen[name] = [job.status(), output]
print(json.dumps(seen))
