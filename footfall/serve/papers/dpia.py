"""A data protection impact assessment as the file that CNIL's tool PIA imports: its 36 questions answered from what is set now.

Severity and likelihood are proposals. Evaluations are left to whoever evaluates: a program that marks its own work proves nothing.
"""

from datetime import datetime
from html import escape
from typing import Any

from footfall.privacy.budget import COHORT, RHO, RHO_A_MONTH
from footfall.privacy.marts import MARTS
from footfall.serve.label import NOT_STOPPED
from footfall.serve.papers.dpia_words import MEASURES, RISKS, Risk
from footfall.serve.papers.facts import TO_FILL_IN, Facts
from footfall.serve.papers.record import ACROSS, EVENT_FIELDS, KEPT, PURPOSE

__all__ = ["QUESTIONS", "dpia"]

QUESTIONS = (
    *(111, 112, 113, 121, 122, 123),
    *(211, 212, 213, 214, 215, 221, 222, 223, 224, 225, 226, 227),
    *(section + number for section in (320, 330, 340) for number in range(1, 7)),
)
"""Of the tool's three sections: context, principles, risks."""
PIA_ID = 1


def dpia(facts: Facts) -> dict[str, Any]:
    """What the tool reads with "Import a PIA"."""
    made = _instant(facts.at)
    found = _texts(facts) | {number: answer for risk in RISKS for number, answer in _risk(risk).items()}
    answers = [_answer(index, number, found[number], made) for index, number in enumerate(QUESTIONS, start=1)]
    measures = [
        {"id": index, "pia_id": PIA_ID, "title": title, "content": text, "placeholder": "measures.default_placeholder", "created_at": made}
        for index, (title, text) in enumerate(MEASURES.items(), start=1)
    ]
    return {"pia": _head(facts, made), "answers": answers, "measures": measures, "evaluations": [], "comments": []}


def _head(facts: Facts, made: str) -> dict[str, Any]:
    return {
        "id": PIA_ID,
        "name": f"Footfall: {facts.controller}",
        "author_name": f"Footfall {facts.version}",
        "evaluator_name": "",
        "validator_name": "",
        "category": "",
        "status": 0,
        "dpo_status": None,
        "dpo_opinion": "",
        "concerned_people_opinion": "",
        "concerned_people_status": None,
        "concerned_people_searched_opinion": None,
        "concerned_people_searched_content": "",
        "rejection_reason": "",
        "applied_adjustments": "",
        "dpos_names": "",
        "people_names": "",
        "numberOfQuestions": len(QUESTIONS),
        "created_at": made,
        "updated_at": made,
    }


def _answer(index: int, number: int, data: dict[str, Any], made: str) -> dict[str, Any]:
    return {"id": index, "pia_id": PIA_ID, "reference_to": number, "data": data, "created_at": made, "updated_at": made}


def _texts(facts: Facts) -> dict[int, dict[str, Any]]:
    return {number: {"text": text, "gauge": 0, "list": []} for number, text in (_context(facts) | _principles(facts)).items()}


def _context(facts: Facts) -> dict[int, str]:
    portals = [f"{escape(one.domain)}: {one.keep_events} days" for one in facts.portals]
    fields = [escape(field) for field in EVENT_FIELDS] + ([] if facts.is_cnil else ["campaign parameters (utm_*)"])
    return {
        111: f"<p>{PURPOSE} Without cookies; a visitor is known for one day, on one portal.</p>",
        112: f"<p>Controller: {escape(facts.controller)}. Processors: {TO_FILL_IN}. {escape(facts.sends)}</p>",
        113: "<p>CNIL's conditions for exempt audience measurement, "
        + ("held by profile cnil" if facts.is_cnil else "not switched on (profile standard)")
        + "; <code>footfall label --cnil</code> looks at each.</p>",
        121: f"<p>Of an event:</p>{_items(fields)}<p>Kept, by portal:</p>{_items(portals)}<p>And:</p>{_items(_kept())}",
        122: "<p>A browser sends an event; address and agent string make pseudonym, place and device, and are forgotten with the request. "
        "Events answer the portal's own staff while they are kept. When a service day is over, statistics are drawn from it once, with "
        "noise, and its salt is destroyed. Events go when their days are over, whether statistics were drawn or not.</p>"
        f"<p>Statistics: {', '.join(mart.name for mart in MARTS)}.</p>" + ("" if facts.settings.reach == "off" else f"<p>{ACROSS}</p>"),
        123: f"<p>Store: {'ClickHouse, in the server' if facts.settings.store == 'chdb' else 'a ClickHouse server'}. Control database: "
        f"{'as set' if facts.settings.control else 'SQLite'}. Salts: memory and tmpfs. Journal: files, until the store has them.</p>",
    }


def _principles(facts: Facts) -> dict[int, str]:
    address = "cut to /24 or /48 before it is hashed" if facts.is_cnil else "used whole (IPv6: its /64) inside the keyed hash, and not kept"
    costs = ", ".join(f"{name} ρ {RHO[name]:g} a day, no group under {COHORT[name]}" for name in RHO)
    return {
        211: f"<p>{PURPOSE} No profile is made: no id lasts from one day to the next.</p>",
        212: f"<p>{TO_FILL_IN}: usually a task in the public interest, or legitimate interests, article 6(1)(e) or (f).</p>",
        213: f"<p>The address is {address}. Region and city are kept only where a database is set. "
        "Of page addresses only listed parameters are kept.</p>",
        214: "<p>Counts are of events as they came; robots and floods are refused, and counted by reason.</p>",
        215: f"<p>The longest is {facts.kept_days} days for events here, 760 by code.</p>{_items(_kept())}",
        221: f"<p>{TO_FILL_IN}: a page that says what is counted, why and how long.</p>",
        222: f"<p>{'Not asked: the exemption' if facts.is_cnil else TO_FILL_IN + ': where no exemption is relied on'}.</p>",
        223: "<p>A past day's pseudonym cannot be made again from who asks: its salt is gone (article 11).</p>",
        224: "<p>The same; events go by themselves. Statistics are counts with noise.</p>",
        225: "<p>footfall.optOut() in both trackers; Sec-GPC and DNT "
        + ("count without detail on every portal" if facts.is_cnil else "as each portal sets it: count without detail, refuse, or ignore")
        + ".</p>",
        226: f"<p>{TO_FILL_IN}: the host's contract. {escape(facts.sends)}</p>",
        227: f"<p>{TO_FILL_IN}: where it is hosted. {escape(facts.sends)}</p><p>Released statistics: {costs}; "
        f"at most ρ {RHO_A_MONTH:g} in 31 days. What is not stopped:</p>{_items([escape(one) for one in NOT_STOPPED])}",
    }


def _risk(risk: Risk) -> dict[int, dict[str, Any]]:
    lists = (risk.impacts, risk.threats, risk.sources, risk.measures)
    found: dict[int, dict[str, Any]] = {
        risk.section + number: {"text": None, "gauge": None, "list": list(entries)} for number, entries in enumerate(lists, start=1)
    }
    for number, (gauge, why) in ((5, risk.severity), (6, risk.likelihood)):
        found[risk.section + number] = {"text": f"Proposal, to be judged: {why}", "gauge": gauge, "list": []}
    return found


def _kept() -> list[str]:
    return [f"{escape(what)}: {escape(how)}" for what, how in KEPT]


def _items(entries: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{entry}</li>' for entry in entries)}</ul>"


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
