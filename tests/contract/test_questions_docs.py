"""The page on questions names every metric, dimension, filter, range and comparison that the code knows, and its examples are valid."""

import json
import re
import shlex
from pathlib import Path

import pytest

from footfall.cli.ask import question_of
from footfall.reports.catalogue import DIMENSIONS, METRICS
from footfall.reports.filters import BEHAVIORS, GROUPS, OPERATORS
from footfall.reports.periods import NAMES
from footfall.reports.question import COMPARISONS, parse
from footfall.vocabulary import Goal
from tests.support.build import PORTAL, ms

PAGE = (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")
CURLS = re.findall(r"^curl .* -d '(.*)'$", PAGE, re.MULTILINE)
ASKS = re.findall(r"^footfall ask (.*)$", PAGE, re.MULTILINE)
GOALS = (Goal(id=1, portal_id=1, event_name="Signup", display_name="Signup"),)
NOW = ms("2026-03-10T12:00:00")


def first_column(title: str) -> list[str]:
    rows = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0].splitlines()
    return [word for row in rows if row.startswith("| `") for word in re.findall(r"`([^`]+)`", row.split("|")[1])]


def parsed(body):
    return parse(body, portal=PORTAL, goals=GOALS, now_ms=NOW)


def body_of(words: str) -> dict:
    """The question of a command line, read as the command does."""
    domain, metrics, *options = shlex.split(words)
    given = list(zip(options[::2], options[1::2], strict=True))
    named = dict(given)
    filters = tuple(value for name, value in given if name == "--filter")
    body = question_of(domain, metrics, by=named.get("--by", ""), date_range=named["--range"], filters=filters)
    mode = named.get("--compare")
    return body | {"include": {"comparisons": {"mode": mode}} if mode else {}, "pagination": {"limit": int(named.get("--limit", 20))}}


def test_every_metric_and_dimension_is_documented_and_no_other():
    assert sorted(first_column("Metrics")) == sorted(METRICS)
    assert sorted(first_column("Dimensions")) == sorted([*DIMENSIONS, "event:props:NAME"])


def test_every_filter_and_comparison_is_documented():
    assert first_column("Filters") == [*OPERATORS, *GROUPS, *BEHAVIORS]
    assert first_column("Comparisons") == list(COMPARISONS)


def test_every_date_range_is_documented_and_valid():
    ranges = first_column("Date ranges")
    named = [name for name in ranges if not name.startswith("[")]
    assert sorted(named) == sorted(NAMES.split(", or two")[0].split(", "))
    for name in ranges:
        value = json.loads(name) if name.startswith("[") else name
        assert parsed({"metrics": ["visitors"], "date_range": value}).date_range == value


def test_every_section_but_the_gates_asks_both_ways():
    *sections, gate = PAGE.split("\n## ")
    assert gate.startswith("What the gate does")
    assert [(section.count("\ncurl "), section.count("\nfootfall ask ")) for section in sections] == [(1, 1)] * len(sections)


@pytest.mark.parametrize(("curl", "ask"), list(zip(CURLS, ASKS, strict=True)))
def test_an_example_asks_the_same_both_ways(curl, ask):
    one, other = parsed(json.loads(curl)), parsed(body_of(ask))
    same = ("metrics", "period", "dimensions", "filters", "comparison")
    assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
