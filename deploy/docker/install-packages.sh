#!/usr/bin/env bash
# Installs Debian or Ubuntu packages and leaves no package lists in the image. Usage: install-packages.sh PACKAGE...
set -euo pipefail

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@"
rm -rf /var/lib/apt/lists/*
