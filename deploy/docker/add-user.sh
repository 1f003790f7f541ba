#!/usr/bin/env bash
# The user that both images run as, and the folders that it may write: nothing else in the image is its own. The number is the
# same everywhere, so that containers of both images can share a volume. Usage: add-user.sh HOME FOLDER...
set -euo pipefail

readonly name=infinitetalk id=10001
home=$1

groupadd --gid "$id" "$name"
useradd --uid "$id" --gid "$id" --home-dir "$home" --no-create-home --shell /usr/sbin/nologin "$name"
for folder in "$@"; do
  install -d -o "$id" -g "$id" -m 0750 "$folder"
done
