"""What erased means, whatever is on its way meanwhile."""

import threading

import pytest

from footfall.errors import NotFound
from footfall.interests import profile
from footfall.interests.profile import Agreed, open_profiles
from tests.unit.interests.making import NOW_MS


@pytest.fixture
def profiles(tmp_path):
    opened = open_profiles(tmp_path, lambda: NOW_MS)
    yield opened
    opened.close()


def between(monkeypatch, act):
    """Have ``act`` run between the reading and the writing of what a page adds."""
    real = profile.learned

    def learned(weights, topics):
        monkeypatch.setattr(profile, "learned", real)
        act()
        return real(weights, topics)

    monkeypatch.setattr(profile, "learned", learned)


def in_thread(act):
    """``act``, by another request: it may have to wait for the first."""
    thread = threading.Thread(target=act)
    thread.start()
    thread.join(0.3)
    return thread


def test_what_was_erased_does_not_come_back_by_a_page_that_was_on_its_way(profiles, monkeypatch):
    key, _ = profiles.agree(1, Agreed(text="profile-2026-11 en"))
    started = []
    between(monkeypatch, lambda: started.append(in_thread(lambda: profiles.erase(1, key))))
    profiles.learn(1, key, (("parks", 1.0),))
    started[0].join()
    with pytest.raises(NotFound):
        profiles.show(1, key)


def test_consent_that_was_withdrawn_is_not_given_again_by_a_page_that_was_on_its_way(profiles, monkeypatch):
    key, _ = profiles.agree(1, Agreed(text="profile-2026-11 en"))
    started = []
    between(monkeypatch, lambda: started.append(in_thread(lambda: profiles.agree(1, Agreed(what=(), text="no"), key))))
    profiles.learn(1, key, (("parks", 1.0),))
    started[0].join()
    assert profiles.show(1, key).agreed[-1].what == ()


def test_profile_is_never_kept_that_cannot_be_read_again(profiles):
    """It would be answered 404, stay on disk, and end only after ninety days."""
    key, _ = profiles.agree(1, Agreed(text="profile-2026-11 en"))
    profiles.agree(1, Agreed(what=("topics",) * 8_000, text="profile-2026-11 en"), key)
    for number in range(2 * profile.MOST_AGREED):
        profiles.agree(1, Agreed(text=f"{number} {'x' * 90}"), key)
    kept = profiles.show(1, key).agreed
    assert ({one.what for one in kept}, len(kept), kept[-1].text[:2]) == ({("topics",)}, profile.MOST_AGREED, "39")
