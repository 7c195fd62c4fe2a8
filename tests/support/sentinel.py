"""A visitor whom nobody must find again, and the search for what is left of him: every byte of every file in a folder."""

import base64
import ipaddress
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from footfall.collect.visitor import Salt
from footfall.store.engine import Engine

__all__ = ["AGENT", "COOKIE", "SECRET", "SENT", "V4", "V6", "all_rows", "find", "salts_in", "traces"]

V4, V4_TOO = "185.199.77.213", "91.198.174.83"
V6 = "2a0b:f4c2:77d:9e31:5bd1:e2:13:97"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 Sentinelle-7f3a91"
SECRET = "hunter2-5ecretvalue"
COOKIE = "cookie-b1scu1t-77"
SENT = (V4, V4_TOO, V6)
"""The addresses that the visitor comes from."""

Traces = Mapping[str, tuple[tuple[bytes, ...], ...]]
"""By what it would betray: forms of it, each of byte strings that must all be in one file to be taken for it."""


def traces(salts: Iterable[bytes] = ()) -> Traces:
    """What must be nowhere. Four bytes may be there by chance: a packed IPv4 counts where both of the visitor's are in one file."""
    six, fours = ipaddress.IPv6Address(V6), [ipaddress.IPv4Address(address).packed for address in (V4, V4_TOO)]
    network = six.packed[:8]
    return {
        "address": (
            *((text.encode(),) for text in (V4, V4_TOO, V6, V6.upper(), six.exploded, "2a0b:f4c2:77d:9e31:", "2a0b:f4c2:077d:9e31:")),
            *((form(V4),) for form in (_hex, _base64)),
            tuple(fours),
            tuple(four[::-1] for four in fours),
            (network,),
            (network[::-1],),
        ),
        "agent": ((AGENT.encode(),), (b"Sentinelle-7f3a91",), (b"sentinelle-7f3a91",)),
        "secret": ((SECRET.encode(),), (_base64(SECRET),)),
        "cookie": ((COOKIE.encode(),),),
        "salt": tuple((form,) for salt in salts for form in (salt, salt.hex().encode(), base64.b64encode(salt), repr(salt)[2:-1].encode())),
    }


def find(wanted: Traces, *folders: Path) -> set[tuple[str, str]]:
    """What is betrayed, and the file that does it: by its content, its name, or where its link leads."""
    files = [path for folder in folders for path in folder.rglob("*")]
    return {(what, str(path)) for path in files for what in _betrayed(wanted, _bytes_of(path))}


def salts_in(folder: Path) -> list[bytes]:
    """The day's salts, and those of imports that broke off, as the files on tmpfs hold them."""
    days = [msgspec.msgpack.decode(path.read_bytes(), type=Salt) for path in folder.glob("*/" + "[0-9a-f]" * 24) if path.stat().st_size]
    lines = [line.split() for path in folder.glob("*/import-*") for line in path.read_text().splitlines()]
    found = [salt for held in days for salt in (held.current, held.previous) if salt]
    return found + [bytes.fromhex(line[2]) for line in lines if len(line) == 3]


def all_rows(engine: Engine, folder: Path) -> None:
    """Every table of the store as text: on disk its columns are packed."""
    folder.mkdir()
    for (table,) in engine.query("SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name"):
        rows = engine.query(f"SELECT * FROM {table}")
        (folder / table).write_text("\n".join(map(repr, rows)))


def _betrayed(wanted: Traces, content: bytes) -> list[str]:
    return [what for what, forms in wanted.items() if any(all(part in content for part in form) for form in forms)]


def _bytes_of(path: Path) -> bytes:
    name = os.fsencode(path)
    if path.is_symlink():
        return name + os.fsencode(os.readlink(path))
    return name + (path.read_bytes() if path.is_file() else b"")


def _hex(text: str) -> bytes:
    return text.encode().hex().encode()


def _base64(text: str) -> bytes:
    """Without its end, which depends on what follows."""
    return base64.b64encode(text.encode())[:-4]
