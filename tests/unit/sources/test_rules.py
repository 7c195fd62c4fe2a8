"""What must hold within a contract: floors that no contract goes below, uses that fit, measures that are there, a ladder that is one."""

from typing import get_args

import msgspec
import pytest

from footfall.errors import BadInput
from footfall.serve.pages.datasets_words import USES
from footfall.sources.contract import Column, Contract, Measure, Rung, Use
from footfall.sources.rules import check_rules

WHEN = Column(name="when", kind="instant", use="time")
WHERE = Column(name="ward", use="place", place="ward")
MUCH = Column(name="paid", kind="money", use="measure")
MANY = Column(name="people", kind="integer", use="cohort")
POINT = (Column(name="lat", kind="number", use="latitude"), Column(name="lon", kind="number", use="longitude"))
SCORE = Column(name="score", kind="integer", use="score", minimum=1, maximum=5)
WHOM = Column(name="shop", use="payee", required=True)
ROWS = Measure(name="rows")
RIGHT = Contract(
    id="x",
    version="1.0.0",
    name="X",
    module="payments",
    purpose="To plan",
    legal_basis="Public task",
    owner="Treasury",
    granularity="A payment",
    columns=(WHEN, WHERE, MUCH),
    measures=(ROWS, Measure(name="paid", aggregate="sum", column="paid")),
    ladder=(Rung(time="hour", place="ward"), Rung(time="day", place="ward"), Rung(time="month", place="okrug"), Rung(time="month")),
    retention_days=365,
)
COUNTED = {"module": "restrictions", "columns": (WHEN, WHERE, MANY), "cohort": "people", "measures": (ROWS,)}
DAYS = (Rung(time="day", place="ward"),)


def test_every_use_of_a_column_that_is_read_has_words():
    assert set(USES) == {*get_args(Use)} - {"drop"}


def said(**changed):
    with pytest.raises(BadInput) as error:
        check_rules(msgspec.structs.replace(RIGHT, **changed))
    return str(error.value)


RIGHT_ONES = {
    "as it is": {},
    "violations that are counted": COUNTED | {"ladder": DAYS},
    "payees": {"columns": (WHEN, WHERE, MUCH, WHOM)},
    "a certified cohort": {"cohort": "certified", "certificate": "Letter of 2026-01-05"},
    "cells that get larger": {
        "columns": (WHEN, *POINT),
        "measures": (ROWS,),
        "ladder": (Rung(time="hour", place="h3:9"), Rung(time="hour", place="h3:7")),
    },
    "a survey without a date of its own": {
        "module": "surveys",
        "reduce": "survey",
        "columns": (SCORE,),
        "measures": (ROWS,),
        "options": {"date": "2015-01-01"},
        "ladder": (Rung(time="year"),),
    },
    "tracks": {
        "reduce": "tracks",
        "columns": (WHEN, *POINT, Column(name="t", use="track")),
        "measures": (ROWS,),
        "ladder": (Rung(time="hour", place="h3:9"),),
    },
}


@pytest.mark.parametrize("changed", RIGHT_ONES.values(), ids=RIGHT_ONES)
def test_contract_that_is_right_passes(changed):
    contract = msgspec.structs.replace(RIGHT, **changed)
    check_rules(contract)
    assert msgspec.structs.replace(contract, min_cohort=20) == contract


@pytest.mark.parametrize("cohort", [19, 1, 0, -20])
def test_no_contract_goes_below_the_floor_of_20(cohort):
    assert f"footfall.minCohort: {cohort} is below the floor. Valid: 20 or more." in said(min_cohort=cohort)


