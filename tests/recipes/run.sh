#!/bin/sh
# Runs the recipes of docs/recipes.md as they are printed there. It wants a Python with duckdb, pandas and pyarrow, and R,
# and fetches what is missing.
#
#   tests/recipes/run.sh [--write]      --write puts what the recipes print into the page
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
venv=${COPYTASTER_VENV:-$target/venv-recipes}
if ! command -v Rscript >/dev/null || ! python3 -c 'import ensurepip' 2>/dev/null; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends r-base-core python3-venv
fi
if ! "$venv/bin/python" -c 'import duckdb, pandas, pyarrow' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q duckdb pandas pyarrow
fi
cargo build -q
"$venv/bin/python" tests/recipes/run.py "$target/debug/copytaster" "$@"
