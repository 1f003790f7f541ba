#!/usr/bin/env bash
# Checks out one commit of a repository into a folder. A tag, when given, must name that commit: a moved tag stops the build. Usage: checkout-pin.sh URL COMMIT FOLDER [TAG]
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
  # Servers accept only full commits. An abbreviated one needs the whole history.
  git fetch --quiet origin '+refs/heads/*:refs/remotes/origin/*'
  found=$(git rev-parse --verify --quiet "$commit^{commit}") || {
    echo "checkout-pin: $url has no single commit that begins with $commit" >&2
    exit 1
  }
fi

if [[ -n $tag ]]; then
  # An annotated tag has a second line with the commit.
  said=$(git ls-remote origin "refs/tags/$tag" "refs/tags/$tag^{}")
  tagged=$(tail -n 1 <<<"$said" | cut -f 1)
  if [[ $tagged != "$found" ]]; then
    echo "checkout-pin: $tag of $url is ${tagged:-not there}, but $found was pinned" >&2
    exit 1
  fi
fi

git -c advice.detachedHead=false checkout --quiet --detach "$found"
echo "checkout-pin: $folder is at $found"
