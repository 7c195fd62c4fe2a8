"""What a share of the budget means in noise, held against opendp's own maps; and the floors."""

import ast
import copy
import doctest
from pathlib import Path

import msgspec
import pytest

import footfall
from footfall.errors import BadSetting, Refused
from footfall.privacy import budget, cells
from footfall.privacy.budget import COHORT, DELTA, RHO, Noise, hold_floors, month_rho, noise_of, settings_sha256
from footfall.privacy.marts import BEFORE, MARTS, REACH, RELEASES
from footfall.privacy.mechanisms import cost, epsilon
from footfall.privacy.noise import draw

EVERY = [(release, mart) for release in RELEASES for mart in MARTS]
NAMES = [f"{release}-{mart.name}" for release, mart in EVERY]
PAGE = noise_of("city", MARTS[0])
ROOM = Path(footfall.__file__).parent / "privacy"


@pytest.mark.parametrize(("release", "mart"), EVERY, ids=NAMES)
def test_opendp_says_no_more_than_is_charged_and_hardly_less(release, mart):
    noise = noise_of(release, mart)
    rho, delta = cost(noise.cells, noise.sigma, noise.secret_threshold)
    assert 0.999 * noise.rho < rho <= noise.rho
    assert delta <= noise.delta <= DELTA
    assert (delta == 0) == mart.known


@pytest.mark.parametrize(("release", "mart"), EVERY, ids=NAMES)
def test_no_cell_passes_under_its_cohort_or_four_sigmas(release, mart):
    noise = noise_of(release, mart)
    assert COHORT[release] <= noise.threshold
    assert 4 * noise.sigma <= noise.threshold < 4 * noise.sigma + 1
    assert noise.secret_threshold == 0 if mart.known else noise.secret_threshold >= noise.threshold


def test_reach_is_drawn_as_the_design_put_it_and_opendp_agrees():
    noise = noise_of("reach", REACH)
    assert (noise.cells, noise.rho, noise.sigma, noise.threshold, noise.secret_threshold) == (20, 0.005, 44.722, 179, 0)
    rho, delta = cost(noise.cells, noise.sigma)
    assert 0.999 * noise.rho < rho <= noise.rho and delta == 0
    assert budget.REACH_RHO * budget.DAYS_A_MONTH == pytest.approx(budget.REACH_RHO_A_MONTH)
    assert (budget.unit_of("reach"), budget.unit_of("city"), budget.unit_of("none")) == (budget.REACH_UNIT, budget.UNIT, "")


@pytest.mark.parametrize("name", ["cells", "rho", "sigma", "threshold"])
def test_reach_has_floors_of_its_own(name):
    noise = noise_of("reach", REACH)
    lower = {"cells": 19, "rho": 0.006, "sigma": 44.721, "threshold": 178}
    with pytest.raises(Refused, match=name):
        msgspec.structs.replace(noise, **{name: lower[name]})


@pytest.mark.parametrize(("release", "mart"), [("city", REACH), ("open", REACH), ("reach", MARTS[0])])
def test_reach_and_the_fixed_marts_are_not_in_each_other_s_release(release, mart):
    with pytest.raises(Refused, match="There is no mart"):
        noise_of(release, mart)


def test_a_secret_threshold_is_no_higher_than_it_must_be():
    for mart in (mart for mart in MARTS if not mart.known):
        noise = noise_of("city", mart)
        assert cost(noise.cells, noise.sigma, noise.secret_threshold - 2)[1] > DELTA or noise.secret_threshold == noise.threshold


def test_shares_are_the_whole_and_releases_fit_the_ceilings():
    assert sum(mart.share for mart in MARTS) == 100
    assert len({mart.name for mart in MARTS}) == len(MARTS) == 14
    for release in RELEASES:
        assert sum(noise_of(release, mart).rho for mart in MARTS) == pytest.approx(RHO[release], abs=1e-12)
    assert sum(RHO.values()) <= budget.RHO_A_DAY
    assert sum(RHO.values()) * budget.DAYS_A_MONTH <= budget.RHO_A_MONTH


def test_days_before_the_newest_list_keep_their_shares_and_its_budget():
    assert (sum(mart.share for mart in BEFORE), len(BEFORE), noise_of("city", BEFORE[0]).threshold) == (100, 10, 64)
    for old in BEFORE:
        now = next(mart for mart in MARTS if mart.name == old.name)
        assert (now.keys, now.cells, now.known, now.grain) == (old.keys, old.cells, old.known, old.grain), "one mart, whatever its share"
    for name, rho in (("page", 0.0151), ("source", 0.0049)):
        with pytest.raises(Refused, match="rho"):
            msgspec.structs.replace(noise_of("city", next(mart for mart in BEFORE if mart.name == name)), rho=rho)


