"""A contract's columns as SQL over a Piece: each text brought to its type, and what can be wrong with it.

Expressions alone, of a row: none aggregates, none knows where rows come from. What the contract says travels as the typed parameters that
``parameters`` answers; their names begin with ``check_``.

Times are of the contract's zone unless they carry an offset. A time that clocks skip in spring counts in the hour before; one that they
show twice in autumn counts as the second. Before 1970 nothing is read.
"""

from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import msgspec

from footfall.sources.contract import COARSER, Column, Contract, Grain
from footfall.sources.numbers_sql import number_sql
from footfall.sources.pieces import Piece

__all__ = ["ALTERNATIVE", "SETTINGS", "TOO_LONG", "Typed", "fault_of", "parameters", "typed", "typed_columns"]

ALTERNATIVE = " | "
"""Between formats of one column."""
SETTINGS = {"short_circuit_function_evaluation": "disable"}
"""Of the statement that finds faults: all of them are looked for at once, in three fifths of the time that one after another takes."""
TOO_LONG = "row:too_long"
"""Reason of a row with more fields than the header."""
ALWAYS_REQUIRED = ("time", "latitude", "longitude")
"""Without it a row has no cell."""
ISO_INSTANT = r"^\d{4}-\d\d-\d\d([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$"
ISO_DATE = "yyyy-MM-dd"
PERIODS: dict[str, Grain] = {"/P1D": "day", "/P1W": "week", "/P1M": "month", "/P3M": "quarter", "/P1Y": "year"}
TRUE, FALSE = ("true", "t", "yes", "y", "1", "да"), ("false", "f", "no", "n", "0", "нет")
ZONE = "{check_zone:String}"


class Typed(msgspec.Struct, frozen=True):
    """A column of the contract as SQL."""

    value: str
    """NULL where there is none, or none that can be read. Nullable(…): DateTime in the contract's zone of times, dates and beginnings of
    periods; Int64 of integers; Float64 of numbers and money; Bool; else String, without blanks around it."""
    faults: tuple[tuple[str, str], ...]
    """Reason, such as ``Issued:missing``, and the condition under which it is so; NULL is no. The first that is so counts."""


def typed_columns(contract: Contract, piece: Piece) -> dict[str, Typed]:
    """Every column that is kept, in the contract's order. Several times stand joined under the name of the first."""
    times = contract.used("time")
    found = {}
    for column in contract.kept:
        if column.use != "time" or len(times) == 1:
            found[column.name] = typed(column, piece.columns[column.name], contract)
        elif column == times[0]:
            found[column.name] = _joined(times, piece, contract)
    return found


def typed(column: Column, expression: str, contract: Contract) -> Typed:
    """One column, from the SQL expression of its text."""
    key = f"check_{contract.columns.index(column)}"
    text = _text(column, expression, key)
    value = _value(column, text, key, contract)
    faults = [("missing", f"isNull({text})")] if column.required or column.use in ALWAYS_REQUIRED else []
    if column.kind == "period" and (ends := _ends(contract, fit=False)):
        faults.append(("too_coarse", f"substring({text}, 11) IN {ends}"))
    if column.kind != "text":
        faults.append(("unreadable", f"isNull({value}) AND isNotNull({text})"))
    faults += _bounds(column, value, key)
    if column.values:
        faults.append(("not_allowed", f"{text} NOT IN {{{key}_values:Array(String)}}"))
    if column.pattern:
        faults.append(("malformed", f"NOT match({text}, {{{key}_pattern:String}})"))
    return Typed(value, tuple((f"{column.name}:{reason}", condition) for reason, condition in faults))


def fault_of(contract: Contract, piece: Piece) -> str:
    """SQL, LowCardinality(String): the first reason to refuse the row, or ''."""
    conditions = [piece.extra, *(condition for one in typed_columns(contract, piece).values() for _, condition in one.faults)]
    cases = ", ".join(f"{condition}, {at}" for at, condition in enumerate(conditions, start=2))
    return f"toLowCardinality(arrayElement({{check_reasons:Array(String)}}, multiIf({cases}, 1)))"


def parameters(contract: Contract) -> dict[str, Any]:
    """Values of every parameter that the expressions name; constant for a contract."""
    blank = Piece(sql="", columns=dict.fromkeys((column.name for column in contract.kept), "''"))
    reasons = [reason for one in typed_columns(contract, blank).values() for reason, _ in one.faults]
    found: dict[str, Any] = {"check_zone": contract.timezone, "check_reasons": ["", TOO_LONG, *reasons]}
    for at, column in enumerate(contract.columns):
        if column.use != "drop":
            found |= {f"check_{at}_{name}": value for name, value in _said(column).items()}
    if len(contract.used("time")) > 1:
        found |= {f"check_time_format_{at}": form for at, form in enumerate(_joint_formats(contract.used("time")))}
    return found


