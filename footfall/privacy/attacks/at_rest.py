"""What a store holds, judged: attacks on a home's own tables. Whoever reads the store hands the figures in."""

import math
import re
from collections.abc import Collection, Iterable, Mapping

import msgspec

from footfall.privacy.attacks.outcome import Attack
from footfall.privacy.budget import COHORT, noise_of, shares_of
from footfall.privacy.marts import MARTS, REACH

__all__ = [
    "Column",
    "Sums",
    "broken_ledger",
    "ids_again",
    "least_shown",
    "neighbours",
    "repeated",
    "sketches",
    "sums_that_come_out",
    "trajectories",
]

SHORT_MEMORY = {"events", "visits"}
"""Tables of the short memory: they forget, and have visitors' keys as long as they last."""
WHO = re.compile(r"(^|_)(visitor|visit|session|user|device_id|client|ip|address|agent|uid|salt)(_id|_key|_hash)?$", re.IGNORECASE)
KINDS_OF_IDS = re.compile(r"\b(UUID|IPv4|IPv6)\b")
SKETCH = re.compile(r"AggregateFunction\((uniq\w*|groupBitmap\w*|groupUniqArray\w*|groupArray\w*)\b")
LUCK = 0.01
"""Share of noisy sums that come out by chance, or fewer: noise of a sum has a standard deviation of 50 and more."""
COHORT_TOLD = min(COHORT.values())


class Column(msgspec.Struct, frozen=True):
    """A column of a table."""

    table: str
    name: str
    kind: str


class Sums(msgspec.Struct, frozen=True):
    """Portals and days with all cells shown of which they are the sum."""

    complete: int
    exact: int
    """Of those, that come out to the visitor."""


def trajectories(columns: Iterable[Column], ids_found: int, ids: int, uniques: Mapping[int, float]) -> Attack:
    """Whether what stays could follow anybody: a column to join a visitor's rows by, or an id of the short memory in the long one."""
    keys = [
        f"{one.table}.{one.name}" for one in columns if _of_the_long(one.table) and (WHO.search(one.name) or KINDS_OF_IDS.search(one.kind))
    ]
    told = ", ".join(f"{count} {'point' if count == 1 else 'points'} {share:.0%}" for count, share in uniques.items())
    short = f" Of a day's events still kept, page and hour single out: {told}." if told else ""
    return Attack(
        name="A1 home",
        title="Uniqueness: trajectories at rest",
        paper="de Montjoye et al. 2013; Farzanehfar et al. 2021",
        tried="Columns that name a visitor, and ids of the short memory, looked for in what stays; the rate counts what is found",
        rate=float(len(keys) + ids_found),
        bar=0.0,
        detail=f"{', '.join(keys) or 'No column'} that stays follows a visitor; {ids_found:,} rows have one of {roughly(ids)} ids.{short}",
    )


def sums_that_come_out(sums: Sums) -> Attack:
    """Differencing needs sums that come out; noise lets none but by chance."""
    bar = min(1.0, LUCK + (4 * math.sqrt(LUCK * sums.complete) + 3) / sums.complete) if sums.complete else 1.0
    return Attack(
        name="A6 home",
        title="Differencing on this home",
        paper="Denning, Denning, Schwartz 1979",
        tried="Portals against the sums of their hours and of their durations, where all are shown",
        rate=sums.exact / max(sums.complete, 1),
        bar=bar,
        detail=f"{sums.exact:,} of {sums.complete:,} sums come out exactly; chance alone lets {bar:.1%} do so."
        if sums.complete
        else "No portal's day has all its parts shown, so there was nothing to add up.",
    )


def repeated(draws: int) -> Attack:
    """What was drawn twice could be averaged."""
    return Attack(
        name="A7 home",
        title="Averaging on this home",
        paper="Dinur, Nissim 2003; Rinott et al. 2018",
        tried="Marts of a portal and day with cells of more than one draw; the rate counts them",
        rate=float(draws),
        bar=0.0,
        detail=f"{draws:,} marts of a portal and day were drawn more than once.",
    )


