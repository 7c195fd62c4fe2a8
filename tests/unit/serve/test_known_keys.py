"""A key is known without asking for as long as nothing was changed, here or by another process, and not a moment longer."""

import pytest

from footfall.control.database import open_control
from footfall.control.keys import check_key, create_key, revoke_key
from footfall.control.usage import Usage, add_usage, take_quota
from footfall.serve.known_keys import KnownKeys


@pytest.fixture
def path(tmp_path):
    return tmp_path / "control.db"


@pytest.fixture
def control(path):
    opened = open_control(f"sqlite:///{path}", lambda: 1)
    yield opened
    opened.close()


@pytest.fixture
def secret(control):
    return create_key(control, "one", ("content:read",), now_ms=1)


@pytest.fixture
def known(control, secret):
    found = KnownKeys(control)
    found.keep(secret, check_key(control, secret), found.stamp())
    return found


def test_key_is_known_once_it_was_asked_for_and_no_other_is(known, secret):
    assert known.find(secret).name == "one" and known.find(secret).name == "one"
    assert known.find(secret + "x") is None


def test_revoked_key_is_known_no_more(known, control, secret):
    revoke_key(control, "one", now_ms=2)
    assert known.find(secret) is None


def test_key_that_another_process_revoked_is_known_no_more(known, path, secret):
    other = open_control(f"sqlite:///{path}", lambda: 1)
    revoke_key(other, "one", now_ms=2)
    other.close()
    assert known.find(secret) is None


def test_key_stays_known_while_its_requests_are_counted(known, control, secret):
    before = control.version()
    assert take_quota(control, "one", "2026-01-01", wanted=5, quota=10) == 5
    add_usage(control, [Usage(key="one", day="2026-01-01", what="recommend", asked=1, refused=0)], now_ms=1)
    assert control.version() == before
    assert known.find(secret).name == "one"


def test_key_that_was_asked_for_before_a_change_is_not_kept_after_it(control, secret):
    known = KnownKeys(control)
    stamp, key = known.stamp(), check_key(control, secret)
    revoke_key(control, "one", now_ms=2)
    known.keep(secret, key, stamp)
    assert known.find(secret) is None
    known.keep(secret, key, stamp)
    assert known.find(secret) is None


def test_nothing_is_kept_where_no_stamp_tells(control, secret, monkeypatch):
    monkeypatch.setattr(control, "stamp", lambda: None)
    known = KnownKeys(control)
    known.keep(secret, check_key(control, secret), known.stamp())
    assert known.find(secret) is None


def test_database_of_memory_alone_has_no_stamp():
    opened = open_control("sqlite:///:memory:", lambda: 1)
    assert opened.stamp() is None
    opened.close()
