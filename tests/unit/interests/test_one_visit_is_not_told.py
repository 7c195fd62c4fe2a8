"""What one visitor's visit must not move: lists and versions; and what erased means."""

import threading

import pytest

from footfall.errors import NotFound
from footfall.interests import profile
from footfall.interests.profile import Agreed, open_profiles
from footfall.interests.sessions import COHORT, index_sessions
from footfall.privacy.policy import OUTSIDE
from tests.unit.interests.making import NOW_MS, item, model

HOME, PAGE, OTHER, RARE, UNSEEN = 0, 1, 2, 3, 4


def ratio(index, history):
    found = index.ask(history)
    scores = dict(zip(found.ids.tolist(), found.scores.tolist(), strict=True))
    return scores[PAGE] / scores[OTHER]


def test_old_visit_is_not_called_up_by_a_page_that_it_alone_saw():
    """More than ``neighbours`` later visits saw the home page too."""
    later = [[HOME, OTHER]] * 580 + [[HOME, PAGE]] * 20
    index = index_sessions([[HOME, PAGE, RARE], *later], 5)
    assert ratio(index, [RARE, HOME]) == pytest.approx(ratio(index, [UNSEEN, HOME]))


@pytest.mark.parametrize("visit", [[HOME, PAGE], [HOME, PAGE, OTHER, RARE], [RARE, HOME], [PAGE, OTHER]])
def test_one_visit_more_moves_no_score_unless_it_fills_up_a_number(visit):
    """Twenty-five, forty-five and ninety visits stay twenty, forty and eighty."""
    visits = [[HOME, PAGE]] * 25 + [[HOME, OTHER]] * 45 + [[HOME, PAGE, OTHER]] * 90
    before, after = index_sessions(visits, 5), index_sessions([*visits, visit], 5)
    for history in ([HOME], [PAGE], [HOME, PAGE], [RARE, HOME], [PAGE, HOME]):
        one, other = before.ask(history), after.ask(history)
        assert (one.ids.tolist(), one.scores.tolist()) == (other.ids.tolist(), other.scores.tolist())


def test_lists_need_as_many_visits_as_whatever_leaves_a_portal_by_its_staff_s_hand():
    assert COHORT == OUTSIDE.smallest_cohort


def test_version_that_public_lists_tell_is_the_same_with_one_visit_more():
    items, pages = [item(id) for id in range(1, 13)], {f"/{id}": 100.0 for id in range(1, 13)}
    visits = [[1, 2, 3]] * 50
    assert model(items, pages=pages, sessions=visits).version == model(items, pages=pages, sessions=[*visits, [4, 5]]).version


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
