"""The action, the hook, the wheel, the packing and the workflows, each run as its users run it."""

import json
import os
import re
import secrets
import subprocess
import sys
import tarfile
import zipfile

import yaml

from common import BRIDGE, FERRY, OUT, PROGRAM, REPO, folder, run, saw

VERSION = re.search(r'^version = "(.+)"$', (REPO / "Cargo.toml").read_text(), re.M)[1]
WHEELS = OUT / "wheels"
(WHEEL,) = WHEELS.glob("*.whl")
(SDIST,) = WHEELS.glob("*.tar.gz")
MIB = 1024 * 1024


def wheel():
    with zipfile.ZipFile(WHEEL) as z:
        names = z.namelist()
        (of,) = (n for n in names if n.endswith("/METADATA"))
        meta = z.read(of).decode()
    for line in (f"Version: {VERSION}", "License-Expression: MIT OR Apache-2.0", "License-File: LICENSE-MIT"):
        assert line in meta, line
    place = folder("wheel", {"in/a.txt": BRIDGE, "in/b.txt": BRIDGE, "in/c.txt": FERRY})
    run([sys.executable, "-m", "venv", place / "venv"])
    scripts = place / "venv/bin"
    run([scripts / "pip", "install", "--quiet", "--no-index", WHEEL])
    env = {"PATH": f"{scripts}:/usr/bin:/bin"}
    said = run(["copytaster", "--version"], env=env).stdout.strip()
    assert said == f"copytaster {VERSION}", said
    run(["copytaster", "check", "in"], 1, env=env, cwd=place)
    scanned = run(["copytaster", "scan", "--format", "jsonl", "in"], env=env, cwd=place).stdout
    assert '"relation":"identical"' in scanned
    saw("wheel", f"{WHEEL.name}, {len(names)} files, installed into a fresh venv: {said}; check 1, scan 0")
    with tarfile.open(SDIST) as t:
        names = {"/".join(n.split("/")[1:]) for n in t.getnames()}
    for wanted in ("Cargo.lock", "pyproject.toml", "LICENSE-MIT", "src/main.rs", "src/recognise/agencies.toml"):
        assert wanted in names, wanted
    unwanted = [n for n in names if n.split("/")[0] in ("corpus", "fuzz", ".ci", ".github") or "shipping" in n]
    assert not unwanted, unwanted[:5]
    assert SDIST.stat().st_size < 2 * MIB
    saw("sdist", f"{SDIST.name}, {len(names)} files, {SDIST.stat().st_size // 1024} KiB")


def pack():
    place = folder("pack", {})
    script = REPO / ".github/pack.sh"
    for target, suffix in (("x86_64-unknown-linux-gnu", ".tar.gz"), ("x86_64-pc-windows-msvc", ".zip")):
        run([script, target, VERSION, PROGRAM, place / "dist"])
        name = f"copytaster-{VERSION}-{target}"
        checked = run(["sha256sum", "--check", f"{name}{suffix}.sha256"], cwd=place / "dist").stdout.strip()
        opened = place / "opened"
        if suffix == ".zip":
            with zipfile.ZipFile(place / "dist" / (name + suffix)) as z:
                z.extractall(opened)
        else:
            run(["tar", "-xzf", place / "dist" / (name + suffix), "-C", folder("pack/opened", {})])
            assert VERSION in run([opened / name / "copytaster", "--version"]).stdout
        held = sorted(p.name for p in (opened / name).iterdir())
        assert held == ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "copytaster"], held
        saw("pack", checked)
    run([script, "x86_64-unknown-linux-gnu", "9.9.9", PROGRAM, place / "dist"], 1)
    saw("pack", "refuses a version that Cargo.toml has not")


def commands(log):
    """The lines of a log that the runner obeys."""
    stopped = None
    for line in log.splitlines():
        line = line.lstrip()
        if stopped:
            stopped = None if line == f"::{stopped}::" else stopped
        elif line.startswith("::stop-commands::"):
            stopped = line[17:]
        elif line.startswith("::") or "##[" in line:
            yield line


