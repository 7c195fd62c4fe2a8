"""The page on interests says the noise and the thresholds that the code draws by."""

import re
from pathlib import Path

import pytest

from footfall.privacy.budget import noise_of
from footfall.privacy.marts import MARTS
from footfall.privacy.policy import CITY

PAGE = (Path(__file__).parents[2] / "docs" / "interests.md").read_text(encoding="utf-8")
DRAWN = {mart.name: noise_of(CITY.name, mart) for mart in MARTS}
TOLD = dict(re.findall(r"^\| `(\w+)`[^|]*\|[^|]*\|[^|]*\| ([\d.]+, \d+) \|$", PAGE, re.MULTILINE))


@pytest.mark.parametrize("mart", ["topic_hour", "topic_place", "topic_pair", "flow"])
def test_noise_and_threshold_of_the_page_are_those_of_the_code(mart):
    assert TOLD[mart] == f"{DRAWN[mart].sigma:.1f}, {DRAWN[mart].threshold}"


def test_hour_that_a_small_portal_needs_is_the_threshold():
    assert f"few topics over {DRAWN['topic_hour'].threshold} visitors an hour" in PAGE
