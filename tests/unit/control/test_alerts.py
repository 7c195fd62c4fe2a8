"""Channels of alerts: kept with their portal, their addresses told to nobody, and what came of each message counted."""

import msgspec
import pytest

from footfall.control.alerts import (
    MOST_TRIES,
    Logged,
    Plan,
    add_channel,
    delete_channel,
    find_channel,
    list_channels,
    log_news,
    read_log,
    where_of,
)
from footfall.control.audit import read_audit
from footfall.errors import BadInput, NotFound

NOW = 1_767_225_600_000
PLAN = Plan(role="viewer", about=("trends",), language="en")
WHERE = ("https://hooks.example/very-secret", "https://hooks.example/…")


@pytest.fixture
def portal(emptied):
    return emptied.create_portal(domain="museum.example")


def logged(channel, **rest):
    return Logged(**{"channel": channel.id, "news": "trend 1", "title": "A: more", "message": "m1", "state": "waits", "at_ms": NOW} | rest)


def test_channel_is_kept_and_gone_and_the_audit_log_holds_no_address(emptied, portal):
    made, secret = add_channel(emptied, portal, "webhook", WHERE, PLAN, now_ms=NOW)
    assert list_channels(emptied, portal.id) == [made] == [find_channel(emptied, portal.id, made.id)]
    where = where_of(emptied, made)
    assert (where.address, where.secret, secret[:6]) == (WHERE[0], secret, "whsec_")
    assert "very-secret" not in repr(where) + repr(made)
    log_news(emptied, [logged(made)])
    delete_channel(emptied, portal, made.id, now_ms=NOW)
    assert (list_channels(emptied), read_log(emptied, [made.id])) == ([], [])
    noted = [(entry.action, entry.object) for entry in read_audit(emptied)[:2]]
    assert noted == [(f"alert channel {what}", f"museum.example: webhook {made.id}") for what in ("removed", "added")]
    with pytest.raises(NotFound, match="no such channel"):
        where_of(emptied, made)


def test_only_webhooks_have_a_secret(emptied, portal):
    assert add_channel(emptied, portal, "slack", WHERE, PLAN, now_ms=NOW)[1] == ""


@pytest.mark.parametrize("wrong", [{"role": "king"}, {"about": ()}, {"about": ("weather",)}, {"most": 0}, {"most": 51}, {"morning": 24}])
def test_plan_that_is_none_is_refused(emptied, portal, wrong):
    with pytest.raises(BadInput, match=r"needs a role|That is not valid"):
        add_channel(emptied, portal, "slack", WHERE, msgspec.structs.replace(PLAN, **wrong), now_ms=NOW)
    assert list_channels(emptied) == []


def test_portal_has_at_most_twenty_channels(emptied, portal):
    for _ in range(20):
        add_channel(emptied, portal, "slack", WHERE, PLAN, now_ms=NOW)
    with pytest.raises(BadInput, match="at most 20 channels"):
        add_channel(emptied, portal, "slack", WHERE, PLAN, now_ms=NOW)


def test_tries_are_counted_and_the_sixth_gives_up(emptied, portal):
    made, _ = add_channel(emptied, portal, "slack", WHERE, PLAN, now_ms=NOW)
    for number in range(1, MOST_TRIES):
        log_news(emptied, [logged(made, at_ms=NOW + number)])
        assert [(one.state, one.tries) for one in read_log(emptied, [made.id])] == [("waits", number)]
    log_news(emptied, [logged(made, at_ms=NOW + MOST_TRIES)])
    assert [(one.state, one.tries) for one in read_log(emptied, [made.id])] == [("failed", MOST_TRIES)]


def test_log_of_a_channel_that_is_gone_is_not_kept(emptied, portal):
    made, _ = add_channel(emptied, portal, "slack", WHERE, PLAN, now_ms=NOW)
    delete_channel(emptied, portal, made.id, now_ms=NOW)
    log_news(emptied, [logged(made)])
    assert read_log(emptied, [made.id]) == []
