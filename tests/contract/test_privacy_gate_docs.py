"""docs/privacy-gate.md has the label's own figures, and says what is not stopped."""

import math
import re
from pathlib import Path
from typing import get_args

from footfall.collect.reach import MOST_IDS
from footfall.control.reach import MOST_GROUPS, State
from footfall.privacy import budget
from footfall.privacy.marts import REACH
from footfall.serve import label as labels
from footfall.serve.pages.reach_words import REACH_STATES
from tools.make_label_tables import gate_page

PAGE = Path(__file__).parents[2] / "docs" / "privacy-gate.md"


def test_tables_are_what_opendp_says_today():
    text = PAGE.read_text(encoding="utf-8")
    assert text == gate_page(text), "run `make docs`"
    assert "| city, a day | 0.050 | 1.62 | 0.588 |" in text
    assert "| page | path | 37 | 10 | 16.4 | 66 | 94 |" in text


def test_tables_follow_the_budget(monkeypatch):
    text = PAGE.read_text(encoding="utf-8")
    monkeypatch.setitem(budget.RHO, "open", 0.02)
    assert gate_page(text) != text


def test_numbers_in_prose_are_those_of_the_code():
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"`city` with ρ {budget.RHO['city']} a unit" in text
    assert f"`open` with {budget.RHO['open']}," in text
    assert f"more than {budget.RHO_A_DAY}, and no {budget.DAYS_A_MONTH} days in a row more than {budget.RHO_A_MONTH}" in text
    assert f"({budget.COHORT['city']} in `city`, {budget.COHORT['open']} in `open`) or {budget.SIGMAS}σ" in text


def test_figures_of_reach_are_those_of_the_code():
    noise = budget.noise_of("reach", REACH)
    text = " ".join((PAGE.parent / "reach.md").read_text(encoding="utf-8").split())
    gate = " ".join(PAGE.read_text(encoding="utf-8").split())
    clear, most = math.ceil(2 * math.sqrt(2) * noise.sigma), budget.REACH_RHO_A_MONTH
    assert f"**a {budget.REACH_UNIT}**" in text and f"**{budget.REACH_UNIT}**" in gate
    assert f"in each of {noise.cells} groups at most, once (L0 {noise.cells}, L∞ 1)" in text
    assert f"ρ {noise.rho} a day: noise of σ {noise.sigma:.1f}, threshold τ {noise.threshold}, and" in text
    assert f"within ± {math.ceil(1.64 * noise.sigma)}. Two days" in text and f"that is {clear}, apart" in text
    assert f"a cap of {most} in 31 days" in text and f"at most {most} in 31 days" in gate and f"{MOST_IDS:,} ids" in text
    assert f"σ {noise.sigma:.1f}, τ {noise.threshold}" in gate and f"and {MOST_GROUPS} groups at most" in text
    assert set(re.findall(r"^\| `(\w+)` \|", (PAGE.parent / "reach.md").read_text(encoding="utf-8"), re.MULTILINE)) == set(REACH_STATES)
    assert set(get_args(State)) == {"published", *REACH_STATES}


def test_what_is_not_stopped_is_said_on_the_label():
    told = " ".join(labels.NOT_STOPPED)
    for words in ("controls the machine", "pseudonyms", "every day of a month", "own staff"):
        assert words in told
        assert words.split()[-1] in PAGE.read_text(encoding="utf-8")
