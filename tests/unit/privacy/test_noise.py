"""What comes out of a draw: whole numbers of the exact distribution, and nothing that says what was not there."""

import math
import re
from collections import Counter
from pathlib import Path

import pytest
from scipy.stats import chisquare

import footfall
from footfall.errors import Refused
from footfall.privacy import noise as noises
from footfall.privacy.budget import noise_of
from footfall.privacy.cells import key_of, keys_sha256, output_sha256, place_of
from footfall.privacy.marts import MARTS
from footfall.privacy.mechanisms import drawn
from footfall.privacy.noise import draw

ROOT = Path(footfall.__file__).parent
BY_NAME = {mart.name: mart for mart in MARTS}
DRAWS, TRUE = 20_000, 1000
LEAST_P = 1e-5
"""Of a right sampler one run in 100,000 has less."""


def pmf(sigma, reach):
    """The discrete Gaussian as it is defined: e^(-x²/2σ²) over the whole numbers, divided by its sum."""
    weights = {x: math.exp(-x * x / (2 * sigma * sigma)) for x in range(-40 * reach, 40 * reach + 1)}
    whole = math.fsum(weights.values())
    return {x: weight / whole for x, weight in weights.items()}


def p_of(values, sigma, true=TRUE):
    """p of χ² against the exact pmf, in bins of at least five expected draws; both tails are bins."""
    exact, seen = pmf(sigma, math.ceil(sigma)), Counter(value - true for value in values)
    edge = max(x for x in exact if exact[x] * len(values) >= 5)
    inside = range(-edge, edge + 1)
    expected = [exact[x] * len(values) for x in inside]
    observed = [seen[x] for x in inside]
    tails = [(sum(seen[x] for x in seen if side * x > edge), sum(exact[x] for x in exact if side * x > edge)) for side in (-1, 1)]
    observed += [count for count, _ in tails]
    expected += [share * len(values) for _, share in tails]
    return chisquare(observed, [value * sum(observed) / sum(expected) for value in expected]).pvalue


@pytest.mark.attack
def test_twenty_thousand_draws_are_of_the_exact_distribution():
    noise = noise_of("city", BY_NAME["place_device"])
    known = {str(number) for number in range(DRAWS)}
    cells = draw(dict.fromkeys(known, TRUE), known, noise)
    assert len(cells) == DRAWS
    assert {type(value) for value in cells.values()} == {int}
    assert p_of(cells.values(), noise.sigma) > LEAST_P


@pytest.mark.attack
def test_keys_that_are_data_have_the_same_noise():
    noise = noise_of("city", BY_NAME["place_device"])
    cells = draw({str(number): TRUE for number in range(DRAWS)}, (), noise)
    assert len(cells) == DRAWS
    assert p_of(cells.values(), noise.sigma) > LEAST_P


@pytest.mark.attack
@pytest.mark.parametrize("off", [0.9, 1.1], ids=["a tenth less noise", "a tenth more"])
def test_another_sigma_is_told_apart(off):
    assert p_of(drawn([TRUE] * DRAWS, 8.165 * off), 8.165) < LEAST_P


@pytest.mark.attack
def test_rounded_floats_of_another_law_are_told_apart():
    # What a Laplace of the same variance would give, by its quantiles: no chance in the test.
    scale = 8.165 / math.sqrt(2)
    quantiles = [(number + 0.5) / DRAWS - 0.5 for number in range(DRAWS)]
    values = [round(TRUE - scale * math.copysign(math.log1p(-2 * abs(q)), q)) for q in quantiles]
    assert p_of(values, 8.165) < LEAST_P


def test_cells_under_their_threshold_are_absent():
    noise = noise_of("city", BY_NAME["portal"])
    cells = draw({f"{number}": 10 + number % 80 for number in range(4000)}, {f"{number}" for number in range(4000)}, noise)
    assert 0 < len(cells) < 4000
    assert min(cells.values()) >= noise.threshold == 57


