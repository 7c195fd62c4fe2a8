"""Pages of reports by e-mail: analysts plan them, recipients confirm and leave by link, admins see how jobs went."""

import html
import re

import httpx
import msgspec
import pytest

from footfall.control.audit import read_audit
from footfall.control.mail_reports import add_report, confirm_recipient, list_reports
from footfall.control.roles import Grant
from footfall.control.runs import last_runs
from footfall.serve.mail.write import CONFIRM, UNSUBSCRIBE
from tests.support.app_here import AppHere
from tests.support.mail_office import ANN, BOB, DUE, WEEKLY, visits
from tests.support.mail_server import MailServer
from tests.support.signing_in import Reader
from tests.support.waiting import until

CHIEF, ANALYST, VIEWER = "chief@example.city", "analyst@example.city", "viewer@example.city"
PAGE = "/portals/museum.example/reports"
FORM = {"when": "weekly:0", "hour": "8", "language": "en", "view": "", "recipients": f"{ANN}\n{BOB}"}


@pytest.fixture(scope="module")
def post():
    with MailServer() as running:
        yield running


@pytest.fixture(scope="module")
def server(post, tmp_path_factory):
    with AppHere(
        tmp_path_factory.mktemp("home"), now="2026-03-30T05:00:00Z", **(post.settings | {"public_url": "http://stats.example.city"})
    ) as app:
        museum = app.house.desk.control.create_portal(domain="museum.example", timezone="Europe/Moscow")
        app.house.desk.control.create_portal(domain="library.example")
        path = app.house.desk.journal_folder / f"{DUE - 1:013d}-{'0' * 16}-000000.ndjson"
        path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in visits(museum, "2026-03-24", "/visit", 30)))
        Reader(app).join(CHIEF, Grant("admin"), name="Chief")
        Reader(app).join(ANALYST, Grant("analyst", "portal", "1"), name="Analyst")
        Reader(app).join(VIEWER, Grant("viewer"), name="Viewer")
        yield app


@pytest.fixture(scope="module")
def analyst(server):
    reader = Reader(server)
    assert reader.sign_in(ANALYST).status_code == 303
    return reader


@pytest.fixture(scope="module")
def chief(server):
    reader = Reader(server)
    assert reader.sign_in(CHIEF).status_code == 303
    return reader


@pytest.fixture(autouse=True)
def tidy(server, post):
    yield
    post.refused.clear()
    post.take()
    with server.house.desk.control.writing() as connection:
        for table in ("mail_recipients", "mail_reports", "runs"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


def confirmed_report(server):
    control = server.house.desk.control
    report = add_report(control, 1, WEEKLY, [ANN], created_by=CHIEF, now_ms=DUE)
    return confirm_recipient(control, report.recipients[0].id, now_ms=DUE), report.recipients[0]


def link(server, purpose, recipient):
    return f"/mail/{purpose}/{server.house.signer.sign(f'mail {purpose}', str(recipient.id))}"


def said(answer, role="alert"):
    return html.unescape(re.search(rf'role="{role}">\s*([^<]+?)\s*<', answer.text)[1])


def test_analyst_adds_a_report_and_its_recipients_confirm_by_link(server, analyst, post):
    answer = analyst.send(PAGE, **(FORM | {"view": "?f=is,source,Google&period=7d"}))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=added")
    (report,) = list_reports(server.house.desk.control)
    assert (report.plan.view, report.created_by) == ("?f=is%2Csource%2CGoogle", ANALYST)
    page = analyst.get(f"{PAGE}?done=added")
    assert said(page, "status") == "Kept. Recipients have a link to confirm; nothing else is sent to them before."
    assert re.findall(r"<li>(\S+@\S+) <span class=\"soft\">– ([^<]+)</span>", page.text) == [
        (ANN, "has not confirmed yet"),
        (BOB, "has not confirmed yet"),
    ]
    assert "<b>Google</b>" in page.text
    mails = post.take()
    assert [to for to, _ in mails] == [ANN, BOB]
    path = re.search(r"http://stats\.example\.city(/mail/confirm/\S+)", mails[0][1].get_body(("plain",)).get_content())[1]
    assert "Yes, send it to me" in httpx.get(server.url + path).text, "who only looks has not confirmed"
    assert "has not confirmed yet" in analyst.get(PAGE).text
    assert "Confirmed: museum.example, weekly, Monday, 08:00." in httpx.post(server.url + path).text
    assert "Confirmed: museum.example" in httpx.get(server.url + path).text
    assert f'{ANN} <span class="soft">– confirmed</span>' in analyst.get(PAGE).text


def test_page_is_for_analysts_and_jobs_for_admins_of_all(server, analyst, chief):
    viewer = Reader(server)
    viewer.sign_in(VIEWER)
    assert [viewer.get(path).status_code for path in (PAGE, "/jobs")] == [403, 403]
    assert [analyst.get(path).status_code for path in (PAGE, "/portals/library.example/reports", "/jobs")] == [200, 404, 403]
    assert [chief.get(path).status_code for path in (PAGE, "/jobs")] == [200, 200]
    report, _ = confirmed_report(server)
    other = f"/portals/library.example/reports/{report.id}/delete"
    assert "no such report" in said(chief.send("/portals/library.example/reports", other))
    assert len(list_reports(server.house.desk.control)) == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"when": "daily:1"}, "what the form offers"),
        ({"when": "weekly:9"}, "Day or hour is not valid"),
        ({"hour": "x"}, "what the form offers"),
        ({"language": "xx"}, "what the form offers"),
        ({"recipients": "nobody"}, "name@example.city"),
        ({"recipients": " "}, "needs a recipient"),
        ({"view": "?f=is,nothing,x"}, "is not known"),
    ],
)
def test_what_is_no_report_is_refused_in_a_sentence_and_what_was_typed_stays(server, analyst, fields, says):
    answer = analyst.send(PAGE, **(FORM | {"recipients": "typed@example.city"} | fields))
    if "view" in fields:
        assert (answer.status_code, says in answer.text) == (400, True)
    else:
        assert says in said(answer)
        assert f">{(FORM | {'recipients': 'typed@example.city'} | fields)['recipients']}</textarea>" in answer.text
    assert list_reports(server.house.desk.control) == []


