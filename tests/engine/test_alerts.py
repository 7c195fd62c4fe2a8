"""Alerts: set up by analysts on their page, told by webhook and mail with what the card holds, tried again, and seen in the log."""

import json
import re
from html import unescape

import msgspec
import pytest

from footfall.control.alerts import Logged, Plan, add_channel, list_channels, log_news, read_log, where_of
from footfall.control.audit import read_audit
from footfall.control.datasets import put_dataset
from footfall.control.operators import disable_operator, enable_operator
from footfall.control.roles import Grant
from footfall.control.runs import last_runs
from footfall.control.targets import checked_target, find_target, note_state, save_target
from footfall.control.trends import Card, save_cards
from footfall.serve.alerting.jobs import alert_jobs
from footfall.serve.jobs import Jobs
from footfall.serve.papers.facts import facts_of
from footfall.serve.webhook_jobs import sign
from footfall.sources.builtins import builtin_text
from footfall.sources.odcs import read_contract
from footfall.trends.explain import Explained, Reason
from tests.support.app_here import AppHere
from tests.support.build import ms
from tests.support.command import run_here
from tests.support.mail_server import MailServer
from tests.support.receiver import receiving
from tests.support.signing_in import Reader

NOW = "2026-03-18T12:00:00Z"
ANALYST, VIEWER = "analyst@example.city", "viewer@example.city"
PAGE = "/portals/museum.example/alerts"
FORM = {"about_trends": "1", "about_outages": "1", "about_targets": "1", "role": "viewer", "language": "en"}
FORM |= {"most": "5", "quiet_from": "20", "morning": "8"}
RISE = Explained(
    name="/tickets", counts="pageviews", observed=480, expected=120.4, low=90.0, high=155.0, lift=4.0, confidence="likely",
    reason=Reason("campaign", "spring"),
)  # fmt: skip
DOWN = Explained(
    name="museum.example", counts="pageviews", observed=None, expected=None, low=None, high=None, lift=None, confidence="likely",
    reason=Reason("outage"),
)  # fmt: skip

COUNTERS = msgspec.structs.replace(RISE, name="Counters: uses", counts="uses", reason=Reason("place", "North"))
INCOMPLETE = msgspec.structs.replace(DOWN, name="Counters: uses", counts="uses", reason=Reason("incomplete"))


@pytest.fixture(scope="module")
def post():
    with MailServer() as running:
        yield running


@pytest.fixture(scope="module")
def hook():
    with receiving() as running:
        yield running


@pytest.fixture(scope="module")
def server(post, tmp_path_factory):
    settings = post.settings | {"public_url": "http://stats.example.city", "source_networks": ("127.0.0.0/8",)}
    with pytest.MonkeyPatch.context() as patched:
        # The tests make its runs themselves.
        patched.setattr("footfall.serve.app.alert_jobs", lambda *given: [])
        with AppHere(tmp_path_factory.mktemp("home"), now=NOW, **settings) as app:
            for domain in ("museum.example", "library.example"):
                app.house.desk.control.create_portal(domain=domain, timezone="Europe/Moscow")
            Reader(app).join(ANALYST, Grant("analyst", "portal", "1"), name="Ann")
            Reader(app).join(VIEWER, Grant("viewer"), name="Vic")
            yield app


@pytest.fixture(scope="module")
def analyst(server):
    reader = Reader(server)
    assert reader.sign_in(ANALYST).status_code == 303
    return reader