class Action:
    """action.yml, as the runner takes it."""

    def __init__(self):
        self.text = yaml.safe_load((REPO / "action.yml").read_text("utf-8"))
        self.check, self.upload = self.text["runs"]["steps"]
        scripts = [s["run"] for s in self.text["runs"]["steps"] if "run" in s]
        assert scripts and not any("${{" in s for s in scripts), "an input would be text of a script"
        assert self.upload["continue-on-error"] is True and "inputs.sarif == 'true'" in self.upload["if"]
        assert self.text["inputs"]["sarif"]["default"] == "false"

    def run(self, place, expected, given, summary="", **more):
        known = {name: i["default"] for name, i in self.text["inputs"].items()}
        assert set(given) <= set(known), given
        known.update(given)
        value = lambda v: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: known[m[1]], v)
        temp = folder(f"runner-{secrets.token_hex(4)}", {"output": "before=1\n", "summary": summary})
        env = {name: value(v) for name, v in self.check["env"].items()}
        env |= {"GITHUB_ACTION_PATH": str(REPO), "RUNNER_TEMP": str(temp), "HOME": str(temp), **more}
        env |= {"GITHUB_OUTPUT": str(temp / "output"), "GITHUB_STEP_SUMMARY": str(temp / "summary")}
        env["PATH"] = os.environ["PATH"]
        script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", self.check["run"]]
        done = run(script, expected, cwd=place, env=env)
        outputs = dict(line.split("=", 1) for line in (temp / "output").read_text().splitlines())
        assert outputs.pop("before") == "1"
        told = {name: outputs[name] for name in self.text["outputs"]}
        return told, (temp / "summary").read_text("utf-8"), done.stdout + done.stderr


