"""The form that a funnel is built with: rows of steps that grow and shrink by buttons, without a script."""

import msgspec

from footfall.control.funnels import FEWEST_STEPS, MOST_STEPS
from footfall.vocabulary import Step

__all__ = ["Draft", "read_draft"]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A funnel as far as it is typed."""

    name: str = ""
    steps: tuple[Step, ...] = (Step(),) * FEWEST_STEPS
    """A step with neither goal nor page is one that is still to be filled in."""
    focus: int = 0
    """The step that the next key goes to, from 1; 0 for none."""

    @property
    def may_grow(self) -> bool:
        return len(self.steps) < MOST_STEPS

    @property
    def may_shrink(self) -> bool:
        return len(self.steps) > FEWEST_STEPS

    def after(self, button: str) -> "Draft":
        """What the button that was pressed makes of it: ``add``, ``remove-2``, ``up-2``; as it is after any other."""
        act, _, number = button.partition("-")
        place = int(number) if number.isascii() and number.isdigit() and len(number) < 3 else 0
        steps = list(self.steps)
        if act == "add" and self.may_grow:
            steps.append(Step())
            place = len(steps)
        elif act == "remove" and self.may_shrink and 1 <= place <= len(steps):
            del steps[place - 1]
            place = min(place, len(steps))
        elif act == "up" and 2 <= place <= len(steps):
            steps[place - 2 : place] = steps[place - 1], steps[place - 2]
            place -= 1
        else:
            return self
        return msgspec.structs.replace(self, steps=tuple(steps), focus=place)


def read_draft(fields: dict[str, str]) -> Draft:
    """The draft of a form's fields ``name``, ``goal1``, ``page1``, …; where a goal is chosen the page is left alone."""
    steps = []
    for place in range(1, MOST_STEPS + 1):
        if f"goal{place}" in fields:
            goal = fields[f"goal{place}"].strip()
            steps.append(Step(goal=goal) if goal else Step(page=fields.get(f"page{place}", "").strip()))
    return Draft(name=fields.get("name", "").strip(), steps=tuple(steps) or Draft().steps)
