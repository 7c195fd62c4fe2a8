"""The trackers fit their bounds, and what is in the wheel is what the sources build."""

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRACKERS = ROOT / "footfall" / "collect" / "tracker"


@pytest.mark.parametrize(
    ("name", "most"), [("footfall.js", 1000), ("footfall.full.js", 2000), ("content.js", 3000), ("returning.js", 1000)]
)
def test_tracker_fits_its_bytes(name, most):
    assert len(gzip.compress((TRACKERS / name).read_bytes(), 9)) <= most


@pytest.mark.skipif(shutil.which("npm") is None or not (ROOT / "node_modules").is_dir(), reason="npm or node_modules is missing")
def test_built_trackers_are_their_sources(tmp_path, monkeypatch):
    monkeypatch.setenv("OUT", str(tmp_path))
    subprocess.run(["npm", "run", "--silent", "build:trackers"], cwd=ROOT, check=True, capture_output=True)
    for name in ("footfall.js", "footfall.full.js", "content.js", "returning.js"):
        assert (tmp_path / name).read_bytes() == (TRACKERS / name).read_bytes(), "run `make assets`"
