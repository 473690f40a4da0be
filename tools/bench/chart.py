"""The chart: for each program the time with each detector, in multiples of the native time."""

import html
import math

from results import geomean_ratio, ratio

COLOURS = {"hbsan": "#2563a8", "tsan": "#e0913a", "helgrind": "#9aa3ad"}
TITLES = {"hbsan": "hbsan", "tsan": "ThreadSanitizer 19", "helgrind": "Helgrind"}

LEFT, RIGHT, TOP, BOTTOM = 150, 60, 76, 44
WIDTH, BAR, GAP = 760, 9, 7


class Axis:
    """A logarithmic scale from 1/2 to the power of two that holds every ratio."""

    def __init__(self, ratios):
        self.low = -1
        self.high = max(2, math.ceil(math.log2(max(ratios, default=2))))

    def x(self, value):
        share = (math.log2(max(value, 0.5)) - self.low) / (self.high - self.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def ticks(self):
        return [2.0**power for power in range(self.low, self.high + 1)]


def text(x, y, words, anchor="start", style=""):
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f"<text {place} {style}>{html.escape(words)}</text>"


def legend(ways):
    parts, x = [], LEFT
    for way in ways:
        parts.append(f'<rect x="{x}" y="46" width="12" height="10" fill="{COLOURS[way]}"/>')
        parts.append(text(x + 17, 55, TITLES[way]))
        x += 30 + 8 * len(TITLES[way])
    return parts


def grid(axis, bottom):
    parts = []
    for value in axis.ticks():
        x = axis.x(value)
        colour = "#555" if value == 1 else "#ddd"
        ends = f'x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}"'
        parts.append(f'<line {ends} stroke="{colour}"/>')
        parts.append(text(x, bottom + 15, f"{value:g}x", "middle"))
    return parts


def bars(axis, y, label, ratios, bold):
    """One program's bars, from 1x on; `ratios` is {way: multiple of native}."""
    style = 'font-weight="bold"' if bold else ""
    parts = [text(LEFT - 8, y + BAR * len(ratios) / 2 + 4, label, "end", style)]
    for way, value in ratios.items():
        if value is not None:
            begin, end = sorted((axis.x(1), axis.x(value)))
            parts.append(
                f'<rect x="{begin:.1f}" y="{y}" width="{max(end - begin, 1):.1f}" '
                f'height="{BAR - 1}" fill="{COLOURS[way]}"/>'
            )
            small = 'font-size="9" fill="#444"'
            parts.append(text(end + 4, y + BAR - 1, f"{value:.1f}", "start", small))
        y += BAR
    return parts


def svg(result, ways):
    """The chart of `result` (see results.py), for the detectors in `ways`."""
    ways = [way for way in ways if way != "native"]
    programs = result["programs"]
    rows = {
        name: {way: ratio(samples, way, "wall") for way in ways}
        for name, samples in programs.items()
    }
    rows["geomean"] = {way: geomean_ratio(programs, way, "wall") for way in ways}
    axis = Axis([r for ratios in rows.values() for r in ratios.values() if r is not None])
    pitch = BAR * len(ways) + GAP
    bottom = TOP + pitch * len(rows)
    height = bottom + BOTTOM
    setup = (
        f"{result['machine']}; {result['date']}; {result['threads']} threads; clang 19 -O2; "
        f"medians of {result['rounds']}"
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="sans-serif" font-size="11" fill="#222">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        text(LEFT, 22, "Time with race detection, over native time", "start", 'font-size="15"'),
        text(LEFT, 38, "logarithmic scale; shorter is better", "start", 'fill="#666"'),
        *legend(ways),
        *grid(axis, bottom),
    ]
    for index, (name, ratios) in enumerate(rows.items()):
        label = name.replace("_", " ")
        parts += bars(axis, TOP + GAP // 2 + index * pitch, label, ratios, name == "geomean")
    parts.append(text(LEFT, height - 8, setup, "start", 'font-size="10" fill="#666"'))
    parts.append("</svg>")
    return "\n".join(parts) + "\n"
