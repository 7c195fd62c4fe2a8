"""Forms over real visits: who starts one, how far they come, who sends it, and what of that the gate lets out."""

from footfall.privacy import release
from footfall.reports import question
from footfall.reports.forms import form_paths, forms
from tests.support.build import OF_EVENTS, ms

NOW = ms("2026-03-31T12:00:00")


def asked(home, policy="exact", **body):
    return released(home, policy, **body).answer


def released(home, policy, **body):
    whole = {"metrics": ["visitors"], "date_range": ["2026-03-01", "2026-03-31"]} | body
    parsed = question.parse(whole, portal=home.portal, goals=home.goals, now_ms=NOW)
    return release(forms(parsed, home.engine, NOW), policy)


def found(home, policy="exact", **body):
    """Visitors by step, by form."""
    return {form.name: [(step.name, step.visitors) for step in form.steps] for form in form_paths(released(home, policy, **body))}


def filling(home, *done, visitor=1, form="permit", at="10", **rest):
    """A page view and then what was done: ``start``, ``send`` or a field's name, a minute each."""
    names = {"start": "Form: Started", "send": "Form: Submission"}
    yield home.hit(f"{at}:00", visitor=visitor, **rest)
    for minute, one in enumerate(done, start=1):
        props = {"form": form} | ({} if one in names else {"field": one})
        yield home.hit(f"{at}:{minute:02}", visitor=visitor, name=names.get(one, "Form: Field Completed"), props=props)


def test_a_visitor_counts_up_to_the_furthest_step_and_a_field_left_out_is_passed(home):
    home.load(
        *filling(home, "start", "plate", "street", "send"),
        *filling(home, "start", "plate", visitor=2),
        *filling(home, "start", "street", "send", visitor=3),
        *filling(home, "start", visitor=4),
        *filling(home, "send", visitor=5),
        home.hit("10:00", visitor=6),
    )
    assert found(home) == {"permit": [("(started)", 5), ("plate", 4), ("street", 3), ("(sent)", 3)]}


def test_fields_stand_in_the_order_in_which_they_are_completed(home):
    home.load(
        *filling(home, "start", "a", "b", "c"),
        *filling(home, "start", "a", "a", "b", "c", visitor=2),
        *filling(home, "start", "c", "b", "a", "c", visitor=3),
    )
    assert [name for name, _ in found(home)["permit"]] == ["(started)", "a", "b", "c", "(sent)"]


def test_visitor_with_two_visits_counts_once_by_the_one_that_came_furthest(home):
    home.load(*filling(home, "start", "plate", "send"), *filling(home, "start", at="12"))
    assert found(home) == {"permit": [("(started)", 1), ("plate", 1), ("(sent)", 1)]}


def test_forms_are_apart_even_where_their_names_run_together_and_most_started_first(home):
    home.load(
        *filling(home, "start", "bc", form="a"),
        *filling(home, "start", "c", form="ab", visitor=2),
        *filling(home, "start", "x", form="ab", visitor=3),
        *filling(home, "start", "plate", form="", visitor=4),
        home.hit("10:00", visitor=5, name="Form: Submission", props={"path": "/a"}),
    )
    assert found(home)["a"] == [("(started)", 1), ("bc", 1), ("(sent)", 0)]
    assert list(found(home)) == ["ab", "a"], "a form without a name is none"
    many = [hit for number in range(40) for hit in filling(home, "start", form="b" if number < 25 else "a", visitor=100 + number)]
    home.load(*many)
    assert list(found(home, "staff")) == ["b", "a"]


def test_a_visit_over_midnight_is_whole_on_the_day_on_which_the_form_was_started(home):
    props = {"form": "permit"}
    home.load(
        home.hit("23:50"),
        home.hit("23:55", name="Form: Started", props=props),
        home.hit("2026-03-11T00:05", name="Form: Submission", props=props),
    )
    assert found(home, date_range=["2026-03-10", "2026-03-10"]) == {"permit": [("(started)", 1), ("(sent)", 1)]}
    assert found(home, date_range=["2026-03-11", "2026-03-11"]) == {}


def test_filters_choose_visits(home):
    home.load(
        *filling(home, "start", "plate", source="Google"),
        *filling(home, "start", "send", visitor=2, source="Bing"),
        *filling(home, "start", "term", form="pass", visitor=3, source="Bing"),
    )
    assert found(home, filters=[["is", "visit:source", ["Google"]]]) == {"permit": [("(started)", 1), ("plate", 1), ("(sent)", 0)]}
    assert list(found(home, filters=[["is", "event:props:field", ["term"]]])) == ["pass"]


def test_few_are_hidden_and_so_are_names_that_few_have_told(home):
    home.load(
        *(hit for number in range(1, 41) for hit in filling(home, "start", *["plate"] * (number > 10), visitor=number)),
        *(hit for number in range(1, 16) for hit in filling(home, "street", "send", visitor=100 + number)),
        *(hit for number in range(1, 10) for hit in filling(home, "secret", visitor=200 + number)),
        *(hit for number in range(1, 10) for hit in filling(home, "start", form="rare", visitor=300 + number)),
    )
    assert found(home, "staff") == {"permit": [("(started)", 64), ("plate", 54), ("street", None), ("(sent)", 15)]}
    assert asked(home, "staff").meta["release"] == {"policy": "staff", "smallest_cohort": 10, "withheld": 1, "rounded": False} | OF_EVENTS


def test_without_any_form_the_answer_is_empty(home):
    home.load(home.hit("10:00"))
    assert found(home) == {}
    assert found(home, "staff", date_range="all") == {}