def test_a_key_that_is_data_needs_the_higher_threshold():
    noise = noise_of("city", BY_NAME["page"])
    counts = {str(number): noise.threshold for number in range(2000)}
    known, secret = draw(counts, counts, noise), draw(counts, (), noise)
    assert min(secret.values()) >= noise.secret_threshold == 94 > noise.threshold == 66
    assert len(known) > 5 * len(secret)


def test_what_nobody_opened_hardly_ever_shows_up():
    noise = noise_of("city", BY_NAME["page"])
    # Each of 2,000 known cells passes 4 σ with a chance of 3e-5, so six do about once in 10 million runs; a key that is none never does.
    cells = draw({}, {str(number) for number in range(2000)}, noise)
    assert len(cells) < 6
    assert draw({"x": 0, "y": 1}, (), noise) == {}


def test_where_all_keys_are_known_another_is_left_out():
    noise = noise_of("city", BY_NAME["hour"])
    assert set(draw({"09": 100_000, "25": 100_000}, {"09"}, noise)) == {"09"}


def test_cells_come_in_the_order_of_their_names():
    noise = noise_of("city", BY_NAME["page"])
    cells = draw({str(number): 10_000 for number in range(500, 0, -1)}, {str(number) for number in range(0, 500, 2)}, noise)
    assert list(cells) == sorted(cells)
    assert len(cells) == 500


def test_a_second_draw_is_another():
    noise, counts = noise_of("city", BY_NAME["page"]), {str(number): 10_000 for number in range(50)}
    assert draw(counts, counts, noise) != draw(counts, counts, noise)


def test_pieces_are_one_vector(monkeypatch):
    monkeypatch.setattr(noises, "CHUNK", 7)
    counts = {str(number): 10_000 for number in range(100)}
    cells = draw(counts, {str(number) for number in range(0, 100, 3)}, noise_of("city", BY_NAME["page"]))
    assert set(cells) == set(counts)
    assert all(abs(value - 10_000) < 200 for value in cells.values())


def test_a_draw_that_costs_more_than_is_charged_is_refused(monkeypatch):
    noise = noise_of("city", BY_NAME["page"])
    monkeypatch.setattr(noises.mechanisms(), "cost", lambda cells, sigma, threshold: (0.0201, 0.0))
    with pytest.raises(Refused, match=r"would cost ρ 0.0201"):
        draw({"a": 1000}, {"a"}, noise)


def test_opendp_is_read_by_name_alone_when_a_day_is_drawn_or_verified():
    texts = {path.name: path.read_text() for path in ROOT.rglob("*.py")}
    read = re.compile(
        r"^\s*(import opendp|from opendp|from footfall\.privacy\.mechanisms|from footfall\.privacy import .*mechanisms)", re.MULTILINE
    )
    assert [name for name, text in texts.items() if read.search(text)] == ["mechanisms.py"]
    assert [name for name, text in texts.items() if 'privacy.mechanisms")' in text] == ["noise.py"]


def test_a_cells_name_is_its_own():
    names = [key_of(1, ("a", "b")), key_of(1, ("a,b",)), key_of(1, ('a","b',)), key_of(1, ()), key_of(11, ()), key_of(1, ("1",))]
    assert len(set(names)) == len(names)
    assert [place_of(name) for name in names][:2] == [(1, ("a", "b")), (1, ("a,b",))]


def test_hashes_do_not_hang_on_order_and_do_on_everything_else():
    assert output_sha256({"a": 1, "b": 2}) == output_sha256({"b": 2, "a": 1})
    assert len({output_sha256(cells) for cells in ({}, {"a": 1}, {"a": 2}, {"b": 1}, {"a": 1, "b": 1})}) == 5
    assert keys_sha256({"b", "a"}) == keys_sha256(["a", "b"]) != keys_sha256(["a"])