WRONG = {
    "certified without a certificate": ({"cohort": "certified"}, "footfall.certificate is empty: a supplier who certifies"),
    "a certificate of nothing": ({"certificate": "Letter"}, "footfall.certificate: only a cohort that is certified has one."),
    "a cohort that is no column": (
        {"cohort": "people"},
        "footfall.cohort: 'people' is not valid. Valid: rows, certified, a column of use cohort.",
    ),
    "a cohort's column that is not used": ({"columns": (WHEN, MANY)}, "footfall.cohort: 'rows' is not valid. Valid: people."),
    "a payee that may be missing": (
        {"columns": (WHEN, WHERE, MUCH, Column(name="shop", use="payee"))},
        "(shop) required: who is paid must be known of every row: true.",
    ),
    "two payees": (
        {"columns": (WHEN, WHERE, MUCH, WHOM, Column(name="to", use="payee", required=True))},
        "two columns are payee. Valid: one.",
    ),
    "more measures than there are bits": (
        {"measures": tuple(Measure(name=f"m{number}") for number in range(61))},
        "footfall.measures: more than 60 numbers of a cell.",
    ),
    "a payee of violations": (
        COUNTED | {"columns": (WHEN, WHERE, MANY, WHOM), "ladder": DAYS},
        "(shop) customProperties footfall.use: payee is not valid.",
    ),
    "a text of violations that nobody looks at": (
        COUNTED | {"columns": (WHEN, WHERE, MANY, Column(name="whose", use="check")), "ladder": DAYS},
        "(whose) customProperties footfall.use: check is not valid. Valid: time, place, category, cohort, check + values",
    ),
    "a place of violations that no rung asks for": (
        COUNTED | {"columns": (WHEN, WHERE, MANY, Column(name="home", use="place", place="flat")), "ladder": DAYS},
        "(home) customProperties footfall.place: flat is not valid. Valid: ward",
    ),
    "a sum of violations": (
        COUNTED | {"measures": (Measure(name="people", aggregate="sum", column="people"),), "ladder": DAYS},
        "footfall.measures[0].aggregate: sum is not valid. Valid: count, since violations are counted and nothing else.",
    ),
    "a fine beside a violation": (
        COUNTED | {"columns": (WHEN, WHERE, MANY, MUCH), "ladder": DAYS},
        "(paid) customProperties footfall.use: measure is not valid.",
    ),
    "an hour of a violation": (
        COUNTED | {"ladder": (Rung(time="hour", place="ward"),)},
        "footfall.ladder[0].time: hour is not valid. Valid: a day or longer",
    ),
    "a place finer than an address allows": (
        {"columns": (WHEN, *POINT), "measures": (ROWS,), "ladder": (Rung(time="hour", place="h3:10"),)},
        "footfall.ladder[0].place: 'h3:10' is not valid. Valid: h3:0 to h3:9",
    ),
    "cells without a point": (
        {"ladder": (Rung(time="hour", place="h3:9"),)},
        "'h3:9' is not valid. Valid: h3:0 to h3:9, with columns of use latitude",
    ),
    "cells that get smaller": (
        {"columns": (WHEN, *POINT), "measures": (ROWS,), "ladder": (Rung(time="hour", place="h3:7"), Rung(time="day", place="h3:8"))},
        "footfall.ladder[1]: h3:7 does not lie within h3:8.",
    ),
    "cells within districts": (
        {
            "columns": (WHEN, WHERE, *POINT),
            "measures": (ROWS,),
            "ladder": (Rung(time="hour", place="h3:9"), Rung(time="day", place="ward")),
        },
        "footfall.ladder[1]: h3:9 does not lie within ward.",
    ),
    "a week within a month": (
        {"ladder": (Rung(time="week", place="ward"), Rung(time="month", place="ward"))},
        "footfall.ladder[1]: week does not lie within month.",
    ),
    "a city within wards": (
        {"ladder": (Rung(time="day"), Rung(time="day", place="ward"))},
        "footfall.ladder[1]: city does not lie within ward.",
    ),
    "the same rung again": ({"ladder": (Rung(time="day"), Rung(time="day"))}, "footfall.ladder[1]: it is the same as the one before it."),
    "categories told apart again": (
        {"ladder": (Rung(time="day", categories=False), Rung(time="month"))},
        "footfall.ladder[1]: categories are told apart again.",
    ),
    "no rung": ({"ladder": ()}, "footfall.ladder: no rung."),
    "a measure of a column that is not there": (
        {"measures": (Measure(name="m", aggregate="sum", column="x"),)},
        "'x' cannot be measured by sum. Valid: paid.",
    ),
    "devices where there are none": (
        {"measures": (Measure(name="m", aggregate="distinct", column="x"),)},
        "'x' cannot be measured by distinct. Valid: a column of use device or track, and there is none.",
    ),
    "a count of a column": ({"measures": (Measure(name="m", column="paid"),)}, "footfall.measures[0].column: a count is of rows"),
    "two measures of a name": ({"measures": (ROWS, ROWS)}, "footfall.measures[1].name: 'rows' is not valid. Valid: a name of its own"),
    "nothing measured": ({"measures": ()}, "footfall.measures: nothing is measured."),
    "no time": ({"columns": (WHERE, MUCH)}, "schema[0].properties: no column says when."),
    "a date of all rows that is none": (
        {"columns": (WHERE, MUCH), "options": {"date": "2015"}},
        "schema[0].properties: no column says when.",
    ),
    "joined times without formats": (
        {"columns": (WHEN, msgspec.structs.replace(WHEN, name="then"), WHERE, MUCH)},
        "(when) logicalTypeOptions.format: times that are joined need a format each.",
    ),
    "periods by the hour": (
        {"columns": (Column(name="p", kind="period", use="time"), WHERE, MUCH)},
        "(p) logicalTypeOptions.format: a period stands alone, and the finest rung is a day or longer.",
    ),
    "half a point": ({"columns": (WHEN, WHERE, MUCH, POINT[0])}, "schema[0].properties: latitude and longitude belong together."),
    "two devices": (
        {"columns": (WHEN, WHERE, MUCH, Column(name="a", use="device"), Column(name="b", use="device"))},
        "schema[0].properties: two columns are device. Valid: one.",
    ),
    "a track that is not reduced": (
        {"columns": (WHEN, WHERE, MUCH, Column(name="t", use="track"))},
        "(t) customProperties footfall.use: track belongs to reduce: tracks.",
    ),
    "tracks without points": ({"reduce": "tracks"}, "footfall.reduce: tracks needs a column of use track, latitude, longitude."),
    "a survey without a score": ({"reduce": "survey"}, "footfall.reduce: survey needs a column of use score."),
    "a role that is none": ({"readers": ("king",)}, "roles: 'king' is not known. Valid: viewer, analyst, steward, admin."),
    "an encoding that is none": ({"encoding": "cp9"}, "footfall.encoding: 'cp9' is not known. Valid: utf-8"),
    "a zone that is none": ({"timezone": "Mars/Olympus"}, "footfall.timezone: 'Mars/Olympus' is not known."),
    "a zone that is a path": ({"timezone": "../../etc/passwd"}, "footfall.timezone: '../../etc/passwd' is not known."),
    "a schedule that is none": ({"schedule": "daily"}, "slaProperties frequency: 'daily' is not valid. Valid: five fields of cron"),
    "more refused than all": ({"most_refused": 1.01}, "footfall.mostRefused: 1.01 is not valid. Valid: 0 to 1."),
    "a share that is no number": ({"most_refused": float("nan")}, "footfall.mostRefused: nan is not valid."),
    "nothing kept": ({"columns": (Column(name="x"),)}, "schema[0].properties: no column is kept."),
}


