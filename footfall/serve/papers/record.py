"""The record of processing activities of article 30(1) GDPR, points (a) to (g), from what is set now."""

from typing import Any

from footfall.privacy.budget import COHORT, REACH_COHORT, REACH_RHO, REACH_UNIT, RHO
from footfall.privacy.marts import MARTS
from footfall.privacy.policy import POLICIES
from footfall.serve.papers.facts import TO_FILL_IN, Facts, table

__all__ = ["ACROSS", "EVENT_FIELDS", "KEPT", "SECURITY", "record", "record_text"]

PURPOSE = "Audience measurement of the city's own sites: how many visit, what they look at and find, so that services get better."
EVENT_FIELDS = (
    "time, host name, path and the query parameters that a portal allows",
    "referrer without its query, source and channel",
    "browser, system and device by name and version, as far as the browser tells",
    "country, and region and city where a database for them is set",
    "a pseudonym of the service day and portal, and of the visit",
    "properties of custom events that the portal's team sends",
)
CAMPAIGN = "campaign parameters (utm_*)"
KEPT = (
    ("address and agent string", "never kept; used while a request is answered, for visitor and place"),
    ("the day's salt, which makes pseudonyms", "in memory and on tmpfs until local midnight and 35 minutes, then destroyed"),
    ("statistics with noise (marts)", "without an end; in profile cnil 25 months"),
    ("ledger of what statistics cost", "without an end; it holds nothing of visitors"),
    ("audit log of operators", "730 days"),
)
SECURITY = (
    "Addresses, agent strings and salts are written to no disk, log or error.",
    "Pseudonyms are a keyed hash (BLAKE2b) under a random salt that is destroyed each day; they differ from portal to portal.",
    "What outlives events is drawn once with noise (OpenDP, zero-concentrated differential privacy), charged to a ledger before.",
    "Operators have roles by portal, passwords are kept as argon2id, a second factor can be set, changes are in an audit log.",
    "`footfall verify` holds the ledger against OpenDP, its caps and the table.",
)


def record(facts: Facts) -> dict[str, Any]:
    """By the points of the article."""
    fields = [*EVENT_FIELDS, *(() if facts.is_cnil else (CAMPAIGN,))]
    return {
        "made": facts.at.isoformat(),
        "version": facts.version,
        "a_controller": {"name_and_contact": facts.controller, "data_protection_officer": TO_FILL_IN},
        "b_purposes": [PURPOSE],
        "c_categories": {"people": ["visitors of the portals", "operators who sign in"], "data": fields},
        "d_recipients": _recipients(facts),
        "e_transfers": f"{facts.sends} Where it is hosted: {TO_FILL_IN}",
        "f_erasure": {
            "events_by_portal_days": {portal.domain: portal.keep_events for portal in facts.portals},
            "else": dict(KEPT),
        },
        "g_security": [_gate(facts), *SECURITY],
        "statistics": [
            {"mart": mart.name, "by": list(mart.keys), "grain": mart.grain, "most_cells_a_visitor": mart.cells} for mart in MARTS
        ],
        "releases": {name: {"rho_a_day": RHO[name], "smallest_group": COHORT[name]} for name in RHO} | _reach(facts),
    }


ACROSS = (
    "Reach across portals is on: for a day a second pseudonym, the same on all portals, is in memory, and one number with noise is "
    "published for each declared group. This is outside the exemption for audience measurement."
)


def _reach(facts: Facts) -> dict[str, Any]:
    told = {"rho_a_day": REACH_RHO, "smallest_group": REACH_COHORT, "unit": REACH_UNIT, "outside_the_exemption": True}
    return {} if facts.settings.reach == "off" else {"reach": told}


def record_text(facts: Facts) -> str:
    """The same as Markdown."""
    made = record(facts)
    kept: list[tuple[object, ...]] = [
        (f"events of {portal.domain}", f"{portal.keep_events} days" if portal.keep_events else "until the service day is over")
        for portal in facts.portals
    ]
    parts = [
        "# Record of processing activities (GDPR, article 30(1))",
        f"Made by Footfall {facts.version} at {facts.at:%Y-%m-%d %H:%M} UTC from what was set then.",
        f"## (a) Controller\n{facts.controller}. Data protection officer: {TO_FILL_IN}",
        f"## (b) Purposes\n{PURPOSE}",
        "## (c) People and data\nVisitors of the portals; operators who sign in (e-mail, name, roles).\n\nOf an event is kept:\n"
        + _listed(made["c_categories"]["data"])
        + (f"\n\n{ACROSS}" if "reach" in made["releases"] else ""),
        "## (d) Recipients\n" + _listed(made["d_recipients"]),
        f"## (e) Transfers to third countries\n{made['e_transfers']}",
        "## (f) Time limits for erasure\n" + table(("what", "for how long"), [*kept, *KEPT]),
        "## (g) Security\n" + _listed(made["g_security"]),
        "## Statistics that are released\n" + table(("mart", "by", "grain"), [(m.name, ", ".join(m.keys) or "–", m.grain) for m in MARTS]),
    ]
    return "\n\n".join(parts) + "\n"


def _gate(facts: Facts) -> str:
    policy = POLICIES[facts.settings.policy]
    if not policy.smallest_cohort:
        return f"Answers to operators are exact (policy {policy.name}): groups of few are shown too."
    return f"Answers leave through one gate: no group under {policy.smallest_cohort} visitors is shown to staff, under 20 outside."


def _recipients(facts: Facts) -> list[str]:
    found = facts.recipients
    said = [f"operators with the role {role}: {count}" for role, count in found.operators.items()]
    said += [f"key {key.name} ({', '.join(key.scopes)}; {', '.join(key.portals) or 'all portals'})" for key in found.keys]
    said += [f"shared links and embedded panels: {found.links}"] if found.links else []
    said += [f"confirmed recipients of reports by e-mail: {found.mailed}"] if found.mailed else []
    said += [f"channels of alerts: {', '.join(found.told)}"] if found.told else []
    return said or ["nobody yet"]


def _listed(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
