#!/usr/bin/env bash
# Installs the hub's runtime packages beside its package.json, exactly as locked, without the development packages. No package may
# run its own scripts. Usage: install-hub.sh FOLDER
set -euo pipefail

cd "$1"
npm ci --omit=dev --ignore-scripts

# Removes the Node and ffmpeg that npm installs for machines without them (330 MB). The image has its own, patched by Debian.
rm -rf node_modules/node-linux-* node_modules/.bin/node node_modules/@ffmpeg-installer node_modules/@ffprobe-installer
