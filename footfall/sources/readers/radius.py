"""RADIUS accounting as FreeRADIUS writes it to ``detail`` files: one row a session that has ended.

User names, addresses and session ids are never read. ``Calling-Station-Id`` is there for the use ``device`` alone, which tells devices
apart under a salt that is thrown away.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.chunks import Row, pieces_of
from footfall.sources.readers.encodings import lines_of
from footfall.sources.readers.heads import check_known

__all__ = ["RADIUS_NAMES", "names_in_radius", "read_radius"]

OCTETS = ("Acct-Input-Octets", "Acct-Output-Octets")
RADIUS_NAMES = [
    "Event-Timestamp",
    "NAS-Identifier",
    "Called-Station-Id",
    "station",
    "WISPr-Location-Id",
    "WISPr-Location-Name",
    "Acct-Session-Time",
    *OCTETS,
    "Acct-Terminate-Cause",
    "Calling-Station-Id",
]
"""``station`` is the first of WISPr-Location-Name, WISPr-Location-Id, NAS-Identifier and the network in Called-Station-Id that is there."""
GIGAWORDS = ("Acct-Input-Gigawords", "Acct-Output-Gigawords")
READ = {*RADIUS_NAMES, *GIGAWORDS, "Acct-Status-Type", "Acct-Delay-Time", "Timestamp", "WISPr-Location-ID"}
WRITTEN = "%b %d %Y %H:%M:%S"
STOPPED = ("Stop", "2")
GIGAWORD = 2**32
MOST_LINE, LONGEST_MOMENT = 10_000, 11


def names_in_radius(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """What is read of an accounting record."""
    return RADIUS_NAMES


def read_radius(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """A row for each record of a session's end (``Stop``); its number is that of the record's first line.

    Raises:
        BadInput: the contract keeps what is never read, or a device otherwise than as a device; or no line is one of a detail file.
    """
    check_known(RADIUS_NAMES, contract)
    if any(column.name == "Calling-Station-Id" and column.use != "device" for column in contract.kept):
        raise BadInput("Calling-Station-Id is a person's device: a contract may keep it with the use device, and with no other.")
    yield from pieces_of(_sessions(path), RADIUS_NAMES, contract, room)


def _sessions(path: Path) -> Iterator[Row]:
    for number, record in _records(path):
        if record.get("Acct-Status-Type") in STOPPED:
            yield number, [record.get(name) for name in RADIUS_NAMES]


def _records(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Records, each with the number of its first line: a line that is not indented begins one."""
    record: dict[str, str] = {}
    first = 0
    for number, line in enumerate(lines_of(path, "utf-8", most=MOST_LINE), 1):
        name, equals, value = line.partition("=")
        if line[0] not in " \t" and line.strip():
            yield first, _finished(record)
            record, first = {}, number
            if equals:
                raise BadInput("Line {line:,} is none of a RADIUS detail file: attributes are indented, dates are not.", line=number)
        elif equals and name.strip() in READ:
            record[name.strip()] = value.strip().strip('"')
    yield first, _finished(record)


def _finished(record: dict[str, str]) -> dict[str, str]:
    """Octets with their gigawords, the station, and the moment in ISO 8601."""
    done = dict(record)
    for octets, more in zip(OCTETS, GIGAWORDS, strict=True):
        if record.get(more, "").isdecimal() and record.get(octets, "").isdecimal():
            done[octets] = str(int(record[more]) * GIGAWORD + int(record[octets]))
    if "WISPr-Location-ID" in record:
        done["WISPr-Location-Id"] = record["WISPr-Location-ID"]
    network = record.get("Called-Station-Id", "").rpartition(":")[2]
    stations = [*(done.get(name, "") for name in ("WISPr-Location-Name", "WISPr-Location-Id", "NAS-Identifier")), network]
    return done | {"station": next(filter(None, stations), "")} | _moment(record)


def _moment(record: dict[str, str]) -> dict[str, str]:
    """The event's time: when the record came less its delay, else as the access point told it."""
    came, delay = record.get("Timestamp", ""), record.get("Acct-Delay-Time", "0")
    if came.isdecimal() and len(came) <= LONGEST_MOMENT:
        at = datetime.fromtimestamp(int(came) - (int(delay) if delay.isdecimal() else 0), UTC)
        return {"Event-Timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    words = record.get("Event-Timestamp", "").split()
    try:
        told = datetime.strptime(" ".join(words[:4]), WRITTEN)
    except ValueError:
        return {}
    return {"Event-Timestamp": told.isoformat() + ("Z" if words[4:] in (["UTC"], ["GMT"]) else "")}
