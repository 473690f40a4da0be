"""What a run of the suite found, as a table and as JSON.

The JSON document:
    {"machine", "date", "threads", "scale", "rounds",
     "programs": {name: {way: {"wall", "cpu": seconds, "memory": MiB}}},
     "geomeans": {way: {"wall", "cpu", "memory": ratio to native}},
     "counters": {name: {what: number}}, if asked for}
"""

import dataclasses
import datetime
import math
import platform

QUANTITIES = ("wall", "cpu", "memory")


def machine():
    """The processor's name and how many of it the suite may use."""
    name = platform.machine()
    with open("/proc/cpuinfo", encoding="ascii") as lines:
        for line in lines:
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    with open("/proc/cpuinfo", encoding="ascii") as lines:
        count = sum(line.startswith("processor") for line in lines)
    return f"{name}, {count} processors"


def geomean(numbers):
    numbers = list(numbers)
    return math.exp(sum(map(math.log, numbers)) / len(numbers)) if numbers else None


def ratio(samples, way, quantity, base="native"):
    """How many times more `way` took than `base`; None if one of them failed."""
    if way not in samples or base not in samples:
        return None
    return samples[way][quantity] / max(samples[base][quantity], 1e-9)


def geomean_ratio(programs, way, quantity, base="native"):
    ratios = (ratio(samples, way, quantity, base) for samples in programs.values())
    return geomean(r for r in ratios if r is not None)


def document(measured, ways, threads, scale, rounds, counters):
    """The JSON document; `measured` is {program: {way: Sample}}."""
    programs = {
        name: {way: dataclasses.asdict(sample) for way, sample in samples.items()}
        for name, samples in measured.items()
    }
    result = {
        "machine": machine(),
        "date": datetime.date.today().isoformat(),
        "threads": threads,
        "scale": scale,
        "rounds": rounds,
        "programs": programs,
        "geomeans": {
            way: {quantity: geomean_ratio(programs, way, quantity) for quantity in QUANTITIES}
            for way in ways
            if way != "native"
        },
    }
    if counters:
        result["counters"] = counters
    return result


def times(value):
    return f"{value:.2f}x" if value is not None else "-"


def row(cells):
    return f"{cells[0]:20}" + "".join(f"{cell:>14}" for cell in cells[1:])


def section(result, ways, title, quantity, unit):
    """The lines of one quantity: natively, and each way's ratio to that."""
    programs = result["programs"]
    others = [way for way in ways if way != "native"]
    against_tsan = "hbsan" in others and "tsan" in others
    head = [title, f"native, {unit}", *others] + ["hbsan/tsan"] * against_tsan
    lines = [row(head)]
    for name, samples in programs.items():
        native = f"{samples['native'][quantity]:.2f}" if "native" in samples else "-"
        cells = [name, native, *(times(ratio(samples, way, quantity)) for way in others)]
        if against_tsan:
            cells.append(times(ratio(samples, "hbsan", quantity, "tsan")))
        lines.append(row(cells))
    means = ["geomean", "", *(times(geomean_ratio(programs, way, quantity)) for way in others)]
    if against_tsan:
        means.append(times(geomean_ratio(programs, "hbsan", quantity, "tsan")))
    return [*lines, row(means), ""]


def table(result, ways):
    """The result as text."""
    lines = [
        f"{result['machine']}; {result['date']}; {result['threads']} threads, "
        f"scale {result['scale']:g}, medians of {result['rounds']} rounds",
        "",
        *section(result, ways, "wall time", "wall", "s"),
        *section(result, ways, "processor time", "cpu", "s"),
        *section(result, ways, "peak memory", "memory", "MiB"),
    ]
    for name, counts in result.get("counters", {}).items():
        lines.append(f"checks in {name}")
        lines += [f"{count:10} {what}" for what, count in counts.items()]
        lines.append("")
    return "\n".join(lines)
