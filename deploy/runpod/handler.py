# A handler for RunPod's own package (`runpod`): hands each job to the hub beside it and passes on its progress. For images that must
# start that package, and to try a worker on this machine. The image `runpod` needs no Python for its jobs. See docs/guide/runpod.md
import asyncio
import os
import pathlib
import time

import aiohttp
import runpod

START_HUB = os.environ.get("START_HUB", str(pathlib.Path(__file__).resolve().parent / "../docker/start-hub.js"))
HUB = f"http://127.0.0.1:{os.environ.get('INFINITETALK_PORT', 8787)}"
# A hub that has these settings could send its jobs to the endpoint that it works for.
QUEUES = {"BEAM_QUEUE", "RUNPOD_API_KEY", "RUNPOD_ENDPOINT_ID"}
ENV = {"INFINITETALK_HOST": "127.0.0.1", **{name: value for name, value in os.environ.items() if name not in QUEUES}}
ENDS = ("succeeded", "failed", "canceled")
REPORT_S = 2


async def start_hub():
    starting = await asyncio.create_subprocess_exec(START_HUB, env=ENV, stderr=asyncio.subprocess.PIPE)
    _, said = await starting.communicate()
    return None if starting.returncode == 0 else said.decode().strip()


async def follow(hub, job, hub_id):
    seen, version, reported_s = {}, "", -REPORT_S
    while seen.get("status") not in ENDS:
        # Answers at the next change, or after 20 s without one.
        async with hub.get(f"/v1/jobs/{hub_id}?wait=20", headers={"If-None-Match": version}) as answer:
            answer.raise_for_status()
            if answer.status == 304:
                continue
            seen, version = await answer.json(), answer.headers["ETag"]
        if seen["status"] == "running" and time.monotonic() - reported_s >= REPORT_S:
            reported_s = time.monotonic()
            stage = seen["stage"] or seen["status"]
            runpod.serverless.progress_update(job, {"stage": stage, "progress": seen["progress"], "eta_s": seen["eta_s"]})
    async with hub.get(f"/v2/worker/status/{hub_id}") as answer:
        state = await answer.json()
    return state.get("output") or {"error": f"The job was {seen['status']}."}


async def handler(job):
    problem = await start_hub()
    if problem is not None:
        return {"error": problem, "code": "engine_unavailable", "refresh_worker": True}
    # A job that is delivered twice is rendered once. All local tests of the package have the same id.
    key = {} if job["id"] == "local_test" else {"Idempotency-Key": job["id"]}
    async with aiohttp.ClientSession(HUB, timeout=aiohttp.ClientTimeout(total=60)) as hub:
        async with hub.post("/v2/worker/run", json={"input": job["input"]}, headers=key) as answer:
            told = await answer.json()
            if answer.status != 200:
                return {name: told[name] for name in ("error", "code", "hint", "retryable")}
        try:
            return await follow(hub, job, told["id"])
        except aiohttp.ClientError as error:
            return {"error": f"The hub did not bring the video: {error!r}", "code": "worker_lost"}
        except asyncio.CancelledError:
            await hub.post(f"/v2/worker/cancel/{told['id']}")
            raise


if __name__ == "__main__":
    runpod.serverless.start({"handler": handler})