def test_change_that_is_not_valid_comes_back_in_the_form_of_its_report(server, analyst, post):
    analyst.send(PAGE, **FORM)
    report = list_reports(server.house.desk.control)[0]
    back = analyst.send(PAGE, f"{PAGE}/{report.id}", **FORM | {"recipients": "nobody", "hour": "23"})
    opened = re.search(r"<details open>.*?</details>", back.text, re.DOTALL)[0]
    assert (back.status_code, "name@example.city" in said(back), back.text.count('role="alert"')) == (400, True, 1)
    assert all(one in opened for one in (f'id="fault-{report.id}"', ">nobody</textarea>", '<option value="23" selected>'))
    analyst.send(PAGE, f"{PAGE}/{report.id}/delete")


def test_report_is_changed_asked_again_and_deleted_and_the_audit_log_names_nobody(server, analyst, post):
    analyst.send(PAGE, **FORM)
    report = list_reports(server.house.desk.control)[0]
    at, post.got = f"{PAGE}/{report.id}", []
    again = analyst.send(PAGE, f"{at}/ask")
    assert (again.status_code, said(again)) == (400, "The link was sent less than ten minutes ago.")
    assert analyst.send(PAGE, at, **(FORM | {"when": "monthly:3", "recipients": f"{ANN}, eve@example.city"})).status_code == 303
    assert [to for to, _ in post.take()] == ["eve@example.city"]
    changed = list_reports(server.house.desk.control)[0]
    assert (changed.plan.frequency, changed.plan.day, [one.email for one in changed.recipients]) == (
        "monthly",
        3,
        [ANN, "eve@example.city"],
    )
    assert analyst.send(PAGE, f"{at}/delete").headers["location"] == f"{PAGE}?done=deleted"
    noted = [(entry.operator, entry.action, entry.object) for entry in read_audit(server.house.desk.control, most=3)]
    object = f"museum.example: report {report.id}"
    assert noted == [(ANALYST, f"report {what}", object) for what in ("removed", "changed", "added")]


def test_test_goes_to_the_operator_alone(server, analyst, post):
    report, _ = confirmed_report(server)
    assert analyst.send(PAGE, f"{PAGE}/{report.id}/test").status_code == 303
    ((to, mail),) = post.take()
    assert to == ANALYST
    assert "Visitors: 30" in mail.get_body(("plain",)).get_content()
    assert said(analyst.get(f"{PAGE}?done=tested"), "status") == f"A test is on its way to {ANALYST}."


def test_server_that_is_away_is_said_and_the_report_is_kept(server, analyst, monkeypatch):
    settings = msgspec.structs.replace(server.house.desk.settings, smtp_port=1)
    monkeypatch.setattr(server.house.desk, "settings", settings)
    answer = analyst.send(PAGE, **FORM)
    assert (answer.status_code, said(answer)) == (503, "The mail server does not answer.")
    assert answer.text.count("has no link yet") == 2


