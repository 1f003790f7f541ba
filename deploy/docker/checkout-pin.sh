#!/usr/bin/env bash
# Brings one commit of a repository into a folder, and no other. A tag, when one is named, must be that commit: a tag that was
# moved stops the build. Usage: checkout-pin.sh URL COMMIT FOLDER [TAG]
set -euo pipefail

url=$1 commit=$2 folder=$3 tag=${4:-}

export GIT_TERMINAL_PROMPT=0
git init --quiet "$folder"
cd "$folder"
git remote add origin "$url"

if [[ $commit =~ ^[0-9a-f]{40}$ ]]; then
  git fetch --quiet --depth 1 origin "$commit"
  found=$commit
else
  # Only a whole commit can be asked for. One that is abbreviated is looked for in the whole history.
  git fetch --quiet origin '+refs/heads/*:refs/remotes/origin/*'
  found=$(git rev-parse --verify --quiet "$commit^{commit}") || {
    echo "checkout-pin: $url has no single commit that begins with $commit" >&2
    exit 1
  }
fi

if [[ -n $tag ]]; then
  # An annotated tag has a second line, which is the commit itself.
  said=$(git ls-remote origin "refs/tags/$tag" "refs/tags/$tag^{}")
  tagged=$(tail -n 1 <<<"$said" | cut -f 1)
  if [[ $tagged != "$found" ]]; then
    echo "checkout-pin: $tag of $url is ${tagged:-not there}, but $found was pinned" >&2
    exit 1
  fi
fi

git -c advice.detachedHead=false checkout --quiet --detach "$found"
echo "checkout-pin: $folder is at $found"
