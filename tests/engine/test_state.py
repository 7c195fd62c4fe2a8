"""What operators see of portals and refusals has passed the gate: a hair below the cohort it looks like nothing."""

import pytest

from footfall.collect.journal import write_segment
from footfall.collect.refusals import as_lines
from footfall.serve.house import open_desk
from footfall.serve.imports import import_stream
from footfall.serve.state import state_of
from footfall.settings import Settings

NOW = "2026-01-05T12:00:00Z"
NOW_MINUTE = 1767614400


def line(day, visitor):
    return f'{{"timestamp": "2026-01-{day:02}T10:00:00Z", "visitor": "{visitor}"}}\n'.encode()


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    """By policy the state of the same home: portals with nine and ten visitor-days, of one visitor who came ten times, and of nobody."""
    home = tmp_path_factory.mktemp("home")
    desk = open_desk(Settings(home=str(home), now=NOW))
    lines = {
        "nine.example": [line(4, who) for who in range(9)],
        "ten.example": [line(4, who) for who in range(5)] + [line(5, who) for who in range(5)],
        "often.example": [line(5, "same")] * 10,
        "nobody.example": [],
    }
    for domain, content in lines.items():
        desk.control.create_portal(domain=domain)
        import_stream(desk, "events", domain, content)
    refused = [
        (1, NOW_MINUTE, reason, count) for reason, count in (("bot", 19), ("prefetch", 10), ("no_url", 99), ("rate", 120), ("spam", 19))
    ]
    path = write_segment(desk.journal_folder, "0-0.taken", [as_lines(refused)])
    path.rename(path.with_name("0-0.refusals"))
    desk.loader.load_waiting()
    try:
        yield lambda policy, *portals: state_of(_under(desk, policy), portals)
    finally:
        desk.close()


def _under(desk, policy):
    desk.settings = Settings(home=desk.settings.home, now=NOW, policy=policy)
    return desk


def test_portal_counts_from_ten_visitor_days_on_and_nothing_says_when(state):
    assert state("staff").counts == {"nine.example": False, "ten.example": True, "often.example": False, "nobody.example": False}


def test_refusals_are_whole_cohorts_of_senders_as_on_a_portals_page(state):
    assert state("staff").refusals == {"rate": 100, "bot": 10}, "99 events may be of ten visitors or of one"


def test_single_developer_sees_all(state):
    assert state("exact").counts == {"nine.example": True, "ten.example": True, "often.example": True, "nobody.example": False}
    assert state("exact").refusals == {"rate": 120, "no_url": 99, "bot": 19, "spam": 19, "prefetch": 10}


def test_key_for_one_portal_sees_it_alone_and_no_refusals(state):
    one = state("staff", "ten.example")
    assert (one.counts, one.refusals) == ({"ten.example": True}, {})
