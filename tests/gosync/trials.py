#!/usr/bin/env python3
"""Runs programs of gosync again and again: each verdict must be right every time.

Usage: trials.py [--runs=N] [--workers=LIST] [--jobs=N] [--verdict-only] [--pch=PCH]
                 BIN SOURCE...

BIN has the command hbsan-c++. The verdict is in the source's path: testdata/race/x.cc,
testdata/norace/x.cc, testdata/seeds/race_x.cc, norace_x.cc or deadlock_x.cc. Each program runs N
times with each number of workers (1, 2 and 8), and is right if

race       it exits 66, and says every text of its `// EXPECT: text` lines;
norace     it exits 0, and hbsan says nothing;
deadlock   it exits 2, and says what it is to say.

With --verdict-only, what it says counts only where it is to say nothing: no time goes into names.
With --pch, programs that need no flags of their own are compiled with gosync.h precompiled in PCH.
"""

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

STATUS = {"race": 66, "norace": 0, "deadlock": 2}
SECONDS = 100  # for one run


def verdict_of(source):
    return source.stem.split("_")[0] if source.parent.name == "seeds" else source.parent.name


def lines_marked(source, mark):
    return [line[len(mark) :] for line in source.read_text().splitlines() if line.startswith(mark)]


def build(compiler, source, pch, program):
    flags = " ".join(lines_marked(source, "// FLAGS: ")).split()
    if pch and not flags:
        flags = ["-include-pch", pch]
    command = [compiler, "-std=c++20", "-fsanitize=race", "-g", "-O1", source, "-o", program]
    subprocess.run(command + flags, check=True)


def fault_of_run(program, verdict, expected, environment):
    """What is wrong with a run, and what it said; None if it was right."""
    try:
        run = subprocess.run([program], env=environment, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as late:
        return "it did not end", (late.stderr or b"").decode(errors="replace")
    said = run.stderr.decode(errors="replace")
    if run.returncode != STATUS[verdict]:
        return f"exit status {run.returncode}, expected {STATUS[verdict]}", said
    if verdict == "norace" and "hbsan:" in said:
        return "expected no report", said
    in_one_line = " ".join(said.split())  # sentences wrap
    missing = [text for text in expected if " ".join(text.split()) not in in_one_line]
    return (f"it does not say: {missing[0]}", said) if missing else None


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--workers", default="1,2,8")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--verdict-only", action="store_true")
    parser.add_argument("--pch")
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("sources", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(
        arguments.jobs
    ) as pool:
        program = pathlib.Path(directory) / "program"
        for source in arguments.sources:
            source = source.resolve()
            build(arguments.bin / "hbsan-c++", source, arguments.pch, program)
            verdict, expected = verdict_of(source), lines_marked(source, "// EXPECT: ")
            environment = dict(os.environ)
            if arguments.verdict_only:
                expected = []
                environment["HBSAN_OPTIONS"] = "symbolize=0"
            for workers in arguments.workers.split(","):
                environment["GOMAXPROCS"] = workers
                runs = pool.map(
                    lambda _: fault_of_run(program, verdict, expected, environment),
                    range(arguments.runs),
                )
                faults = [fault for fault in runs if fault is not None]
                if faults:
                    wrong += 1
                    what, said = faults[0]
                    print(f"{source}, {workers} workers: wrong in {len(faults)} of "
                          f"{arguments.runs} runs, first: {what}\n{said}", flush=True)
    print(f"{len(arguments.sources)} programs, {arguments.runs} runs with {arguments.workers} "
          f"workers each: " + (f"{wrong} wrong" if wrong else "all right"))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
