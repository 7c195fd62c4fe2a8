"""A profile is its device's alone, ends after ninety days, and leaves nothing behind when it is erased."""

import sqlite3

import pytest

from footfall.errors import BadInput, NotFound
from footfall.interests.profile import LONGEST_DAYS, Agreed, open_profiles
from tests.support.build import ms

DAY_MS = 86_400_000
YES = Agreed(text="profile-2026-11 en")


class Clock:
    now = ms("2026-03-10T12:00:00")

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def profiles(tmp_path, clock):
    opened = open_profiles(tmp_path, clock)
    yield opened
    opened.close()


def test_what_was_agreed_to_and_learned_is_shown_whole(profiles, clock):
    key, _ = profiles.agree(1, YES)
    profiles.learn(1, key, (("parks", 1.0),))
    clock.now += 30 * DAY_MS
    kept = profiles.show(1, key)
    assert kept.topics == {"parks": 0.5}
    assert [(one.what, one.text, one.day) for one in kept.agreed] == [(("topics",), "profile-2026-11 en", "2026-03-10")]
    assert (kept.changed, kept.ends) == ("2026-04-09", "2026-06-08")


def test_a_key_opens_nothing_on_another_portal_and_a_guess_opens_nothing(profiles):
    key, _ = profiles.agree(1, YES)
    for portal, tried in ((2, key), (1, key + "x"), (1, "")):
        with pytest.raises(NotFound):
            profiles.show(portal, tried)
        with pytest.raises(NotFound):
            profiles.learn(portal, tried, (("parks", 1.0),))
    with pytest.raises(NotFound):
        profiles.agree(2, YES, key)


def test_who_agrees_to_nothing_more_is_told_nothing_more(profiles):
    key, _ = profiles.agree(1, YES)
    profiles.learn(1, key, (("parks", 1.0),))
    profiles.agree(1, Agreed(what=(), text="profile-2026-12 en"), key)
    assert profiles.learn(1, key, (("taxes", 1.0),)).topics == {"parks": 1.0}
    assert [one.what for one in profiles.show(1, key).agreed] == [("topics",), ()]


def test_taking_the_yes_back_keeps_nothing_for_longer(profiles, clock):
    key, kept = profiles.agree(1, YES)
    clock.now += 60 * DAY_MS
    assert profiles.agree(1, Agreed(what=(), text="no more"), key)[1].ends == kept.ends
    assert profiles.agree(1, YES, key)[1].ends > kept.ends


def test_it_ends_ninety_days_after_the_last_agreement_however_much_it_is_used(profiles, clock):
    key, _ = profiles.agree(1, YES)
    for _ in range(LONGEST_DAYS - 1):
        clock.now += DAY_MS
        profiles.learn(1, key, (("parks", 1.0),))
    assert profiles.forget_ended() == 0
    clock.now += DAY_MS
    with pytest.raises(NotFound):
        profiles.show(1, key)
    assert profiles.forget_ended() == 1


def test_erasing_leaves_nothing_in_any_file(profiles, tmp_path):
    key, _ = profiles.agree(1, YES)
    profiles.learn(1, key, (("parks", 1.0),))
    (row,) = rows(profiles)
    held = [value.encode() for value in row]
    assert any(value in file.read_bytes() for value in held for file in tmp_path.iterdir()), "it was there"
    profiles.erase(1, key)
    assert not [(value, file.name) for value in held for file in tmp_path.iterdir() if value in file.read_bytes()]
    profiles.erase(1, key)


def test_what_a_backup_held_in_the_journal_is_emptied_at_the_next_round(profiles, tmp_path):
    key, _ = profiles.agree(1, YES)
    with profiles._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    backup = sqlite3.connect(tmp_path / "profiles.db", isolation_level=None)
    backup.execute("BEGIN")
    backup.execute("SELECT * FROM profiles").fetchall()
    profiles.erase(1, key)
    journal = tmp_path / "profiles.db-wal"
    assert journal.stat().st_size > 0, "somebody reads it"
    backup.close()
    profiles.forget_ended()
    assert journal.stat().st_size == 0


def test_what_is_of_a_portal_that_is_gone_is_erased(profiles):
    keys = [profiles.agree(portal, YES)[0] for portal in (1, 2)]
    assert (profiles.forget_others({1, 2}), profiles.forget_others({2, 3}), len(rows(profiles))) == (0, 1, 1)
    assert profiles.show(2, keys[1]).portal == 2
    with pytest.raises(NotFound):
        profiles.show(1, keys[0])


def test_files_tell_neither_key_nor_topics_and_are_their_owner_s_alone(profiles, tmp_path):
    key, _ = profiles.agree(1, YES)
    profiles.learn(1, key, (("parks", 1.0),))
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert key.encode() not in written
    assert b"parks" not in written and b"profile-2026-11" not in written
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}


def test_without_the_key_file_nothing_can_be_read(profiles, tmp_path, clock):
    key, _ = profiles.agree(1, YES)
    (tmp_path / "profiles.key").unlink()
    other = open_profiles(tmp_path, clock)
    with pytest.raises(NotFound):
        other.show(1, key)
    other.close()


@pytest.mark.parametrize("agreed", [Agreed(text=" "), Agreed(text="x" * 101), Agreed(text="x", what=("mail",))])
def test_what_nobody_offers_cannot_be_agreed_to(profiles, agreed):
    with pytest.raises(BadInput):
        profiles.agree(1, agreed)
    assert rows(profiles) == []


def rows(profiles):
    with profiles._engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM profiles")]
