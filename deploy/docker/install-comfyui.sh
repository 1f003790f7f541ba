#!/usr/bin/env bash
# Installs ComfyUI and its node packs at their pinned commits, with their own Python environment in .venv, and starts it once as a
# check. python-packages.txt lists the installed packages. Root owns all of it. The hub gives ComfyUI folders to write to; links
# redirect the files that it would write beside its code: its database to the folder STATE, the cache of text embeddings to the
# folder MODELS. The hub creates their targets. Usage: install-comfyui.sh FOLDER STATE MODELS [PINS]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1 state=$2 models=$3
# Into a variable first, because an error within <(...) would be lost.
pins=$(node "$here/read-pins.ts" ${4:+"$4"})
constraints=$(mktemp)
trap 'rm -f "$constraints"' EXIT
requirements=()

while IFS=$'\t' read -r kind first second third; do
  case $kind in
    comfyui)
      "$here/checkout-pin.sh" "$first" "$second" "$folder" "$third"
      requirements+=(-r "$folder/requirements.txt")
      ;;
    pack)
      pack=$folder/custom_nodes/$first
      "$here/checkout-pin.sh" "$second" "$third" "$pack"
      [[ ! -f $pack/requirements.txt ]] || requirements+=(-r "$pack/requirements.txt")
      ;;
    constraint) echo "$first" >>"$constraints" ;;
    *)
      echo "install-comfyui: what is a $kind?" >&2
      exit 1
      ;;
  esac
done <<<"$pins"

# By its versioned name: an environment links to its Python, and Beam replaces /usr/bin/python3.
python=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')
"$python" -m venv "$folder/.venv"
# All at once: in sequence, a pack could change packages that an earlier one needs.
"$folder/.venv/bin/pip" install --disable-pip-version-check --no-cache-dir --quiet \
  --constraint "$constraints" "${requirements[@]}"
"$folder/.venv/bin/pip" freeze --disable-pip-version-check >"$folder/python-packages.txt"
"$here/check-comfyui.sh" "$folder"

rm -rf "${folder:?}/user"
ln -s "$state/user" "$folder/user"
ln -s "$models/text_embed_cache" "$folder/custom_nodes/ComfyUI-WanVideoWrapper/text_embed_cache"