@pytest.mark.parametrize(("changed", "fault"), WRONG.values(), ids=WRONG)
def test_contract_that_is_wrong_is_refused_with_its_place(changed, fault):
    assert fault in said(**changed)


COLUMNS = {
    "text that is measured": ({"use": "measure"}, "footfall.use: a column of kind text cannot be measure. Valid: integer, number, money"),
    "place without a kind": ({"use": "place"}, "footfall.place: say what kind of place it names."),
    "kind of place of no place": ({"use": "category", "place": "ward"}, "footfall.place: only a column of use place names one"),
    "format of a text": ({"use": "category", "format": "yyyy"}, "logicalTypeOptions.format: only instants and dates have one"),
    "sign of a text": ({"use": "category", "sign": "negated"}, "footfall.sign: only numbers have one"),
    "decimal comma of a text": ({"use": "category", "decimal": ","}, "footfall.decimal: only numbers have one"),
    "values of a number": (
        {"use": "measure", "kind": "number", "values": ("1",)},
        "footfall.values: only texts and whole numbers can be listed",
    ),
    "pattern of a number": ({"use": "measure", "kind": "number", "pattern": "1"}, "logicalTypeOptions.pattern: only texts have one"),
    "pattern that goes back": ({"use": "category", "pattern": r"(a)\1"}, "logicalTypeOptions.pattern: it is no pattern of RE2"),
    "bound of a text": ({"use": "category", "minimum": 1}, "logicalTypeOptions.minimum: only numbers and times have bounds"),
    "bound of a number by a text": (
        {"use": "measure", "kind": "number", "minimum": "2020-01-01"},
        "minimum: a number is bounded by numbers",
    ),
    "bound by no number": ({"use": "measure", "kind": "number", "maximum": float("nan")}, "maximum: a number is bounded by numbers"),
    "bound of a time by a number": ({"use": "check", "kind": "date", "minimum": 2020}, "minimum: a time is bounded by a date"),
    "bound with an offset": (
        {"use": "check", "kind": "instant", "maximum": "2020-01-31T10:00:00Z"},
        "maximum: a time is bounded by a date",
    ),
    "bounds crossed": ({"use": "measure", "kind": "number", "minimum": 2.0, "maximum": 1.0}, "maximum: it is below the minimum"),
    "score without a scale": ({"use": "score", "kind": "integer"}, "minimum: a score needs the ends of its scale"),
}


@pytest.mark.parametrize(("given", "fault"), COLUMNS.values(), ids=COLUMNS)
def test_column_that_does_not_fit_is_refused_with_its_place(given, fault):
    assert f"schema[0].properties[3] (x) {'' if 'footfall' not in fault else 'customProperties '}" in (
        text := said(columns=(WHEN, WHERE, MUCH, Column(name="x", **given)))
    )
    assert fault in text
