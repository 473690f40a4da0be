"""Runs programs and measures them."""

import dataclasses
import statistics
import subprocess
import tempfile

import build


class Failure(Exception):
    """A program's result was wrong, it crashed, or a race was reported."""


@dataclasses.dataclass(frozen=True)
class Sample:
    """What one run took, or the medians of several."""

    wall: float  # seconds
    cpu: float  # seconds, user and system
    memory: float  # peak resident set, MiB


def run(launcher, command):
    """Runs `command` once. Raises Failure unless it exits with 0 and prints nothing."""
    with tempfile.TemporaryFile("w+") as output:
        launched = [str(launcher), *command]
        usage = subprocess.run(
            launched, stdout=subprocess.PIPE, stderr=output, text=True, check=True
        ).stdout
        output.seek(0)
        printed = output.read()
    status, wall, cpu, peak = usage.split()
    if status != "0" or printed:
        raise Failure(f"{' '.join(command)}: exit status {status}\n{printed}")
    return Sample(float(wall), float(cpu), int(peak) / 1024)


def median(samples):
    return Sample(*map(statistics.median, zip(*map(dataclasses.astuple, samples))))


def measure(launcher, binaries, name, ways, rounds, threads, scale):
    """Medians of one program, the ways taking turns: {way's name: Sample}.

    A way in which the program fails is left out, and why is printed.
    """
    samples = {way.name: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            if way.name not in samples:
                continue
            binary = build.binary_of(binaries, name, way)
            try:
                sample = run(launcher, [*way.launcher, str(binary), str(threads), str(scale)])
                samples[way.name].append(sample)
            except Failure as failure:
                print(failure, flush=True)
                del samples[way.name]
    return {way: median(runs) for way, runs in samples.items()}
