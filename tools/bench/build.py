"""Builds the suite's programs, each in several ways."""

import dataclasses
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAMS = HERE / "programs"

FLAGS = ["-O2", "-g", f"-I{ROOT}", "-pthread"]
LANGUAGES = {  # suffix: (compiler natively, compiler with hbsan, flags)
    ".c": ("clang-19", "hbsan-cc", ["-std=c17", "-D_GNU_SOURCE"]),
    ".cc": ("clang++-19", "hbsan-c++", ["-std=c++20"]),
}
STATISTIC = re.compile(r"^\s*(\d+) (hbsan\S*)\s+- (.+)$")  # as LLVM prints them


@dataclasses.dataclass(frozen=True)
class Way:
    """A way to build and run a program."""

    name: str
    flags: tuple = ()
    launcher: tuple = ()
    binary: str = ""  # built as this other way is; empty: as itself


WAYS = {
    way.name: way
    for way in (
        Way("native"),
        Way("hbsan", flags=("-fsanitize=race",)),
        Way("tsan", flags=("-fsanitize=thread",)),
        Way("helgrind", launcher=("valgrind", "-q", "--tool=helgrind"), binary="native"),
    )
}


def sources():
    """{name: path} of all programs."""
    return {path.stem: path for path in sorted(PROGRAMS.iterdir()) if path.suffix in LANGUAGES}


def binary_of(build, name, way):
    return build / "bench" / (way.binary or way.name) / name


def compile_command(build, source, way, output, extra=()):
    native, ours, flags = LANGUAGES[source.suffix]
    compiler = str(build / "bin" / ours) if way.name == "hbsan" else native
    return [compiler, *flags, *FLAGS, *way.flags, *extra, str(source), "-o", str(output), "-lm"]


def inputs_of(build, source, way):
    """All files that a binary depends on."""
    inputs = [source, *PROGRAMS.glob("*.h")]
    if way.name == "hbsan":
        inputs += [build / "bin" / "hbsan", *(build / "lib" / "hbsan").glob("*hbsan*")]
    return inputs


def make(output, inputs, command):
    """Runs `command`, which makes `output` of `inputs`, if it is older than they are."""
    newest = max(path.stat().st_mtime for path in inputs)
    if output.exists() and output.stat().st_mtime > newest:
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(command, check=True)


def build_program(build, source, way):
    output = binary_of(build, source.stem, way)
    way = WAYS[way.binary or way.name]
    make(output, inputs_of(build, source, way), compile_command(build, source, way, output))


def build_launcher(build):
    """What runs the programs: see launch.c."""
    launcher, source = build / "bench" / "launch", HERE / "launch.c"
    flags = ["-std=c17", "-D_GNU_SOURCE", "-O2"]
    make(launcher, [source], ["clang-19", *flags, str(source), "-o", str(launcher)])
    return launcher


def statistics(build, source):
    """The pass's counters for one program: {what was counted: number}."""
    # Loaded early, so that the option is known when the command line is read.
    plugin = build / "lib" / "hbsan" / "hbsan-pass.so"
    extra = ["-c", "-Xclang", "-load", "-Xclang", str(plugin), "-mllvm", "-hbsan-stats"]
    command = compile_command(build, source, WAYS["hbsan"], "/dev/null", extra)
    printed = subprocess.run(command, check=True, stderr=subprocess.PIPE, text=True).stderr
    matches = map(STATISTIC.match, printed.splitlines())
    return {match[3]: int(match[1]) for match in matches if match}
