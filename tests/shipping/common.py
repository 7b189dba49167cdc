"""What both tests have in common: the program, corpora made on the spot, a line for each thing seen."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent.parent
OUT = Path(sys.argv[1])
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", REPO / "target")).resolve()
PROGRAM = TARGET / "debug" / "copytaster"

BRIDGE = (
    "The harbour board of Quay voted on Tuesday to close the old bridge for nine months, because the bearings that "
    "were cast in 1911 can no longer be bought anywhere, its chair said. Ferries will run every ten minutes while the "
    "work lasts, and a second landing stage is to be built before the spring, at a cost that nobody would name.\n"
)
FERRY = (
    "Two ferries ran aground below the lighthouse of Corrie on Friday night when the fog came in, and forty passengers "
    "waited for the tide until the morning. Nobody was hurt. The company says that its captains had asked for a new "
    "radar three winters ago, and that the ministry has not answered any of the letters that it sent since then.\n"
)


def saw(what, seen):
    print(f"ok  {what}: {seen}", flush=True)


def folder(name, files):
    """A new folder with these files."""
    place = OUT / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for path, text in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text, "utf-8")
    return place


def run(command, expected=0, **options):
    """Runs it, and holds it to its exit status."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    assert done.returncode == expected, f"{command} gave {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done
