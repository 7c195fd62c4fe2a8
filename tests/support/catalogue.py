"""A small catalogue and a small model, in the place of what is learned."""

from collections.abc import Hashable, Iterable, Sequence

from footfall.interests.items import Item
from footfall.interests.reasons import Reason
from footfall.interests.request import Choice, Request

__all__ = ["Shelf", "item"]


def item(id: int, site: int = 1, **rest: object) -> Item:
    """An article of the portal."""
    path = f"/news/{id}"
    return Item(**{"id": id, "site": site, "path": path, "url": f"https://portal.example{path}", "title": f"News {id}", **rest})  # type: ignore[arg-type]


class Shelf:
    """A learner whose model recommends whatever is given to ``choices``, or the items in order; it may be made to fail."""

    def __init__(self, *items: Item) -> None:
        self.shelf, self.learned = list(items), 0
        self.fails_to_learn = self.fails_to_recommend = False
        self.choices: list[Choice] | None = None
        self.asked: list[Request] = []

    def version(self) -> Hashable:
        return tuple(self.shelf)

    def items(self) -> Iterable[Item]:
        return self.shelf

    def learn(self, items: Sequence[Item]) -> "ShelfModel":
        if self.fails_to_learn:
            raise ArithmeticError("no model")
        self.learned += 1
        return ShelfModel(self, list(items), f"v{self.learned}")

    def look_ahead(self) -> None:
        """There is nothing to ask of."""

    def name_of(self, kind: str, id: str, language: str) -> str:
        return {"ru": "культура"}.get(language, "culture") if kind == "topic" else ""

    def within(self, topic: str) -> Sequence[str]:
        return {"transport": ("parking", "buses")}.get(topic, ())


class ShelfModel:
    """A model of the items there were."""

    def __init__(self, shelf: Shelf, items: list[Item], version: str) -> None:
        self.shelf, self.items, self.version = shelf, items, version

    def recommend(self, request: Request) -> Sequence[Choice]:
        if self.shelf.fails_to_recommend:
            raise ArithmeticError("no list")
        self.shelf.asked.append(request)
        if self.shelf.choices is not None:
            return self.shelf.choices
        reason = Reason("looked", request.current) if request.current else Reason("popular")
        fit = [one for one in self.items if one.site == request.site and one.id != request.current]
        return [Choice(one.id, 1.0 / place, reason, 0.5) for place, one in enumerate(fit[: request.n], start=1)]
