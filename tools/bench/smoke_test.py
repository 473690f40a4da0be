#!/usr/bin/env python3
"""smoke_test.py BUILD: a few programs, tiny: right results, no reports, well-formed documents."""

import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = ["config_table", "fft", "hash_table", "locked_counter", "pipeline"]
SVG = "{http://www.w3.org/2000/svg}"


def check_json(path):
    result = json.loads(path.read_text())
    assert list(result["programs"]) == PROGRAMS, result["programs"]
    for name, samples in result["programs"].items():
        for way in ("native", "hbsan"):
            sample = samples[way]
            assert sample["wall"] > 0 and sample["memory"] > 0, (name, way, sample)
        assert sum(result["counters"][name].values()) > 0, name
    assert set(result["geomeans"]) == {"hbsan"}, result["geomeans"]
    assert result["machine"] and result["date"]


def check_table(path):
    lines = path.read_text().splitlines()
    for name in [*PROGRAMS, "geomean"]:
        rows = [line.split() for line in lines if line.startswith(name + " ")]
        assert len(rows) == 3, (name, rows)  # wall time, processor time, memory
        assert all(row[-1].endswith("x") for row in rows), rows


def check_chart(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    words = {element.text for element in root.iter(SVG + "text")}
    assert {name.replace("_", " ") for name in PROGRAMS} <= words, words
    # The background, the legend's, and a bar for each program and the geomean.
    assert len(list(root.iter(SVG + "rect"))) == len(PROGRAMS) + 3


def main(build):
    with tempfile.TemporaryDirectory() as directory:
        command = [HERE / "run.py", "--build", build, "--output", directory]
        command += ["--ways", "native,hbsan", "--scale", "0.01", "--rounds", "1", "--counters"]
        subprocess.run([*command, *PROGRAMS], check=True)
        output = pathlib.Path(directory)
        check_json(output / "bench.json")
        check_table(output / "bench.txt")
        check_chart(output / "bench.svg")


if __name__ == "__main__":
    main(sys.argv[1])
