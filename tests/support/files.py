"""Files of folders that a server or an engine is at work in: what goes away while it is looked for is passed over."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["files_in"]


def files_in(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below them with what it holds. A part that the engine merges away meanwhile stands in another."""
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                with suppress(FileNotFoundError):
                    yield Path(place, name), Path(place, name).read_bytes()
