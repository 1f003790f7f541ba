# Imports a manifest and calls its functions as Beam's runner does: one request a line on stdin, one answer a line on descriptor 3.
# Usage: drive.py MODULE
import importlib
import inspect
import json
import os
import sys

import beam

manifest = importlib.import_module(sys.argv[1])
answers = os.fdopen(3, "w")


def answer(value):
    print(json.dumps(value), file=answers, flush=True)


answer(beam.REGISTERED)
for line in sys.stdin:
    call = json.loads(line)
    if call["name"] == "start_hub":
        answer({"status": manifest.start_hub().returncode})
        continue
    function = getattr(manifest, call["name"]).func
    # Beam gives its context to whoever names it, and to nobody else.
    assert "context" not in inspect.signature(function).parameters
    answer(function(**call["kwargs"]))
