"""Drafts a contract by looking at the beginning of a file. What the data are for, on what ground and whose they are, no machine can say."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from footfall.sources.contract import COARSER, Column, Contract, Grain, Measure, Rung
from footfall.sources.guard import look_at_header
from footfall.sources.guesses import guess_kind, guess_use
from footfall.sources.odcs import write_contract
from footfall.sources.samples import Sample, take_sample
from footfall.store.engine import Engine

__all__ = ["RETENTION_DAYS", "draft", "draft_text", "measures_of", "one_of_each", "rungs_of"]

RETENTION_DAYS = 1095
H3 = (Rung(time="hour", place="h3:9"), Rung(time="hour", place="h3:8"), Rung(time="day", place="h3:8"), Rung(time="day", place="h3:7"))
HEAD = """\
# A draft, made by looking at {name}. It loads nothing until a person has filled in what no machine can say:
#   description.purpose   what the data are for, in a sentence that a citizen would understand
#   footfall.legalBasis   on what ground they are processed
#   team.name             who answers for them
# A row stands for one person, trip or payment here. If it counts people already, the column that does so has footfall.use: cohort.
# Look at every column too: what a person could be known by must be dropped, which is what a column without footfall.use is.
"""
GUESSED = "# The encoding, {encoding}, is guessed: {why}.\n"


def draft(path: Path, engine: Engine, *, looks_like: Callable[[str], object] = look_at_header) -> Contract:
    """A contract of the file as it seems to be; purpose, legal basis and owner are empty, so that it is refused until they are not.

    ``looks_like`` answers something of the name of a column that identifies people: then it is dropped.

    Raises:
        BadInput: the file is empty, or no table.
    """
    return _drafted(path, take_sample(path, engine), engine, looks_like)


def draft_text(path: Path, engine: Engine, *, looks_like: Callable[[str], object] = look_at_header) -> str:
    """The draft as YAML, with comments that say what a person has to fill in.

    Raises:
        BadInput: the file is empty, or no table.
    """
    sample = take_sample(path, engine)
    guessed = GUESSED.format(encoding=sample.encoding, why=sample.encoding_why) if sample.encoding_why else ""
    return HEAD.format(name=path.name) + guessed + write_contract(_drafted(path, sample, engine, looks_like))


def one_of_each(columns: list[Column]) -> tuple[Column, ...]:
    """The first time, latitude and longitude, and the first place of each kind; a second of them is dropped."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for column in columns:
        key, single = (column.use, column.place), column.use in ("time", "place", "latitude", "longitude")
        kept.append(Column(name=column.name) if single and key in seen else column)
        seen.add(key)
    return tuple(kept)


def rungs_of(columns: Iterable[Column]) -> tuple[Rung, ...]:
    """A ladder that such columns can have, from fine to coarse."""
    found = list(columns)
    grain = _finest(found)
    later = COARSER[grain]
    place = next((column.place for column in found if column.use == "place"), "city")
    located = [rung for rung in H3 if rung.time in (grain, *later)] if any(column.use == "latitude" for column in found) else []
    rungs = located or [Rung(time=grain, place=place)]
    if place != "city" and rungs[0].place == place and grain != "year":
        rungs.append(Rung(time="month" if "month" in later and grain == "day" else later[0], place=place))
    rungs.append(Rung(time=rungs[-1].time))
    return tuple(dict.fromkeys([*rungs, Rung(time=rungs[-1].time, categories=False)]))


def measures_of(columns: Iterable[Column]) -> tuple[Measure, ...]:
    """The count of rows, and the sum of each number."""
    names: list[str] = ["rows"]
    found = [Measure(name="rows")]
    for column in columns:
        if column.use == "measure":
            name = re.sub(r"[^a-z0-9]+", "_", column.name.lower()).strip("_")
            name = name if re.match("[a-z]", name) and name not in names else f"sum_{len(names)}"
            names.append(name)
            found.append(Measure(name=name, aggregate="sum", column=column.name, unit=column.unit))
    return tuple(found)


def _drafted(path: Path, sample: Sample, engine: Engine, looks_like: Callable[[str], object]) -> Contract:
    columns = one_of_each([_column(name, texts, engine, looks_like) for name, texts in sample.columns.items()])
    stem = re.sub(r"[^a-z0-9]+", "-", path.name.split(".")[0].lower()).strip("-")[:63] or "dataset"
    located = any(column.use == "latitude" for column in columns)
    return Contract(
        id=stem,
        version="1.0.0",
        name=path.name.split(".")[0].replace("_", " "),
        module="geodata" if located else "counters",
        purpose="",
        legal_basis="",
        owner="",
        granularity="One row of the file",
        format=sample.format,
        options=sample.options,
        encoding=sample.encoding,
        columns=columns,
        measures=measures_of(columns),
        ladder=rungs_of(columns),
        retention_days=RETENTION_DAYS,
    )


def _column(name: str, texts: list[str], engine: Engine, looks_like: Callable[[str], object]) -> Column:
    kind, more = guess_kind(texts, name, engine)
    column = Column(name=name, kind=kind, format=more.get("format", ""), decimal="," if more.get("decimal") else ".")
    use, place = guess_use(column, texts)
    if use == "drop" or looks_like(name):
        return Column(name=name)
    if use in ("category", "place") and kind not in ("text", "integer"):
        return Column(name=name, use=use, place=place)
    return msgspec.structs.replace(column, use=use, place=place, required=use in ("time", "latitude", "longitude"))


def _finest(columns: list[Column]) -> Grain:
    time = next((column for column in columns if column.use == "time"), None)
    if time is None or time.kind == "instant":
        return "hour"
    if time.kind == "period" or time.format == "yyyy-MM":
        return "month"
    return "day"
