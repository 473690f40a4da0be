#!/usr/bin/env python3
"""Compares running times and memory natively, with hbsan and with ThreadSanitizer.

Builds the programs of programs/, runs them in turns, checks that their results are right and that
nothing is reported, prints a table, and saves it as bench.txt, bench.json and bench.svg.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import build
import chart
import measure
import results


def parse_arguments():
    known = build.sources()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("programs", nargs="*", metavar="PROGRAM", help="default: all of " + ", ".join(known))
    add("--build", type=pathlib.Path, default=build.ROOT / "build", help="hbsan's build tree")
    add("--output", type=pathlib.Path, help="where to save; default: BUILD/bench")
    add("--rounds", type=int, default=5, help="runs of each program each way (default: 5)")
    add("--scale", type=float, default=1.0, help="amount of work; 1: 0.3 to 1 s natively")
    add("--threads", type=int, default=2, help="default: 2")
    add("--ways", default="native,hbsan,tsan", help="some of: " + ", ".join(build.WAYS))
    add("--counters", action="store_true", help="also what the pass checked and left out")
    arguments = parser.parse_args()
    arguments.build = arguments.build.resolve()
    arguments.ways = arguments.ways.split(",")
    for given, known_ones in ((arguments.programs, known), (arguments.ways, build.WAYS)):
        for name in given:
            if name not in known_ones:
                parser.error(f"unknown: {name}")
    return arguments


def main():
    arguments = parse_arguments()
    ways = [build.WAYS[name] for name in arguments.ways]
    sources = build.sources()
    launcher = build.build_launcher(arguments.build)
    measured, counters = {}, {}
    for name in arguments.programs or sources:
        print(f"{name} ...", file=sys.stderr, flush=True)
        for way in ways:
            build.build_program(arguments.build, sources[name], way)
        measured[name] = measure.measure(
            launcher,
            arguments.build,
            name,
            ways,
            arguments.rounds,
            arguments.threads,
            arguments.scale,
        )
        if arguments.counters:
            counters[name] = build.statistics(arguments.build, sources[name])
    result = results.document(
        measured, arguments.ways, arguments.threads, arguments.scale, arguments.rounds, counters
    )
    table = results.table(result, arguments.ways)
    print(table)
    output = arguments.output or arguments.build / "bench"
    output.mkdir(parents=True, exist_ok=True)
    (output / "bench.txt").write_text(table)
    (output / "bench.json").write_text(json.dumps(result, indent=1) + "\n")
    (output / "bench.svg").write_text(chart.svg(result, arguments.ways))
    return 0 if all(len(samples) == len(ways) for samples in measured.values()) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"cannot build: {' '.join(error.cmd)}")
