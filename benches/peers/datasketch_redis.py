"""The part of the comparison that is datasketch, its index kept by a redis server of its own. `run.py` calls it, each step in
a process of its own, and takes what it prints: one JSON object, times in seconds, memory in MiB.

    datasketch_redis.py add FOLDER ADDED.jsonl
    datasketch_redis.py ask FOLDER ASKED.jsonl FED.jsonl

The server listens on a socket in FOLDER only, keeps what it is given in an append-only file there, synced every second, and is
ended before the script ends.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import redis
import xxhash
from datasketch import MinHash, MinHashLSH

BANDS, WIDTH, WORDS = 16, 8, 5
BLANK = MinHash(num_perm=BANDS * WIDTH, hashfunc=xxhash.xxh32_intdigest)


def articles(path, first=0, step=1):
    with open(path) as lines:
        for article in map(json.loads, islice(lines, first, None, step)):
            yield article["id"], article["text"]


def sign(text):
    words = text.split()
    signature = BLANK.copy()
    signature.update_batch({" ".join(words[i : i + WORDS]).encode() for i in range(len(words) - WORDS + 1)})
    return signature


def index(folder):
    storage = {"type": "redis", "basename": b"peers", "redis": {"unix_socket_path": f"{folder}/socket"}}
    storage["redis_buffer"] = {"transaction": False}
    return MinHashLSH(num_perm=BANDS * WIDTH, params=(BANDS, WIDTH), storage_config=storage)


def peak(process="self"):
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def answers(client):
    try:
        return client.ping()
    except redis.ConnectionError:  # not there yet, or still loading
        return False


@contextmanager
def server(folder):
    """A server that has read its file, and a client of it."""
    command = ["redis-server", "--dir", folder, "--port", "0", "--unixsocket", f"{folder}/socket", "--save", ""]
    command += ["--appendonly", "yes", "--appendfsync", "everysec", "--auto-aof-rewrite-percentage", "0"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        client = redis.Redis(unix_socket_path=f"{folder}/socket")
        while not answers(client) and process.poll() is None:
            time.sleep(0.01)
        yield process, client
    finally:
        process.terminate()
        process.wait()


def add_share(share):
    folder, path, first, step = share
    with index(folder).insertion_session(buffer_size=1000) as session:
        for name, text in articles(path, first, step):
            session.insert(name, sign(text), check_duplication=False)
    return peak()


def add(folder, path):
    with server(folder) as (process, client):
        start = time.perf_counter()
        workers = os.cpu_count()
        with multiprocessing.Pool(workers) as pool:
            peaks = pool.map(add_share, [(folder, path, n, workers) for n in range(workers)], chunksize=1)
        # What was written before is on the disk once this is answered.
        client.config_set("appendfsync", "always")
        client.set("end", 1)
        took, peaks = time.perf_counter() - start, [peak() + sum(peaks), peak(process.pid)]
        client.bgrewriteaof()
        while any(client.info("persistence")[f"aof_rewrite_{state}"] for state in ("in_progress", "scheduled")):
            time.sleep(0.1)
        bytes_kept = sum(file.stat().st_size for file in Path(folder, "appendonlydir").iterdir())
        return {"add": took, "add_peak": peaks, "bytes": bytes_kept}


def ask(folder, asked, fed):
    start = time.perf_counter()
    with server(folder) as (process, _):
        lsh = index(folder)
        figures = {"open": time.perf_counter() - start, "times": [], "answers": {}}
        for name, text in articles(asked):
            start = time.perf_counter()
            found = lsh.query(sign(text))
            figures["times"].append(time.perf_counter() - start)
            figures["answers"][name] = dict.fromkeys(found, "candidate")
        figures["ask_peak"] = [peak(), peak(process.pid)]
        start = time.perf_counter()
        for name, text in articles(fed):
            signature = sign(text)
            lsh.query(signature)
            lsh.insert(name, signature, check_duplication=False)
        return figures | {"feed": time.perf_counter() - start}


if __name__ == "__main__":
    print(json.dumps({"add": add, "ask": ask}[sys.argv[1]](*sys.argv[2:])))
