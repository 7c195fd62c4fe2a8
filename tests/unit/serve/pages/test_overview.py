"""The page's own work: what is found, in which order, on which page; the numbers come from a made-up store."""

import re
from collections import Counter
from datetime import date
from types import SimpleNamespace

import pytest

from footfall.reports import overview as reports
from footfall.serve.pages.frame import render
from footfall.serve.pages.listing import ROWS_A_PAGE, Listing
from footfall.serve.pages.overview import CHOICES, load
from footfall.vocabulary import Answer, Portal, Row
from tests.support.build import ms

NOW = ms("2026-03-31T12:00:00")
NUMBERS = {"a.example": (30, 20), "b.example": (90, 100), "c.example": (9, 40), "d.example": (9, 9), "e.example": (60, 9)}
GROUPS = {"a.example": "culture", "b.example": "Parks"}
PORTALS = tuple(
    Portal(id=number, domain=domain, umami_id="", group=GROUPS.get(domain, "city"), domains=(f"www-{domain}",))
    for number, domain in enumerate(NUMBERS, start=1)
)


def answer(portals, numbers, **rest):
    rows = tuple(
        Row((one.domain,), (now,), now, comparison=Row((one.domain,), (then,), then))
        for one in portals
        for now, then in [numbers.get(one.domain, (0, 0))]
    )
    return Answer(rows=rows, meta={}, query={}, every_bucket=True, **rest)


@pytest.fixture
def shown(monkeypatch):
    """A function that loads the page of a listing; ``yesterday`` beside the week before by domain."""

    def shown(*, portals=PORTALS, numbers=NUMBERS, yesterday=(), begun=(), refused=(), counted=0, late_ms=0, policy="staff", **listing):
        def glance(some, date_range, engine, now_ms):
            period, day = answer(some, numbers), answer(some, dict(yesterday))
            return reports.Glance(period=period, yesterday=day, date_range=date_range, now_ms=now_ms, grounds={})

        def by_time(seen, some, unit, engine):
            rows = tuple(Row((one.domain, "2026-03-30"), (50,), 50) for one in some)
            return Answer(rows=rows, meta={"time_labels": {"Etc/UTC": ["2026-03-29", "2026-03-30"]}}, query={})

        monkeypatch.setattr(reports, "glance", glance)
        monkeypatch.setattr(reports, "visitors_by_time", by_time)
        monkeypatch.setattr("footfall.serve.pages.overview.first_days", lambda engine, sites: dict(begun))
        monkeypatch.setattr("footfall.serve.pages.overview.refused_today", lambda desk, some: Counter(dict(refused)))
        monkeypatch.setattr("footfall.serve.pages.overview._counted_today", lambda desk, portal: counted)
        loader = SimpleNamespace(complete_until_ms=lambda: NOW - late_ms)
        desk = SimpleNamespace(now=lambda: NOW, engine=None, all=None, loader=loader, settings=SimpleNamespace(policy=policy))
        return load(desk, portals, Listing(**listing))

    return shown


def html(page, language="en"):
    request = SimpleNamespace(state={}, cookies={"language": language}, headers={}, url=SimpleNamespace(path="/", query=""))
    return render(request, "overview.html", page=page, **CHOICES).content


def names(page):
    return "".join(line.portal.domain[0] for line in page.lines)


@pytest.mark.parametrize(
    ("sort", "order", "wanted"),
    [
        ("name", "asc", "abcde"),
        ("name", "desc", "edcba"),
        ("visitors", "desc", "beacd"),
        ("visitors", "asc", "aebcd"),
        ("change", "desc", "abcde"),
        ("change", "asc", "bacde"),
    ],
)
def test_portals_are_sorted_and_those_without_a_number_come_last_by_name(shown, sort, order, wanted):
    assert names(shown(sort=sort, order=order)) == wanted


def test_blank_portals_show_no_number_and_are_not_in_the_sum(shown):
    page = shown(sort="name", order="asc")
    assert [(line.visitors.value, line.visitors.before, line.visitors.change) for line in page.lines] == [
        (30, 20, 50),
        (90, 100, -10),
        (None, 40, None),
        (None, None, None),
        (60, None, None),
    ]
    assert (page.total.value, page.total.before) == (180, 160)


def test_portal_that_began_later_than_the_period_before_has_no_change_and_the_sum_leaves_it_out_of_its_own(shown):
    first = {1: date(2026, 2, 4), 2: date(2026, 2, 3), 5: date(2026, 3, 9)}
    page = shown(begun=first, sort="name", order="asc")
    assert [line.visitors.change for line in page.lines] == [None, -10, None, None, None]
    assert (page.total.value, page.total.change) == (180, -36), "90 of those who count in both, after 140"
    text = html(page)
    assert text.count("No change is shown: the numbers begin later than the time to compare with.") == 4, "a title and a text, of two"
    alone = shown(q="a.ex", begun=first)
    assert (alone.total.value, alone.total.change) == (30, None)


