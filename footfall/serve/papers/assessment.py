"""Whether the conditions of the French exemption for audience measurement hold now; what software cannot know is left open."""

from typing import Any

import msgspec

from footfall.serve.papers.facts import Facts, table

__all__ = ["Condition", "assessment", "assessment_text", "conditions"]

MOST_DAYS = 760
OPEN = "yours to say"


class Condition(msgspec.Struct, frozen=True):
    """One of them."""

    name: str
    asks: str
    holds: bool | None
    """``None``: Footfall cannot know."""
    how: str


def conditions(facts: Facts) -> tuple[Condition, ...]:
    """All of them, in the authority's order."""
    cnil, kept = facts.is_cnil, facts.kept_days
    ignoring = [portal.domain for portal in facts.portals if portal.privacy_signal == "ignore"]
    heeded = cnil or not ignoring
    reach = facts.settings.reach
    across = "Reach across portals is off." if reach == "off" else f"Reach across portals is on (day of {reach}): not exempt."
    profile = "Profile cnil is on." if cnil else 'Set profile = "cnil".'
    return (
        Condition(
            "purpose",
            "Only to measure the audience of one's own sites",
            None,
            "Footfall gives out counts alone; what they are for is yours.",
        ),
        Condition(
            "separate",
            "For one publisher, no crossing with other data",
            True,
            "No other data is joined; imports are events of the same portals.",
        ),
        Condition(
            "no_tracking",
            "Nobody is followed from site to site, nor counted across sites",
            reach == "off",
            f"A pseudonym is of one portal and one day. {across}",
        ),
        Condition("informed", "People are told", None, "A page of yours has to say it."),
        Condition(
            "opt_out",
            "People can object, simply, on every device",
            None,
            "Footfall's own trackers always heed footfall.optOut(); its button has to stand on your pages.",
        ),
        Condition(
            "signals",
            "Objections by the browser (Sec-GPC, DNT) are heeded",
            heeded,
            "Everywhere." if heeded else f"Ignored by {', '.join(ignoring)}.",
        ),
        Condition(
            "address", "The last byte of the address is cut", cnil, f"{profile} It cuts IPv4 to /24 and IPv6 to /48 before hash and place."
        ),
        Condition("campaigns", "No campaign values", cnil, f"{profile} It reads no utm_*, source, ref or click id."),
        Condition(
            "lifetime",
            "Trackers live 13 months at most",
            None,
            "Footfall's own store nothing but the opt-out; another's that sends here, such as Matomo's, has to be told not to.",
        ),
        Condition("events", "Data is kept 25 months at most", kept <= MOST_DAYS, f"Events: {kept} days at most here, {MOST_DAYS} by code."),
        Condition(
            "marts", "Statistics are kept 25 months at most", cnil, f"{profile} It drops marts of days over 25 months ago each night."
        ),
        Condition("exact", "Only statistics leave", facts.settings.policy != "exact", f"Policy {facts.settings.policy}."),
        Condition("proxy", "No address is kept before Footfall", None, "The proxy's own logs are not looked at."),
    )


def assessment(facts: Facts) -> dict[str, Any]:
    """For programs; ``holds`` is of those that can be known."""
    found = conditions(facts)
    return {
        "made": facts.at.isoformat(),
        "version": facts.version,
        "profile": facts.settings.profile,
        "controller": facts.controller,
        "holds": all(one.holds is not False for one in found),
        "conditions": msgspec.to_builtins(found),
    }


def assessment_text(facts: Facts) -> str:
    """The same as Markdown."""
    marks = {True: "yes", False: "**no**", None: OPEN}
    failed = sum(one.holds is False for one in conditions(facts))
    rows: list[tuple[object, ...]] = [(one.asks, marks[one.holds], one.how) for one in conditions(facts)]
    says = f"{failed} of {len(rows)} conditions do not hold." if failed else "Every condition that Footfall can look at holds."
    head = f"# Self-assessment: the French exemption for audience measurement\n\n{facts.controller}. Made by Footfall {facts.version} at "
    open_ones = f"Rows with “{OPEN}” no software can answer."
    return f"{head}{facts.at:%Y-%m-%d %H:%M} UTC from live settings. {says} {open_ones}\n\n{table(('condition', 'holds', 'how'), rows)}\n"
