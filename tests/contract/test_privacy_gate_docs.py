"""docs/privacy-gate.md has the label's own figures, and says what is not stopped."""

from pathlib import Path

from footfall.privacy import budget
from footfall.serve import label as labels
from tools.make_label_tables import gate_page

PAGE = Path(__file__).parents[2] / "docs" / "privacy-gate.md"


def test_tables_are_what_opendp_says_today():
    text = PAGE.read_text(encoding="utf-8")
    assert text == gate_page(text), "run `make docs`"
    assert "| city, a day | 0.050 | 1.62 | 0.588 |" in text
    assert "| page | path | 40 | 10 | 15.8 | 64 | 90 |" in text


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


def test_what_is_not_stopped_is_said_on_the_label():
    told = " ".join(labels.NOT_STOPPED)
    for words in ("controls the machine", "pseudonyms", "every day of a month", "own staff"):
        assert words in told
        assert words.split()[-1] in PAGE.read_text(encoding="utf-8")
