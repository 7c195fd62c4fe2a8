"""Reports by e-mail, from events in a store to mails on a server: what they say, to whom, when, and what goes wrong."""

import re
from datetime import date
from email.message import EmailMessage

import msgspec
import pytest
from structlog.testing import capture_logs

from footfall.control.mail_reports import Plan, add_report, delete_report, drop_recipient, find_report, job_of
from footfall.control.runs import ask_run
from footfall.errors import Unavailable
from footfall.serve.jobs import PAUSES_MS
from footfall.serve.mail import sending
from footfall.serve.mail.post import AWAY, BAD_CERTIFICATE, DENIED, NO_SERVER, NO_TLS, REFUSED, open_post
from footfall.serve.mail.sending import INCOMPLETE, LATER, NOBODY, NOT_KEPT, SOME_REFUSED, ask_recipients, last_letter, send_test
from footfall.serve.mail.write import UNSUBSCRIBE, recipient_of
from footfall.settings import read_settings
from tests.support.build import ms
from tests.support.mail_office import ANN, BOB, DAY_MS, DUE, EVE, SIGNER, WEEKLY, Office, visits
from tests.support.mail_server import MailServer, make_certificate

GOOGLE = {"source": "Google", "country": "RU"}
SPACES = str.maketrans(dict.fromkeys("\u2009\u202f\xa0", " "))
"""CLDR writes dates and numbers with narrow ones."""


@pytest.fixture(scope="module")
def server():
    with MailServer() as running:
        yield running


@pytest.fixture(scope="module")
def shared(server, tmp_path_factory):
    opened = Office(tmp_path_factory.mktemp("home"), server)
    museum = opened.control.create_portal(domain="museum.example", timezone="Europe/Moscow")
    opened.control.put_goal(museum.id, page_path="/visit")
    week = [
        *visits(museum, "2026-03-24", "/visit", 30, **GOOGLE),
        *visits(museum, "2026-03-25", "/news?a=<b>&c", 20, first=40, source="Яндекс", country="RU"),
        *visits(museum, "2026-03-26", "/rare", 12, first=60, source="tiny.example", country="MC"),
        *visits(museum, "2026-03-27", "/rarer", 12, first=80, source="small.example", country="SM"),
    ]
    opened.load(
        museum,
        *visits(museum, "2026-01-28", "/visit", 1),
        *visits(museum, "2026-03-17", "/visit", 20, **GOOGLE),
        *week,
        *visits(museum, "2026-03-30", "/visit", 50),
    )
    opened.museum = museum
    yield opened
    opened.desk.close()


