"""Runs every recipe of docs/recipes.md on the tables of corpus/ and holds it to what the page says it prints.

    run.py PROGRAM [--write]      --write puts what was printed into the page
"""

import contextlib
import csv
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "recipes.md"
# A block of code, and the block that it prints where there is one.
BLOCK = re.compile(r"```(sql|python|r|console)\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.S)


def console(code, program):
    for line in code.splitlines():
        name, *args = line.split()
        assert name == "copytaster", line
        subprocess.run([program, *args], check=True)


def sql(code):
    out = io.StringIO()
    relation = duckdb.sql(code)
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(relation.columns)
    rows.writerows(relation.fetchall())
    return out.getvalue()


def python(code):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "recipe", "exec"), {})
    return out.getvalue()


def r(code):
    return subprocess.run(["Rscript", "-"], input=code, text=True, check=True, stdout=subprocess.PIPE).stdout


def main(program, write):
    program = str(Path(program).resolve())
    page = PAGE.read_text()
    counts, wrong = {}, []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.symlink(ROOT / "corpus", "corpus")

        def run(block):
            kind, code, told = block.groups()
            counts[kind] = counts.get(kind, 0) + 1
            if kind == "console":
                console(code, program)
                return block.group()
            printed = {"sql": sql, "python": python, "r": r}[kind](code)
            printed = "".join(line.rstrip() + "\n" for line in printed.splitlines())
            if printed != told:
                wrong.append(f"{code}\nprints\n\n{printed}\nand not\n\n{told}")
            return f"```{kind}\n{code}```\n\n```text\n{printed}```\n"

        new = BLOCK.sub(run, page)
        os.chdir("/")
    if write:
        PAGE.write_text(new)
    elif wrong:
        sys.exit("\n".join(wrong))
    for kind in ("console", "sql", "python", "r"):
        # A page that lost its recipes would hold them all.
        assert counts.get(kind), f"no recipe of {kind}"
    print("recipes:", ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items())))


if __name__ == "__main__":
    main(sys.argv[1], "--write" in sys.argv[2:])
