#!/usr/bin/env python3
"""measure.py DIRECTORY [--full]: memory of the programs of this directory with and without race
detection, side by side, against what must hold.

DIRECTORY holds NAME (with race detection) and NAME_native, and maybe NAME_tsan, for comparison.
Exits with 1 if a bound does not hold.
"""
import os
import subprocess
import sys


def run(directory, name, args):
    """{moment: (resident KiB, page tables KiB)}, or None if the program failed."""
    path = os.path.join(directory, name)
    if not os.path.exists(path):
        return None
    result = subprocess.run([path, *map(str, args)], stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        print(f"{name} {' '.join(map(str, args))}: exit status {result.returncode}", file=sys.stderr)
        return None
    lines = [line.split() for line in result.stdout.splitlines()]
    return {moment: (int(resident), int(tables)) for moment, resident, tables in lines}


class Table:
    def __init__(self):
        self.good = True
        print(f"{'measure':44} {'native':>9} {'hbsan':>9} {'beyond':>9} {'bound':>9} {'tsan beyond':>12}")

    def row(self, what, unit, native, ours, beyond, bound, tsan):
        ok = beyond is not None and beyond <= bound
        self.good = self.good and ok
        cells = [f"{x:9.1f}" if x is not None else "   failed" for x in (native, ours, beyond, bound)]
        other = f"{tsan:12.1f}" if tsan is not None else f"{'-':>12}"
        print(f"{what + ', ' + unit:44} {' '.join(cells)} {other}{'' if ok else '   NOT MET'}", flush=True)


def beyond(with_it, native, moment, scale):
    """(native, with detection, difference) of all memory at `moment`, in units of `scale` KiB."""
    base = sum(native[moment]) / scale
    if with_it is None:
        return base, None, None
    return base, sum(with_it[moment]) / scale, (sum(with_it[moment]) - sum(native[moment])) / scale


def compare(table, directory, what, unit, name, args, moment, scale, bound):
    native = run(directory, name + "_native", args)
    if native is None:
        print(f"{what}: cannot be measured here", file=sys.stderr)
        return
    base, ours, more = beyond(run(directory, name, args), native, moment, scale)
    tsan = beyond(run(directory, name + "_tsan", args), native, moment, scale)[2]
    table.row(what, unit, base, ours, more, bound, tsan)


def growth(table, directory, what, name, count, bound):
    ours = run(directory, name, (count,))
    if ours is None:
        table.row(f"{count} {what}", "MiB", None, None, None, 0, None)
        return
    tenth, end = sum(ours["tenth"]) / 1024, sum(ours["all"]) / 1024
    table.row(f"growth from {count // 10} to {count} {what}", "MiB", tenth, end, end - tenth, bound, None)


def main():
    directory = sys.argv[1]
    full = "--full" in sys.argv[2:]
    threads = 30_000 if full else 500
    cycles = 1_000_000 if full else 20_000
    passes = 400 if full else 40
    objects = 1_000_000 if full else 50_000
    table = Table()
    # In the short run the fixed cost of detection is spread over few threads or objects, and dead
    # records are not worth a collection yet.
    fixed = 0 if full else 24 << 10
    for stack in (64 << 10, 8 << 20):
        compare(table, directory, f"{threads} live threads, {stack >> 10} KiB stacks", "KiB each", "live_threads",
                (threads, stack), "alive", threads, 32 + fixed / threads)
    growth(table, directory, "thread starts", "thread_cycles", cycles, 4 if full else 40)
    growth(table, directory, "passes over an array in one epoch", "long_epoch", passes, 4 if full else 24)
    bound = 200 if full else (objects * 220 / 1024 + fixed) / 1024
    compare(table, directory, f"{objects} atomics and as many mutexes", "MiB", "sync_objects", (objects,), "once", 1024, bound)
    compare(table, directory, "the same, used by another thread too", "MiB", "sync_objects", (objects,), "twice", 1024,
            2 * bound)
    return 0 if table.good else 1


if __name__ == "__main__":
    sys.exit(main())