@pytest.fixture
def office(shared):
    """The office with its clock on Monday morning, and no report yet."""
    before = shared.desk.settings
    shared.now_ms, shared.is_stopping = DUE, False
    yield shared
    shared.desk.settings = before
    shared.server.refused.clear()
    shared.server.data_code = 0
    shared.server.take()
    with shared.control.writing() as connection:
        for table in ("mail_recipients", "mail_reports", "runs", "audit"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


def subject(message):
    return str(message["Subject"]).translate(SPACES)


def parts(message):
    """The lines of the text, and the HTML."""
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    return text.get_content().translate(SPACES).strip().splitlines(), html.get_content().translate(SPACES)


ENGLISH = """\
museum.example
Mar 23 – 29, 2026 (compared with Mar 16 – 22, 2026)

Visitors: 74 (+270%; before: 20)
Visits: 74 (+270%; before: 20)
Page views: 78 (+271%; before: 21)
Views per visit: 1.05 (0%; before: 1.05)
Bounce rate: 95% (0 points; before: 95%)
Visit duration: 1s (−67%; before: 3s)

Visitors by day
·█▆····
Mon, Mar 23: –
Tue, Mar 24: 30
Wed, Mar 25: 20
Thu, Mar 26: –
Fri, Mar 27: –
Sat, Mar 28: –
Sun, Mar 29: –

Pages – visitors, page views
  /visit: 30, 31
  /news?a=<b>&c: 20, 21

Sources – visitors, share
  Google: 30, 40.5%
  Яндекс: 20, 27%

Countries – visitors, share
  Russia: 50, 67.6%

Goals – visitors, conversion rate
  Visit /visit: 30, 40.5%

The page:
LINK

Every event accepted before 08:00 on Mar 30, 2026 is counted.
Visitors are added up by day: whoever came on two days counts twice.
What rests on fewer than 20 visitors is not shown. – means fewer than 20 visitors, or none.

You get this because you confirmed it. To get no more of it:
LEAVE"""


def test_report_is_sent_with_every_number_as_strict_as_outside_though_the_house_is_exact(office):
    report = office.report(office.museum, ANN, BOB)
    assert (office.jobs.round(), office.run(report).state, office.run(report).said) == (1, "done", "")
    (to_ann, mail), (to_bob, other) = office.server.take()
    lines, html = parts(mail)
    leave = lines[-1]
    link = "https://stats.example.city/portals/museum.example?period=custom&from=2026-03-23&to=2026-03-29&compare=previous"
    assert lines == ENGLISH.replace("LINK", link).replace("LEAVE", leave).splitlines()
    assert (to_ann, to_bob) == (ANN, BOB)
    heads = ("Subject", "From", "To", "Date", "Auto-Submitted", "Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post")
    assert [str(mail[head]).translate(SPACES) for head in heads] == [
        "Report: museum.example, Mar 23 – 29, 2026",
        "Footfall <stats@example.city>",
        ANN,
        "Mon, 30 Mar 2026 05:00:00 +0000",
        "auto-generated",
        "en",
        f"<{leave}>",
        "List-Unsubscribe=One-Click",
    ]
    assert re.fullmatch(r"<[^@]+@example\.city>", mail["Message-ID"])
    assert recipient_of(SIGNER, UNSUBSCRIBE, leave.rpartition("/")[2]) == report.recipients[0].id
    assert leave != parts(other)[0][-1]
    assert "tiny.example" not in str(mail) + html
    assert "Monaco" not in html


def test_html_says_the_same_and_fetches_nothing(office):
    office.report(office.museum)
    office.jobs.round()
    lines, html = parts(office.server.take()[0][1])
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    for words in ("Visitors 74 +270% 20", "Bounce rate 95% 0 points 95%", "/visit 30 31", "Яндекс 20 27%", "Russia 50 67.6%", "Tue 24"):
        assert words in plain.replace("24 Tue", "Tue 24")
    assert "/news?a=&lt;b&gt;&amp;c" in html
    assert not re.search(r"<(img|link|script|svg|iframe)|url\(|src=", html)
    assert set(re.findall(r'href="([^"]+)"', html)) == {lines[-1], lines[lines.index("The page:") + 1].replace("&", "&amp;")}
    (bars,) = re.findall(r"<tr>(<td[^>]*vertical-align:bottom.*?)</tr>", html)
    assert re.findall(r"<div style=\"height:(\d+)px", bars) == ["0", "48", "32", "0", "0", "0", "0"]


RUSSIAN = """\
museum.example
март 2026 г. (в сравнении с 29 янв. – 28 февр. 2026 г.)
Фильтр: Источник это Google

Посетители: 50
Визиты: 50
Просмотры: 52
Просмотров за визит: 1,04
Отказы: 96 %
Длительность визита: 2 с

Посетители по дням
················▆······█·······

Страницы – посетители, просмотры
  /visit: 50, 52

Источники – посетители, доля
  Google: 50, 100 %

Страны – посетители, доля
  Россия: 50, 100 %

Цели – посетители, конверсия
  Visit /visit: 50, 100 %

Страница:
"""
RUSSIAN_END = """
Учтено всё, что принято до 08:00, 15 апр. 2026 г.
Посетители сложены по дням: кто пришёл в два дня, посчитан дважды.
Не показано то, за чем стоит меньше 20 посетителей. – означает: меньше 20 посетителей или никого.

Вы получаете это письмо, потому что подтвердили согласие. Отказаться:
LEAVE"""


def test_report_of_a_month_with_a_filter_in_russian(office):
    office.now_ms = ms("2026-04-15T08:00:00+03:00")
    plan = Plan(frequency="monthly", day=15, hour=8, language="ru", view="?f=is,source,Google")
    office.report(office.museum, plan=plan)
    office.jobs.round()
    ((_, mail),) = office.server.take()
    lines, html = parts(mail)
    assert lines[: RUSSIAN.count("\n")] == RUSSIAN.splitlines()
    assert subject(mail) == "Отчёт: museum.example, март 2026 г."
    assert mail["Content-Language"] == "ru"
    assert '<html lang="ru">' in html
    link = lines[lines.index("Страница:") + 1]
    assert link.endswith("?period=custom&from=2026-03-01&to=2026-03-31&compare=previous&f=is%2Csource%2CGoogle")
    assert "\n".join(lines).endswith(RUSSIAN_END.replace("LEAVE", lines[-1]))


def test_days_without_twenty_visitors_are_a_mail_that_says_so(office):
    empty = office.control.create_portal(domain="empty.example", timezone="Europe/Moscow")
    office.load(empty, *visits(empty, "2026-03-24", "/only", 19, **GOOGLE))
    office.report(empty)
    office.jobs.round()
    lines, html = parts(office.server.take()[0][1])
    assert "Fewer than 20 visitors, or none." in lines
    assert "/only" not in html
    assert not re.search(r"(visitors|visits): \d", "\n".join(lines).lower())


def test_report_is_compared_with_nothing_that_lies_before_the_portals_first_event(office):
    young = office.control.create_portal(domain="young.example", timezone="Europe/Moscow")
    office.load(young, *visits(young, "2026-03-17", "/", 20), *visits(young, "2026-03-24", "/", 30))
    report = office.report(young)
    letters = [last_letter(office.desk, young, report, DUE + week * 7 * DAY_MS) for week in (0, 1)]
    assert [(letter.cards[0].value, letter.cards[0].change, letter.view.compare) for letter in letters] == [
        (30, None, ""),
        (None, None, "previous"),
    ]


def test_report_waits_until_every_event_of_its_days_is_counted(office):
    late = office.desk.journal_folder / f"{DUE - 9 * 3_600_000:013d}-{'0' * 16}-000000.ndjson"
    late.write_bytes(b"not yet loaded\n")
    report = office.report(office.museum)
    office.jobs.round()
    assert (office.run(report).state, office.run(report).said, office.server.take()) == ("waits", INCOMPLETE, [])
    late.unlink()
    office.now_ms += 60_000
    office.jobs.round()
    assert (office.run(report).state, len(office.server.take())) == ("done", 1)


def test_weeks_that_were_missed_are_one_mail_about_the_last(office):
    office.report(office.museum, since_ms=DUE - 30 * DAY_MS)
    office.now_ms = DUE + 5 * DAY_MS
    assert [office.jobs.round(), office.jobs.round()] == [1, 0]
    ((_, mail),) = office.server.take()
    assert subject(mail) == "Report: museum.example, Mar 23 – 29, 2026"


def test_new_report_waits_for_its_day_and_a_frozen_clock_sends_once(office):
    office.now_ms = DUE + 1
    office.report(office.museum, since_ms=DUE + 1)
    assert [office.jobs.round() for _ in range(3)] == [0, 0, 0]
    office.now_ms = DUE + 7 * DAY_MS
    assert [office.jobs.round() for _ in range(3)] == [1, 0, 0]
    assert len(office.server.take()) == 1


def test_who_did_not_confirm_gets_the_question_alone(office):
    report = add_report(office.control, office.museum.id, WEEKLY, [ANN], created_by="chief@example.city", now_ms=DUE - DAY_MS)
    ask_recipients(office.desk, SIGNER, office.museum, report)
    office.jobs.round()
    ((to, mail),) = office.server.take()
    lines, html = parts(mail)
    assert (to, office.run(report).said) == (ANN, NOBODY)
    assert subject(mail) == "Please confirm: reports about museum.example by e-mail"
    assert lines[0] == "chief@example.city would like you to get numbers about museum.example by e-mail (weekly, Monday, 08:00)."
    assert re.fullmatch(r"https://stats\.example\.city/mail/confirm/[\w.-]+", lines[3])
    assert lines[3] in html
    assert "List-Unsubscribe" not in mail


def test_one_bad_recipient_of_three_keeps_no_other_from_the_report(office):
    office.server.refused[BOB] = 550
    report = office.report(office.museum, ANN, BOB, EVE)
    with capture_logs() as logged:
        office.jobs.round()
    assert [to for to, _ in office.server.take()] == [ANN, EVE]
    assert (office.run(report).state, office.run(report).said) == ("done", SOME_REFUSED)
    assert [one.fault for one in find_report(office.control, office.museum.id, report.id).recipients] == [0, 550, 0]
    assert not any(name in str(logged) for name in (ANN, BOB, EVE))


def test_recipient_who_is_to_be_tried_later_is_tried_alone(office):
    office.server.refused[BOB] = 450
    report = office.report(office.museum, ANN, BOB)
    office.jobs.round()
    assert (office.run(report).state, office.run(report).said) == ("waits", LATER)
    office.server.refused.clear()
    office.now_ms += PAUSES_MS[0]
    office.jobs.round()
    assert [to for to, _ in office.server.take()] == [ANN, BOB]
    assert office.run(report).state == "done"


@pytest.mark.parametrize(("settings", "said"), [({"smtp_port": 1}, AWAY), ({"smtp_tls": "starttls"}, NO_TLS)])
def test_server_that_cannot_be_used_is_tried_again(office, settings, said):
    report, before = office.report(office.museum), office.desk.settings
    office.set(**settings)
    office.jobs.round()
    assert (office.run(report).state, office.run(report).said, office.run(report).tries) == ("waits", said, 1)
    office.desk.settings = before
    assert office.jobs.round() == 0, "not before its time"
    office.now_ms += PAUSES_MS[0]
    office.jobs.round()
    assert (office.run(report).state, len(office.server.take())) == ("done", 1)


def test_mail_that_is_refused_is_tried_again(office):
    office.server.data_code = 451
    report = office.report(office.museum)
    office.jobs.round()
    assert (office.run(report).state, office.run(report).said) == ("waits", REFUSED)


def test_without_a_server_it_waits_and_says_what_to_set(office):
    office.set(smtp_host="")
    report = office.report(office.museum)
    office.jobs.round()
    assert (office.run(report).state, office.run(report).said) == ("waits", NO_SERVER)
    with pytest.raises(Unavailable, match="Set smtp_host"):
        send_test(office.desk, SIGNER, office.museum, report, "chief@example.city")


def test_server_that_stops_sends_the_rest_at_its_next_start(office, monkeypatch):
    report = office.report(office.museum, ANN, BOB)
    sent = sending._send_one

    def send_and_stop(*given):
        office.is_stopping = True
        return sent(*given)

    monkeypatch.setattr(sending, "_send_one", send_and_stop)
    office.jobs.round()
    assert ([to for to, _ in office.server.take()], office.run(report).state) == ([ANN], "waits")
    office.is_stopping = False
    office.jobs.round()
    assert ([to for to, _ in office.server.take()], office.run(report).state) == ([BOB], "done")


def test_who_unsubscribes_or_is_deleted_while_mails_go_out_gets_none(office, monkeypatch):
    report = office.report(office.museum, ANN, BOB)
    sent = sending._send_one

    def send_and_leave(*given):
        code = sent(*given)
        drop_recipient(office.control, report.recipients[1].id, now_ms=DUE)
        return code

    monkeypatch.setattr(sending, "_send_one", send_and_leave)
    office.jobs.round()
    assert ([to for to, _ in office.server.take()], office.run(report).state) == ([ANN], "done")
    delete_report(office.control, report, now_ms=DUE)
    office.now_ms += 7 * DAY_MS
    assert office.jobs.round() == 0


def test_report_that_is_asked_for_is_sent_again_about_the_same_days(office):
    report = office.report(office.museum)
    office.jobs.round()
    office.now_ms += DAY_MS
    ask_run(office.control, job_of(report.id), now_ms=office.now_ms)
    office.jobs.round()
    assert [subject(mail) for _, mail in office.server.take()] == ["Report: museum.example, Mar 23 – 29, 2026"] * 2


def test_test_goes_to_one_address_and_has_nothing_to_unsubscribe_from(office):
    report = office.report(office.museum, BOB)
    send_test(office.desk, SIGNER, office.museum, report, "chief@example.city")
    ((to, mail),) = office.server.take()
    assert (to, mail["List-Unsubscribe"]) == ("chief@example.city", None)
    assert parts(mail)[0][-1] == "This is a test. It went to you alone."
    office.server.refused["chief@example.city"] = 550
    with pytest.raises(Unavailable, match=SOME_REFUSED):
        send_test(office.desk, SIGNER, office.museum, report, "chief@example.city")


def test_days_that_are_not_kept_are_neither_reported_nor_compared_with(office):
    short = office.control.create_portal(domain="short.example", timezone="Europe/Moscow", keep_events=10)
    report = office.report(short)
    assert last_letter(office.desk, short, report, DUE).view.compare == ""
    with pytest.raises(Unavailable, match=NOT_KEPT):
        last_letter(office.desk, office.control.update_portal(short.id, keep_events=3), report, DUE)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def test_login_over_starttls_is_trusted_by_its_certificate_and_refused_without_the_password(tmp_path, certificate, monkeypatch):
    with MailServer(certificate, password="s3cret") as server:
        given = {"smtp_tls": "starttls", "smtp_user": "stats", "smtp_password": "s3cret"}
        settings = read_settings({}, home=str(tmp_path), **(server.settings | given))
        with pytest.raises(Unavailable, match=BAD_CERTIFICATE), open_post(settings):
            pass
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with open_post(settings) as post:
            assert post.send(EmailMessage(), ANN) == 0
        assert [to for to, _ in server.take()] == [ANN]
        with pytest.raises(Unavailable, match=DENIED), open_post(msgspec.structs.replace(settings, smtp_password="wrong")):
            pass


def test_tls_from_the_first_byte_on_is_spoken_and_its_certificate_checked(tmp_path, certificate, monkeypatch):
    with MailServer(certificate, is_tls=True) as server:
        settings = read_settings({}, home=str(tmp_path), **(server.settings | {"smtp_tls": "tls"}))
        with pytest.raises(Unavailable, match=BAD_CERTIFICATE), open_post(settings):
            pass
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with open_post(settings) as post:
            assert post.send(EmailMessage(), ANN) == 0
        assert [to for to, _ in server.take()] == [ANN]


def test_first_and_last_day_of_a_report_are_whole_local_days(office):
    letter = last_letter(office.desk, office.museum, office.report(office.museum), DUE)
    assert (letter.first, letter.last, letter.before_first) == (date(2026, 3, 23), date(2026, 3, 29), date(2026, 3, 16))
    assert letter.complete_until.isoformat() == "2026-03-30T08:00:00+03:00"
