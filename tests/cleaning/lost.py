"""Counts what `copytaster dedup` lost: removed articles that hold a run of words which no article that stays holds.

    lost.py BEFORE.jsonl AFTER.jsonl [WORDS]

A word of a removed article is held where it stands in a run of 4 words that an article which stays has too, case and marks
left out: plainer than the program's own count, which forgives misspellings, so it never counts too little. Lost is a run of
WORDS (50) words that are not held. The rule of `dedup` lets a removed article have a fifth of its prose to itself
(--min-contained 0.8); a run is beyond that where the words not held are more than a fifth of the article.
"""

import json
import re
import sys

RUN = 4
ALLOWANCE = 0.2


def articles(path):
    with open(path, encoding="utf-8") as lines:
        return {a["id"]: re.findall(r"\w+", a["text"].lower()) for a in map(json.loads, lines)}


def runs(words):
    return zip(*(words[i:] for i in range(RUN)))


def longest_lost(words, held_runs):
    """The longest run of words not held, and how many are not held at all."""
    held = [False] * len(words)
    for i, run in enumerate(runs(words)):
        if run in held_runs:
            held[i : i + RUN] = [True] * RUN
    longest = now = 0
    for is_held in held:
        now = 0 if is_held else now + 1
        longest = max(longest, now)
    return longest, held.count(False)


def main(before, after, words=50):
    before, after = articles(before), articles(after)
    assert after.keys() <= before.keys(), "an article stays that was not there"
    held_runs = {run for text in after.values() for run in runs(text)}
    lost = beyond = 0
    for id in sorted(before.keys() - after.keys()):
        longest, missing = longest_lost(before[id], held_runs)
        if longest >= int(words):
            lost += 1
            is_beyond = missing > ALLOWANCE * len(before[id])
            beyond += is_beyond
            print(f"{id}: {longest} words in a row, {missing} of {len(before[id])}" + " BEYOND" * is_beyond)
    print(f"{len(before) - len(after)} of {len(before)} articles removed")
    print(f"{lost} hold {words} words in a row that none that stays holds; {beyond} beyond the allowance")
    return beyond > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
