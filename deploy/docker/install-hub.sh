#!/usr/bin/env bash
# Installs what the hub needs to run beside its package.json, exactly as the lock file says, and nothing of what only its
# developers need. No package may run a script of its own. Usage: install-hub.sh FOLDER
set -euo pipefail

cd "$1"
npm ci --omit=dev --ignore-scripts

# For machines without them npm brings Node and ffmpeg along, 330 MB of them. The image has its own, which Debian keeps patched.
rm -rf node_modules/node-linux-* node_modules/.bin/node node_modules/@ffmpeg-installer node_modules/@ffprobe-installer
