"""A portal's page keeps segments and notes: each by whom may, and seen by whom it is for."""

import re
from html import unescape

import pytest

from footfall.control.roles import Grant
from footfall.errors import BadQuestion
from footfall.serve.answers import ask
from tests.support.signing_in import Reader

HERE, ELSEWHERE = "/portals/a.example", "/portals/b.example"
ROLES = {"viewer": "vera", "analyst": "anna", "admin": "ada"}
GOOGLE = "?f=is%2Csource%2CGoogle"


@pytest.fixture(scope="module")
def server(app):
    for domain in ("a.example", "b.example"):
        app.house.desk.control.create_portal(domain=domain)
    return app


@pytest.fixture(scope="module")
def people(server):
    """By role somebody who has it on a.example; the admin has it everywhere."""
    found = {}
    for role, name in ROLES.items():
        found[role] = Reader(server)
        found[role].join(f"{name}@example.city", Grant(role) if role == "admin" else Grant(role, "portal", "1"))
    return found


@pytest.fixture
def viewer(people):
    return people["viewer"]


@pytest.fixture
def analyst(people):
    return people["analyst"]


@pytest.fixture
def admin(people):
    return people["admin"]


def save(reader, name, whose="mine", view=GOOGLE, page=HERE):
    return reader.send(page + GOOGLE, f"{page}/segments", name=name, whose=whose, view=view)


def segments(reader, page=HERE):
    """Name to where it leads, of the menu."""
    text = reader.get(page).text
    kept = re.search(r'<ul class="choices kept">(.*?)</ul>', text, re.DOTALL)
    return {name: unescape(link) for link, name in re.findall(r'<a href="([^"]*)"[^>]*><span>([^<]+)</span>', kept[1])} if kept else {}


def segment_id(server, name):
    with server.house.desk.control.reading() as connection:
        return connection.exec_driver_sql("SELECT id FROM segments WHERE name = ?", (name,)).scalar()


def add(reader, text, day="2026-01-05", page=HERE, **fields):
    return reader.send("/account", f"{page}/notes", day=day, text=text, view="?period=custom&from=2026-01-01&to=2026-01-31", **fields)


def notes(reader, page=HERE):
    text = reader.get(f"{page}?period=custom&from=2026-01-01&to=2026-01-31").text
    found = re.search(r'<section class="notes".*?</section>', text, re.DOTALL)
    lines = re.findall(r"<li value=.*?<p>(.*?)</p>", found[0], re.DOTALL) if found else []
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", line)).strip() for line in lines]


def note_id(server, text):
    with server.house.desk.control.reading() as connection:
        return connection.exec_driver_sql("SELECT id FROM annotations WHERE text = ?", (text,)).scalar()


def test_viewer_s_own_segment_is_applied_by_a_link_and_nobody_else_sees_it(server, viewer, analyst, admin):
    saved = save(viewer, "My Google", view=GOOGLE + "&period=7d")
    assert (saved.status_code, saved.headers["location"]) == (303, f"{HERE}?period=7d&f=is%2Csource%2CGoogle")
    assert segments(viewer) == {"My Google": f"{HERE}{GOOGLE}"}
    replaced = segments(viewer, f"{HERE}?period=7d&f=is%2Ccountry%2CRU")["My Google"]
    assert replaced == f"{HERE}?period=7d&f=is%2Csource%2CGoogle", "its filters take the place of those present, all else stays"
    for other in (analyst, admin):
        assert "My Google" not in other.get(HERE).text
        for way in ("", "/delete"):
            assert other.send("/account", f"{HERE}/segments/{segment_id(server, 'My Google')}{way}", name="taken").status_code == 404
    assert "My Google" in segments(viewer)
    viewer.send(HERE, f"{HERE}/segments/{segment_id(server, 'My Google')}/delete")
    assert segments(viewer) == {}


def test_team_s_segment_is_an_analyst_s_to_save_rename_and_delete(server, viewer, analyst):
    assert save(viewer, "Ours", "team").status_code == 403
    assert save(analyst, "Ours", "team").status_code == 303
    id = segment_id(server, "Ours")
    assert list(segments(viewer)) == ["Ours"]
    for way in ("", "/delete"):
        assert viewer.send("/account", f"{HERE}/segments/{id}{way}", name="theirs").status_code == 403
    assert f"{HERE}/segments/{id}" not in viewer.get(HERE).text, "no form that would be refused"
    assert analyst.send(HERE, f"{HERE}/segments/{id}", name="All of ours").status_code == 303
    assert list(segments(viewer)) == ["All of ours"]
    analyst.send(HERE, f"{HERE}/segments/{id}/delete")
    assert segments(viewer) == {}


