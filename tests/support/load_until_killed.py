"""A process that loads a journal into a store: ``python -m tests.support.load_until_killed HOME STORE [SEGMENTS]``. It says when it begins.

With SEGMENTS (a batch) marks wait for those of other batches, and perhaps for the next process.
"""

import os
import sys
from pathlib import Path

from footfall.store import batches
from footfall.store.engine import open_engine
from footfall.store.loading import Loader
from tests.support.journal import START


def main(home: Path, store: str, segments: int = 0) -> None:
    batches.BATCH_SEGMENTS = segments or batches.BATCH_SEGMENTS
    engine = open_engine(store, home)
    engine.query("SELECT 1")
    loader = Loader(engine, home / "journal", now=lambda: START, random=os.urandom)
    print("loading", flush=True)
    loader.load_waiting(marks_may_wait=segments > 0)
    engine.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
