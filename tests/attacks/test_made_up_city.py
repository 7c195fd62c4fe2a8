"""Each attack on what is released fails, and succeeds where its bug is planted. A right draw fails a test once in 10,000 runs or less."""

import doctest
import re

import numpy as np
import pytest

from footfall.privacy.attacks import chance as coins
from footfall.privacy.attacks import linkage as linking
from footfall.privacy.attacks import membership as guessing
from footfall.privacy.attacks import one_run
from footfall.privacy.attacks.chance import Chance, seeded
from footfall.privacy.attacks.city import City, cells_by, make_city
from footfall.privacy.attacks.cohorts import cohorts
from footfall.privacy.attacks.differencing import differencing
from footfall.privacy.attacks.law import law
from footfall.privacy.attacks.linkage import linkage, marts_of
from footfall.privacy.attacks.membership import membership
from footfall.privacy.attacks.one_run import lower_bound
from footfall.privacy.attacks.outcome import Attack
from footfall.privacy.attacks.reconstruction import reconstruction
from footfall.privacy.attacks.suite import ATTACKS
from footfall.privacy.marts import MARTS, Mart
from footfall.serve.label import label
from tests.attacks.bugs import exact_from, floats, fresh_noise, rounded_laplace, with_sigma_divided

pytestmark = pytest.mark.attack
BY_NAME = {mart.name: mart for mart in MARTS}
WIDE = ("portal", "region", "device", "hour", "version", "source")


@pytest.fixture
def chance():
    return Chance(seeded("a test"))


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_attack_on_what_is_released_fails(number):
    found = ATTACKS[number]()
    assert found.passed, found.detail


def test_a2_a_table_of_five_attributes_links(chance):
    city = make_city(chance, units=3000, portals=12)
    found = linkage(chance, city=city, tables={WIDE: cells_by(city, WIDE)}, targets=300)
    assert (found.passed, found.rate > 0.5) == (False, True)


def test_a3_half_the_noise_is_caught(chance):
    assert not membership(chance, "city", draw=with_sigma_divided(2), trials=500).passed


@pytest.mark.parametrize("release", ["city", "open"])
def test_a3_a_month_has_weekly_marts_in_it_as_the_label_says(chance, release):
    (of_label,) = (cost.auc for cost in label().costs if cost.of == f"{release}, 31 days all alike")
    month, most = map(float, re.findall(r"all alike: ([\d.]+), of at most ([\d.]+)\.", membership(chance, release).detail)[0])
    assert most == round(of_label, 3) and abs(month - most) < 0.02


def test_a4_a_quarter_of_the_noise_is_caught(chance):
    assert not lower_bound(chance, draw=with_sigma_divided(4), canaries=3000).passed


def test_a4_a_bound_that_is_not_enforced_is_caught(chance):
    places = (BY_NAME["place_device"],)
    assert lower_bound(chance, canaries=800, opened=150, marts=places).passed
    assert not lower_bound(chance, canaries=800, opened=150, marts=places, counted=lambda opened, allowed: opened).passed


@pytest.mark.parametrize("draw", [with_sigma_divided(1.1), rounded_laplace, floats], ids=["a tenth less", "Laplace", "floats"])
def test_a5_another_law_is_caught(draw):
    assert not law(draw=draw).passed


def test_a6_exact_counts_are_caught_by_differencing(chance):
    found = differencing(chance, draw=exact_from(10), units=25_000, portals=10)
    assert (found.passed, found.rate) == (False, 1.0)


def test_a7_fresh_noise_for_every_question_is_averaged_away(chance):
    found = reconstruction(chance, gate=fresh_noise, rounds=2)
    assert (found.passed, found.rate > 0.75) == (False, True)


def test_a9_a_threshold_of_one_is_caught(chance):
    found = cohorts(chance, draw=exact_from(1))
    assert (found.passed, "at least 1 visitors" in found.detail) == (False, True)


def test_a9_one_cell_of_nine_is_caught_and_one_of_ten_is_not(chance):
    city = City(
        {"portal": np.zeros(109, int), "region": np.repeat([0, 1], [100, 9]), "device": np.zeros(109, int), "source": np.arange(109) % 10}
    )
    assert [cohorts(chance, draw=exact_from(least), city=city).rate for least in (9, 10)] == [0.5, 0.0]


def test_an_attack_passes_up_to_its_bar_and_not_a_hair_over():
    made = [Attack(name="", title="", paper="", tried="", detail="", bar=0.6, rate=rate) for rate in (0.6, 0.6001)]
    assert [one.passed for one in made] == [True, False]


def test_coins_of_one_seed_are_the_same_and_fair():
    tossed = Chance(seeded("x")).coins(10_000)
    assert (tossed == Chance(seeded("x")).coins(10_000)).all()
    assert abs(tossed.mean() - 0.5) < 0.02


def test_numbers_in_docstrings_are_true():
    assert sum(doctest.testmod(module).failed for module in (coins, guessing, one_run)) == 0


def test_a2_looks_into_every_mart_so_one_that_joins_too_much_is_caught(chance, monkeypatch):
    wide = Mart(name="wide", keys=("region", "device", "hour", "source"), share=1)
    monkeypatch.setattr(linking, "MARTS", (*MARTS, wide))
    monkeypatch.setattr(linking, "noise_of", lambda release, mart: None)
    city = make_city(chance, units=600, portals=60)
    found = linkage(chance, city=city, tables=marts_of(city, exact_from(1)), targets=300)
    assert not found.passed, found.detail
