"""Placements in words: what a list holds, and what a test of two ways says by now."""

from collections.abc import Callable

from footfall.control.placements import Placement
from footfall.interests.ab import ALPHA, MATTERS, Interval, Verdict
from footfall.serve.pages.language import N_, Language

__all__ = ["KIND_NAMES", "interval_in_words", "points_in_words", "rule_in_words", "rules_in_words", "verdict_in_words"]

KIND_NAMES = {"article": N_("Articles"), "service": N_("Services"), "event": N_("Events"), "form": N_("Forms"), "page": N_("Pages")}
NameOf = Callable[[str, str, str], str]
"""Of a ``topic`` or a ``district``, by its id, in a language."""


def rules_in_words(spoken: Language, placement: Placement, name_of: NameOf) -> list[str]:
    """What the list holds, rule by rule; nothing where every item may be in it."""
    rules = placement.rules
    named = {
        kind: [name_of(kind, id, spoken.code) or id for id in ids] for kind, ids in (("topic", rules.topics), ("district", rules.districts))
    }
    said = []
    if rules.kinds:
        said.append(spoken.text(N_("only: %(kinds)s"), kinds=spoken.listed(spoken.text(KIND_NAMES[kind]).lower() for kind in rules.kinds)))
    if rules.topics:
        said.append(spoken.text(N_("about %(topics)s"), topics=spoken.listed(named["topic"])))
    if rules.districts:
        said.append(spoken.text(N_("for %(districts)s"), districts=spoken.listed(named["district"])))
    if rules.languages:
        said.append(spoken.text(N_("languages: %(languages)s"), languages=", ".join(rules.languages)))
    if rules.max_age_days:
        said.append(spoken.text(N_("not older than %(days)s d"), days=spoken.number(rules.max_age_days)))
    if placement.pins:
        said.append(spoken.text(N_("pinned: %(count)s"), count=spoken.number(len(placement.pins))))
    if placement.blocked:
        said.append(spoken.text(N_("blocked: %(count)s"), count=spoken.number(len(placement.blocked))))
    return said


def verdict_in_words(spoken: Language, verdict: Verdict) -> str:
    if verdict.outcome == "better":
        return spoken.text(N_("Arm %(arm)s is better."), arm=verdict.arm)
    return spoken.text(N_("No clear difference.") if verdict.outcome == "none" else N_("Too early to say."))


def rule_in_words(spoken: Language) -> str:
    """When a test may be stopped, for people."""
    return spoken.text(
        N_(
            "Look as often as you like: the intervals of differences allow for it, and of tests of equal arms %(wrong)s at most "
            "end with a winner. An arm is better once its differences from all others lie above 0. There is no clear difference "
            "once all these intervals lie within ±%(points)s. Until then it is too early. Choose the day the test began, "
            "and leave arms and shares alone while it runs."
        ),
        wrong=spoken.percent(100 * ALPHA, 0),
        points=spoken.number(100 * MATTERS),
    )


def interval_in_words(spoken: Language, interval: Interval) -> str:
    """Of a share: ``2.1–3.4%``."""
    return f"{spoken.number(100 * interval.low, 1)}–{spoken.percent(100 * interval.high, 1)}"


def points_in_words(spoken: Language, share: float) -> str:
    """A difference in percentage points, with its sign."""
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return f"{sign}{spoken.number(abs(100 * share), 2)}"
