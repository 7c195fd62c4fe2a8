"""The jobs room: once, by our clock, made up for once, tried again with longer pauses, and not for ever."""

import pytest
from structlog.testing import capture_logs

from footfall.control.database import open_control
from footfall.control.runs import ask_run, claim_run, last_runs
from footfall.errors import Unavailable
from footfall.serve.jobs import DIED, MOST_TRIES, OURS, PAUSES_MS, WAIT_MS, Job, Jobs, Stopped, Waits, next_of

HOUR_MS = 3_600_000
NOW = 1_767_225_600_000


class Bench:
    """Hourly jobs by a clock that stands where a test puts it."""

    def __init__(self, folder):
        self.now_ms, self.made, self.raises, self.is_stopping = NOW, [], None, False
        self.control = open_control(f"sqlite:///{folder / 'control.db'}", lambda: self.now_ms)
        self.listed = [self.job("a")]
        self.jobs = Jobs(self.control, lambda: self.listed, now=lambda: self.now_ms, stopped=lambda: self.is_stopping)

    def job(self, name):
        def work(due_ms):
            self.made.append((name, due_ms))
            if self.raises:
                raise self.raises
            return ""

        last = lambda now_ms: now_ms // HOUR_MS * HOUR_MS  # noqa: E731
        return Job(name=name, title=name, last_due=last, next_due=lambda now_ms: last(now_ms) + HOUR_MS, work=work)

    def run(self):
        return last_runs(self.control)["a"]

    def next_ms(self):
        return next_of(self.listed[0], last_runs(self.control).get("a"), self.now_ms)


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.control.close()


def test_job_is_done_once_when_it_is_due_however_often_one_looks(bench):
    assert bench.next_ms() == NOW
    assert [bench.jobs.round() for _ in range(3)] == [1, 0, 0]
    bench.now_ms += HOUR_MS - 1
    assert (bench.jobs.round(), bench.next_ms()) == (0, NOW + HOUR_MS)
    bench.now_ms += 1
    assert bench.jobs.round() == 1
    assert bench.made == [("a", NOW), ("a", NOW + HOUR_MS)]


def test_what_was_missed_is_made_up_for_once(bench):
    bench.jobs.round()
    bench.now_ms += 100 * HOUR_MS + 17
    assert [bench.jobs.round(), bench.jobs.round()] == [1, 0]
    assert bench.made[1:] == [("a", NOW + 100 * HOUR_MS)]


def test_error_is_tried_again_with_longer_pauses_and_then_given_up(bench):
    bench.raises, bench.listed[0] = Unavailable("The mail server does not answer."), due_but_once(bench.listed[0])
    with capture_logs() as logged:
        bench.jobs.round()
        for tries, pause_ms in enumerate(PAUSES_MS, 1):
            run = bench.run()
            assert (run.state, run.tries, run.said) == ("waits", tries, "The mail server does not answer.")
            assert bench.next_ms() == bench.now_ms + pause_ms
            bench.now_ms += pause_ms - 1
            assert bench.jobs.round() == 0
            bench.now_ms += 1
            assert bench.jobs.round() == 1
    assert (bench.run().state, bench.run().tries, len(bench.made)) == ("failed", MOST_TRIES, MOST_TRIES)
    bench.now_ms += 24 * HOUR_MS
    assert bench.jobs.round() == 0
    assert {line["job"] for line in logged} == {"a"}


def due_but_once(job):
    """The same job, which is due no second time."""
    return Job(name=job.name, title=job.title, last_due=lambda now_ms: NOW, next_due=lambda now_ms: NOW, work=job.work)


def test_next_due_run_goes_before_the_one_that_still_failed(bench):
    bench.raises = Unavailable("Away.")
    bench.jobs.round()
    bench.now_ms, bench.raises = NOW + HOUR_MS, None
    assert (bench.jobs.round(), bench.run().state, bench.run().tries) == (1, "done", 0)


def test_run_that_waits_is_no_error_and_says_for_what(bench):
    bench.raises = Waits("It waits for the night.")
    for _ in range(MOST_TRIES + 2):
        bench.jobs.round()
        assert (bench.run().state, bench.run().tries, bench.run().said) == ("waits", 0, "It waits for the night.")
        bench.now_ms += WAIT_MS
    assert len(bench.made) == MOST_TRIES + 2


def test_fault_of_ours_is_said_without_its_words_and_other_jobs_go_on(bench):
    bench.raises = ValueError("ann@example.city")
    bench.listed.append(bench.job("b"))
    with capture_logs() as logged:
        assert bench.jobs.round() == 2
    assert bench.run().said == OURS
    assert next(line["event"] for line in logged) == "a job met an unexpected error"


def test_server_that_stops_begins_nothing_and_leaves_what_it_was_at_to_the_next(bench):
    bench.raises = Stopped()
    assert bench.jobs.round() == 1
    assert (bench.run().state, bench.run().tries) == ("waits", 0)
    bench.is_stopping = True
    assert bench.jobs.round() == 0
    bench.is_stopping, bench.raises = False, None
    assert (bench.jobs.round(), bench.run().state) == (1, "done")


def test_job_at_which_servers_die_is_given_up(bench):
    for _ in range(MOST_TRIES + 1):
        claim_run(bench.control, "a", NOW, now_ms=bench.now_ms)
        bench.now_ms += 15 * 60_000
    bench.listed[0] = due_but_once(bench.listed[0])
    bench.jobs.round()
    assert (bench.run().state, bench.run().said, bench.made) == ("failed", DIED, [])


def test_job_that_is_asked_for_is_done_at_once(bench):
    bench.jobs.round()
    bench.now_ms += 1000
    ask_run(bench.control, "a", now_ms=bench.now_ms)
    assert bench.next_ms() == bench.now_ms
    assert bench.jobs.round() == 1
    assert bench.made[-1] == ("a", NOW + 1000)
