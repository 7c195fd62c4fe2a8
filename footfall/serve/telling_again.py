"""Cards that go on are told anew once every portal was looked at: each asks some eight questions, and no new card waits for them."""

from collections.abc import Callable, Collection, Iterable

import msgspec

from footfall.control.transactions import Database
from footfall.control.trends import Card, save_cards
from footfall.trends.explain import Explained
from footfall.trends.panel import Finding
from footfall.trends.watching import Look, Tell

__all__ = ["Again", "PutOff", "tell_again"]

decode = msgspec.json.Decoder(Explained).decode


class Again(msgspec.Struct, frozen=True, eq=False):
    """A card that is stored and tells of an earlier bucket than it was looked at."""

    card: Card
    is_new_state: bool
    tell: Callable[[], str]

    @property
    def turn(self) -> tuple[bool, str, int]:
        """Those whose state is another come first, as alerts tell of them; then those that were told longest ago."""
        return (not self.is_new_state, decode(self.card.body).told, self.card.id)


class PutOff:
    """Tells new cards at once; those that go on keep what they told, and are kept in ``again``."""

    def __init__(self, tell: Tell, known: Collection[Card]) -> None:
        self._tell, self._states = tell, {card.id: card.state for card in known}
        self.again: list[Again] = []

    def __call__(self, seen: Look, found: Finding | None, card: Card) -> str:
        if not card.id:
            return self._tell(seen, found, card)
        alone = seen.only(*(seen.whole if found is None else found.key[1:]))
        card = msgspec.structs.replace(card, merged=())
        self.again.append(Again(card, card.state != self._states.get(card.id), lambda: self._tell(alone, found, card)))
        return card.body


def tell_again(database: Database, cards: Iterable[Again], is_over: Callable[[], bool]) -> int:
    """Tell them by turn until it is over, each stored when it is told; how many were. The others tell what they told, until the next look.

    Raises:
        Unavailable: control or store is away.
    """
    told = 0
    for one in sorted(cards, key=lambda one: one.turn):
        if is_over():
            break
        save_cards(database, [msgspec.structs.replace(one.card, body=one.tell())])
        told += 1
    return told
