"""Where the public data lie that benches read and nothing ships."""

import os
from pathlib import Path

__all__ = ["DATA"]

DATA = Path(os.environ.get("FOOTFALL_DATA") or Path(__file__).parents[3] / "shared" / "data")
