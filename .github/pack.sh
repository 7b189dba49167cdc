#!/usr/bin/env bash
# Packs a program that is built with what goes with it, and the checksum beside it.
#
#   .github/pack.sh TARGET VERSION PROGRAM FOLDER
set -euo pipefail
target=$1 version=$2 program=$(realpath "$3") out=$4
cd "$(dirname "$0")/.."
if ! grep -qx "version = \"$version\"" Cargo.toml; then
  echo "pack: Cargo.toml has another version than $version" >&2
  exit 1
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
name=copytaster-$version-$target
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
mkdir "$room/$name"
cp "$program" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$room/$name"
cd "$room"
case $target in
  *-windows-*) archive=$name.zip; python3 -m zipfile -c "$out/$archive" "$name" ;;
  *) archive=$name.tar.gz; tar -czf "$out/$archive" "$name" ;;
esac
cd "$out"
# macOS has no sha256sum.
if command -v sha256sum >/dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi > "$archive.sha256"
cat "$archive.sha256"
