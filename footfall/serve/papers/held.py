"""What this home holds of people, where, since when and for how long: the answer to who asks for it, with or without a warrant."""

import msgspec

from footfall.control.asked import KEPT_DAYS
from footfall.control.database import Control
from footfall.serve.home import salt_folder
from footfall.serve.papers.facts import Facts
from footfall.serve.retention import kept_from

__all__ = ["Held", "held"]


ACROSS = "On which portals in groups one browser was today: who has the second salt too could test a named one against them."


class Held(msgspec.Struct, frozen=True):
    """One kind of thing."""

    what: str
    where: str
    since: str
    """A day, YYYY-MM-DD; empty where that has no meaning."""
    until: str
    tells: str
    """What could be made of it."""


def held(facts: Facts, control: Control, now_ms: int) -> list[Held]:
    """By the rules that are set; the store itself is not asked. Raises Unavailable."""
    store = "the store" if facts.settings.store == "chdb" else "the ClickHouse server"
    journal = list((facts.settings.home_path / "journal").glob("*.ndjson"))
    folder = salt_folder(facts.settings)
    salts = sum(path.stat().st_size > 0 for path in folder.iterdir()) if folder and folder.is_dir() else 0
    today = "Pseudonyms: who has the salt too could test a named address and browser against them."
    past = "Visits by pseudonym. Past days' salts are gone; who knows what somebody did, on what device, may still pick the visit out."
    rows = [Held(f"events of {one.domain}", store, kept_from(one, control, now_ms), _until(one.keep_events), past) for one in facts.portals]
    return [
        Held("addresses and agent strings", "nowhere", "", "the end of each request", "Nothing: they are not kept."),
        Held(f"salts ({salts})", "memory, tmpfs", "", "local midnight and 35 minutes", today),
        Held(f"events on their way ({len(journal)} files)", "journal", "", "seconds, until the store has them", today),
        *([Held("ids of reach across portals", "memory", "", "midnight and the draw", ACROSS)] if facts.settings.reach != "off" else []),
        *rows,
        Held(
            "statistics with noise",
            store,
            "",
            "25 months" if facts.is_cnil else "no end",
            "Counts; the label says how well they hide one visitor.",
        ),
        Held("operators, their roles and the audit log", "control database", "", "730 days for the log", "Who works with it. No visitor."),
        Held("who asked what of events (policy staff)", "control database", "", f"{KEPT_DAYS} days", "What staff looked for. No visitor."),
        Held("recipients of reports by e-mail", "control database", "", "until they say no", "Their addresses. No visitor."),
        Held("channels of alerts and their log", "control database", "", "until removed; 400 days for the log", "Addresses. No visitor."),
    ]


def _until(days: int) -> str:
    return f"{days} days" if days else "the end of the service day"
