"""Files that hold what a person reviews; ``FOOTFALL_SNAP=1`` writes them again (``make snap``)."""

import os
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "snapshots"
WRITES = os.environ.get("FOOTFALL_SNAP") == "1"


def snapshot(name: str, text: str) -> str:
    """What the file of that name holds; it is written first if snapshots are being made again."""
    path = FOLDER / name
    if WRITES:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8")
