"""Compares the standing index with datasketch over redis, and with gaoya: the same articles and questions, each system in
processes of its own, one after the other. Prints a Markdown table, a row for each.

    pip install datasketch==2.0.0 hiredis redis xxhash    # and redis-server, as the system packages it
    python run.py COPYTASTER DATA N Q M

COPYTASTER is the built program. DATA holds `docs.jsonl`, articles of `id` and `text`, and `truth.jsonl`, of each in the same
order its `id` and `cluster` and, where it is an edited copy, its `base` and `j5`, their Jaccard in shingles of five words. The
first N are added, the next Q asked about, the next M fed: each asked about and kept as it comes. Files are put into the folder
for temporary files, and removed.

Memory is the largest resident set; of datasketch that of its processes together (what they share counts in each), and of the
server; its bytes are those of the log once rewritten. A question is timed with the signing of its text. What is fed to the
standing index goes through the program: the time is that of the process less that of opening. Adding ends when all is safe,
where it is kept.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import islice
from pathlib import Path

HERE = Path(__file__).parent


def said(*command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def rust(*words):
    return said("cargo", "run", "--quiet", "--release", "--manifest-path", HERE / "Cargo.toml", "--", *words)


def ours(program, folder, added, asked, fed):
    index = folder / "index"
    add = [program, "index", "add", "-i", index]
    start = time.perf_counter()
    subprocess.run([*add, added], check=True, stderr=subprocess.DEVNULL)
    took = time.perf_counter() - start
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # no other child has been yet
    figures = rust("ours", index, asked) | {"add": took, "add_peak": [most]}
    figures["bytes"] = sum(file.stat().st_size for file in index.iterdir())
    with open(fed) as articles, open(folder / "answers", "w") as answers:
        start = time.perf_counter()
        subprocess.run([*add, "--query", "-"], check=True, stdin=articles, stdout=answers)
        figures["feed"] = time.perf_counter() - start - figures["open"]
    return figures


def datasketch(folder, added, asked, fed):
    script, kept = HERE / "datasketch_redis.py", folder / "redis"
    kept.mkdir()
    return said(sys.executable, script, "add", kept, added) | said(sys.executable, script, "ask", kept, asked, fed)


def records(data, name, total):
    with open(Path(data, f"{name}.jsonl")) as lines:
        yield from map(json.loads, islice(lines, total))


def runs(text, words=20):
    text = text.split()
    return {tuple(text[i : i + words]) for i in range(len(text) - words + 1)}


def score(answers, data, n, total):
    """Of the edited copies asked about whose base is there, those whose base is named; the articles named that share no cluster
    with the one asked about, by what they are named; and those of them that share no text with it either."""
    of = {t["id"]: t for t in records(data, "truth", total)}
    there = set(islice(of, n))
    cells = {}
    for least in (0.5, 0.7):
        bases = [(a, of[a]["base"]) for a in answers if of[a].get("j5", 0) >= least and of[a]["base"] in there]
        found = sum(base in answers[a] for a, base in bases)
        cells[f"recall, J ≥ {least}"] = f"{found / max(1, len(bases)):.1%} of {len(bases)}"
    named = [(how, a, b) for a, others in answers.items() for b, how in others.items()]
    strangers = [(how, a, b) for how, a, b in named if of[a]["cluster"] != of[b]["cluster"]]
    all_of, strange_of = Counter(how for how, *_ in named), Counter(how for how, *_ in strangers)
    cells["of another cluster"] = ", ".join(f"{strange_of[how]} of {all_of[how]} {how}" for how in sorted(all_of))
    wanted = {name for _, *pair in strangers for name in pair}
    texts = {d["id"]: d["text"] for d in records(data, "docs", total) if d["id"] in wanted}
    cells["with no 20 words in common"] = sum(runs(texts[a]).isdisjoint(runs(texts[b])) for _, a, b in strangers)
    return cells


def row(figures, data, n, m):
    times = sorted(1000 * seconds for seconds in figures["times"])
    return {
        "add s": f"{figures['add']:,.1f}",
        "articles/s": f"{n / figures['add']:,.0f}",
        "MiB adding": " + ".join(f"{peak:,.0f}" for peak in figures["add_peak"]),
        "bytes/article on disk": f"{figures['bytes'] / n:,.0f}" if "bytes" in figures else "none",
        "open anew s": f"{figures['open']:,.2f}" if "open" in figures else "adds again",
        "MiB asking": " + ".join(f"{peak:,.0f}" for peak in figures["ask_peak"]),
        "question ms, median": f"{times[len(times) // 2]:,.2f}",
        "99 %": f"{times[(len(times) - 1) * 99 // 100]:,.2f}",
        "fed/s": f"{m / figures['feed']:,.0f}",
        **score(figures["answers"], data, n, n + len(times) + m),
    }


def main(program, data, n, q, m):
    n, q, m = int(n), int(q), int(m)
    with tempfile.TemporaryDirectory(prefix="peers-") as name:
        folder = Path(name)
        files = [folder / f"{part}.jsonl" for part in ("added", "asked", "fed")]
        with open(Path(data, "docs.jsonl")) as articles:
            for file, many in zip(files, (n, q, m)):
                with open(file, "w") as out:
                    out.writelines(islice(articles, many))
        for name, measure, holds in [
            ("copytaster", lambda: ours(program, folder, *files), "ids, relation, scores, passages, source, cluster"),
            ("datasketch, redis", lambda: datasketch(folder, *files), "ids of candidates"),
            ("gaoya", lambda: rust("gaoya", *files), "ids of candidates of estimated J ≥ 0.5"),
        ]:
            cells = {"index": name, **row(measure(), data, n, m), "an answer holds": holds}
            if name == "copytaster":
                print("|", " | ".join(cells), "|")
                print("|---" * len(cells) + "|")
            print("|", " | ".join(map(str, cells.values())), "|", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