def action():
    act = Action()
    here = {"program": str(PROGRAM)}
    files = {"in/a.txt": BRIDGE, "in/b b.txt": BRIDGE, "in/c.txt": FERRY, "alone/d.txt": FERRY}
    place = folder("action", files)
    run(["git", "init", "-q"], cwd=place)

    told, summary, log = act.run(place, 0, here | {"paths": "alone"})
    assert (told["verdict"], told["findings"], told["paths"]) == ("pass", "0", "[]"), told
    assert "check passed" in summary and "::notice" in log
    saw("action, nothing found", told)

    told, summary, log = act.run(place, 1, here | {"paths": "in"}, summary="# Before\n")
    assert (told["verdict"], told["findings"], json.loads(told["paths"])) == ("fail", "1", ["in/b b.txt"]), told
    assert summary.startswith("# Before\n") and "check failed" in summary and "::error file=in/b b.txt" in log
    assert json.load(open(told["sarif"]))["version"] == "2.1.0"
    saw("action, findings", f"exit 1, summary behind what was there, annotation; {told['paths']}")

    told, _, log = act.run(place, 0, here | {"working-directory": "in", "fail": "false"})
    assert told["verdict"] == "fail" and "::error file=in/b b.txt" in log
    saw("action, fail: false in a folder", f"exit 0, verdict {told['verdict']}, file=in/b b.txt")

    for wrong in ({"paths": "missing"}, {"args": "'open"}, {"fail": "maybe"}, {"program": "./none"}, {"working-directory": "no"}):
        told, _, log = act.run(place, 2, here | {"fail": "false"} | wrong)
        assert told["verdict"] == "error", (wrong, told)
    saw("action, errors", "exit 2 even where findings may pass, verdict error")

    evil = "$(touch pwned) `touch pwned`; touch pwned & \"; touch pwned '\n::error::x\n::set-output name=verdict::pass"
    for name in ("paths", "since", "config", "baseline", "args", "working-directory", "version", "fail"):
        told, _, log = act.run(place, 2, here | {name: evil} | ({"program": ""} if name == "version" else {}))
        assert told["verdict"] == "error" and not list(OUT.glob("**/pwned")), name
        assert all(re.match("::(error|notice) title=copytaster::", c) for c in commands(log)), log
    quoted = {"paths": "in\nalone", "args": "--group 'one=in/b b*' --group \"two=alone/**\" --group three=in/c.txt"}
    told, _, _ = act.run(place, 1, here | quoted)
    assert told["findings"] == "1", told
    saw("action, hostile inputs", "none is run, none reaches the log as a command; quotes in `args` group")

    (place / "in/x\n::error::y.txt").write_text(BRIDGE)
    (place / "in/z\n::error::y.jsonl").write_text("{\n")
    told, _, log = act.run(place, 2, here | {"paths": "in"})
    assert "in/x\n::error::y.txt" in json.loads(told["paths"]) and "::error::y.jsonl" in log
    assert all(re.match("::(error|notice) ?(file|title)=", c) for c in commands(log)), log
    saw("action, hostile names", told["paths"])

    _, summary, log = act.run(place, 0, here | {"paths": "alone"}, summary="x" * (MIB - 10))
    assert len(summary) == MIB - 10 and "no room" in log
    saw("action, a summary that is full", "left as it is, and said so")

    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS)}
    told, _, _ = act.run(place, 0, {"paths": "alone"}, **offline)
    assert told["verdict"] == "pass"
    act.run(place, 2, {"paths": "alone", "version": "99.0.0"}, **offline)
    saw("action, installing", f"copytaster {VERSION} from a wheel by its own version; exit 2 for one there is not")

    ci = yaml.safe_load((REPO / ".github/workflows/ci.yml").read_text("utf-8"))
    (own,) = (s for job in ci["jobs"].values() for s in job["steps"] if s.get("uses") == "./")
    assert own["with"]["program"] == "target/debug/copytaster"
    told, _, _ = act.run(REPO, 0, own["with"] | here)
    saw("action, as ci.yml has it on corpus", told)


def hook():
    (said,) = yaml.safe_load((REPO / ".pre-commit-hooks.yaml").read_text("utf-8"))
    run(["pre-commit", "validate-manifest", REPO / ".pre-commit-hooks.yaml"])
    # What the hook says, with the wheel in place of a build.
    said |= {"additional_dependencies": [str(WHEEL)]}
    settings = {"repos": [{"repo": "local", "hooks": [said]}]}
    place = folder(
        "hook",
        {
            "copytaster.toml": '[check]\npaths = ["articles"]\n',
            ".pre-commit-config.yaml": yaml.safe_dump(settings),
            "articles/a.txt": BRIDGE,
            "articles/old.txt": BRIDGE,
            "articles/c.txt": FERRY,
            "README.md": "None of the articles.\n",
        },
    )
    env = {**os.environ, "PRE_COMMIT_HOME": str(OUT / "hook-home"), "HOME": str(place)}
    env |= {"GIT_AUTHOR_NAME": "T", "GIT_COMMITTER_NAME": "T", "GIT_AUTHOR_EMAIL": "t@x", "GIT_COMMITTER_EMAIL": "t@x"}
    git = lambda *a, expected=0: run(["git", *a], expected, cwd=place, env=env)
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    run(["pre-commit", "install"], cwd=place, env=env)
    (place / "README.md").write_text("Changed.\n")
    git("commit", "-q", "-a", "-m", "what is no article, beside copies that are old")
    (place / "articles/new one.txt").write_text("Quay. " + FERRY)
    git("add", ".")
    refused = git("commit", "-q", "-m", "a copy", expected=1)
    assert "new one.txt" in refused.stderr + refused.stdout and "old.txt" not in refused.stderr + refused.stdout
    saw("hook", "a commit with a copy is refused, one beside an old copy is not")
    # The arguments that docs/ci.md gives, with a file behind them as pre-commit puts it.
    run([PROGRAM, "check", "--baseline", "known.json", "--write-baseline"], cwd=place)
    shown = [yaml.safe_load(text) for text in yaml_blocks(REPO / "docs/ci.md") if text.startswith("repos:")]
    for hook in (h for config in shown for repo in config["repos"] for h in repo["hooks"]):
        run([PROGRAM, "check", *hook["args"], "README.md"], cwd=place)
        status = 0 if "--baseline" in hook["args"] else 1
        run([PROGRAM, "check", *hook["args"], "articles/new one.txt"], status, cwd=place)
    saw("hook, as docs/ci.md has it", f"{len(shown)} sets of arguments")
    git("reset", "-q", "--hard")
    # More than one command line holds.
    for i in range(3000):
        (place / f"articles/{'long' * 40}-{i}.txt").write_text(f"Words {i} of nothing.\n")
    (place / "articles/zz.txt").write_text(FERRY)
    git("add", ".")
    refused = git("commit", "-q", "-m", "many", expected=1)
    runs = len(re.findall(r"^check (?:failed|passed)", refused.stderr + refused.stdout, re.M))
    assert runs > 1 and "zz.txt" in refused.stderr + refused.stdout, refused.stderr
    saw("hook, 3,001 files", f"{runs} runs, the copy found")


