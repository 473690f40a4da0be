#!/bin/bash
# Builds with race detection, runs all tests, and leaves the reports. Ends with 66 if there is a race
# that ci/known_races.json has not.
set -euo pipefail
cmake --preset race
cmake --build --preset race
rm -rf reports
status=0
hbsan test --build-dir build/race --keep-reports reports || status=$?
[[ $status -eq 0 || $status -eq 66 ]] || exit "$status"  # a test failed for another reason
known=()
[[ ! -e ci/known_races.json ]] || known=(--baseline ci/known_races.json)
hbsan report reports "${known[@]}" --format sarif=races.sarif --format junit=races.xml \
  --format html=races.html --format "${RACES_TO_LOG:-text}"
