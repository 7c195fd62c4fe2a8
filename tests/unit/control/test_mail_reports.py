"""Reports by e-mail: recipients confirm first, may leave, and leave nothing behind."""

import msgspec
import pytest

from footfall.control.audit import read_audit
from footfall.control.mail_reports import (
    CONFIRM_DAYS,
    MOST_RECIPIENTS,
    Plan,
    add_report,
    change_report,
    confirm_recipient,
    delete_report,
    drop_recipient,
    find_recipient,
    find_report,
    forget_unconfirmed,
    job_of,
    list_reports,
    mark_asked,
)
from footfall.control.runs import claim_run, last_runs
from footfall.errors import BadInput, NotFound

NOW = 1_767_225_600_000
LIFE_MS = CONFIRM_DAYS * 86_400_000
PLAN = Plan(frequency="weekly", day=0, hour=8, language="en", view="")


@pytest.fixture
def control(emptied):
    return emptied


@pytest.fixture
def portal(control):
    return control.create_portal(domain="a.example").id


def added(control, portal, *emails, plan=PLAN):
    return add_report(control, portal, plan, emails or ("ann@example.city",), created_by="chief@example.city", now_ms=NOW)


def test_report_is_kept_as_it_was_planned(control, portal):
    report = added(control, portal, "Ann@Example.City ", "", "bob@example.city", "ann@example.city")
    assert (report.plan, report.created_by, report.since_ms) == (PLAN, "chief@example.city", NOW)
    assert [one.email for one in report.recipients] == ["ann@example.city", "bob@example.city"]
    assert (report.confirmed, len(report.waiting)) == ((), 2)
    assert list_reports(control, portal) == [report] == list_reports(control)
    assert list_reports(control, portal + 1) == []


@pytest.mark.parametrize(
    ("changes", "emails", "says"),
    [
        ({"day": 7}, ["a@b.c"], "Day or hour"),
        ({"frequency": "monthly", "day": 0}, ["a@b.c"], "1 to 28"),
        ({"frequency": "monthly", "day": 29}, ["a@b.c"], "1 to 28"),
        ({"hour": 24}, ["a@b.c"], "hour from 0 to 23"),
        ({}, [" "], "needs a recipient"),
        ({}, ["nobody"], "name@example.city"),
        ({}, ["анна@example.city"], "Latin letters before the @"),
        ({}, ["a@b.c\r\nBcc: x@y.z"], "name@example.city"),
        ({}, [f"a{number}@b.c" for number in range(MOST_RECIPIENTS + 1)], "at most 20"),
    ],
)
def test_what_is_no_report_is_refused(control, portal, changes, emails, says):
    with pytest.raises(BadInput, match=says):
        added(control, portal, *emails, plan=msgspec.structs.replace(PLAN, **changes))
    assert list_reports(control) == []


def test_international_domain_is_kept_as_every_server_takes_it(control, portal):
    assert added(control, portal, "ann@Пример.рф").recipients[0].email == "ann@xn--e1afmkfd.xn--p1ai"


def test_portal_has_twenty_reports_and_no_more(control, portal):
    for _ in range(20):
        added(control, portal)
    with pytest.raises(BadInput, match="20 reports already"):
        added(control, portal)


def test_recipient_confirms_within_seven_days_of_the_link_and_once_is_enough(control, portal):
    report = added(control, portal, "ann@example.city", "bob@example.city")
    ann, bob = (one.id for one in report.recipients)
    mark_asked(control, bob, now_ms=NOW + 1000)
    for _ in range(2):
        confirm_recipient(control, ann, now_ms=NOW + LIFE_MS - 1)
    confirm_recipient(control, bob, now_ms=NOW + LIFE_MS)
    assert [one.confirmed_ms for one in find_report(control, portal, report.id).recipients] == [NOW + LIFE_MS - 1, NOW + LIFE_MS]
    assert [entry.action for entry in read_audit(control, most=2)] == ["report confirmed"] * 2
    late = added(control, portal).recipients[0]
    with pytest.raises(NotFound, match="good no more"):
        confirm_recipient(control, late.id, now_ms=NOW + LIFE_MS)


def test_who_changes_times_keeps_who_confirmed_and_makes_up_for_nothing(control, portal):
    report = added(control, portal, "ann@example.city", "bob@example.city")
    confirm_recipient(control, report.recipients[0].id, now_ms=NOW)
    other = change_report(control, report, PLAN, ["ann@example.city", "eve@example.city"], now_ms=NOW + 5)
    assert [(one.email, bool(one.confirmed_ms)) for one in other.recipients] == [("ann@example.city", True), ("eve@example.city", False)]
    assert other.since_ms == NOW
    moved = change_report(control, report, msgspec.structs.replace(PLAN, day=1), ["ann@example.city"], now_ms=NOW + 5)
    assert (moved.since_ms, moved.plan.day) == (NOW + 5, 1)


def test_unsubscribing_takes_the_address_out_and_may_be_repeated(control, portal):
    ann = added(control, portal).recipients[0]
    confirm_recipient(control, ann.id, now_ms=NOW)
    for _ in range(2):
        drop_recipient(control, ann.id, now_ms=NOW)
    with pytest.raises(NotFound):
        find_recipient(control, ann.id, now_ms=NOW)
    back = change_report(control, list_reports(control)[0], PLAN, ["ann@example.city"], now_ms=NOW)
    assert back.recipients[0].id > ann.id, "an old link is for nobody"
    assert not back.recipients[0].confirmed_ms


def test_addresses_go_with_the_report_or_its_portal_and_were_never_in_the_audit_log(control, portal):
    first, second = added(control, portal), added(control, portal)
    claim_run(control, job_of(first.id), NOW, now_ms=NOW)
    delete_report(control, first, now_ms=NOW)
    assert last_runs(control) == {}
    control.delete_portal(portal)
    for report in (first, second):
        with pytest.raises(NotFound):
            find_recipient(control, report.recipients[0].id, now_ms=NOW)
    entries = read_audit(control)
    assert [entry.action for entry in entries if "report" in entry.action] == ["report removed", "report added", "report added"]
    assert all("ann@" not in entry.object for entry in entries)
    assert "ann@" not in repr(first)


def test_who_does_not_confirm_in_seven_days_is_forgotten(control, portal):
    report = added(control, portal, "ann@example.city", "bob@example.city", "eve@example.city")
    ann, bob, _ = (one.id for one in report.recipients)
    confirm_recipient(control, ann, now_ms=NOW)
    mark_asked(control, bob, now_ms=NOW + 1)
    assert forget_unconfirmed(control, now_ms=NOW + LIFE_MS - 1) == 0
    assert forget_unconfirmed(control, now_ms=NOW + LIFE_MS) == 1
    assert [one.id for one in find_report(control, portal, report.id).recipients] == [ann, bob]