def test_floors_stand_where_the_design_put_them():
    assert RHO == {"city": 0.05, "open": 0.015}
    assert COHORT == {"city": 10, "open": 20}
    assert (budget.RHO_A_DAY, budget.RHO_A_MONTH, budget.DAYS_A_MONTH, DELTA, budget.SIGMAS) == (0.1, 2.1, 31, 1e-7, 4)


LOWER = {
    "release": "public",
    "mart": "pages",
    "cells": 9,
    "rho": 0.0151,
    "delta": 1.1e-7,
    "sigma": 18.257,
    "threshold": 65,
    "secret_threshold": 93,
}


@pytest.mark.parametrize(("name", "value"), LOWER.items())
def test_no_noise_is_made_a_hair_below_a_floor(name, value):
    below = msgspec.structs.asdict(PAGE) | {name: value}
    ways = (
        lambda: Noise(**below),
        lambda: msgspec.structs.replace(PAGE, **{name: value}),
        lambda: msgspec.convert(below, Noise),
        lambda: msgspec.json.decode(msgspec.json.encode(below), type=Noise),
    )
    for way in ways:
        with pytest.raises((Refused, msgspec.ValidationError)):
            way()


@pytest.mark.parametrize("sigma", [float("nan"), float("inf"), -16.44, 0.0])
def test_a_sigma_that_is_no_number_is_refused(sigma):
    with pytest.raises(Refused, match="sigma"):
        msgspec.structs.replace(PAGE, sigma=sigma)


@pytest.mark.parametrize(("name", "value"), LOWER.items())
def test_noise_that_was_tampered_with_draws_nothing(name, value):
    noise = copy.copy(PAGE)
    msgspec.structs.force_setattr(noise, name, value)
    with pytest.raises(Refused):
        draw({"a": 1000}, {"a"}, noise)


def test_more_noise_than_is_needed_is_allowed():
    louder = msgspec.structs.replace(PAGE, sigma=20.0, threshold=80, secret_threshold=120)
    hold_floors(louder)
    assert draw({"a": 100_000}, {"a"}, louder).keys() == {"a"}


def test_a_mart_that_is_none_of_the_fixed_ones_has_no_noise():
    with pytest.raises(Refused, match="only those"):
        noise_of("city", msgspec.structs.replace(MARTS[0], name="everything"))
    with pytest.raises(Refused, match="rho"):
        noise_of("city", msgspec.structs.replace(MARTS[0], share=41))
    with pytest.raises(BadSetting, match="Valid: city, open"):
        noise_of("staff", MARTS[0])


def test_epsilon_is_opendps_tight_conversion():
    assert [round(epsilon(rho, DELTA), 2) for rho in (0.005, 0.015, 0.05, 0.065, 0.1, 0.45, 1.95, 3.0)] == [
        0.48,
        0.85,
        1.62,
        1.86,
        2.35,
        5.35,
        12.38,
        16.02,
    ]


def test_a_month_of_weeks_costs_more_than_its_days():
    # Of 100 shares 91 are of days: 31 times; 9 are of weeks: seven days alike move a cell by seven, which costs 49, four times; then 9.
    assert month_rho("city") == pytest.approx(0.05 * (0.91 * 31 + 0.09 * (4 * 49 + 9)))
    assert sum(map(month_rho, RELEASES)) > 31 * 0.065


def test_the_settings_hash_follows_every_floor(monkeypatch):
    before = settings_sha256()
    for name, value in (("COHORT", {"city": 1}), ("DELTA", 1e-3), ("RHO_A_MONTH", 9), ("LISTS", (MARTS[1:],))):
        with monkeypatch.context() as patched:
            patched.setattr(budget, name, value)
            assert settings_sha256() != before
    assert settings_sha256() == before


def test_numbers_in_docstrings_are_true():
    assert doctest.testmod(budget).failed == doctest.testmod(cells).failed == 0


def test_the_room_has_no_chance_of_its_own():
    names = {name for path in ROOM.glob("*.py") for name in _imports(path)}
    assert names & {"random", "secrets", "numpy", "numpy.random", "scipy", "os", "uuid", "time"} == set()
    assert "opendp.prelude" in names


def test_only_one_module_reads_opendp():
    assert [path.name for path in ROOM.glob("*.py") if "opendp.prelude" in _imports(path)] == ["mechanisms.py"]


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
