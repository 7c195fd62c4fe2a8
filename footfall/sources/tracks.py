"""Tracks lose both ends: where somebody lives and where he went cannot be seen in what is left.

A track is what one id of the contract's ``track`` columns did on one local day. All its points in the place of its first point and in
that of its last go, also those of a return in between. Points may come in any order and in any pieces.
"""

from footfall.sources.cells import Read, apart_of, hashed, keys_of, of_part, rows_of, stage_columns, sums_of
from footfall.sources.contract import Contract
from footfall.store.workshop import literal

__all__ = ["TRACKS_TOGETHER", "track_columns", "track_insert", "without_ends"]

TRACKS_TOGETHER = ("track, min(since), max(until), ", "track, ")
"""How rows of one track and cell from several pieces come together."""
WITHOUT = """INSERT INTO stage SELECT * EXCEPT (track, since, until, starts, ends)
FROM tracks LEFT JOIN (
    SELECT track, argMin({place}, (since, {place})) AS starts, argMax({place}, (until, {place})) AS ends
    FROM tracks WHERE fault = '' GROUP BY track
) AS whole USING (track)
WHERE fault != '' OR ({place} != starts AND {place} != ends)"""


def track_columns(contract: Contract) -> str:
    """The table ``tracks`` as DDL: a stage a track, which lives no longer than the file is read."""
    return f"track UInt64, since DateTime64(0, 'UTC'), until DateTime64(0, 'UTC'), {stage_columns(contract)}"


def track_insert(read: Read) -> str:
    """The statement that puts a piece into ``tracks``. A point of no track is refused."""
    tracks = read.contract.used("track")
    missing = " OR ".join(f"ifNull({read.piece.columns[column.name]}, '') = ''" for column in tracks)
    more = [
        f"if(ff_fault = '', {hashed(read, tracks)}, 0) AS ff_track",
        f"if(ff_fault = '', assumeNotNull({read.time}), toDateTime64(0, 0, 'UTC')) AS ff_time",
    ]
    rows = rows_of(read, more=more, faults=f"{missing}, {literal(tracks[0].name + ':missing')}, ")
    keys = ", ".join(["ff_fault", *(f"ff_{name}" for name in [*keys_of(read.contract), *apart_of(read.contract)])])
    sums = "".join(f", {how}" for _, _, how in sums_of(read.contract))
    return (
        f"INSERT INTO tracks SELECT ff_track, min(ff_time), max(ff_time), {keys}, count(), sum(ff_people), min(ff_row){sums} "
        f"FROM ({rows}) WHERE {of_part(read, 'ff_track')} GROUP BY ff_track, {keys}"
    )


def without_ends(contract: Contract) -> str:
    """The statement that fills ``stage`` from ``tracks``."""
    places = [name for name in keys_of(contract) if name == "h3" or name.startswith("p")]
    return WITHOUT.format(place=f"tuple({', '.join(places)})")
