"""Cards of trends as rows to take away: one line a card, and one card bucket by bucket."""

from collections.abc import Iterable
from typing import Any

from footfall.serve.pages.language import N_, Language
from footfall.serve.pages.trend_cards import ShownCard
from footfall.serve.pages.trend_words import COUNT_WORDS, DIMENSION_WORDS, KIND_WORDS, STATE_WORDS

__all__ = ["bucket_rows", "card_rows"]

HEAD = (
    *(N_("Portal"), N_("Story"), N_("Kind"), N_("State"), N_("Of what"), N_("Since"), N_("Counted"), N_("Number")),
    *(N_("Expected"), N_("Lowest expected"), N_("Highest expected"), N_("Lift")),
)


def card_rows(cards: Iterable[ShownCard], spoken: Language) -> list[list[Any]]:
    """The names of the columns, then the cards; numbers that may not be told are empty."""
    return [[spoken.text(name) for name in HEAD], *(_card(one, spoken) for one in cards)]


def bucket_rows(one: ShownCard, spoken: Language) -> list[list[Any]]:
    """The names of the columns, then each hour or day of the card's graph, the last one first."""
    counted = COUNT_WORDS.get(one.card.counts, one.card.counts)
    names = (N_("Hour") if one.is_by_hour else N_("Day"), counted, N_("Expected"), N_("Lowest expected"), N_("Highest expected"))
    rows = [[each.label, each.observed, each.expected, each.low, each.high] for each in reversed(one.card.spark)]
    return [[spoken.text(name) for name in names], *rows]


def _card(one: ShownCard, spoken: Language) -> list[Any]:
    card = one.card
    words = [spoken.text(said) for said in (KIND_WORDS[card.kind], STATE_WORDS[card.state], DIMENSION_WORDS[card.dimension])]
    since = one.since.isoformat(timespec="minutes") if one.is_by_hour else one.since.date().isoformat()
    numbers = [card.observed, card.expected, card.low, card.high, card.lift]
    return [card.portal, one.name, *words, since, spoken.text(COUNT_WORDS.get(card.counts, card.counts)), *numbers]
