"""The form of a funnel: what its buttons make of what was typed."""

from footfall.serve.pages.funnel_form import Draft, read_draft
from footfall.vocabulary import Step

A, B, C, EMPTY = Step(page="/a"), Step(goal="B"), Step(page="/c"), Step()


def test_form_is_read_row_by_row_and_a_goal_comes_before_a_page():
    fields = {"name": " Sign up ", "goal1": "", "page1": " /a ", "goal2": "B", "page2": "/left", "goal3": "", "page3": "", "do": "save"}
    assert read_draft(fields) == Draft(name="Sign up", steps=(A, B, EMPTY))
    assert read_draft({}) == Draft(steps=(EMPTY, EMPTY))


def test_buttons_add_remove_and_move_a_step_and_say_where_to_go_on():
    draft = Draft(name="x", steps=(A, B, C))
    assert draft.after("add") == Draft(name="x", steps=(A, B, C, EMPTY), focus=4)
    assert draft.after("remove-1") == Draft(name="x", steps=(B, C), focus=1)
    assert draft.after("remove-3") == Draft(name="x", steps=(A, B), focus=2)
    assert draft.after("up-3") == Draft(name="x", steps=(A, C, B), focus=2)


def test_buttons_of_no_form_of_ours_change_nothing():
    draft = Draft(steps=(A, B, C))
    for button in ("", "up-1", "up-4", "remove-0", "remove-9", "remove-²", "remove--1", "x-1", "remove-" + "9" * 9):
        assert draft.after(button) == draft


def test_a_funnel_stays_between_two_and_eight_steps():
    least, most = Draft(), Draft(steps=(A,) * 8)
    assert (least.may_shrink, least.after("remove-1")) == (False, least)
    assert (most.may_grow, most.after("add")) == (False, most)
