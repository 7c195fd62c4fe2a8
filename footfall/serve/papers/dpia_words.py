"""The risks of an impact assessment and the measures against them, in words."""

import msgspec

__all__ = ["MEASURES", "RISKS", "Risk"]

MEASURES = {
    "Salt of one day": "Pseudonyms are made under random salt that is destroyed after local midnight and 35 minutes; it is on no disk.",
    "Addresses forgotten": "Address and agent string leave memory with the request; tests look for them in what is written.",
    "Short memory": "Events go after the days that each portal sets; 0 seals a portal: its events go with the day.",
    "Smallest groups": "Under policy staff no group under 10 visitors is shown, under 20 outside; few and none look alike.",
    "Noise, drawn once": "What outlives events is drawn with OpenDP's noise, once, and charged before to a ledger that has caps.",
    "Roles and audit log": "Operators see the portals of their roles; what they change is in an audit log for 730 days.",
    "Proof": "footfall verify computes costs again, follows the ledger's chain and holds the table against it.",
    "Counted once": "An event that was acknowledged is on disk before, and is loaded once, whatever dies in between.",
}


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """One of the tool's three."""

    section: int
    """Its questions are the six numbers after it."""
    impacts: tuple[str, ...]
    threats: tuple[str, ...]
    sources: tuple[str, ...]
    measures: tuple[str, ...]
    """Titles of MEASURES."""
    severity: tuple[int, str]
    """1 to 4, and why."""
    likelihood: tuple[int, str]


RISKS = (
    Risk(
        section=320,
        impacts=("Somebody learns which pages a person looked at today", "A colleague's habits are guessed"),
        threats=("The running machine is controlled", "Many questions by an insider", "A copy of the disk", "Demand by an authority"),
        sources=("Administrator of the machine", "Insider of a portal", "Attacker", "Authority"),
        measures=("Salt of one day", "Addresses forgotten", "Short memory", "Smallest groups", "Noise, drawn once", "Roles and audit log"),
        severity=(2, "pages of public services, without a name; some are about health or need."),
        likelihood=(
            2,
            "who holds the salt can test today's pseudonyms; a past visit with rare traits can be picked out while events are kept.",
        ),
    ),
    Risk(
        section=330,
        impacts=("Services are planned by wrong numbers", "Nobody is treated otherwise for what was counted of them"),
        threats=("Made-up events", "Changed statistics or ledger"),
        sources=("Visitor who sends made-up events", "Attacker", "Insider"),
        measures=("Proof", "Roles and audit log", "Counted once"),
        severity=(1, "no decision about a person rests on these numbers."),
        likelihood=(2, "events come from anywhere; what was published cannot be changed unseen."),
    ),
    Risk(
        section=340,
        impacts=("Numbers are missing", "No person loses anything"),
        threats=("A disk fails", "A day is closed too late and its events are gone"),
        sources=("Failure", "Mistake of an administrator"),
        measures=("Counted once", "Proof"),
        severity=(1, "visitors depend on none of it."),
        likelihood=(2, "forgetting goes before keeping: a day that cannot be closed is missed."),
    ),
)
