"""What a column may be, guessed from its name and some of its texts. Texts are tried with the very SQL that a load will read them by."""

import re
from importlib.resources import files

from footfall.sources.checks import parameters, typed
from footfall.sources.contract import Column, Contract, Kind, Measure, Rung, Use
from footfall.store.engine import Engine

__all__ = ["guess_kind", "guess_use", "named_time"]

COUNT = files("footfall.sources").joinpath("count_readable.sql").read_text().strip()
MOST_TEXTS = 500
DAYS = ("", "dd/MM/yyyy", "MM/dd/yyyy", "dd.MM.yyyy", "dd-MM-yyyy", "d/M/yyyy", "dd-MMM-yyyy", "yyyyMMdd", "yyyy-MM", "yyyy/MM/dd")
HOURS = ("HH:mm", "HH:mm:ss", "H:mm")
INSTANTS = ("", *(f"{day} {hour}" for day in DAYS[1:6] for hour in HOURS))
TIME_NAME = re.compile(r"date|time|day|month|period|issued|created|start|when|дата|время|день|месяц|период", re.IGNORECASE)
LATITUDE = re.compile(r"latitude$|(^|_)lat$|широта$", re.IGNORECASE)
LONGITUDE = re.compile(r"longitude$|(^|_)(lon|lng)$|долгота$", re.IGNORECASE)
CODE = re.compile(r"code|type|class|zone|week|hour|year|код|тип|час", re.IGNORECASE)
PLACE = re.compile(
    r"(?<![a-zа-я])(district|ward|borough|okrug|stop|station|venue|library|authority|район|округ|станция|остановка)(?![a-zа-я])",
    re.IGNORECASE,
)
NO_PLACE = re.compile(r"sequence|count|number|start|end|schedule", re.IGNORECASE)
IDENTIFIER = re.compile(
    r"(^|[_\s])(id|uuid|guid|token|key|hash|name|surname|phone|e?mail|passport|address|plate|card|account|mac|imei|ip)($|[_\s])|"
    r"[a-z](Id|ID)$|фио|имя|фамилия|телефон|паспорт|адрес|почта|снилс|инн|полис|номер",
)
MOST_CATEGORIES, NEARLY_KEY = 50, 0.5
"""Distinct values of a category at most; share of distinct values from which a column is nearly a key."""


def guess_kind(texts: list[str], name: str, engine: Engine) -> tuple[Kind, dict[str, str]]:
    """The first kind that reads every text, and what it needs beside: format or decimal sign. Without a text: text."""
    tried = list(dict.fromkeys(text for text in texts if text.strip()))[:MOST_TEXTS]
    if not tried:
        return "text", {}
    candidates = _candidates(dated=bool(TIME_NAME.search(name)))
    columns = tuple(
        Column(name=f"c{at}", kind=kind, use="check", format=more.get("format", ""), decimal="," if more.get("decimal") == "," else ".")
        for at, (kind, more) in enumerate(candidates)
    )
    contract = _contract(columns)
    counts = ", ".join(f"count({typed(column, 'text', contract).value})" for column in columns)
    [found] = engine.query(COUNT.replace("/* counts */", counts), {"texts": tried, **parameters(contract)})
    return next((candidate for candidate, count in zip(candidates, found, strict=True) if count == len(tried)), ("text", {}))


def guess_use(column: Column, texts: list[str]) -> tuple[Use, str]:
    """A use, and the kind of place where it names one. What looks like an identifier, or is nearly a key, is dropped."""
    held = [text for text in texts if text.strip()]
    placed = bool(PLACE.search(column.name)) and not NO_PLACE.search(column.name)
    distinct = len(set(held))
    number = column.kind in ("integer", "number", "money")
    if column.kind == "number" and (LATITUDE.search(column.name) or LONGITUDE.search(column.name)):
        return ("latitude" if LATITUDE.search(column.name) else "longitude"), ""
    if IDENTIFIER.search(column.name) and not placed:
        return "drop", ""
    if column.kind in ("instant", "date", "period"):
        return "time", ""
    if placed and column.kind in ("text", "integer") and distinct <= len(held) * NEARLY_KEY:
        return "place", _place(column.name)
    if number and not placed and not CODE.search(column.name):
        return "measure", ""
    few = 0 < distinct <= min(MOST_CATEGORIES, max(2, len(held) * NEARLY_KEY))
    return ("category" if few else "drop"), ""


def named_time(name: str) -> bool:
    """Whether a name speaks of time."""
    return bool(TIME_NAME.search(name))


def _place(name: str) -> str:
    found = PLACE.search(name)
    return found[0].lower() if found and found[0].isascii() else "district"


def _candidates(*, dated: bool) -> list[tuple[Kind, dict[str, str]]]:
    times: list[tuple[Kind, dict[str, str]]] = [("period", {})]
    times += [("date", {"format": form}) for form in DAYS] + [("instant", {"format": form}) for form in INSTANTS]
    numbers: list[tuple[Kind, dict[str, str]]] = [("integer", {}), ("number", {}), ("number", {"decimal": ","})]
    numbers += [("money", {}), ("money", {"decimal": ","})]
    rest: list[tuple[Kind, dict[str, str]]] = [("boolean", {})]
    return times + numbers + rest if dated else numbers + times + rest


def _contract(columns: tuple[Column, ...]) -> Contract:
    return Contract(
        id="draft",
        version="0.0.0",
        name="",
        module="counters",
        purpose="",
        legal_basis="",
        owner="",
        granularity="",
        columns=columns,
        measures=(Measure(name="rows"),),
        ladder=(Rung(time="year"),),
        retention_days=1,
    )
