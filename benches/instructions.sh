#!/usr/bin/env bash
# Instructions a token, in all and by stage, as one line of benches/instructions.tsv.
#
#   benches/instructions.sh                     of the code as it stands
#   benches/instructions.sh BINARY DATE LABEL   of a program built elsewhere: an older commit
#
# Counts are of made-up articles under valgrind's callgrind, with what a corpus of one article takes (start-up) subtracted.
# They do not depend on what else the machine does, and hardly on the machine: but valgrind shows a processor without SHA-NI
# and AVX-512, so that SHA-256 counts as software, at several times what it costs where the processor has instructions for it.
#
# Each stage is what its entry point takes with all it calls; what has no entry point of its own (reading, most of bands,
# postings, hits and origins) is in `rest`. 0.0: the compiler put the function into another one, or there was none yet; it is
# in `rest` too. Cells are PLAIN/MESSY.
set -euo pipefail
cd "$(dirname "$0")/.."

articles=2000
# Name and entry points, as callgrind prints them (of several that match, the one that takes most counts).
stages=(
  'tokens|copytaster::text::tokenize::tokenize_into$'
  'recognise|copytaster::recognise::read$'
  'sha256|copytaster::hash::sha256$'
  'seeds|copytaster::sketch::winnow::Winnowing::seeds$'
  'sketch|copytaster::sketch::minhash::SketchParams::sketch_into$'
  'kin|copytaster::detector::.*is_kin$'
  'sorting|copytaster::candidate::postings::Repeated::of$'
  'index|copytaster::align::Aligner::first$'
  'compare|copytaster::detector::Detector::compare$'
  'format|copytaster::report::model::.*for copytaster::report::model::Record>::serialize$'
)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
target=${CARGO_TARGET_DIR:-target}
cargo build --quiet --release --example make_corpus
if [[ $# -eq 0 ]]; then
  cargo build --quiet --release
  binary=$target/release/copytaster
  label=$(git log -1 --format='%cs%x09%h %s')
else
  binary=$1
  label=$2$'\t'$3
fi

# Profiles CORPUS; prints "total N" and "STAGE N" for each stage.
profile() {
  valgrind --quiet --tool=callgrind --callgrind-out-file="$work/out" \
    "$binary" --threads 1 scan --format jsonl "$1" >"$work/report" 2>/dev/null
  # "123,456 (1.2%)  file:function [object]" -> "123456 function"; recursion is marked by a number behind the name.
  callgrind_annotate --inclusive=yes --threshold=100 --auto=no "$work/out" |
    sed -nE "s/^ *([0-9,]+) \( ?[0-9.]+%\) +(.*)/\1 \2/p" |
    sed -E "s/ \[[^]]*\]$//; s/'[0-9]+$//" |
    awk '{ gsub(",", "", $1); print }' >"$work/functions"
  awk '/PROGRAM TOTALS/ { print "total", $1; exit }' "$work/functions"
  local stage
  for stage in "${stages[@]}"; do
    STAGE="${stage%%|*}" ENTRY="^[^:]*:(${stage#*|})" awk '
      { n = $1; sub("^[0-9]+ ", "") }
      n > most && $0 ~ ENVIRON["ENTRY"] { most = n }
      END { print ENVIRON["STAGE"], most + 0 }
    ' "$work/functions"
  done
}

"$target/release/examples/make_corpus" 1 plain >"$work/one.jsonl"
profile "$work/one.jsonl" >"$work/start"
for kind in plain messy; do
  "$target/release/examples/make_corpus" $articles $kind >"$work/$kind.jsonl"
  profile "$work/$kind.jsonl" >"$work/counts"
  tokens=$(grep -oE '^\{"type":"article".*"tokens":[0-9]+' "$work/report" | grep -oE '[0-9]+$' | awk '{ n += $1 } END { print n }')
  awk -v tokens="$tokens" '
    NR == FNR { start[$1] = $2; next }
    {
      n = ($2 - start[$1]) / tokens
      if ($1 == "total") rest = n; else rest -= n
      print $1, $1 == "total" ? sprintf("%.0f", n) : sprintf("%.1f", n)
    }
    END { print "rest", sprintf("%.1f", rest) }
  ' "$work/start" "$work/counts" >"$work/$kind"
done
echo "$(cut -d' ' -f1 "$work/plain" | tr '\n' '\t')" | sed 's/^/# date\tcommit\t/; s/\t$//' >&2
echo "$label"$'\t'"$(paste -d/ <(cut -d' ' -f2 "$work/plain") <(cut -d' ' -f2 "$work/messy") | tr '\n' '\t')" | sed 's/\t$//'
