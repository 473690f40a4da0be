#!/usr/bin/env python3
"""Nothing that a cold hook calls uses a vector register: its caller has values in them.

Usage: vector_registers_test.py LINKER OBJDUMP LIBRARY

Follows calls and jumps from the hooks named __hbsan_cold_..., but not through what saves the
registers first.
"""

import collections
import pathlib
import re
import subprocess
import sys
import tempfile

SAVES = "hbsan_call_preserving_vectors"
FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")
BRANCH = re.compile(r"\b(?:call|j[a-z]+)q?\s+(?:0x)?[0-9a-f]+ <([^>+]+)")
VECTOR = re.compile(r"%[xyz]?mm[0-9]")


def disassemble(linker, objdump, library):
    """{function: what it calls}, {function: its first instruction with a vector register}."""
    with tempfile.TemporaryDirectory() as directory:
        linked = pathlib.Path(directory) / "linked"  # so that all calls say where they go
        options = ["--entry=0", "--unresolved-symbols=ignore-all", "--whole-archive"]
        subprocess.run([linker, *options, library, "-o", linked], check=True)
        command = [objdump, "--disassemble", "--no-show-raw-insn", linked]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    calls, vectors = collections.defaultdict(set), {}
    name = ""
    for line in printed.splitlines():
        if function := FUNCTION.match(line):
            name = function[1]
        elif target := BRANCH.search(line):
            calls[name].add(target[1])
        elif VECTOR.search(line):
            vectors.setdefault(name, line.strip())
    return calls, vectors


def main():
    calls, vectors = disassemble(*sys.argv[1:])
    caller = {name: None for name in calls if name.startswith("__hbsan_cold_")}
    to_visit = list(caller)
    while to_visit:
        name = to_visit.pop()
        for callee in calls[name] - caller.keys():
            caller[callee] = name
            if callee != SAVES:
                to_visit.append(callee)
    if SAVES not in caller:
        sys.exit(f"no cold hook calls {SAVES}: have they other names now?")
    found = sorted(caller.keys() & vectors.keys() - {SAVES})
    for name in found:
        print(f"{vectors[name]}\n  in {name}")
        while name := caller[name]:
            print(f"  called by {name}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