def ids_again(ids: int, again: int) -> Attack:
    """The same id on two portals, or on two days that do not touch: a visit may cross one midnight under its old id."""
    return Attack(
        name="A8 home",
        title="One id in two places on this home",
        paper="AEPD and EDPS 2019",
        tried="Ids of the short memory that are on two portals, or on days two apart; the rate counts them",
        rate=float(again),
        bar=0.0,
        detail=f"{again:,} of {roughly(ids)} ids looked at are in two places.",
    )


def least_shown(least: Mapping[tuple[str, str], int]) -> Attack:
    """The least cell of each release and mart, against the least threshold it ever had, and a cohort."""
    floors = {
        (release, mart.name): min(noise_of(release, one).threshold for one in shares_of(release, mart.name))
        for release in COHORT
        for mart in MARTS
    }
    floors[REACH.name, REACH.name] = noise_of(REACH.name, REACH).threshold
    under = [f"{mart} for {release}" for (release, mart), value in sorted(least.items()) if value < floors.get((release, mart), math.inf)]
    return Attack(
        name="A9 home",
        title="Cohorts on this home",
        paper="Sweeney 2002",
        tried="The least cell shown of each mart against its threshold; the rate counts marts with one under it",
        rate=float(len(under)),
        bar=0.0,
        detail=f"{', '.join(under) or 'None'} of {len(least)} has a cell under its threshold.",
    )


def neighbours(moves: Mapping[str, tuple[int, int]]) -> Attack:
    """By mart: cells that taking one visitor away moved, and the most that one of them moved by."""
    allowed = {mart.name: mart.cells for mart in MARTS}
    over = [name for name, (cells, most) in moves.items() if cells > allowed[name] or most > 1]
    return Attack(
        name="A10 home",
        title="Neighbours on this home",
        paper="Dwork et al. 2006 (the definition itself)",
        tried="The day counted again without the visitor who did most; the rate counts marts that moved more than they may",
        rate=float(len(over)),
        bar=0.0,
        detail=f"{', '.join(over) or 'None'} of {len(moves)} marts moved by more than one visitor may move it."
        if moves
        else "No day's events are kept here, so there was nothing to count.",
    )


def broken_ledger(faults: Collection[str], unpaid: Collection[int], lines: int) -> Attack:
    """The ledger changed, or numbers drawn that it knows nothing of: ``unpaid`` are the lines that the table names and it has not."""
    told = " ".join([*faults, *(f"Cells in the table name line {line}, which was never paid." for line in unpaid)])
    return Attack(
        name="A11 home",
        title="The ledger of this home",
        paper="ours: a crash, a second draw, an edited line",
        tried="Each line against the one before it, and the table against the lines; the rate counts faults",
        rate=float(len(faults) + len(unpaid)),
        bar=0.0,
        detail=told or f"{lines:,} lines follow from each other, and nothing was drawn that was not paid before.",
    )


def roughly(count: int) -> str:
    """A count that is no release, in words that tell nothing of one visitor.

    >>> roughly(9), roughly(10), roughly(3728)
    ('fewer than 10', 'at least 10', 'at least 3,000')
    """
    if count < COHORT_TOLD:
        return f"fewer than {COHORT_TOLD}"
    step = 10 ** (len(str(count)) - 1)
    return f"at least {count // step * step:,}"


def sketches(columns: Collection[Column]) -> Attack:
    """Columns that hold sets of visitors in another dress: whoever can hash can ask them who is in."""
    found = [f"{one.table}.{one.name}" for one in columns if SKETCH.search(one.kind)]
    return Attack(
        name="A12 home",
        title="Side doors: sketches",
        paper="Desfontaines et al. 2018",
        tried="Columns that keep sketches or bitmaps of visitors; the rate counts them",
        rate=float(len(found)),
        bar=0.0,
        detail=f"{', '.join(found) or 'None'} of {len(columns)} columns keeps a set of visitors.",
    )


def _of_the_long(table: str) -> bool:
    return table.removesuffix("_local") not in SHORT_MEMORY
