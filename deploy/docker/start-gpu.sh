#!/usr/bin/env bash
# Starts the program in the GPU image. ComfyUI writes to two folders beside its own code, which are links into the volumes, and it
# cannot make what a link leads to: a volume that is new or was filled by hand lacks it. Usage: start-gpu.sh ARGUMENT...
set -euo pipefail

for link in "$COMFYUI_DIR/user" "$COMFYUI_DIR/custom_nodes/ComfyUI-WanVideoWrapper/text_embed_cache"; do
  folder=$(readlink -m "$link")
  mkdir -p "$folder" 2>/dev/null ||
    echo "warning: $folder cannot be made. Make it, and let user $(id -u) write it: ComfyUI needs it." >&2
done
exec infinitetalk "$@"
