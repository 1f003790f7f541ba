#!/usr/bin/env bash
# Creates the user of both images and the only folders that it may write to. Its number is the same everywhere, so that containers
# of both images can share a volume. Usage: add-user.sh HOME FOLDER...
set -euo pipefail

readonly name=infinitetalk id=10001
home=$1

groupadd --gid "$id" "$name"
useradd --uid "$id" --gid "$id" --home-dir "$home" --no-create-home --shell /usr/sbin/nologin "$name"
for folder in "$@"; do
  install -d -o "$id" -g "$id" -m 0750 "$folder"
done
