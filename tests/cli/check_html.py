#!/usr/bin/env python3
"""Checks HTML reports: well formed, whole without a network, small, and working in a browser.

Usage: check_html.py FILE...
The browser is Chromium, if it is installed.
"""

import html.parser
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

VOID = {"meta", "link", "input", "br"}
LARGEST = 5 << 20  # bytes


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.races, self.pictures = [], 0, 0

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        assert not attributes.get("src") and tag not in ("img", "iframe"), tag
        assert not attributes.get("href", "").startswith("http"), attributes
        self.races += tag == "details"
        if tag == "svg":
            self.pictures += 1
            assert attributes["role"] == "img" and attributes["aria-label"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


def check_in_browser(browser, path, races):
    with tempfile.TemporaryDirectory() as profile:
        run = subprocess.run(
            [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
             f"--user-data-dir={profile}", "--virtual-time-budget=3000", "--dump-dom",
             path.resolve().as_uri()],
            capture_output=True, text=True, check=True, timeout=100)  # fmt: skip
    assert "CONSOLE" not in run.stderr, run.stderr
    assert f"{races} of {races} shown" in run.stdout


def main(paths):
    browser = shutil.which("chromium")
    for path in map(pathlib.Path, paths):
        text = path.read_text()
        assert len(text.encode()) <= LARGEST, f"{path} has {len(text)} bytes"
        assert not re.search(r"https?://|@import|url\(", text)
        page = Page()
        page.feed(text)
        assert not page.open and page.races > 0 and page.pictures == page.races
        if browser:
            check_in_browser(browser, path, page.races)


if __name__ == "__main__":
    main(sys.argv[1:])
