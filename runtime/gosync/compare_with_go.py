#!/usr/bin/env python3
"""Compares gosync with Go on the same workloads: the two programs run in turn, so that both meet the
same noise, and the best of each counts.

Usage: compare_with_go.py [--race] [--rounds N] [--filter NAME] BENCHMARK

BENCHMARK is the program gosync_benchmark, or gosync_race_benchmark with --race. Prints ns per
iteration of both and their ratio. Go 1.19 or later is needed: $GO, go, or Debian's golang-1.19.
"""

import argparse
import json
import math
import os
import pathlib
import re
import shutil
import subprocess

PEER = pathlib.Path(__file__).parent / "go_peer"
SECONDS = 0.3  # per workload and round
# Workloads that do whole batches of their iterations only.
BATCHES = {"Sieve": 550, "MatMul": 192 * 192}


def per_iteration(name, nanoseconds, iterations):
    """What an iteration took that was done, `nanoseconds` being what one took that was asked for."""
    batch = BATCHES.get(name, 1)
    return nanoseconds * iterations / (math.ceil(iterations / batch) * batch)


def run_gosync(program, name):
    command = [program, f"--benchmark_filter=^{name}/", f"--benchmark_min_time={SECONDS}",
               "--benchmark_format=json"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result = json.loads(output)["benchmarks"][0]
    return per_iteration(name, result["real_time"], result["iterations"])


def run_go(program, name):
    command = [program, "-test.run=^$", f"-test.bench=^Benchmark{name}$",
               f"-test.benchtime={SECONDS}s", "-test.cpu=2"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result = re.search(r"\s(\d+)\s+([0-9.]+) ns/op", output)
    return per_iteration(name, float(result[2]), int(result[1]))


def build_peer(race, directory):
    go = os.environ.get("GO") or shutil.which("go") or "/usr/lib/go-1.19/bin/go"
    program = directory / ("peer_race" if race else "peer")
    subprocess.run([go, "test", "-c", "-o", program] + (["-race"] if race else []), cwd=PEER,
                   check=True)
    return program


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--race", action="store_true", help="compare with go test -race")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--filter", default="", help="only workloads with this in their name")
    parser.add_argument("benchmark", type=pathlib.Path)
    arguments = parser.parse_args()

    program = arguments.benchmark.resolve()
    peer = build_peer(arguments.race, program.parent)
    names = re.findall(r"func Benchmark(\w+)", (PEER / "bench_test.go").read_text())
    ratios = []
    print(f"{'':16}{'gosync':>12}{'go':>12}{'ratio':>8}")
    for name in names:
        if arguments.filter not in name:
            continue
        ours, theirs = [], []
        for _ in range(arguments.rounds):
            ours.append(run_gosync(program, name))
            theirs.append(run_go(peer, name))
        ratios.append(min(ours) / min(theirs))
        print(f"{name:16}{min(ours):12.1f}{min(theirs):12.1f}{ratios[-1]:8.2f}", flush=True)
    print(f"{'geometric mean':40}{math.exp(sum(map(math.log, ratios)) / len(ratios)):8.2f}")


if __name__ == "__main__":
    main()
