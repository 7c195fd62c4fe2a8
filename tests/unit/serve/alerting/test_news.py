"""When a card of the city's data becomes news."""

import msgspec
import pytest

from footfall.control.trends import Card
from footfall.serve.alerting.news import dated

CARD = Card(
    site=None, step="day", kind="rise", dimension="measure", key="counts:a", members=(), state="candidate", marks="1", since_ms=1,
    found_ms=2, seen_ms=3, strength=4.0, body="",
)  # fmt: skip


@pytest.mark.parametrize(
    ("state", "kind", "before", "news_ms"),
    [
        ("candidate", "rise", 0, 0),
        ("closed", "rise", 0, 0),
        ("emerging", "rise", 0, 90),
        ("trend", "fall", 50, 50),
        ("candidate", "outage", 0, 90),
    ],
)
def test_card_is_news_by_the_clock_once_it_is_more_than_a_candidate_or_an_outage(state, kind, before, news_ms):
    assert dated(msgspec.structs.replace(CARD, state=state, kind=kind, news_ms=before), 90).news_ms == news_ms
