#!/usr/bin/env bash
# Starts ComfyUI once without a GPU and without serving anything, and fails when it does not start or a node pack cannot be
# imported: ComfyUI itself only logs that and continues without the pack's nodes. Usage: check-comfyui.sh FOLDER
set -euo pipefail

folder=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  cat "$scratch/log" >&2
  echo "check-comfyui: $1" >&2
  exit 1
}

mkdir "$scratch"/{input,output,user}
(
  cd "$folder"
  .venv/bin/python main.py --cpu --quick-test-for-ci --input-directory "$scratch/input" \
    --output-directory "$scratch/output" --temp-directory "$scratch" --user-directory "$scratch/user"
) >"$scratch/log" 2>&1 || fail 'ComfyUI does not start'

for pack in "$folder"/custom_nodes/*/; do
  name=$(basename "$pack")
  [[ $name != __pycache__ ]] || continue
  line=$(grep -E "seconds.*custom_nodes/$name([^[:alnum:]_-]|\$)" "$scratch/log") || fail "$name was not loaded"
  [[ $line != *'IMPORT FAILED'* ]] || fail "$name cannot be imported"
done
