import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.interests.covisits import bounded_pairs, conditional, gram, pair_matrix
from footfall.interests.ease import fit_ease, noise_ridge
from footfall.interests.neighbours import none_of, top, top_sparse

KEY = b"0123456789abcdef"


@given(st.lists(st.integers(0, 1000), max_size=40))
def test_a_visit_speaks_in_at_most_ten_pairs_whatever_its_order(pages):
    pairs = bounded_pairs(pages, KEY)
    assert len(pairs) <= 10 == bounded_pairs.__kwdefaults__["most"]
    assert pairs == bounded_pairs(reversed(pages), KEY)
    assert all(one < other and {one, other} <= set(pages) for one, other in pairs)


def test_short_visit_keeps_all_its_pairs_and_another_key_cuts_otherwise():
    assert sorted(bounded_pairs([3, 1, 2, 1], KEY)) == [(1, 2), (1, 3), (2, 3)]
    assert bounded_pairs(range(30), KEY) != bounded_pairs(range(30), KEY[::-1])


def test_pairs_under_the_cohort_are_not_there():
    found = pair_matrix({(0, 1): 10, (1, 2): 9.9, (0, 0): 50}, 3).toarray()
    assert found.tolist() == [[0, 10, 0], [10, 0, 0], [0, 0, 0]]
    assert pair_matrix({}, 3).nnz == 0


def test_page_that_noise_drew_lower_than_its_pair_has_the_visitors_of_the_pair():
    assert np.diag(gram(pair_matrix({(0, 1): 40}, 2), [30, 90])).tolist() == [40, 90]


def test_conditional_holds_popularity_against_a_page():
    found = conditional(pair_matrix({(0, 1): 50, (0, 2): 50}, 3), [100, 1000, 60]).toarray()
    assert found[0, 2] > found[0, 1]
    assert found[0, 1] == pytest.approx(0.5 * 1000**-0.3)


def test_ease_is_the_ridge_regression_of_each_item_on_the_others():
    seen = np.random.default_rng(1).random((40, 4))
    found = fit_ease(seen.T @ seen, 2.0)
    others = seen[:, [0, 1, 3]]
    wanted = np.linalg.solve(others.T @ others + 2.0 * np.eye(3), others.T @ seen[:, 2])
    assert found[[0, 1, 3], 2] == pytest.approx(wanted)
    assert np.diag(found).tolist() == [0, 0, 0, 0]


def test_counts_that_no_visits_could_give_still_get_weights():
    found = fit_ease(gram(pair_matrix({(0, 1): 90, (1, 2): 90, (0, 3): 90}, 4), [90, 90, 90, 90]), 0.5)
    assert np.isfinite(found).all() and found[0, 1] > 0


@pytest.mark.parametrize(("given_gram", "ridge"), [(np.eye(2), 0.0), (np.full((2, 2), np.nan), 1.0)])
def test_no_ridge_and_no_numbers_are_refused(given_gram, ridge):
    with pytest.raises(ValueError):
        fit_ease(given_gram, ridge)


def test_ridge_grows_with_noise_and_with_pairs():
    assert noise_ridge(0, 100) == 0 < noise_ridge(10, 4) < noise_ridge(10, 16) < noise_ridge(20, 16)


def test_neighbours_are_those_that_say_most_and_know_how_many():
    found = top(np.array([[0.0, 0.2, -0.5], [0.0, 0.0, 0.1], [0.3, 0.3, 0.0]]), 2)
    assert [found.of(at)[0].tolist() for at in range(3)] == [[2, 1], [2], [0, 1]]
    assert len(none_of(3).of(1)[0]) == 0


def test_sparse_and_dense_agree():
    pairs = pair_matrix({(0, 1): 40, (0, 2): 30, (1, 2): 20}, 4)
    dense, thin = top(pairs.toarray()), top_sparse(pairs)
    assert [dense.of(at)[0].tolist() for at in range(4)] == [thin.of(at)[0].tolist() for at in range(4)]