def _said(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"values": list(column.values), "missing": list(column.missing)}
    found |= {f"format_{at}": form for at, form in enumerate(column.format.split(ALTERNATIVE))}
    if column.pattern:
        found["pattern"] = rf"^(?:{column.pattern})$"
    for name, bound in (("minimum", column.minimum), ("maximum", column.maximum)):
        if bound is not None:
            found[name] = _moment(bound, last=name == "maximum") if isinstance(bound, str) else bound
    return found


def _moment(bound: str, *, last: bool) -> str:
    """As ClickHouse reads it. The last day counts whole, so that what is too late begins with the next."""
    moment = datetime.fromisoformat(bound)
    if last:
        moment += timedelta(days=1) if len(bound) == len(date.min.isoformat()) else timedelta(seconds=1)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _text(column: Column, expression: str, key: str) -> str:
    text = f"trimBoth({expression})"
    if column.missing == ("",):
        return f"nullIf({text}, '')"
    return f"if({text} IN {{{key}_missing:Array(String)}}, NULL, {text})" if column.missing else text


def _value(column: Column, text: str, key: str, contract: Contract) -> str:
    if column.kind == "text":
        return text
    if column.kind == "period":
        return f"if(substring({text}, 11) IN {_ends(contract, fit=True)}, {_parsed(f'substring({text}, 1, 10)', _quoted(ISO_DATE))}, NULL)"
    if column.kind == "boolean":
        return f"multiIf(lowerUTF8({text}) IN {TRUE}, true, lowerUTF8({text}) IN {FALSE}, false, NULL)"
    if column.kind in ("date", "instant"):
        return _time(column, text, key)
    return number_sql(column, text)


def _time(column: Column, text: str, key: str) -> str:
    if column.format:
        return _first(text, [f"{{{key}_format_{at}:String}}" for at, _ in enumerate(column.format.split(ALTERNATIVE))])
    if column.kind == "date":
        return f"if(length({text}) = 10, {_parsed(text, _quoted(ISO_DATE))}, NULL)"
    return f"if(match({text}, '{ISO_INSTANT.replace(chr(92), chr(92) * 2)}'), parseDateTimeBestEffortOrNull({text}, {ZONE}), NULL)"


def _joined(times: tuple[Column, ...], piece: Piece, contract: Contract) -> Typed:
    texts = [_text(column, piece.columns[column.name], f"check_{contract.columns.index(column)}") for column in times]
    faults = [(f"{column.name}:missing", f"isNull({text})") for column, text in zip(times, texts, strict=True)]
    together = " || ' ' || ".join(texts)
    value = _first(together, [f"{{check_time_format_{at}:String}}" for at, _ in enumerate(_joint_formats(times))])
    faults.append((f"{times[0].name}:unreadable", f"isNull({value}) AND isNotNull({together})"))
    for column in times:
        named = [
            (f"{column.name}:{reason}", condition)
            for reason, condition in _bounds(column, value, f"check_{contract.columns.index(column)}")
        ]
        faults += named
    return Typed(value, tuple(faults))


def _joint_formats(times: tuple[Column, ...]) -> list[str]:
    return [" ".join(forms) for forms in product(*(column.format.split(ALTERNATIVE) for column in times))]


def _first(text: str, formats: list[str]) -> str:
    parsed = [_parsed(text, form) for form in formats]
    return parsed[0] if len(parsed) == 1 else f"coalesce({', '.join(parsed)})"


def _parsed(text: str, form: str) -> str:
    return f"parseDateTimeInJodaSyntaxOrNull({text}, {form}, {ZONE})"


def _bounds(column: Column, value: str, key: str) -> list[tuple[str, str]]:
    faults = []
    for field, reason, sign in (("minimum", "below", "<"), ("maximum", "above", ">")):
        bound = getattr(column, field)
        if isinstance(bound, str):
            moment = f"toDateTime({{{key}_{field}:String}}, {ZONE})"
            faults.append((reason, f"{value} {'<' if sign == '<' else '>='} {moment}"))
        elif bound is not None:
            faults.append((reason, f"{value} {sign} {{{key}_{field}:Float64}}"))
    return faults


def _ends(contract: Contract, *, fit: bool) -> list[str]:
    """How periods end that lie in a bucket of the finest rung, or those that do not."""
    finest = contract.ladder[0].time
    return [end for end, grain in PERIODS.items() if (finest == grain or finest in COARSER[grain]) is fit]


def _quoted(text: str) -> str:
    return f"'{text}'"
