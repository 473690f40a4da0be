#!/usr/bin/env python3
"""The pass's finding of owned locks against the same programs without it, on random programs.

Usage: owned_locks.py BIN PCH FIRST LAST

BIN has the command hbsan-c++, PCH is gosync.h precompiled. The program of each seed from FIRST to
LAST is compiled with and without -hbsan-owned-locks and run by one worker, so that both take the
same schedule: the same variables must race. It has cases, each of a few goroutines that lock, access,
yield, return early, throw and call in random order; in most, one gives back what another one locked.
"""

import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

CASES = 10
VARIABLES = 6  # of a case, the first one for stray locks
SECONDS = 60  # for one run

PROLOGUE = """#include <cstdio>
#include <mutex>

#include "gosync/gosync.h"

int variables[%d];
int coins[64];

struct Case {
  explicit Case(int number) : v(variables + %d * number) {}
  int* v;
  gosync::Mutex m[4], stray, other;
  gosync::RWMutex rw[2];
  gosync::Mutex* one = &stray;
  gosync::Mutex* two = &other;
  gosync::Mutex** const place = &one;
  volatile int stage = 0;
};

__attribute__((noinline)) void Unlock(gosync::Mutex& m) { m.Unlock(); }
__attribute__((noinline)) void Plain(int* p) { *p += 1; }
__attribute__((noinline)) void MayThrow(int coin) {
  if (coin != 0) throw coin;
}
// Force an order that the detector does not see.
__attribute__((noinline, no_sanitize("thread"))) void Reach(Case& c, int stage) { c.stage = stage; }
__attribute__((noinline, no_sanitize("thread"))) void Await(Case& c, int stage) {
  while (c.stage < stage) gosync::Gosched();
}

"""


class Function:
    """The random body of a goroutine; `held`: how to give back what it holds, innermost last."""

    def __init__(self, rng):
        self.rng = rng
        self.lines = []
        self.held = []
        self.names = 0
        self.leaves = True

    def say(self, line):
        self.lines.append("  " + line)

    def coin(self):
        return f"coins[{self.rng.randrange(64)}]"

    def access(self):
        place = f"c.v[{self.rng.randrange(1, VARIABLES)}]"
        self.say(self.rng.choice([
            f"{place} = {self.rng.randrange(100)};", f"++{place};", f"seen += {place};",
            f"if (({place} & 1) == 0) ++seen;", f"Plain(&{place});"]))

    def leave(self):
        """Returns, with everything given back."""
        self.say(f"if ({self.coin()} == 0) {{")
        for unlock in reversed(self.held):
            self.say("  " + unlock)
        self.say("  return seen;")
        self.say("}")

    def locked(self, depth, lowest):
        number = self.rng.randrange(lowest, 6)
        if number < 4:
            mutex, lock, unlock = f"c.m[{number}]", "Lock", "Unlock"
        else:
            reads = self.rng.random() < 0.5
            mutex, lock = f"c.rw[{number - 4}]", "RLock" if reads else "Lock"
            unlock = "RUnlock" if reads else "Unlock"
        form = self.rng.random()
        if form < 0.1 and number < 4:
            self.say("{")
            self.say(f"std::lock_guard<gosync::Mutex> hold({mutex});")
            self.held.append("")
            self.block(depth - 1, number + 1)
            self.held.pop()
            self.say("}")
            return
        if form < 0.4:  # a pointer that may be another one, or is loaded again
            self.names += 1
            name = f"p{self.names}"
            other = f"c.m[{self.rng.randrange(4)}]" if number < 4 else mutex
            self.say(f"auto* volatile {name} = coins[0] == 2 ? &{other} : &{mutex};"
                     if form < 0.25 else f"auto* {name} = &{mutex};")
            mutex = f"(*{name})"
        back = f"{mutex}.{unlock}();"
        if number < 4 and self.rng.random() < 0.15:
            back = f"Unlock({mutex});"
        self.say(f"{mutex}.{lock}();")
        self.held.append(back)
        if self.rng.random() < 0.15:
            self.say("try {")
            self.block(depth - 1, number + 1)
            self.say(f"  MayThrow({self.coin()});")
            self.say("} catch (int) {")
            self.access()
            self.say("}")
        else:
            self.block(depth - 1, number + 1)
        self.held.pop()
        if self.rng.random() < 0.2:  # on either way
            self.say(f"if ({self.coin()} == 0) {{")
            self.access()
            self.say(f"  {back}")
            self.say("} else {")
            self.say(f"  {back}")
            self.say("}")
        else:
            self.say(back)

    def block(self, depth, lowest):
        for _ in range(self.rng.randrange(1, 4)):
            choice = self.rng.random()
            if choice < 0.35 or depth == 0:
                self.access()
            elif choice < 0.75 and lowest < 6:
                self.locked(depth, lowest)
            elif choice < 0.82:
                self.say("gosync::Gosched();")
            elif choice < 0.88 and self.leaves:
                self.leave()
            elif choice < 0.94:
                self.say(f"for (int i = 0; i < {self.rng.randrange(4)} + {self.coin()}; ++i) {{")
                self.block(depth - 1, lowest)
                self.say("}")
            else:
                self.say(f"if ({self.coin()} == 0) {{")
                self.block(depth - 1, lowest)
                self.say("}")


