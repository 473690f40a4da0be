#!/usr/bin/env python3
"""Checks who includes whom: detector <- runtime <- tests; tools and instrumentation stand alone.

Usage: include_check.py ROOT
Prints each #include that points the wrong way as file:line, and fails if there is any.
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^>"]+)[>"]')
CXX_STANDARD = re.compile(r"[a-z_]+$")  # <vector>, <cstdint>: no directory, no suffix

# Directory -> the project's directories, or single headers, that it may include.
MAY_INCLUDE = {
    "detector": {"detector"},
    "runtime": {"runtime", "detector", "testdata/unseen.h"},  # tests that force an order
    "instrumentation": {"instrumentation", "detector/hot_state.h"},  # the hook ABI's data
    "tools": {"tools"},
    "tests": {"tests", "runtime", "detector", "tools"},
    "include": set(),  # a user's headers
    "frameworks": set(),
    "testdata": set(),  # a user's programs
}

# Outside headers that a directory may include beyond its LIBRARIES, and why.
EXCEPTIONS = {("detector", "sys/syscall.h")}  # a number: a spin lock yields without libc

# Directory -> whether it may include a header from outside the project, where that is limited.
LIBRARIES = {
    "detector": lambda name: CXX_STANDARD.match(name) or name.startswith("absl/"),
    "runtime": lambda name: not name.startswith(("llvm/", "CLI/", "nlohmann/")),
    "tools": lambda name: not name.startswith("llvm/"),
}


def is_test(path):
    return path.stem.endswith(("_test", "_benchmark")) or path.parts[1] in ("testing", "tests")


def fault(path, name):
    """Says what is wrong with `#include name` in the file `path`; None if nothing is."""
    directory, target = path.parts[0], name.split("/")[0]
    if target in MAY_INCLUDE and "/" in name:
        allowed = MAY_INCLUDE[directory]
        if target in allowed or name in allowed:
            return None
        return f"{directory}/ may include {', '.join(sorted(allowed)) or 'public headers only'}"
    if is_test(path) or (directory, name) in EXCEPTIONS:
        return None
    if LIBRARIES.get(directory, lambda _: True)(name):
        return None
    return f"{directory}/ does without this library"


def main(root):
    faults = 0
    for directory in MAY_INCLUDE:
        for path in sorted((root / directory).rglob("*")):
            if path.suffix not in (".h", ".cc", ".c", ".cpp"):
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                include = INCLUDE.match(line)
                why = include and fault(path.relative_to(root), include[1])
                if why:
                    faults += 1
                    print(f"{path.relative_to(root)}:{number}: {line.strip()}: {why}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
