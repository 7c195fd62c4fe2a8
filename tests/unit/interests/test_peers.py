from footfall.interests.peers import popular, together

VISITS = [[0, 1]] * 12 + [[2, 3]] * 9 + [[0, 2]] * 3


def test_popular_lists_what_most_visits_saw_without_what_this_one_did():
    answer = popular([*VISITS, [3, 3, 3]], 3)
    assert answer((1,)) == [0, 2, 3]
    assert answer((0,)) == [1, 2, 3]


def test_together_lists_what_ten_visits_saw_with_the_last_page_and_then_the_popular():
    answer = together(VISITS, 5, 3)
    assert answer((0,)) == [1, 2, 3]
    assert answer((0, 1)) == [2, 3], "what was seen is not listed"
    assert answer((2,)) == [0, 1, 3], "no pair of the page was seen by ten, so the popular stand there"
    assert answer((4,)) == [0, 1, 2], "nobody saw the page"


def test_without_a_visit_there_is_nothing_to_list():
    assert popular([], 3)((0,)) == together([], 2, 3)((0,)) == []
