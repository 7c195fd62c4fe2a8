"""What the demo's placements showed in the past, and what was clicked: told as a portal's own server does, so that tests have numbers."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta

import msgspec

from footfall.control.items import all_live
from footfall.control.placements import Placement, list_placements
from footfall.demo.simulator import Span
from footfall.serve.feedback import Feedback
from footfall.serve.house import Desk
from footfall.serve.recommendation_ids import Served
from footfall.serve.recommending import may_stand

__all__ = ["Told", "make_shown", "tell_shown"]

DONE = "demo shown"
DAYS, LISTS_A_DAY = 28, 80
CLICKED_FIRST, FALLS = 0.06, 0.8
"""Chance of a click on the first place, and what the next one has of it."""
BETTER = {"rising": 1.25}
"""By arm, how much more often its items are clicked: what the test is to find."""


class Told(msgspec.Struct, frozen=True):
    """A list that was shown, and what of it was clicked."""

    day: str
    served: Served
    clicked: tuple[int, ...]


def tell_shown(desk: Desk, domains: Sequence[str], span: Span, *, seed: int) -> int:
    """Have the store know what the placements of these portals showed in the last four weeks of the span, today aside; how many lists that
    were, none where it was done before. Raises Unavailable."""
    if desk.control.last_day(DONE):
        return 0
    feedback, number = Feedback(), 0
    sites, live = {portal.domain: portal.id for portal in desk.control.portals()}, all_live(desk.control)
    for site in (sites[domain] for domain in domains):
        items = [item.id for item in live if may_stand(item, site, desk.now())]
        for placement in list_placements(desk.control, site) if items else ():
            for told in make_shown(placement, items, span, seed=seed):
                feedback.take(told.served, None, "shown", day=told.day)
                feedback.take_all(told.served, told.clicked, "clicked", day=told.day)
                number += 1
    feedback.write(desk.engine)
    desk.control.set_last_day(DONE, str(span.first_day))
    return number


def make_shown(placement: Placement, items: Sequence[int], span: Span, *, seed: int) -> Iterator[Told]:
    """Lists by day. Same seed, same lists and clicks."""
    chance = random.Random(f"{seed}|{placement.id}")
    arms, last = [arm.name for arm in placement.arms] or [""], span.first_day + timedelta(days=span.days - 1)
    for ago in range(min(DAYS, span.days - 1), 0, -1):
        by_arm = {arm: tuple(chance.sample(list(items), min(placement.n, len(items)))) for arm in arms}
        for _ in range(round(LISTS_A_DAY * chance.uniform(0.8, 1.2))):
            arm = chance.choice(arms)
            rates = (CLICKED_FIRST * FALLS**place * BETTER.get(arm, 1.0) for place in range(placement.n))
            clicked = tuple(item for item, rate in zip(by_arm[arm], rates, strict=False) if chance.random() < rate)
            buckets = (0,) * len(by_arm[arm])
            served = Served(site=placement.site, placement=placement.id, arm=arm, window=0, items=by_arm[arm], buckets=buckets)
            yield Told(str(last - timedelta(days=ago)), served, clicked)
