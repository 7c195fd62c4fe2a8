"""What must hold within a contract: floors, columns that fit their use, measures of columns that are there, a ladder that gets coarser."""

import codecs
import math
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import re2
from cronsim import CronSim, CronSimError

from footfall.errors import BadInput
from footfall.sentences import NOTHING, Sentence
from footfall.sources.contract import FINEST_COHORT, Column, Contract, Measure
from footfall.sources.ladder_rules import check_ladder
from footfall.sources.shape import column_place, field_place

__all__ = ["check_rules"]

PATTERNS = re2.Options()
PATTERNS.log_errors = False
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
VERSION = re.compile(r"\d+\.\d+\.\d+")
CRON = re.compile(r"[\d*/,\-]+( [\d*/,\-]+){4}")
ROLES = ("viewer", "analyst", "steward", "admin")
NUMBERS = ("integer", "number", "money")
TIMES = ("instant", "date", "period")
DRAFTED = ("purpose", "legal_basis", "owner")
"""What no machine can say."""
KINDS_OF_USE: dict[str, tuple[str, ...]] = {
    "time": TIMES,
    "latitude": ("number",),
    "longitude": ("number",),
    "measure": NUMBERS,
    "cohort": ("integer",),
    "score": ("integer",),
    "place": ("text", "integer"),
    "device": ("text", "integer"),
    "track": ("text", "integer"),
    "payee": ("text", "integer"),
    "question": ("text", "integer"),
}
PER_PERSON = ("latitude", "longitude", "device", "track", "payee", "measure", "question", "score")
"""Uses that a count of restriction violations has no need of."""
MOST_MEASURES = 60


def check_rules(contract: Contract) -> None:
    """Nothing where all hold.

    Raises:
        BadInput: the first that does not, with its place in the YAML and what is valid.
    """
    for check in CHECKS:
        check(contract)


def _filled_in(contract: Contract) -> None:
    for field in DRAFTED:
        if not getattr(contract, field).strip():
            raise BadInput(
                "{place} is empty: a person has to say it in a sentence. A contract is a draft, and loads nothing, until purpose, legal "
                "basis and owner are filled in.",
                place=field_place(field),
            )
    for field in ("name", "granularity"):
        if not getattr(contract, field).strip():
            raise BadInput("{place} is empty. Valid: a text.", place=field_place(field))


def _named(contract: Contract) -> None:
    _match(contract, "id", ID, Sentence("small letters, digits and hyphens, 63 at most"))
    _match(contract, "version", VERSION, Sentence("three numbers, such as 1.0.0"))
    if contract.schedule:
        valid = Sentence("five fields of cron, such as 0 4 * * *")
        _match(contract, "schedule", CRON, valid)
        _comes_round(contract.schedule, valid)
    for role in contract.readers:
        if role not in ROLES:
            raise BadInput("{place}: {value!r} is not known. Valid: {valid}.", place="roles", value=role, valid=", ".join(ROLES))


def _match(contract: Contract, field: str, form: re.Pattern[str], valid: Sentence) -> None:
    value = getattr(contract, field)
    if not form.fullmatch(value):
        raise BadInput("{place}: {value!r} is not valid. Valid: {valid}.", place=field_place(field), value=value[:80], valid=valid)


def _comes_round(schedule: str, valid: Sentence) -> None:
    try:
        CronSim(schedule, datetime(2000, 1, 1))
    except CronSimError:
        raise BadInput(
            "{place}: {value!r} is not valid. Valid: {valid}.", place=field_place("schedule"), value=schedule[:80], valid=valid
        ) from None


