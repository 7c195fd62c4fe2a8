"""The map: which classes it shades by, what it leaves plain, and that its outlines are what its sources build."""

import doctest
import gzip
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from footfall.reports.places import name_of
from footfall.serve.pages import world
from footfall.serve.pages.world import draw_world, shades_of
from footfall.vocabulary import Answer, Row

ROOT = Path(__file__).parents[4]
DATA = ROOT / "footfall" / "serve" / "pages" / "data" / "world.tsv"


def drawn(**visitors):
    answer = Answer(rows=tuple(Row((code,), (number, 1.0)) for code, number in visitors.items()), meta={}, query={})
    return draw_world(SimpleNamespace(answer=answer))


def test_example_of_classes_is_true():
    assert doctest.testmod(world).failed == 0


@pytest.mark.parametrize(
    ("numbers", "classes"),
    [
        ([10], [(10, 10)]),
        ([10, 99], [(10, 19), (20, 49), (50, 99)]),
        ([10, 2999], [(10, 29), (30, 99), (100, 299), (300, 999), (1000, 2999)]),
        ([10, 100_000], [(10, 99), (100, 999), (1000, 9999), (10_000, 99_999), (100_000, 100_000)]),
        ([10, 5_000_000], [(10, 999), (1000, 9999), (10_000, 99_999), (100_000, 999_999), (1_000_000, 5_000_000)]),
    ],
)
def test_classes_hold_all_numbers_and_are_five_at_most(numbers, classes):
    shades = shades_of(numbers)
    assert [(shade.first, shade.last) for shade in shades] == classes
    assert [shade.depth for shade in shades] == {1: [5], 3: [1, 3, 5], 5: [1, 2, 3, 4, 5]}[len(classes)], "the most is always the deepest"


def test_country_is_shaded_by_its_visitors_and_plain_without_a_number():
    found = {country.code: country for country in drawn(DE=450, RU=12, MT=30, **{"": 99}).countries}
    assert (found["DE"].visitors, found["DE"].shade) == (450, 5)
    assert (found["RU"].visitors, found["RU"].shade) == (12, 1)
    assert (found["FR"].visitors, found["FR"].shade) == (None, 0)
    assert "MT" not in found, "too small for this map; the table has it"


def test_number_that_the_gate_left_blank_leaves_its_country_plain():
    found = drawn(DE=None)
    assert (found.shades, found.most, {country.shade for country in found.countries}) == ((), None, {0})


def test_every_outline_is_a_country_that_has_a_name_and_lies_in_the_box():
    map = drawn()
    assert len(map.countries) > 170
    assert [country.code for country in map.countries if name_of("country", country.code) == country.code] == []
    assert all(country.outline.startswith("M") and country.outline.endswith("z") for country in map.countries)
    starts = [tuple(int(number) for number in country.outline[1:].split("l")[0].replace("-", " -").split()) for country in map.countries]
    assert all(0 <= x <= map.width and 0 <= y <= map.height for x, y in starts)


def test_map_is_small():
    assert len(gzip.compress(DATA.read_bytes(), 9)) <= 15_000


@pytest.mark.skipif(shutil.which("npm") is None or not (ROOT / "node_modules").is_dir(), reason="npm or node_modules is missing")
def test_map_is_what_its_sources_build(tmp_path, monkeypatch):
    monkeypatch.setenv("WORLD_OUT", str(tmp_path))
    subprocess.run(["npm", "run", "--silent", "build:world"], cwd=ROOT, check=True, capture_output=True)
    assert (tmp_path / "world.tsv").read_bytes() == DATA.read_bytes(), "run `make assets`"
