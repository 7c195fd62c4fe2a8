"""A run is one app's, once; what failed waits for its time, and what an app left behind is taken up."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from footfall.control.audit import read_audit
from footfall.control.database import open_control
from footfall.control.runs import LEASE_MS, LONGEST_SAID, ask_run, claim_run, end_run, forget_old_runs, last_runs
from footfall.sentences import Sentence

NOW = 1_767_225_600_000
DAY_MS = 86_400_000


@pytest.fixture
def control(emptied):
    return emptied


def test_two_apps_that_claim_at_once_have_one_run_between_them(url):
    apps = [open_control(url, lambda: NOW) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        claimed = list(pool.map(lambda app: claim_run(app, "report 1", NOW, now_ms=NOW), apps))
    assert [run is not None for run in claimed].count(True) == 1
    for app in apps:
        app.close()


def test_run_that_is_done_is_never_made_again(control):
    end_run(control, claim_run(control, "a", NOW, now_ms=NOW), "done", now_ms=NOW)
    assert claim_run(control, "a", NOW, now_ms=NOW + DAY_MS) is None
    assert claim_run(control, "a", NOW + 1, now_ms=NOW + DAY_MS) is not None
    assert claim_run(control, "b", NOW, now_ms=NOW) is not None


def test_run_that_waits_is_taken_up_when_its_time_has_come(control):
    end_run(control, claim_run(control, "a", NOW, now_ms=NOW), "waits", "Away.", now_ms=NOW, again_ms=NOW + 60_000, tries=1)
    assert claim_run(control, "a", NOW, now_ms=NOW + 59_999) is None
    again = claim_run(control, "a", NOW, now_ms=NOW + 60_000)
    assert (again.state, again.tries) == ("running", 1)


def test_run_of_an_app_that_died_is_taken_up_after_its_lease_and_counts_as_a_try(control):
    dead = claim_run(control, "a", NOW, now_ms=NOW)
    assert claim_run(control, "a", NOW, now_ms=NOW + LEASE_MS - 1) is None
    taken = claim_run(control, "a", NOW, now_ms=NOW + LEASE_MS)
    assert taken.tries == 1
    end_run(control, dead, "done", now_ms=NOW + LEASE_MS)
    assert last_runs(control)["a"] == taken, "the app that was thought dead does not end what another is at"


def test_newest_run_of_each_job_is_told(control):
    for job, due_ms in (("a", NOW), ("a", NOW + 1), ("b", NOW)):
        claim_run(control, job, due_ms, now_ms=NOW)
    assert {job: run.due_ms for job, run in last_runs(control).items()} == {"a": NOW + 1, "b": NOW}


@pytest.mark.parametrize(("state", "due_ms"), [("failed", NOW), ("waits", NOW), ("done", NOW + DAY_MS)])
def test_job_that_is_asked_for_repeats_what_failed_and_else_runs_anew(control, state, due_ms):
    end_run(control, claim_run(control, "a", NOW, now_ms=NOW), state, now_ms=NOW, again_ms=NOW + 9 * DAY_MS, tries=6)
    ask_run(control, "a", now_ms=NOW + DAY_MS)
    asked = last_runs(control)["a"]
    assert (asked.state, asked.due_ms, asked.tries) == ("asked", due_ms, 0)
    assert claim_run(control, "a", due_ms, now_ms=NOW + DAY_MS) is not None
    assert read_audit(control)[0].action == "job asked for"


def test_job_that_is_at_work_is_not_asked_for(control):
    running = claim_run(control, "a", NOW, now_ms=NOW)
    ask_run(control, "a", now_ms=NOW + 1)
    assert last_runs(control)["a"] == running


def test_runs_are_kept_400_days(control):
    for due_ms in (NOW, NOW + 1):
        claim_run(control, str(due_ms), due_ms, now_ms=NOW)
    forget_old_runs(control, now_ms=NOW + 1 + 400 * DAY_MS)
    assert list(last_runs(control)) == [str(NOW + 1)]


@pytest.mark.parametrize(("quoted", "values"), [("order", {"goal": "order", "most": 3}), ("x" * LONGEST_SAID, {})])
def test_sentence_of_a_run_is_kept_with_what_it_quotes_where_that_is_short(control, quoted, values):
    said = Sentence("{goal} is one of {most}.", goal=quoted, most=3)
    end_run(control, claim_run(control, "a", NOW, now_ms=NOW), "failed", said, now_ms=NOW)
    kept = last_runs(control)["a"].said
    assert (kept, kept.values) == (said[:LONGEST_SAID], values)
