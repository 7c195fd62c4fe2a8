"""npm trackers as a page would load them: bundled by esbuild from node_modules."""

import subprocess
from functools import lru_cache
from pathlib import Path

__all__ = ["ROOT", "bundle"]

ROOT = Path(__file__).parents[2]


@lru_cache
def bundle(script: str) -> str:
    """The script with all it imports, for a page."""
    command = [str(ROOT / "node_modules/.bin/esbuild"), "--bundle", "--format=iife", "--log-level=error"]
    return subprocess.run(command, input=script, cwd=ROOT, capture_output=True, text=True, check=True).stdout
