import numpy as np

from footfall.interests.sessions import Settings, index_sessions


def spoken(index, history):
    found = index.ask(history)
    return dict(zip(found.ids.tolist(), found.scores.tolist(), strict=True))


def test_page_that_twenty_like_visits_saw_is_spoken_for_and_one_that_nineteen_saw_is_not():
    index = index_sessions([[0, 1]] * 20 + [[0, 2]] * 19, 4)
    assert set(spoken(index, [0])) == {0, 1}


def test_one_visitor_is_not_found_by_telling_all_but_one_of_his_pages():
    others = [[0, 1]] * 20 + [[1, 2]] * 20 + [[0, 2]] * 20 + [[5, 3]] * 50
    assert set(spoken(index_sessions([*others, [0, 1, 2, 3]], 6), [0, 1, 2])) == set(spoken(index_sessions(others, 6), [0, 1, 2]))


def test_pages_shared_together_weigh_more_than_one():
    index = index_sessions([[0, 1, 2]] * 20 + [[1, 3]] * 20, 4, Settings(idf=0.0))
    found = spoken(index, [0, 1])
    assert found[2] > found[3] > 0


def test_last_page_weighs_most_and_is_the_reason():
    index = index_sessions([[0, 2]] * 20 + [[1, 3]] * 20, 4, Settings(idf=0.0))
    found = index.ask([0, 1])
    assert dict(zip(found.ids.tolist(), found.of.tolist(), strict=True)) == {0: 0, 1: 1, 2: 0, 3: 1}
    assert spoken(index, [0, 1])[3] > spoken(index, [0, 1])[2]


def test_rare_page_counts_more():
    index = index_sessions([[0, 1, 2]] * 20 + [[1]] * 200, 3)
    assert spoken(index, [0])[2] > spoken(index, [0])[1]


def test_groups_too_small_speak_by_their_last_page_together():
    visits = [[0, 1, 4]] * 11 + [[1, 4]] * 11
    assert 4 in spoken(index_sessions(visits, 5), [0, 1])
    assert 4 not in spoken(index_sessions(visits[3:], 5), [0, 1])


def test_unknown_and_empty_histories_say_nothing():
    index = index_sessions([[0, 1]] * 20, 5)
    assert spoken(index, [4]) == spoken(index, []) == spoken(index_sessions([], 3), [1]) == {}


def test_latest_visits_are_listened_to_first():
    index = index_sessions([[0, 1]] * 30 + [[0, 2]] * 30, 3, Settings(neighbours=20))
    assert set(spoken(index, [0])) == {0, 2}


def test_as_published_where_the_cohort_is_one():
    chance = np.random.default_rng(3)
    visits = [chance.choice(12, size=chance.integers(2, 6), replace=False).tolist() for _ in range(60)]
    history = [3, 7, 3, 5]
    wanted = published(visits, history)
    found = spoken(index_sessions(visits, 12, Settings(neighbours=60, cohort=1)), history)
    assert found.keys() == wanted.keys()
    np.testing.assert_allclose([found[item] for item in wanted], list(wanted.values()), rtol=1e-5)


def published(visits, history):
    """V-SkNN as session-rec has it, but that its idf counts visits as ours does; of a page seen again its last place counts."""
    place = {item: ((at + 1) / 3) ** 2 for at, item in enumerate([7, 3, 5])}
    times = np.bincount([item for visit in visits for item in visit], minlength=12)
    scores = {}
    for visit in visits:
        shared = place.keys() & set(visit)
        if shared:
            steps = min(list(reversed([7, 3, 5])).index(item) + 1 for item in shared)
            for item in visit:
                worth = sum(place[one] for one in shared) / 3 / steps**2 * (1 + 5 * np.log(len(visits) / times[item]))
                scores[item] = scores.get(item, 0) + worth
    assert history == [3, 7, 3, 5]
    return {item: score for item, score in scores.items() if score > 0}
