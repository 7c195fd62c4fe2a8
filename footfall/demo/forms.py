"""Forms of the demo city, and how visitors fill them in."""

import random
from collections.abc import Iterator

import msgspec

__all__ = ["DemoForm"]


class DemoForm(msgspec.Struct, frozen=True, kw_only=True):
    """A form on a page, which visitors fill in from top to bottom or leave."""

    name: str
    path: str
    start: float
    """Chance, 0..1, each time the page is looked at."""
    fields: tuple[tuple[str, float, float], ...]
    """Each with the chance that whoever came to it goes on, and the chance that they fill it in if they do."""
    send: float
    """Chance that whoever is past all fields sends it."""

    def done(self, chance: random.Random) -> Iterator[tuple[str, dict[str, str]]]:
        """Names and properties of the events of one visitor with the form; none of most."""
        if chance.random() >= self.start:
            return
        yield "Form: Started", {"form": self.name}
        for field, stays, fills in self.fields:
            if chance.random() >= stays:
                return
            if chance.random() < fills:
                yield "Form: Field Completed", {"form": self.name, "field": field}
        if chance.random() < self.send:
            yield "Form: Submission", {"form": self.name}