def test_report_without_a_mail_server_is_kept_and_its_recipients_are_asked_once_there_is_one(server, analyst, post, monkeypatch):
    settings = server.house.desk.settings
    monkeypatch.setattr(server.house.desk, "settings", msgspec.structs.replace(settings, smtp_host=""))
    added = analyst.send(PAGE, **FORM)
    assert (added.status_code, added.headers["location"]) == (303, f"{PAGE}?done=added")
    (report,) = list_reports(server.house.desk.control)
    page = analyst.get(f"{PAGE}?done=added")
    assert said(page, "status") == "Kept. Nobody has a link to confirm yet: set up mail first, then choose “Send the link again”."
    assert "Set smtp_host, smtp_from and public_url." in page.text
    assert analyst.send(PAGE, f"{PAGE}/{report.id}", **(FORM | {"recipients": "eve@example.city"})).status_code == 303
    for button in ("test", "ask"):
        answer = analyst.send(PAGE, f"{PAGE}/{report.id}/{button}")
        assert (answer.status_code, said(answer).startswith("No mail server is set.")) == (503, True)
    monkeypatch.setattr(server.house.desk, "settings", settings)
    assert analyst.send(PAGE, f"{PAGE}/{report.id}/ask").status_code == 303
    assert [to for to, _ in post.take()] == ["eve@example.city"]


def test_page_without_a_mail_server_says_what_to_set(server, analyst, monkeypatch):
    monkeypatch.setattr(server.house.desk, "settings", msgspec.structs.replace(server.house.desk.settings, smtp_host=""))
    page = analyst.get(PAGE).text
    assert "No mail server is set. Set smtp_host, smtp_from and public_url. Until then nothing is sent." in page
    analyst.http.cookies.set("language", "ru")
    assert "Почтовый сервер не задан." in analyst.get(PAGE).text
    analyst.http.cookies.delete("language")


def test_mail_program_unsubscribes_by_one_click_without_cookie_or_token(server):
    _, recipient = confirmed_report(server)
    path = link(server, UNSUBSCRIBE, recipient)
    assert "museum.example: weekly, Monday, 08:00" in httpx.get(server.url + path).text
    assert list_reports(server.house.desk.control)[0].confirmed, "who only looks is still among them"
    answer = httpx.post(server.url + path, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, said(answer, "status")) == (200, "You get no more of it, and your address is deleted.")
    assert list_reports(server.house.desk.control)[0].recipients == ()
    assert [httpx.post(server.url + path).status_code, httpx.get(server.url + path).status_code] == [200, 200]
    assert read_audit(server.house.desk.control, most=1)[0].operator == "recipient, by link"


def test_link_for_one_purpose_or_of_nobody_does_nothing(server):
    _, recipient = confirmed_report(server)
    token = link(server, CONFIRM, recipient).rpartition("/")[2]
    for path in (f"/mail/unsubscribe/{token}", "/mail/unsubscribe/x", f"/mail/confirm/{token[:-3]}AAA", "/mail/confirm/x"):
        assert [httpx.post(server.url + path).status_code, httpx.get(server.url + path).status_code] == [404, 404]
    assert list_reports(server.house.desk.control)[0].confirmed
    gone = link(server, CONFIRM, msgspec.structs.replace(recipient, id=999))
    assert "This link is good no more" in httpx.post(server.url + gone).text


def test_admin_sees_how_a_job_went_and_has_it_done_now(server, chief, post):
    post.refused[ANN] = 450
    report, _ = confirmed_report(server)
    name = f"report {report.id}"

    def row():
        rows = re.findall(r"<tr>(.*?)</tr>", chief.get("/jobs").text, re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", next(row for row in rows if f"({name})" in row)))

    assert "Last run: never yet Next run: Apr 6, 2026, 05:00 Run now" in row()
    assert chief.send("/jobs", name=name).status_code == 303
    server.house.jobs.round()
    wait_for(server, name, "waits")
    assert (
        "Mar 30, 2026, 05:00: waits (errors: 1) Next run: Mar 30, 2026, 05:01 The mail server takes some of the recipients later." in row()
    )
    post.refused.clear()
    chief.send("/jobs", name=name)
    server.house.jobs.round()
    wait_for(server, name, "done")
    assert [to for to, _ in post.take()] == [ANN]
    assert "Mar 30, 2026, 05:00: done" in row()
    assert re.search(r"Last: Mar 30, 2026, 08:00, done", chief.get(PAGE).text), "in the portal's own time"
    assert chief.send("/jobs", name="nothing").status_code == 404


def test_every_job_leads_to_a_page_that_is_there(server, chief):
    confirmed_report(server)
    ways = re.findall(r'<td>[^<]*<a href="([^"]*)"', chief.get("/jobs").text)
    assert "/desk/days" in ways and PAGE in ways
    assert {way: chief.get(way).status_code for way in ways} == dict.fromkeys(ways, 200)


def wait_for(server, name, state):
    """The server's own thread may have taken the run first."""
    assert until(lambda: last_runs(server.house.desk.control)[name].state, lambda found: found == state) == state