def test_segment_is_of_one_portal_and_of_who_may_see_that(server, analyst, admin):
    save(admin, "Only b", "team", page=ELSEWHERE)
    id = segment_id(server, "Only b")
    assert analyst.send("/account", f"{ELSEWHERE}/segments", name="x", view=GOOGLE).status_code == 404
    assert analyst.send("/account", f"{ELSEWHERE}/segments/{id}/delete").status_code == 404
    assert analyst.send("/account", f"{HERE}/segments/{id}/delete").status_code == 404
    assert (segments(analyst), list(segments(admin, ELSEWHERE))) == ({}, ["Only b"])


def test_segment_whose_goal_is_gone_says_so_and_breaks_nothing(server, analyst):
    control = server.house.desk.control
    goal = control.put_goal(1, event_name="Paid")
    save(analyst, "Payers", view="?f=is%2Cgoal%2CPaid")
    assert "Payers" in segments(analyst)
    control.delete_goal(1, goal.id)
    page = analyst.get(HERE)
    assert (page.status_code, "Payers" in segments(analyst)) == (200, False)
    assert "The goal &#39;Paid&#39; is not set up on this portal." in page.text
    applied = analyst.get(f"{HERE}?f=is%2Cgoal%2CPaid&period=7d")
    assert applied.status_code == 400
    assert f'href="{HERE}?period=7d"' in applied.text, "the filter can be taken away"
    analyst.send(HERE, f"{HERE}/segments/{segment_id(server, 'Payers')}/delete")
    assert "Payers" not in analyst.get(HERE).text


def test_wrong_segments_are_refused_in_a_sentence(analyst):
    assert "at least one filter" in save(analyst, "Nothing", view="").text
    assert "1 to 100 characters" in unescape(save(analyst, " ").text)
    assert save(analyst, "x", view="?f=is%2Cplanet%2CMars").status_code == 400
    save(analyst, "Twice")
    assert save(analyst, "twice").status_code == 409


def sent_back(answer, form):
    """Of the page that an answer is: status, what its open form says is wrong, and whether that form alone is open; the form's fields."""
    found = re.search(r"<details[^>]* open>(?:(?!<details).)*?<form.*?</form>", answer.text, re.DOTALL)
    assert found and f'id="{form}-fault"' in found[0]
    says = re.findall(r'role="alert">(.*?)</p>', answer.text)
    fields = dict(re.findall(r'name="(day|time|text|name)"[^>]* value="([^"]*)"', found[0]))
    return answer.status_code, [unescape(said) for said in says], {name: unescape(value) for name, value in fields.items()}


def test_note_that_is_not_valid_comes_back_as_it_was_typed(server, analyst, admin):
    back = add(analyst, "The <new> page", day="soon", time="09:30")
    wrong = ["A note needs a day, such as 2026-01-31, and may have a time, such as 09:30."]
    assert sent_back(back, "note") == (400, wrong, {"day": "soon", "time": "09:30", "text": "The <new> page"})
    assert 'value="?period=custom&amp;from=2026-01-01&amp;to=2026-01-31"' in back.text, "it goes on from where it was"
    assert " checked" in re.search(r'<input[^>]*name="everywhere"[^>]*>', add(admin, " ", everywhere="1").text)[0]
    add(analyst, "There already", day="2026-01-07")
    id = note_id(server, "There already")
    view = "?period=custom&from=2026-01-01&to=2026-01-31"
    back = analyst.send(HERE, f"{HERE}/notes/{id}", day="2026-01-08", time="25:00", text="Otherwise", view=view)
    assert sent_back(back, f"note-{id}") == (400, wrong, {"day": "2026-01-08", "time": "25:00", "text": "Otherwise"})
    assert "1 Jan 7, 2026 There already" in notes(analyst)
    analyst.send(HERE, f"{HERE}/notes/{id}/delete")


def test_segment_that_is_not_valid_comes_back_as_it_was_typed(server, analyst):
    assert sent_back(save(analyst, " ", "team"), "segment")[::2] == (400, {"name": " "})
    assert '<option value="team" selected>' in save(analyst, " ", "team").text
    assert sent_back(save(analyst, "Unfiltered", view=""), "segment")[1:] == (
        ["A segment needs at least one filter. Filter first, then save."],
        {"name": "Unfiltered"},
    )
    save(analyst, "Known")
    save(analyst, "Another")
    taken = sent_back(save(analyst, "known"), "segment")
    assert taken == (409, ["A segment named 'known' is there already; take another name."], {"name": "known"})
    id = segment_id(server, "Another")
    back = analyst.send(HERE, f"{HERE}/segments/{id}", name="Known", view=GOOGLE)
    assert back.status_code == 409
    assert re.search(rf'id="segment-{id}-fault"[^>]*>A segment named .*? value="Known" autofocus', back.text, re.DOTALL)
    for name in ("Known", "Another"):
        analyst.send(HERE, f"{HERE}/segments/{segment_id(server, name)}/delete")


