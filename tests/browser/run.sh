#!/bin/sh
# Opens pages made by copytaster in a real browser, without a network, and tries what a reader does. Not part of
# `cargo test`: it wants Debian's chromium and a Python with selenium, and fetches them where they are missing.
#
#   tests/browser/run.sh [FOLDER]      screenshots and the pages go to FOLDER
set -eu
cd "$(dirname "$0")/../.."
out=${1:-$(mktemp -d)}
mkdir -p "$out"
if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium chromium-driver fonts-noto-core
fi
venv=${COPYTASTER_VENV:-$out/venv}
if ! "$venv/bin/python" -c 'import selenium' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q selenium
fi
cargo build -q
program=${CARGO_TARGET_DIR:-target}/debug/copytaster
python3 tests/browser/articles.py 1000 > "$out/many.jsonl"
"$program" scan --format html -o "$out/corpus.html" corpus
"$program" scan --format jsonl -o "$out/corpus.jsonl" corpus
"$program" report --format html -o "$out/no-texts.html" "$out/corpus.jsonl"
"$program" compare --format html corpus/afp/chess-split.txt corpus/northern-mail/chess-rebels.txt > "$out/pair.html"
"$program" scan --format html -o "$out/hostile.html" tests/browser/hostile.jsonl
"$program" scan --format html -o "$out/many.html" "$out/many.jsonl"
python3 tests/browser/articles.py 3 400 > "$out/large.jsonl"
"$program" scan --format html -o "$out/large.html" "$out/large.jsonl"
exec "$venv/bin/python" tests/browser/check.py "$out"