# What comes after the locks of `stray` whose Unlock follows at once, in the goroutine that made them:
# one that another one gives back.
STRAYS = [
    # It does not give it back, if a coin says so.
    ["c.stray.Lock();", "{x}", "if (coins[1] == 2) c.stray.Unlock();", "Reach(c, 1);"],
    ["c.stray.Lock();", "{x}", "if (coins[1] != 2) {{ Reach(c, 1); return seen; }}",
     "c.stray.Unlock();"],
    ["c.stray.Lock();", "while (coins[1] == 2) {x}", "{x}", "Reach(c, 1);"],
    # Something comes in between, and somebody locks it again.
    ["c.stray.Lock();", "{x}", "Reach(c, 1);", "Await(c, 2);", "c.stray.Unlock();"],
    ["c.stray.Lock();", "Reach(c, 1);", "Await(c, 2);", "{x}", "c.stray.Unlock();"],
    # It gives another one back.
    ["gosync::Mutex* m = coins[1] == 2 ? c.one : c.two;", "c.other.Lock();",
     "c.one->Lock();", "{x}", "m->Unlock();", "Reach(c, 1);"],
    ["c.other.Lock();", "c.stray.Lock();", "{x}", "c.other.Unlock();", "Reach(c, 1);"],
    ["c.other.Lock();", "c.one->Lock();", "{x}", "*c.place = &c.other;", "c.one->Unlock();",
     "Reach(c, 1);"],
]


def function(rng, name, role, stray):
    """Role 0 locks the stray mutex, which role 1 unlocks, and role 2 locks then."""
    body = Function(rng)
    body.say("int seen = 0;")
    body.leaves = role is None  # who has a role plays it
    body.block(3, 0)
    body.leaves = True
    accesses = ["c.v[0] = 1;", "++c.v[0];", "seen += c.v[0];"]
    x = rng.choice(accesses)
    if role == 0:
        lock = "c.one->" if "c.one->Lock();" in stray else "c.stray."
        for _ in range(rng.randrange(1, 4)):
            for line in [lock + "Lock();", x, lock + "Unlock();"]:
                body.say(line)
        for line in stray:
            body.say(line.format(x=x))
    elif role == 1:
        body.say("Await(c, 1);")
        body.say("c.stray.Unlock();")
        if "Await(c, 2);" in stray:
            for _ in range(3):
                body.say("gosync::Gosched();")
            body.say("c.stray.Lock();")
            body.say("Reach(c, 2);")
    elif role == 2:
        body.say("Await(c, 1);")
        body.say("c.stray.Lock();")
        body.say(rng.choice(accesses[:2]))
        body.say("c.stray.Unlock();")
    body.block(3, 0)
    body.say("return seen;")
    return "\n".join([f"__attribute__((noinline)) int {name}(Case& c) {{", *body.lines, "}", ""])


def program(seed):
    rng = random.Random(seed)
    text = [PROLOGUE % (CASES * VARIABLES, VARIABLES)]
    main = ["int main() {", "  gosync::GOMAXPROCS(1);"]
    for i in range(64):
        main.append(f"  coins[{i}] = {rng.randrange(2)};")
    main.append('  std::printf("%p\\n", static_cast<void*>(variables));')
    main.append("  std::fflush(stdout);")
    for case in range(CASES):
        stray = STRAYS[case] if case < len(STRAYS) else None
        main += ["  {", f"    Case c({case});", "    gosync::WaitGroup all;"]
        for goroutine in range(3):
            name = f"F{case}_{goroutine}"
            text.append(function(rng, name, goroutine if stray else None, stray))
            main.append(f"    all.Go([&c] {{ {name}(c); }});")
        main += ["    all.Wait();", "  }"]
    main.append("}")
    return "\n".join(text + main) + "\n"


def run(binary):
    """Its exit status, the numbers of the variables that race, and what it says."""
    environment = dict(os.environ, HBSAN_OPTIONS="symbolize=0", GOMAXPROCS="1")
    done = subprocess.run([binary], env=environment, capture_output=True, text=True, timeout=SECONDS)
    first = int(done.stdout, 16)
    addresses = re.findall(r"^  [A-Za-z]+ of size 4 at 0x([0-9a-f]+)", done.stderr, re.M)
    return done.returncode, {(int(address, 16) - first) // 4 for address in addresses}, done.stderr


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    tree = pathlib.Path(sys.argv[1]).parent
    compile_it = [tree / "bin" / "hbsan-c++", "-std=c++20", "-fsanitize=race", "-g", "-O1",
                  "-Xclang", "-load", "-Xclang", tree / "lib" / "hbsan" / "hbsan-pass.so"]
    pch, first, last = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    changed = races = 0
    with tempfile.TemporaryDirectory() as directory:
        source = pathlib.Path(directory) / "program.cc"
        binary = source.with_suffix("")
        for seed in range(first, last + 1):
            source.write_text(program(seed))
            results, contents = [], []
            for switch in ("1", "0"):
                subprocess.run([*compile_it, "-mllvm", "-hbsan-owned-locks=" + switch,
                                "-include-pch", pch, source, "-o", binary], check=True)
                results.append(run(binary))
                contents.append(binary.read_bytes())
            (status, found, said), (status_without, found_without, _) = results
            if status != status_without or found != found_without:
                print(f"seed {seed}: exit status {status}, without owned locks {status_without}\n"
                      f"racy only with them: {found - found_without}, only without: "
                      f"{found_without - found}\n{said}")
                return 1
            races += len(found)
            changed += contents[0] != contents[1]
    print(f"{races} racy variables in {last - first + 1} programs, {changed} of which lock what they own")
    return 0 if races > 0 and changed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
