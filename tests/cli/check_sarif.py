#!/usr/bin/env python3
"""Checks that a SARIF log has the shape that SARIF 2.1.0 asks of it, and what hbsan promises.

Usage: check_sarif.py FILE
Each required property, type and reference is checked as the standard's schema has it.
"""

import json
import re
import sys
from urllib.parse import urlsplit


def check_location(location, bases):
    assert set(location) <= {"id", "physicalLocation", "logicalLocations", "message"}, location
    if "message" in location:
        assert isinstance(location["message"]["text"], str)
    for logical in location.get("logicalLocations", []):
        assert isinstance(logical["fullyQualifiedName"], str)
    if "physicalLocation" in location:
        artifact = location["physicalLocation"]["artifactLocation"]
        urlsplit(artifact["uri"])
        assert re.fullmatch(r"[A-Za-z0-9%/._~:-]+", artifact["uri"]), artifact
        assert artifact.get("uriBaseId", "SRCROOT") in bases
        region = location["physicalLocation"].get("region", {"startLine": 1})
        assert region["startLine"] >= 1 and region.get("startColumn", 1) >= 1


def check_result(result, rules, bases):
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["level"] in ("none", "note", "warning", "error")
    assert result.get("baselineState", "new") in ("new", "unchanged", "updated", "absent")
    assert isinstance(result["message"]["text"], str)
    assert re.fullmatch(r"[0-9a-f]{16}", result["partialFingerprints"]["hbsanRace/v1"])
    for location in result["locations"] + result["relatedLocations"]:
        check_location(location, bases)
    ids = [location["id"] for location in result["relatedLocations"]]
    assert len(ids) == len(set(ids))
    (flow,) = result["codeFlows"]
    assert flow["threadFlows"]
    for thread in flow["threadFlows"]:
        assert isinstance(thread["id"], str) and thread["locations"]
        for step in thread["locations"]:
            assert step["nestingLevel"] >= 0
            check_location(step["location"], bases)


def main(path):
    log = json.load(open(path))
    assert set(log) == {"$schema", "version", "runs"} and log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "hbsan"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    bases = run["originalUriBaseIds"]
    assert all(base["uri"].endswith("/") for base in bases.values())
    assert run["results"]
    for result in run["results"]:
        check_result(result, driver["rules"], bases)
        assert len(result["codeFlows"][0]["threadFlows"]) == 2
    prints = [result["partialFingerprints"]["hbsanRace/v1"] for result in run["results"]]
    assert len(prints) == len(set(prints)), "two results with one fingerprint"


if __name__ == "__main__":
    main(sys.argv[1])