def _known_to_the_machine(contract: Contract) -> None:
    try:
        codecs.lookup(contract.encoding)
    except (LookupError, ValueError):
        valid = "utf-8, cp1251, cp1252, koi8-r, iso-8859-1, utf-16 …"
        raise BadInput(
            "{place}: {value!r} is not known. Valid: {valid}.", place=field_place("encoding"), value=contract.encoding[:80], valid=valid
        ) from None
    try:
        ZoneInfo(contract.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        valid = Sentence("a name of the tz database, such as Europe/London")
        raise BadInput(
            "{place}: {value!r} is not known. Valid: {valid}.", place=field_place("timezone"), value=contract.timezone[:80], valid=valid
        ) from None


def _bounded(contract: Contract) -> None:
    if contract.min_cohort < FINEST_COHORT:
        raise BadInput(
            "{place}: {value} is below the floor. Valid: {floor} or more.",
            place=field_place("min_cohort"),
            value=contract.min_cohort,
            floor=FINEST_COHORT,
        )
    for field, lowest, highest in (
        ("most_refused", 0, 1),
        ("retention_days", 1, 36_600),
        ("freshness_hours", 0, 87_600),
        ("overlap_hours", 0, 87_600),
    ):
        value = getattr(contract, field)
        if not lowest <= value <= highest:
            raise BadInput(
                "{place}: {value} is not valid. Valid: {lowest} to {highest}.",
                place=field_place(field),
                value=value,
                lowest=lowest,
                highest=f"{highest:,}",
            )


def _columns(contract: Contract) -> None:
    if not contract.kept:
        raise BadInput("{place}: no column is kept. Valid: at least one with a use.", place=field_place("columns"))
    seen: set[str] = set()
    for column in contract.columns:
        if column.name in seen:
            raise BadInput("{place}: the name stands there twice.", place=column_place(contract.columns, column.name))
        seen.add(column.name)
        for field, fault in _faults(column):
            raise BadInput("{place}: {fault}.", place=column_place(contract.columns, column.name, field), fault=fault)
    _time(contract)


def _faults(column: Column) -> Iterator[tuple[str, Sentence]]:
    """Field and what is wrong with it."""
    valid = KINDS_OF_USE.get(column.use, (column.kind,))
    if column.kind not in valid:
        yield (
            "use",
            Sentence("a column of kind {kind} cannot be {use}. Valid: {valid}", kind=column.kind, use=column.use, valid=", ".join(valid)),
        )
    if column.place and column.use != "place":
        yield "place", Sentence("only a column of use place names one")
    if column.use == "place" and not re.fullmatch(r"[a-z][a-z_ ]*", column.place):
        yield "place", Sentence("say what kind of place it names. Valid: small letters, such as district")
    if column.format and column.kind not in ("instant", "date"):
        yield "format", Sentence("only instants and dates have one")
    if column.sign != "as is" and column.kind not in NUMBERS:
        yield "sign", Sentence("only numbers have one")
    if column.decimal != "." and column.kind not in ("number", "money"):
        yield "decimal", Sentence("only numbers have one")
    if column.values and column.kind not in ("text", "integer"):
        yield "values", Sentence("only texts and whole numbers can be listed")
    if column.pattern:
        yield from _pattern_faults(column)
    yield from _bound_faults(column)
    if column.use == "payee" and not column.required:
        yield "required", Sentence("who is paid must be known of every row: true")
    if column.use == "score" and not (isinstance(column.minimum, float | int) and isinstance(column.maximum, float | int)):
        yield "minimum", Sentence("a score needs the ends of its scale, minimum and maximum")


def _pattern_faults(column: Column) -> Iterator[tuple[str, Sentence]]:
    if column.kind != "text":
        yield "pattern", Sentence("only texts have one")
    try:
        re2.compile(column.pattern, PATTERNS)
    except re2.error:
        yield "pattern", Sentence("it is no pattern of RE2")


def _bound_faults(column: Column) -> Iterator[tuple[str, Sentence]]:
    bounds = [(field, bound) for field in ("minimum", "maximum") if (bound := getattr(column, field)) is not None]
    for field, bound in bounds:
        if column.kind in NUMBERS:
            if isinstance(bound, str) or not math.isfinite(bound):
                yield field, Sentence("a number is bounded by numbers")
        elif column.kind not in TIMES:
            yield field, Sentence("only numbers and times have bounds")
        elif not _is_moment(bound):
            yield field, Sentence("a time is bounded by a date, such as '2020-01-31', or an instant without offset")
    if len(bounds) == 2 and type(bounds[0][1]) is type(bounds[1][1]) and bounds[0][1] > bounds[1][1]:
        yield "maximum", Sentence("it is below the minimum")


def _is_moment(bound: object) -> bool:
    try:
        return isinstance(bound, str) and datetime.fromisoformat(bound).tzinfo is None and date.fromisoformat(bound[:10]) is not None
    except ValueError:
        return False


def _time(contract: Contract) -> None:
    times = contract.used("time")
    if not times and not _is_moment(contract.options.get("date")):
        raise BadInput(
            "{place}: no column says when. Valid: one or more of use time, or the date of all rows as option {option}.",
            place=field_place("columns"),
            option="date",
        )
    for column in times:
        fault = NOTHING
        if len(times) > 1 and not column.format:
            fault = Sentence("times that are joined need a format each")
        elif column.kind == "period" and (len(times) > 1 or (contract.ladder and not _has_periods(contract))):
            fault = Sentence("a period stands alone, and the finest rung is a day or longer")
        if fault:
            raise BadInput("{place}: {fault}.", place=column_place(contract.columns, column.name, "format"), fault=fault)
    for use in ("latitude", "longitude", "track", "device", "payee", "question"):
        if len(contract.used(use)) > 1:
            raise BadInput("{place}: two columns are {use}. Valid: one.", place=field_place("columns"), use=use)
    if len(contract.used("latitude")) != len(contract.used("longitude")):
        raise BadInput("{place}: latitude and longitude belong together.", place=field_place("columns"))


def _has_periods(contract: Contract) -> bool:
    return contract.ladder[0].time != "hour"


def _cohort(contract: Contract) -> None:
    named = contract.used("cohort")
    if contract.cohort == "certified" and not contract.certificate.strip():
        raise BadInput(
            "{place} is empty: a supplier who certifies a cohort of {least} does so in a document. Valid: its name and date.",
            place=field_place("certificate"),
            least=contract.min_cohort,
        )
    if contract.cohort != "certified" and contract.certificate:
        raise BadInput("{place}: only a cohort that is certified has one.", place=field_place("certificate"))
    people = [use for use in ("latitude", "device", "track", "score") if contract.used(use)]
    if contract.cohort == "certified" and (contract.module == "restrictions" or people):
        raise BadInput(
            "{place}: certified is not valid for {what}. Valid: rows, or a column of use cohort.",
            place=field_place("cohort"),
            what=", ".join(people) or "restrictions",
        )
    valid = [column.name for column in named] if named else ["rows", "certified"]
    if contract.cohort not in valid or len(named) > 1:
        raise BadInput(
            "{place}: {value!r} is not valid. Valid: {valid}.",
            place=field_place("cohort"),
            value=contract.cohort[:80],
            valid=", ".join(valid[:1] if named else [*valid, "a column of use cohort"]),
        )


def _measures(contract: Contract) -> None:
    if not contract.measures:
        raise BadInput("{place}: nothing is measured. Valid: at least one.", place=field_place("measures"))
    if len(contract.measures) > MOST_MEASURES:
        raise BadInput("{place}: more than {most} numbers of a cell.", place=field_place("measures"), most=MOST_MEASURES)
    for at, measure in enumerate(contract.measures):
        place = f"{field_place('measures')}[{at}]"
        if measure.name in [other.name for other in contract.measures[:at]] or not re.fullmatch(r"[a-z][a-z0-9_]*", measure.name):
            raise BadInput(
                "{place}.name: {value!r} is not valid. Valid: a name of its own, of small letters, digits and _.",
                place=place,
                value=measure.name[:80],
            )
        _measured(contract, measure, place)


def _measured(contract: Contract, measure: Measure, place: str) -> None:
    uses = {"count": (), "distinct": ("device", "track")}.get(measure.aggregate, ("measure", "cohort", "score"))
    valid = [column.name for column in contract.columns if column.use in uses]
    if measure.aggregate == "count" and measure.column:
        raise BadInput("{place}.column: a count is of rows or of the cohort's column, and names none.", place=place)
    if measure.aggregate != "count" and measure.column not in valid:
        raise BadInput(
            "{place}.column: {value!r} cannot be measured by {aggregate}. Valid: {valid}.",
            place=place,
            value=measure.column[:80],
            aggregate=measure.aggregate,
            valid=", ".join(valid) or Sentence("a column of use {uses}, and there is none", uses=" or ".join(uses)),
        )


def _reduced(contract: Contract) -> None:
    needed = {"tracks": ("track", "time", "latitude", "longitude"), "survey": ("score",), "cells": ()}[contract.reduce]
    missing = [use for use in needed if not contract.used(use)]  # type: ignore[arg-type]
    if missing:
        raise BadInput(
            "{place}: {value} needs a column of use {missing}.",
            place=field_place("reduce"),
            value=contract.reduce,
            missing=", ".join(missing),
        )
    only = {"track": "tracks", "score": "survey", "question": "survey"}
    for column in contract.columns:
        if only.get(column.use, contract.reduce) != contract.reduce:
            place = column_place(contract.columns, column.name, "use")
            raise BadInput("{place}: {use} belongs to reduce: {reduce}.", place=place, use=column.use, reduce=only[column.use])


def _restrictions(contract: Contract) -> None:
    """Counts of type × district × day, and nothing else: neither sums nor points nor hours."""
    if contract.module != "restrictions":
        return
    for at, measure in enumerate(contract.measures):
        if measure.aggregate != "count":
            place = f"{field_place('measures')}[{at}].aggregate"
            raise BadInput(
                "{place}: {value} is not valid. Valid: count, since violations are counted and nothing else.",
                place=place,
                value=measure.aggregate,
            )
    for column in contract.columns:
        if column.use in (*PER_PERSON, "drop"):
            place = column_place(contract.columns, column.name, "use")
            raise BadInput(
                "{place}: {value} is not valid. Valid: {valid}, since violations are counted and nothing else.",
                place=place,
                value=column.use,
                valid="time, place, category, cohort, check",
            )
    _nothing_unseen(contract)
    if contract.options.get("unnamed") == "drop":
        raise BadInput(
            "{place}: unnamed columns are not dropped of violations: a file with anything of a person is refused whole.",
            place=field_place("options"),
        )
    if contract.ladder[0].time == "hour":
        raise BadInput(
            "{place}[0].time: hour is not valid. Valid: a day or longer, since violations have no time of day.", place=field_place("ladder")
        )


def _nothing_unseen(contract: Contract) -> None:
    """The guard looks at what is kept: what is only checked lists its values, and what names a place is on the ladder."""
    kinds = tuple(rung.place for rung in contract.ladder)
    for column in contract.columns:
        place, value, valid = "", str(column.use), "time, place, category, cohort, check + values"
        if column.use == "check" and not column.values:
            place = column_place(contract.columns, column.name, "use")
        if column.use == "place" and column.place not in kinds:
            place, value, valid = column_place(contract.columns, column.name, "place"), column.place, ", ".join(dict.fromkeys(kinds))
        if place:
            raise BadInput(
                "{place}: {value} is not valid. Valid: {valid}, since violations are counted and nothing else.",
                place=place,
                value=value,
                valid=valid,
            )


CHECKS: tuple[Callable[[Contract], None], ...] = (
    _filled_in,
    _named,
    _known_to_the_machine,
    _bounded,
    _columns,
    _cohort,
    _measures,
    check_ladder,
    _reduced,
    _restrictions,
)
