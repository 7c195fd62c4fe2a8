"""What the page on contracts says is what the Structs have."""

import re
from pathlib import Path
from typing import get_args

import pytest

from footfall.sources import checks
from footfall.sources.contract import Column, Use
from footfall.sources.numbers_sql import SIGNS
from footfall.sources.odcs import read_contract
from footfall.sources.shape import COLUMN_PROPERTIES, CONTRACT_PROPERTIES, LEVELS, SCHEMA_PROPERTIES

PAGE = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8").partition("## A contract")[2].partition("\n## ")[0]


def first_cells(heading):
    """Names in the first column of the table under that heading."""
    rows = re.search(rf"^\| {heading} \|[^\n]*\n\|---[^\n]*\n((?:\|[^\n]*\n)+)", PAGE, re.MULTILINE)[1]
    return {name for row in rows.splitlines() for name in re.findall(r"`([^`]+)`", row.split(" | ")[0])}


@pytest.mark.parametrize(
    ("heading", "properties"),
    [("Of the contract", CONTRACT_PROPERTIES), ("Of the schema", SCHEMA_PROPERTIES), ("Of a column", COLUMN_PROPERTIES)],
)
def test_table_names_every_property_and_no_other(heading, properties):
    assert first_cells(heading) == set(properties)


def test_service_levels_uses_and_signs_are_those_of_the_structs():
    assert set(LEVELS) <= first_cells("In the standard")
    [uses] = re.findall(r"^\| `footfall\.use` \|(.*)\|$", PAGE, re.MULTILINE)
    assert tuple(re.findall(r"`(\w+)`", uses)) == get_args(Use)
    [signs] = re.findall(r"^\| `footfall\.sign` \|(.*)\|$", PAGE, re.MULTILINE)
    assert set(re.findall(r"`([a-z ]+)`", signs)) == set(SIGNS)


def test_kinds_and_booleans_are_those_that_are_read():
    kinds = re.search(r"^\| Kind \|.*?\n\n", PAGE, re.MULTILINE | re.DOTALL)[0]
    named = {kind for row in kinds.splitlines()[2:-1] for kind in row.strip("| ").split(" | ")[0].split(", ")}
    assert named == set(get_args(Column.__annotations__["kind"]))
    [booleans] = re.findall(r"^\| boolean \| (.*) \|$", PAGE, re.MULTILINE)
    assert tuple(tuple(part.split(", ")) for part in booleans.split("; ")) == (checks.TRUE, checks.FALSE)


def test_example_of_the_page_is_a_contract():
    [text] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    found = read_contract(text)
    assert (found.id, [column.use for column in found.columns]) == ("parking-notices", ["time", "measure", "place", "drop"])
