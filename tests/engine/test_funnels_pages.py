"""Funnels over pages: analysts make, change and remove them, viewers look; every change is noted."""

import re

import httpx
import pytest

from footfall.control.audit import read_audit
from footfall.control.funnels import list_funnels, save_funnel
from footfall.control.keys import create_key
from footfall.control.roles import Grant
from footfall.vocabulary import Step
from tests.support.signing_in import Reader
from tests.support.waiting import LONG_S, until

ANALYST, VIEWER = "analyst@example.city", "viewer@example.city"
HERE = "/portals/portal.example/funnels"
FIELDS = {"name": "Sign up", "goal1": "", "page1": "/", "goal2": "Signup", "page2": "", "do": "save"}


@pytest.fixture(scope="module")
def server(app):
    control = app.house.desk.control
    portal = control.create_portal(domain="portal.example")
    control.put_goal(portal.id, event_name="Signup")
    Reader(app).join(ANALYST, Grant("analyst", "portal", str(portal.id)), name="Ann")
    Reader(app).join(VIEWER, Grant("viewer", "portal", str(portal.id)), name="Vic")
    return app


@pytest.fixture(scope="module")
def portal(server):
    return server.house.desk.control.portal("portal.example")


def entered(server, email):
    reader = Reader(server)
    assert reader.sign_in(email).status_code == 303
    return reader


@pytest.fixture(scope="module")
def analyst(server):
    return entered(server, ANALYST)


@pytest.fixture(scope="module")
def viewer(server):
    return entered(server, VIEWER)


@pytest.fixture
def saved(server, portal):
    """A funnel that is there, gone again after the test."""
    control = server.house.desk.control
    yield save_funnel(control, portal, "Kept", (Step(page="/"), Step(goal="Signup")), now_ms=0)
    with control.writing() as connection:
        connection.exec_driver_sql("DELETE FROM funnels")


def steps_of(page):
    """The rows of the form: chosen goal, page."""
    rows = re.findall(
        r'<select name="goal\d">(.*?)</select>.*?<input name="page\d" value="([^"]*)"', page.replace(" autofocus", ""), re.DOTALL
    )
    return [(" ".join(re.findall(r'value="([^"]*)" selected', options)), path) for options, path in rows]


def test_analyst_builds_a_funnel_step_by_step_changes_and_removes_it(server, portal, analyst):
    control = server.house.desk.control
    grown = analyst.send(HERE, **FIELDS | {"do": "add"})
    assert steps_of(grown.text) == [("", "/"), ("Signup", ""), ("", "")]
    assert re.search(r'<select name="goal3" autofocus>', grown.text), "one goes on at the new step"
    assert list_funnels(control, portal.id) == ()
    led = analyst.send(HERE, **FIELDS).headers["location"]
    (funnel,) = list_funnels(control, portal.id)
    assert (led, funnel.steps) == (f"{HERE}/{funnel.id}", (Step(page="/"), Step(goal="Signup")))
    assert "fewer than ten visitors took the first step, or none" in analyst.get(led).text
    assert steps_of(analyst.get(f"{led}/edit").text) == [("", "/"), ("Signup", "")]
    turned = analyst.send(f"{led}/edit", **FIELDS | {"do": "up-2"})
    assert steps_of(turned.text) == [("Signup", ""), ("", "/")]
    assert analyst.send(f"{led}/edit", **FIELDS | {"name": "Joining"}).headers["location"] == led
    assert "Joining" in analyst.get(HERE).text
    assert analyst.send(HERE, f"{led}/remove").headers["location"] == HERE
    assert list_funnels(control, portal.id) == ()
    assert analyst.get(led).status_code == 404
    noted = [(entry.action, entry.object) for entry in read_audit(control) if entry.operator == ANALYST and "funnel" in entry.action]
    assert noted[::-1] == [
        ("funnel added", "portal.example: Sign up"),
        ("funnel changed", "portal.example: Joining"),
        ("funnel removed", "portal.example: Joining"),
    ]


def test_viewer_looks_and_changes_nothing(server, portal, viewer, saved):
    page = viewer.get(HERE).text
    assert "Kept" in page
    assert 'name="goal1"' not in page
    assert viewer.get(f"{HERE}/{saved.id}").status_code == 200
    assert viewer.get(f"{HERE}/{saved.id}/edit").status_code == 403
    for action in (HERE, f"{HERE}/{saved.id}/edit", f"{HERE}/{saved.id}/remove"):
        assert viewer.send("/account", action, **FIELDS).status_code == 403
    assert list_funnels(server.house.desk.control, portal.id) == (saved,)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "A funnel needs a name"),
        ({"page1": ""}, "Step 1 is neither a goal nor a page."),
        ({"page1": "x"}, "Step 1 names the page 'x'"),
        ({"goal1": "Gone"}, "Step 1 names the goal 'Gone', which is not set up here. Valid: Signup."),
        ({"name": "Kept"}, "Another funnel has that name already."),
    ],
)
def test_what_cannot_be_saved_stays_in_the_form_with_a_sentence(analyst, saved, fields, says):
    answer = analyst.send(HERE, **FIELDS | fields)
    assert answer.status_code == 400
    assert says in re.search(r'role="alert">([^<]+)<', answer.text)[1].replace("&#39;", "'")
    assert steps_of(answer.text)[1] == ("Signup", "")


