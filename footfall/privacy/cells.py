"""A cell's name in one text, for drawing and for hashing."""

import hashlib
from collections.abc import Collection, Mapping

import msgspec

__all__ = ["key_of", "keys_sha256", "output_sha256", "place_of"]

_place = msgspec.json.Decoder(tuple[int | str, ...]).decode


def key_of(site: int, keys: tuple[str, ...]) -> str:
    """A portal's id and the mart's keys as a JSON list: no two cells have the same.

    >>> key_of(7, ("entry", "/map"))
    '[7,"entry","/map"]'
    """
    return msgspec.json.encode([site, *keys]).decode()


def place_of(key: str) -> tuple[int, tuple[str, ...]]:
    """The portal's id and the mart's keys again."""
    site, *keys = _place(key)
    return int(site), tuple(map(str, keys))


def keys_sha256(keys: Collection[str]) -> str:
    """Hash of a key space, in any order."""
    return _sha256(sorted(keys))


def output_sha256(cells: Mapping[str, int]) -> str:
    """Hash of published cells by ``key_of``, in any order: a changed, added or missing one changes it."""
    return _sha256([[key, cells[key]] for key in sorted(cells)])


def _sha256(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()
