"""A process that loads a journal into a store, as ``python -m tests.support.load_until_killed HOME STORE``; it says when it begins."""

import os
import sys
from pathlib import Path

from footfall.store.engine import open_engine
from footfall.store.loading import Loader
from tests.support.journal import START


def main(home: Path, store: str) -> None:
    engine = open_engine(store, home)
    engine.query("SELECT 1")
    loader = Loader(engine, home / "journal", now=lambda: START, random=os.urandom)
    print("loading", flush=True)
    loader.load_waiting()
    engine.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