def yaml_blocks(file):
    return re.findall(r"^```yaml\n(.*?)^```", file.read_text("utf-8"), re.M | re.S)


def workflows():
    lint = lambda *files, expected=0: run(["node", OUT / "workflows.mjs", *files], expected)
    schema = lambda kind, *files: run(["check-jsonschema", "--builtin-schema", f"vendor.{kind}", *files])
    own = sorted((REPO / ".github/workflows").glob("*.yml"))
    schema("github-workflows", *own)
    schema("github-actions", REPO / "action.yml")
    lint(*own)
    broken = folder("broken", {"w.yml": own[0].read_text().replace("matrix.os", "matrix.so")})
    lint(broken / "w.yml", expected=1)
    saw("workflows", f"{', '.join(f.name for f in own)} and action.yml valid by their schemas; actionlint finds nothing")
    kinds = []
    place = folder("snippets", {})
    for i, text in enumerate(yaml_blocks(REPO / "docs/ci.md")):
        file = place / f"{i}.yml"
        file.write_text(text)
        told = yaml.safe_load(text)
        if "jobs" in told:
            kinds.append("workflow")
            schema("github-workflows", file)
            lint(file)
            inputs = Action().text["inputs"]
            for step in (s for job in told["jobs"].values() for s in job["steps"]):
                if step.get("uses", "").split("@")[0].endswith("/copytaster"):
                    assert set(step.get("with", {})) <= set(inputs), step
        elif "repos" in told:
            kinds.append("pre-commit")
            run(["pre-commit", "validate-config", file])
        else:
            kinds.append("gitlab")
            schema("gitlab-ci", file)
    assert set(kinds) == {"workflow", "pre-commit", "gitlab"}, kinds
    saw("docs/ci.md", f"its examples are valid: {', '.join(kinds)}")
    scripts = [REPO / ".github/pack.sh", REPO / ".ci/run", REPO / "tests/shipping/run.sh"]
    run(["shellcheck", *scripts])
    blocks = [s["run"] for f in own for j in yaml.safe_load(f.read_text())["jobs"].values() for s in j["steps"] if "run" in s]
    blocks += [s["run"] for s in Action().text["runs"]["steps"] if "run" in s]
    for block in blocks:
        subprocess.run(["shellcheck", "--shell=bash", "-"], input=block, text=True, check=True)
        assert "${{" not in block, block
    saw("shellcheck", f"{len(scripts)} scripts and {len(blocks)} steps, nothing found")


wheel()
pack()
action()
workflows()
hook()
