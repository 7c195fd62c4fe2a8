"""Looking for identifiers in all that a home holds: every table, and every file as it lies on the disk."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import re2

from footfall.store.engine import Engine

__all__ = ["Search", "spellings", "tables_of"]

ENCODINGS = ("utf-8", "cp1251", "utf-16-le", "utf-16-be")
TABLES = """SELECT database, name FROM system.tables WHERE engine NOT LIKE 'System%' AND engine NOT LIKE '%View%'
AND database NOT IN ('system', 'information_schema', 'INFORMATION_SCHEMA') ORDER BY ALL"""
ALL = "SELECT toString(tuple(*)) FROM {database:Identifier}.{name:Identifier}"
MEMORY_BYTES = 1 << 28


def tables_of(engine: Engine) -> list[tuple[str, str]]:
    """Database and name of every table that can hold rows."""
    return [(str(database), str(name)) for database, name in engine.query(TABLES)]


class Search:
    """For these values, in the encodings that files come in."""

    def __init__(self, values: Iterable[str]) -> None:
        spelled = {spelling for value in values for spelling in spellings(value)}
        options = re2.Options()
        options.encoding, options.max_mem = re2.Options.Encoding.LATIN1, MEMORY_BYTES
        self._any = re2.compile(b"|".join(re2.escape(each) for each in sorted(spelled)), options)

    def in_bytes(self, held: bytes) -> bytes | None:
        """The first of them in it."""
        found = self._any.search(held)
        return bytes(found[0]) if found else None

    def in_folders(self, *folders: Path) -> Iterator[tuple[Path, bytes]]:
        """Files in which one stands, or in whose name."""
        for path in (path for folder in folders for path in sorted(folder.rglob("*"))):
            found = self.in_bytes(str(path).encode() + (b"\n" + path.read_bytes() if path.is_file() else b""))
            if found:
                yield path, found

    def in_tables(self, engine: Engine) -> Iterator[tuple[str, bytes]]:
        """Tables in which one stands, in whatever column."""
        for database, name in tables_of(engine):
            rows = engine.query(ALL, {"database": database, "name": name})
            if found := self.in_bytes("\n".join(str(row) for (row,) in rows).encode()):
                yield name, found


def spellings(value: str) -> Iterator[bytes]:
    """The value in each encoding that has its letters."""
    for encoding in ENCODINGS:
        try:
            yield value.encode(encoding)
        except UnicodeEncodeError:
            continue
