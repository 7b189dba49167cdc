"""What the action does: one check, whose exit status decides.

Every input comes in by the environment as INPUT_…, and none goes through a shell. Wants Python 3.8, no packages.
"""

import json
import os
import re
import secrets
import shlex
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

# GitHub refuses a summary of more, and an output of much more.
SUMMARY = 1024 * 1024
OUTPUT = 400_000
REPORTS = {"markdown": "summary.md", "sarif": "copytaster.sarif", "jsonl": "findings.jsonl"}


def given(name):
    return os.environ.get("INPUT_" + name, "").strip()


def said(level, text):
    """An annotation; on one line, or what follows could be a command to the runner."""
    return f"::{level} title=copytaster::" + " ".join(str(text).split())


def program(room):
    """The program named, or one installed for this step alone."""
    named = given("PROGRAM")
    if named:
        return os.path.abspath(named) if os.path.dirname(named) else named
    version = given("VERSION")
    if not version:
        manifest = Path(__file__).resolve().parent.parent / "Cargo.toml"
        version = re.search(r'^version = "(.+)"$', manifest.read_text("utf-8"), re.M)[1]
    if not re.fullmatch(r"[0-9A-Za-z.+!-]+", version):
        raise ValueError("version: one such as 0.1.0 is wanted")
    place = room / "venv"
    venv.create(place, with_pip=True)
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    # A wheel or nothing: no runner has to compile.
    pip = [scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    subprocess.run([*pip, f"copytaster=={version}"], check=True)
    return str(scripts / "copytaster")


def arguments(room):
    out = ["check", "--format", "github"]
    out += [f"--report={form}={room / name}" for form, name in REPORTS.items()]
    out += [f"--{name}={given(name.upper())}" for name in ("config", "baseline", "since") if given(name.upper())]
    out += shlex.split(given("ARGS"))
    paths = [line.strip() for line in given("PATHS").splitlines() if line.strip()]
    return out + (["--", *paths] if paths else [])


def pass_on(text):
    """What the program says of files, whose names could be commands to the runner."""
    token = secrets.token_hex(16)
    if text:
        print(f"::stop-commands::{token}\n{text.rstrip()}\n::{token}::", flush=True)


def append(variable, text):
    file = os.environ.get(variable)
    if file:
        with open(file, "a", encoding="utf-8", newline="\n") as out:
            out.write(text)


def summarise(file):
    text = file.read_text("utf-8") + "\n"
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    there = os.path.getsize(summary) if summary and os.path.exists(summary) else 0
    if there + len(text.encode()) <= SUMMARY:
        append("GITHUB_STEP_SUMMARY", text)
    else:
        print(said("warning", "the summary of this step has no room left"))


def tell(room):
    """The outputs, from the records of the run; whether it came to an end."""
    verdict, findings, paths = "error", 0, {}
    file = room / REPORTS["jsonl"]
    if file.exists():
        with open(file, encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                if record["type"] == "finding":
                    findings += 1
                    paths[record["at"]["path"]] = True
                elif record["type"] == "summary":
                    verdict = record["verdict"]
    listed = json.dumps(list(paths))
    if len(listed) > OUTPUT:
        listed = "[]"
        print(said("warning", "there are too many articles with findings for the output `paths`"))
    sarif = room / REPORTS["sarif"]
    outputs = {"verdict": verdict, "findings": findings, "paths": listed, "sarif": sarif if sarif.exists() else ""}
    append("GITHUB_OUTPUT", "".join(f"{name}={value}\n" for name, value in outputs.items()))


def main():
    room = Path(tempfile.mkdtemp(prefix="copytaster-", dir=os.environ.get("RUNNER_TEMP")))
    try:
        if given("FAIL") not in ("true", "false"):
            raise ValueError("fail: true or false is wanted")
        command = [program(room), *arguments(room)]
        done = subprocess.run(command, cwd=given("WORKING_DIRECTORY") or None, stderr=subprocess.PIPE)
        pass_on(done.stderr.decode("utf-8", "replace"))
        status = done.returncode
    except (OSError, ValueError, subprocess.CalledProcessError) as e:
        print(said("error", e))
        status = 2
    if (room / REPORTS["markdown"]).exists():
        summarise(room / REPORTS["markdown"])
    tell(room)
    return 0 if status == 1 and given("FAIL") == "false" else status


if __name__ == "__main__":
    sys.exit(main())
