"""returning.js in Chromium: nothing without a yes, classes of its own days with one, nothing left after a no."""

from datetime import datetime

import pytest

from footfall.collect.server import SCRIPTS

PAGE = "http://portal.example/"
SENT = "window.sent = []; window.footfall = (name, props, options) => window.sent.push([name, props, options]); 0"


@pytest.fixture
def look(chromium):
    """Looks at a page at noon of a day; answers the context's page and what was sent."""
    context = chromium.new_context(timezone_id="Asia/Kolkata")
    page = context.new_page()
    script = SCRIPTS["/returning.js"].read_text()
    page.route(PAGE, lambda route: route.fulfill(body="<!doctype html><title>p</title>", content_type="text/html"))
    page.clock.install(time=datetime(2026, 3, 2, 6))

    def looked(day, act="undefined", at=""):
        page.clock.set_fixed_time(datetime.fromisoformat(f"{day}T06:00:00+00:00"))
        page.goto(PAGE + at)
        page.evaluate(SENT)
        page.evaluate(script)
        kept = page.evaluate(f"(() => {{ {act}; return localStorage['footfall-returning'] }})()")
        return page.evaluate("window.sent"), kept

    looked.page = page
    yield looked
    context.close()


def props(sent):
    ((name, found, options),) = sent
    assert (name, options) == ("Returning", {"i": False})
    return found


def test_nothing_is_kept_or_sent_without_a_yes(look):
    assert look("2026-03-02") == ([], None)
    assert look("2026-03-02", "footfallReturning(false)") == ([], None)


def test_a_device_tells_classes_once_a_day_and_no_day(look):
    sent, kept = look("2026-03-02", "footfallReturning(true)")
    assert props(sent) == {"since": "new", "age": "0", "active": "1", "week": "first", "month": "first"}
    assert kept is not None
    assert look("2026-03-02")[0] == []
    assert props(look("2026-03-03")[0]) == {"since": "1", "age": "0", "active": "2-3", "week": "again", "month": "again"}
    assert props(look("2026-03-09")[0]) == {"since": "2-6", "age": "1", "active": "2-3", "week": "first", "month": "again"}
    assert props(look("2026-04-20")[0]) == {"since": "30+", "age": "7", "active": "1", "week": "first", "month": "first"}


def test_a_no_and_ninety_days_erase_what_is_kept(look):
    look("2026-03-02", "footfallReturning(true)")
    assert look("2026-03-05", "footfallReturning(false)")[1] is None
    look("2026-03-06", "footfallReturning(true)")
    assert look("2026-06-04") == ([], None)


@pytest.mark.parametrize(("answer", "is_kept"), [("accept", False), ("dismiss", True)])
def test_a_link_of_the_page_for_residents_shows_what_is_kept_and_erases_it_on_a_yes(look, answer, is_kept):
    look("2026-03-02", "footfallReturning(true)")
    said = []
    look.page.on("dialog", lambda dialog: (said.append(dialog.message), getattr(dialog, answer)()))
    _, kept = look("2026-03-03", at="#footfall-returning")
    assert said == ["Agreed: 2026-03-02\nDays here: 2026-03-02\nErase all of it?"]
    assert (kept is not None) == is_kept