def test_funnel_whose_goal_is_gone_says_so_and_can_be_mended(server, portal, analyst, saved):
    control = server.house.desk.control
    goal = control.put_goal(portal.id, event_name="Fleeting")
    broken = save_funnel(control, portal, "Broken", (Step(page="/"), Step(goal="Fleeting")), now_ms=0)
    control.delete_goal(portal.id, goal.id)
    assert "The goal &#39;Fleeting&#39; is not set up" in analyst.get(f"{HERE}/{broken.id}").text
    assert analyst.get(f"{HERE}/{broken.id}/csv").status_code == 400
    assert "Goal that is gone: Fleeting" in analyst.get(f"{HERE}/{broken.id}/edit").text


def test_files_hold_what_the_pages_show(server, portal, viewer, saved):
    event = {"s": "portal.example", "u": "https://portal.example/=a"}
    for body in (event, event | {"u": "https://portal.example/"}, event | {"u": "https://portal.example/", "n": "Signup"}):
        assert viewer.http.post("/api/collect", json=body, headers={"user-agent": "Mozilla/5.0 Firefox/140.0"}).status_code == 202
    wanted = 'Step,Visitors,"Of the first step, %",Lost,"Lost, %"\r\n/,1,100.0,,\r\nSignup,1,100.0,0,0.0\r\n'
    answer = until(lambda: viewer.get(f"{HERE}/{saved.id}/csv?period=day"), lambda answer: answer.content.decode("utf-8-sig") == wanted)
    assert answer.content.decode("utf-8-sig") == wanted
    assert answer.headers["content-disposition"] == f'attachment; filename="portal.example-funnel-{saved.id}.csv"'
    rows = viewer.get("/portals/portal.example/journeys/csv?page=/&period=day").content.decode("utf-8-sig").splitlines()
    assert rows == ["Side,Page,Visitors,Share", "Before this page,/=a,1,100.0", "After this page,Exit: the visit ends here,1,100.0"]
    assert (
        'href="/portals/portal.example/journeys?period=day&amp;page=%2F%3Da"'
        in viewer.get("/portals/portal.example/journeys?page=/&period=day").text
    )


def test_a_page_that_is_no_path_is_refused_on_the_page_itself(viewer):
    assert "page &#39;x&#39; is not valid" in viewer.get("/portals/portal.example/journeys?page=x").text
    assert viewer.get("/portals/portal.example/journeys/csv?page=x").status_code == 400


@pytest.fixture(scope="module")
def ask(server):
    """A question sent with a key: status and answer."""
    key = create_key(server.house.desk.control, "reader", ("stats:read",), now_ms=0)
    headers = {"authorization": f"Bearer {key}"}

    def sent(kind, **body):
        whole = {"site_id": "portal.example", "date_range": "day"} | body
        answer = httpx.post(f"{server.url}/api/v2/{kind}", json=whole, headers=headers, timeout=LONG_S)
        return answer.status_code, answer.json()

    return sent


def test_api_answers_steps_and_saved_funnels_alike(ask, saved):
    status, answer = ask("funnel", steps=[{"page": "/"}, {"goal": "Signup"}])
    assert (status, [step["name"] for step in answer["steps"]], answer["query"]["filters"]) == (200, ["/", "Signup"], [])
    assert answer["meta"]["release"]["policy"] == "exact"
    assert ask("funnel", funnel="Kept")[1]["steps"] == answer["steps"]
    status, answer = ask("journey", page="/", limit=1)
    assert (status, answer["page"], len(answer["before"]["pages"]) <= 1) == (200, "/", True)


@pytest.mark.parametrize(
    ("kind", "body", "status", "says"),
    [
        ("funnel", {}, 400, "either steps, or the name of a saved funnel"),
        ("funnel", {"steps": [{"page": "/"}]}, 400, "2 to 8 steps"),
        ("funnel", {"steps": [{"page": "/"}, {"goal": "Gone"}]}, 400, "which is not set up here. Valid: Signup."),
        ("funnel", {"steps": [{"url": "/"}]}, 400, "unknown field `url`"),
        ("funnel", {"funnel": "Lost"}, 404, "No funnel 'Lost' is saved on this portal."),
        ("funnel", {"site_id": "nobody.example", "funnel": "Kept"}, 404, "nobody.example"),
        ("journey", {}, 400, "`page`"),
        ("journey", {"page": "x"}, 400, "Valid: a path that starts with '/'."),
        ("journey", {"page": "/", "date_range": "9x"}, 400, "date_range '9x' is not valid"),
    ],
)
def test_api_says_what_is_wrong_with_a_question(ask, kind, body, status, says):
    found, answer = ask(kind, **body)
    assert found == status
    assert says in answer["error"]