@pytest.fixture(autouse=True)
def tidy(server, hook, post):
    yield
    hook.status = 204
    hook.taken.clear()
    post.take()
    with server.house.desk.control.writing() as connection:
        for table in ("alert_log", "alert_channels", "trend_cards", "target_changes", "targets", "runs"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


@pytest.fixture
def channel(server, analyst, hook):
    """A function that makes a channel over the page, an hour old, and answers it."""

    def make(kind="webhook", address="", **rest):
        answer = analyst.send(PAGE, **FORM | {"kind": kind, "address": address or f"{hook.url}/secret-path"} | rest)
        assert answer.status_code in (200, 303), answer.text
        control = server.house.desk.control
        with control.writing() as connection:
            connection.exec_driver_sql(f"UPDATE alert_channels SET created_ms = {ms('2026-03-18T11:00:00Z')}")
        return list_channels(control)[-1]

    return make


def run(server):
    desk = server.house.desk
    jobs = Jobs(desk.control, lambda: alert_jobs(desk, server.house.signer, lambda: False), now=desk.now, stopped=lambda: False)
    return jobs.round()


def card(site=1, kind="rise", told=RISE, at="11:30", **rest):
    at_ms = ms(f"2026-03-18T{at}:00Z")
    known = {"step": "hour", "dimension": "page", "key": "/tickets", "members": (), "state": "emerging", "marks": "11", "strength": 9.0}
    times = {"since_ms": at_ms - 7_200_000, "found_ms": at_ms, "seen_ms": at_ms}
    return Card(site=site, kind=kind, body=msgspec.json.encode(told).decode(), **known | times | rest)


def of_city(key, told=COUNTERS, **rest):
    """A card of days a month ago."""
    at_ms = ms("2026-02-21T00:00:00Z")
    times = {"since_ms": at_ms - 86_400_000, "found_ms": at_ms, "seen_ms": at_ms}
    return msgspec.structs.replace(card(None, told=told), step="day", dimension="measure", key=key, **times | rest)


def told_to(hook):
    return [json.loads(body)["data"]["alerts"][0] for _, body in hook.taken]


def test_new_cards_are_told_once_the_outage_first_with_what_the_card_holds(server, channel, hook):
    made, control = channel(), server.house.desk.control
    rise, _, _, _ = save_cards(
        control, [card(), card(kind="outage", told=DOWN, key="", state="closed"), card(state="candidate"), card(site=2)]
    )
    assert run(server) == 1
    outage, first = told_to(hook)
    assert outage["title"] == "Hardly anything is counted: an outage"
    assert first["title"] == "/tickets: more than usual"
    assert first["lines"] == [
        "Page views: 480 instead of 120 (usually 90 to 155).",
        "Since Mar 18, 2026, 12:30.",
        "Likely reason: the campaign spring.",
        "How sure: likely.",
    ]
    assert first["url"] == f"http://stats.example.city/portals/museum.example/trends/{rise.id}"
    headers, body = hook.taken[0]
    secret = where_of(control, made).secret
    assert headers["webhook-signature"] == sign(secret, headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert {one.state for one in read_log(control, [made.id])} == {"sent"}
    assert (run(server), len(hook.taken)) == (0, 2)


def test_channel_hears_only_of_what_it_is_about(server, channel, hook):
    channel(about_trends="", about_targets="")
    save_cards(server.house.desk.control, [card(), card(kind="broken_tag", told=DOWN, key="")])
    run(server)
    assert [one["title"] for one in told_to(hook)] == ["Hardly anything is counted, and more is refused: the tag is probably broken"]


def test_channel_of_the_city_hears_of_what_became_news_lately_and_of_no_dataset_that_it_may_not_see(server, channel, hook):
    control = server.house.desk.control
    hidden = builtin_text("event-attendance").replace("role: viewer", "role: steward")
    for contract in (builtin_text("service-counters"), hidden):
        put_dataset(control, read_contract(contract).id, "1.0.0", contract, now_ms=1)
    channel(about_city="1")
    channel(about_city="1", about_outages="")
    channel()
    late, incomplete, old = ms("2026-03-18T11:40:00Z"), ms("2026-03-18T11:50:00Z"), ms("2026-03-18T10:40:00Z")
    (told, *_) = save_cards(
        control,
        [
            of_city("service-counters:uses", news_ms=late),
            of_city("service-counters:uses:north", told=INCOMPLETE, kind="outage", news_ms=incomplete),
            of_city("service-counters:uses:east", news_ms=old),
            of_city("service-counters:uses:west", state="candidate"),
            of_city("event-attendance:visitors", news_ms=late),
            of_city("gone:uses", news_ms=late),
        ],
    )
    assert run(server) == 2
    titles = [json.loads(body)["data"]["title"] for _, body in hook.taken]
    rise = "The city's data: Counters: uses: more than usual"
    assert titles == [
        "The city's data: Counters: uses: all places have less than three tenths of the usual, the data are hardly complete",
        rise,
        rise,
    ]
    alert = told_to(hook)[1]
    assert alert["url"] == f"http://stats.example.city/trends/{told.id}"
    assert alert["lines"] == [
        "uses: 480 instead of 120 (usually 90 to 155).",
        "Since Feb 20, 2026.",
        "Most of it is at North.",
        "How sure: likely.",
    ]


def test_log_shows_nothing_that_a_channel_of_a_higher_role_was_told(server, analyst):
    control = server.house.desk.control
    plan = Plan(role="steward", about=("city",), language="en")
    made, _ = add_channel(
        control, control.portal("museum.example"), "slack", ("https://hooks.slack.com/x", "hooks.slack.com"), plan, now_ms=1
    )
    log_news(control, [Logged(channel=made.id, news="trend 1", title="Secret counts", message="m", state="sent", at_ms=1)])
    Reader(server).join("steward@example.city", Grant("steward", "portal", "1"), name="Sue")
    steward = Reader(server)
    assert steward.sign_in("steward@example.city").status_code == 303
    for page in (PAGE, f"{PAGE}/csv"):
        assert ["Secret counts" in reader.get(page).text for reader in (analyst, steward)] == [False, True]


def test_story_that_was_told_is_not_told_again_once_merged_and_its_link_still_leads_there(server, analyst, channel, hook):
    channel()
    control = server.house.desk.control
    kept, told = save_cards(control, [card(state="candidate"), card()])
    run(server)
    save_cards(control, [msgspec.structs.replace(kept, state="emerging", merged=(told.id,))])
    assert (run(server), len(hook.taken)) == (0, 1)
    answer = analyst.get(f"/portals/museum.example/trends/{told.id}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/portals/museum.example/trends/{kept.id}")
    csv = analyst.get(f"/portals/museum.example/trends/{told.id}/csv")
    assert f"trend-{kept.id}.csv" in csv.headers["content-disposition"]


def test_deliveries_can_be_taken_away(server, analyst, channel):
    channel()
    save_cards(server.house.desk.control, [card()])
    run(server)
    head, line = analyst.get(f"{PAGE}/csv").text.splitlines()
    assert head.endswith("When,Kind,To,What,How it went,Answer,Tries")
    assert line.startswith("2026-03-18 15:00,Webhook,") and line.endswith(",/tickets: more than usual,sent,204,1")


def test_what_is_not_taken_is_tried_again_and_seen_in_the_log(server, analyst, channel, hook):
    made, control = channel(), server.house.desk.control
    save_cards(control, [card()])
    hook.status = 503
    run(server)
    assert [(one.state, one.status, one.tries) for one in read_log(control, [made.id])] == [("waits", 503, 1)]
    waits = last_runs(control)[f"alerts {made.id}"]
    assert (waits.state, waits.again_ms - server.house.desk.now()) == ("waits", 60_000)
    assert "is tried again (503)" in analyst.get(PAGE).text
    hook.status = 204
    with control.writing() as connection:
        connection.exec_driver_sql("UPDATE runs SET again_ms = 0")
    run(server)
    assert [(one.state, one.tries) for one in read_log(control, [made.id])] == [("sent", 2)]


def test_target_whose_state_changed_is_told_by_mail_to_an_operator(server, channel, post):
    control = server.house.desk.control
    channel("email", VIEWER, language="ru")
    wanted = checked_target({"name": "Spring", "question": {"metrics": ["visitors"]}, "value": 5, "every": "week"})
    target = save_target(control, control.portal("museum.example"), wanted, now_ms=1)
    for state in ("on_track", "at_risk"):
        found = find_target(control, 1, target.id)
        note_state(control, found, state, period="2026-03-22", chance=0.3, now_ms=ms("2026-03-18T11:40:00Z"))
    run(server)
    [(to, mail)] = post.take()
    assert (to, mail["subject"]) == (VIEWER, "museum.example: Целевой показатель «Spring»: под угрозой")
    text = mail.get_body(("plain",)).get_content()
    assert "Вероятность достижения: 30" in text and f"/portals/museum.example/targets/{target.id}" in text


def test_mail_goes_to_nobody_who_may_not_see_the_portal(server, analyst, channel, post):
    refused = analyst.send(PAGE, **FORM | {"kind": "email", "address": "stranger@example.city"})
    assert refused.status_code == 400 and "Mail goes to operators who have that role" in refused.text
    assert analyst.send(PAGE, **FORM | {"kind": "email", "address": VIEWER, "role": "analyst"}).status_code == 400
    control = server.house.desk.control
    channel("email", VIEWER)
    save_cards(control, [card()])
    disable_operator(control, VIEWER, now_ms=1)
    run(server)
    enable_operator(control, VIEWER, now_ms=1)
    assert post.take() == []


def test_page_shows_the_secret_once_and_the_address_never(server, analyst, hook):
    made = analyst.send(PAGE, **FORM | {"kind": "webhook", "address": f"{hook.url}/secret-path"})
    control = server.house.desk.control
    [found] = list_channels(control)
    secret = where_of(control, found).secret
    assert secret in unescape(made.text)
    shown = analyst.get(PAGE).text
    assert secret not in unescape(shown) and "secret-path" not in shown and "127.0.0.1" in shown
    assert analyst.send(PAGE, f"{PAGE}/{found.id}/test").headers["location"].endswith("?done=tested")
    assert json.loads(hook.taken[0][1])["data"]["title"] == "museum.example: A test of this channel"
    env = {"FOOTFALL_HOME": str(server.house.desk.settings.home_path), "FOOTFALL_SOURCE_NETWORKS": "127.0.0.0/8"}
    listed = json.loads(run_here(env, "alerts", "list", "--json").stdout)
    assert [(one["kind"], one["about"]) for one in listed] == [("webhook", ["trends", "outages", "targets"])]
    assert "A test was sent" in run_here(env, "alerts", "test", "museum.example", str(found.id)).stdout
    assert analyst.send(PAGE, f"{PAGE}/{found.id}/remove").status_code == 303
    assert list_channels(control) == []
    actions = [(entry.action, entry.operator) for entry in read_audit(control, most=4)]
    assert [action.removeprefix("alert channel ") for action, _ in actions] == ["removed", "tested", "tested", "added"]
    assert actions[0][1] == ANALYST
    assert not any("secret-path" in entry.object for entry in read_audit(control))


def test_record_of_processing_says_that_alerts_leave_and_how(server, channel):
    desk = server.house.desk
    assert "alerts" not in facts_of(desk.settings, desk.control, desk.now()).sends
    channel()
    assert "alerts, with counts that passed the gate, by webhook" in facts_of(desk.settings, desk.control, desk.now()).sends


def test_service_that_does_not_take_a_test_is_said(analyst, channel, hook):
    made = channel()
    hook.status = 500
    answer = analyst.send(PAGE, f"{PAGE}/{made.id}/test")
    assert answer.status_code == 503 and "The channel did not take the message." in answer.text


def test_wrong_form_comes_back_with_what_was_chosen_and_without_the_address(analyst):
    answer = analyst.send(PAGE, **FORM | {"kind": "telegram", "address": "very-secret", "most": "7"})
    assert answer.status_code == 400
    assert "That is no address of Telegram" in answer.text and "very-secret" not in answer.text
    assert re.search(r'<option value="telegram" selected>', answer.text) and 'value="7"' in answer.text


def test_viewer_sees_no_channels_and_an_analyst_none_of_another_portal_or_role(server, analyst):
    viewer = Reader(server)
    assert viewer.sign_in(VIEWER).status_code == 303
    assert viewer.get(PAGE).status_code == 403
    assert analyst.get("/portals/library.example/alerts").status_code == 404
    assert analyst.send(PAGE, **FORM | {"kind": "webhook", "address": "https://a.example/", "role": "admin"}).status_code == 403
