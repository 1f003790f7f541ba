#!/usr/bin/env bash
# Starts the program in the GPU image. ComfyUI keeps text embeddings in the models volume, which it reaches by a link; it cannot
# make the folder at the end of that link, and a volume that was filled by hand lacks it. Usage: start-gpu.sh ARGUMENT...
set -euo pipefail

cache=$(readlink -m "$COMFYUI_DIR/custom_nodes/ComfyUI-WanVideoWrapper/text_embed_cache")
mkdir -p "$cache" 2>/dev/null ||
  echo "warning: $cache cannot be made. Make it, and let user $(id -u) write it: ComfyUI keeps text embeddings there." >&2
exec infinitetalk "$@"