def test_address_of_a_form_that_came_back_leads_to_its_page(analyst):
    for form in ("notes", "notes/7", "segments", "segments/7"):
        answer = analyst.get(f"{HERE}/{form}")
        assert (answer.status_code, answer.headers["location"]) == (303, HERE)


def test_note_is_an_analyst_s_to_write_and_everybody_s_to_read(server, viewer, analyst):
    assert add(viewer, "Mine").status_code == 403
    assert f'action="{HERE}/notes"' not in viewer.get(HERE).text
    written = add(analyst, "New home page", time="09:30")
    assert written.headers["location"] == f"{HERE}?period=custom&from=2026-01-01&to=2026-01-31#notes"
    assert notes(viewer) == ["1 Jan 5, 2026, 09:30 New home page"]
    id = note_id(server, "New home page")
    for way in ("", "/delete"):
        assert viewer.send("/account", f"{HERE}/notes/{id}{way}", day="2026-01-05", text="x").status_code == 403
    analyst.send(HERE, f"{HERE}/notes/{id}", day="2026-01-06", time="", text="Moved")
    assert notes(viewer) == ["1 Jan 6, 2026 Moved"]
    analyst.send(HERE, f"{HERE}/notes/{id}/delete")
    assert notes(viewer) == []


def test_note_for_all_portals_is_an_admin_s(server, viewer, analyst, admin):
    assert add(analyst, "Holiday", everywhere="1").status_code == 403
    assert add(admin, "Holiday", everywhere="1").status_code == 303
    id = note_id(server, "Holiday")
    assert notes(viewer) == notes(admin, ELSEWHERE) == ["1 Jan 5, 2026 Holiday all portals"]
    assert analyst.send("/account", f"{HERE}/notes/{id}/delete").status_code == 403
    assert admin.send(ELSEWHERE, f"{ELSEWHERE}/notes/{id}/delete").status_code == 303
    assert notes(viewer) == []


def test_note_of_another_portal_cannot_be_reached_from_this_one(server, analyst, admin):
    add(admin, "Of b", page=ELSEWHERE)
    id = note_id(server, "Of b")
    assert analyst.send("/account", f"{HERE}/notes/{id}/delete").status_code == 404
    assert analyst.send("/account", f"{ELSEWHERE}/notes/{id}/delete").status_code == 404
    assert notes(admin, ELSEWHERE) == ["1 Jan 5, 2026 Of b"]


def test_text_of_notes_and_segments_is_text(analyst):
    add(analyst, "<b>bold</b>", day="2026-01-09")
    save(analyst, "<i>slanted</i>", "team")
    page = analyst.get(f"{HERE}?period=custom&from=2026-01-01&to=2026-01-31").text
    assert "<b>bold" not in page
    assert "<i>slanted" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page


def test_reasons_are_asked_for_in_the_address_and_told_to_everybody(viewer):
    assert 'id="refused"' not in viewer.get(HERE).text
    assert 'id="refused"' in viewer.get(f"{HERE}?refused=1").text
    assert viewer.get(f"{HERE}?refused=all").status_code == 400
    explained = viewer.get("/metrics-explained").text
    assert all(f'id="refused-{reason}"' in explained for reason in ("bot", "prefetch", "unavailable"))


def test_key_asks_by_the_team_s_segment_and_by_nobody_s_own(server, analyst):
    desk = server.house.desk
    save(analyst, "From Google", "team")
    save(analyst, "Only mine")
    question = {"site_id": "a.example", "metrics": ["visitors"], "date_range": "7d"}

    def asked(*filters):
        return ask(desk, question | {"filters": list(filters)}).answer.query["filters"]

    page, team, mine = ["contains", "event:page", ["/a"]], *(segment_id(server, name) for name in ("From Google", "Only mine"))
    assert asked(page, ["is", "segment", [team]]) == [page, ["is", "visit:source", ["Google"]]]
    assert asked(page) == [page]
    for id in (mine, 0, 99):
        with pytest.raises(BadQuestion, match=f"no segment {id}" if id else "with one ID"):
            asked(["is", "segment", [id]])
    for wrong in (["is_not", "segment", [team]], ["is", "segment", [team, mine]], ["not", ["is", "segment", [team]]], ["is", "segment"]):
        with pytest.raises(BadQuestion, match=r"with one ID|is not valid"):
            asked(wrong)