def test_portal_says_so_where_more_was_refused_today_than_counted_and_it_is_worth_a_word(shown):
    page = shown(refused={1: 310, 2: 300, 5: 90}, counted=300, sort="name", order="asc")
    assert [line.refused for line in page.lines] == [310, None, None, None, None]
    assert page.lines[0].is_alert
    assert "310 events were refused today, more than were counted." in html(page)
    assert "Сегодня отклонено 310 событий" in html(page, "ru")
    assert "refused today" not in html(shown(refused={5: 90}, counted=0))


def test_search_looks_at_every_domain_and_group_narrows(shown):
    assert names(shown(q="B.EX")) == names(shown(q="www-b")) == "b"
    page = shown(group="culture")
    assert (names(page), page.found, page.portals, page.groups) == ("a", 1, 5, ("city", "culture", "Parks"))


def test_pages_hold_fifty_and_one_past_the_end_is_the_last(shown):
    portals = tuple(Portal(id=number, domain=f"p{number:03}.example", umami_id="") for number in range(2 * ROWS_A_PAGE + 1))
    pages = [shown(portals=portals, sort="name", order="asc", page=number) for number in (1, 2, 3, 9)]
    assert [len(page.lines) for page in pages] == [50, 50, 1, 1]
    assert [line.portal.domain for page in pages[:3] for line in page.lines] == [portal.domain for portal in portals]
    assert {(page.pages, page.found) for page in pages} == {(3, 101)}
    assert pages[3].listing.page == 3


def test_a_portal_is_silent_that_had_many_a_week_ago_and_few_yesterday(shown):
    yesterday = {"a.example": (9, 30), "b.example": (10, 300), "c.example": (0, 29), "d.example": (0, 300)}
    for policy in ("staff", "exact"):
        page = shown(yesterday=yesterday, policy=policy, sort="name", order="asc")
        assert {line.portal.domain[0]: line.silent for line in page.lines if line.silent} == {"a": 30, "d": 300}
        assert page.alerts == 2
    only = shown(yesterday=yesterday, alerts="only", q="a.ex")
    assert (names(only), only.alerts, only.total.value) == ("a", 1, 30)


def test_a_portal_with_few_now_and_before_needs_a_look_and_few_and_none_look_alike(shown):
    for policy, few in (("staff", 9), ("staff", 0), ("exact", 9), ("exact", 0)):
        page = shown(numbers=NUMBERS | {"d.example": (few, few)}, policy=policy)
        assert [line.portal.domain[0] for line in page.lines if line.is_alert] == ["d"]
        assert (page.alerts, html(page).count('<a href="/portals/d.example/setup">')) == (1, 1)
    assert shown(numbers=NUMBERS | {"d.example": (9, 10)}).alerts == 0


def test_days_that_the_gate_left_out_are_gaps(shown):
    spark = shown(q="a.").lines[0].spark
    assert (len(spark.lines), spark.blank) == (1, 1)


def test_a_loader_that_is_behind_is_said(shown):
    assert shown(late_ms=60_000).late_since is None
    assert shown(late_ms=3_600_000).late_since.isoformat() == "2026-03-31T11:00:00+00:00"


def test_nobody_sees_anything_of_no_portals(shown):
    page = shown(portals=())
    assert (page.lines, page.total.value, page.portals, page.pages) == ((), None, 0, 1)


def test_the_page_says_how_to_add_the_first_portal_and_when_a_search_finds_none(shown):
    assert "footfall portals add DOMAIN" in html(shown(portals=()))
    nothing = html(shown(q="<zzz>"))
    assert "No portal fits this search." in nothing
    assert 'value="&lt;zzz&gt;"' in nothing
    assert "<table" not in nothing


def test_the_page_says_in_words_what_it_draws_and_needs_no_style_of_its_own(shown):
    text = html(shown(yesterday={"a.example": (0, 300)}, sort="change", order="asc", period="12mo"))
    assert text.count('aria-sort="ascending"') == 1
    assert 'aria-label="Most: 50 (March 2026). Least: 50 (March 2026). 1 without a number."' in text
    assert "Fewer than ten visitors yesterday; a week before there were 300." in text
    assert text.count('<span class="hidden">Fewer than ten visitors, or none</span>') == 2
    assert '<a href="/portals/a.example?period=12mo">' in text
    assert "style=" not in text


def test_every_choice_is_kept_in_every_link(shown):
    text = html(shown(q="example", group="city", period="7d", sort="name", order="asc"))
    links = re.findall(r'href="(/\?[^"]*)"', text)
    assert len([link for link in links if "period=7d" in link and "q=example" in link and "group=city" in link]) >= 4
    assert '<input type="hidden" name="sort" value="name">' in text


def test_a_sealed_portal_that_has_no_past_needs_no_look(shown):
    sealed = Portal(id=9, domain="sealed.example", umami_id="", keep_events=0)
    seen = {"sealed.example": (0, 40)}
    page = shown(portals=(*PORTALS, sealed), yesterday=seen)
    assert [line.is_alert for line in page.lines if line.portal == sealed] == [False]
    opened = Portal(id=9, domain="sealed.example", umami_id="")
    assert [line.is_alert for line in shown(portals=(opened,), yesterday=seen).lines] == [True]
