"""What pages load is small, and is what its sources build."""

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from footfall.errors import NotFound
from footfall.serve.pages.assets import url_of

ROOT = Path(__file__).parents[4]
STATIC = ROOT / "footfall" / "serve" / "pages" / "static"
SCRIPTS, CHARTS = ("app.js", "check.js"), "charts.js"
MOST_CHART_BYTES = 260_000
MOST_BYTES = 30_000
"""Packed, of script and style together; the page itself has as much again."""


def test_script_and_style_are_small():
    assert sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in (*SCRIPTS, "footfall.css")) <= MOST_BYTES


def test_charts_come_after_everything_else_and_are_not_too_large():
    assert len(gzip.compress((STATIC / CHARTS).read_bytes(), 9)) <= MOST_CHART_BYTES


@pytest.mark.skipif(shutil.which("npm") is None or not (ROOT / "node_modules").is_dir(), reason="npm or node_modules is missing")
def test_built_scripts_are_their_sources(tmp_path, monkeypatch):
    monkeypatch.setenv("PAGES_OUT", str(tmp_path))
    subprocess.run(["npm", "run", "--silent", "build:pages"], cwd=ROOT, check=True, capture_output=True)
    for name in (*SCRIPTS, CHARTS):
        assert (tmp_path / name).read_bytes() == (STATIC / name).read_bytes(), "run `make assets`"


def test_a_file_is_named_by_its_content_and_nothing_else_is_served():
    digest, name = url_of("footfall.css").removeprefix("/static/").split("/")
    assert (len(digest), name) == (12, "footfall.css")
    for wrong in ("../frame.py", "frame.py", "none.css", "app.js.map"):
        with pytest.raises(NotFound):
            url_of(wrong)
