#!/usr/bin/env python3
"""Checks HTML reports: well formed, whole without a network, small, to be read by everybody, and
working in a browser.

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
CONTRAST = 4.5  # WCAG 2.1, 1.4.3
# Colours of text and what they lie on, by the style's names.
ON_EACH_OTHER = [("text", "page"), ("text", "soft"), ("text", "mark"), ("text", "window"),
                 ("dim", "page")]  # fmt: skip


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.races, self.pictures = [], 0, 0
        self.level = 0  # of the last heading

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "html":
            assert attributes["lang"]
        if tag in ("input", "select", "textarea"):
            assert "label" in self.open, f"{tag} without a label"
        assert int(attributes.get("tabindex", 0)) <= 0, "an order of its own"
        if re.fullmatch("h[1-6]", tag):
            assert int(tag[1]) <= self.level + 1, f"{tag} after h{self.level}"
            self.level = int(tag[1])
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


def luminance(colour):
    digits = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    shares = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def check_contrast(text):
    schemes = re.findall(r":root {([^}]*)}", text)
    assert len(schemes) == 2, "not a light and a dark one"
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+): #(\w+)", scheme))
        for front, back in ON_EACH_OTHER:
            dark, light = sorted([luminance(colours[front]), luminance(colours[back])])
            assert (light + 0.05) / (dark + 0.05) >= CONTRAST, f"{front} on {back}: {scheme}"


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
        check_contrast(text)
        page = Page()
        page.feed(text)
        assert not page.open and page.races > 0 and page.pictures == page.races
        if browser:
            check_in_browser(browser, path, page.races)


if __name__ == "__main__":
    main(sys.argv[1:])
