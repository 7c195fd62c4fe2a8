"""Datasets over a whole app: the API and the pages put a contract, look at a file, load, show, and withdraw with proof."""

import json
import re
from datetime import UTC, datetime

import httpx
import msgspec
import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, Graph, URIRef

from footfall.control.audit import read_audit
from footfall.control.keys import SCOPES, create_key
from footfall.control.roles import Grant
from footfall.control.runs import last_runs
from footfall.control.trends import Card, forget_dataset_cards, list_cards, save_cards
from footfall.serve.catalogue import dataset_lines
from footfall.serve.pages.datasets_words import REASONS
from footfall.serve.source_jobs import job_of, source_jobs
from footfall.serve.tools_of_sources import source_room
from footfall.sources.builtins import builtin_text
from tests.support.signing_in import Reader
from tests.support.waiting import LONG_S

CONTRACT = builtin_text("service-counters")
HERE = "/api/v1/datasets/service-counters"
HEADER = "date,service,district,uses"
NORTH = [f"2026-01-{day:02},library,north,40" for day in range(1, 29)]
SOUTH = [f"2026-01-{day:02},library,south,3" for day in range(1, 29)]
OCTETS = {"content-type": "application/octet-stream"}
YAML = {"content-type": "application/yaml"}


def csv(*rows):
    return "\n".join([HEADER, *rows, ""]).encode()


def counters(id, **changes):
    text = CONTRACT.replace("id: service-counters", f"id: {id}")
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    return text


def city_card(key, seen_ms):
    """A card of the city's data that was looked at last then."""
    times = {"since_ms": seen_ms, "found_ms": seen_ms, "seen_ms": seen_ms}
    known = {"step": "day", "kind": "rise", "dimension": "measure", "state": "trend", "marks": "1", "strength": 4.5, "body": "{}"}
    return Card(site=None, key=key, members=(("measure", key),), **known | times)


@pytest.fixture(scope="module")
def city(app, tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    desk = app.house.desk
    desk.settings = msgspec.structs.replace(desk.settings, source_folders=(str(folder),), source_room_bytes=1_000_000)
    app.folder = folder
    control, now_ms = desk.control, desk.now()
    keys = {"all": SCOPES, "reading": ("datasets:read",), "stats": ("stats:read",)}
    app.keys = {name: create_key(control, name, scopes, now_ms=now_ms) for name, scopes in keys.items()}
    assert Reader(app).join("chief@example.city", Grant("admin")).status_code == 303
    assert Reader(app).join("viewer@example.city", Grant("viewer", "portal", "1")).status_code == 303
    return app


@pytest.fixture(scope="module")
def call(city):
    def called(method, path, *, key="all", **rest):
        headers = {"authorization": f"Bearer {city.keys[key]}"} | rest.pop("headers", {})
        return httpx.request(method, city.url + path, headers=headers, timeout=LONG_S, **rest)

    return called


@pytest.fixture(scope="module")
def loaded(city, call):
    """The built-in counters with one file in them."""
    assert call("PUT", HERE, content=CONTRACT, headers=YAML).status_code == 200
    answer = call("POST", f"{HERE}/loads?object=a.csv", content=csv(*NORTH, *SOUTH, "soon,library,north,5"), headers=OCTETS)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def chief(city):
    reader = Reader(city)
    assert reader.sign_in("chief@example.city").status_code == 303
    return reader


@pytest.fixture
def viewer(city):
    reader = Reader(city)
    assert reader.sign_in("viewer@example.city").status_code == 303
    return reader


def left_in_room(city):
    return [path.name for path in source_room(city.house.desk.settings).rglob("*") if path.is_file()]


def test_load_tells_rows_kept_by_rung_and_refused_by_reason_and_number(loaded):
    (line,) = loaded["lines"]
    assert (line["object"], line["state"], line["rows_in"], line["kept"], line["folded"], line["refused"]) == (
        "a.csv",
        "current",
        57,
        56,
        0,
        1,
    )
    assert [(step["time"], step["place"], step["rows"]) for step in line["steps"] if step["rows"]] == [
        ("day", "district", 28),
        ("month", "city", 28),
    ]
    assert line["refusals"] == [{"reason": "date:unreadable", "rows": 1, "first": [57]}]


def test_same_file_again_is_unchanged_and_nothing_of_it_is_left_behind(city, call, loaded):
    again = call("POST", f"{HERE}/loads", files={"file": ("a.csv", csv(*NORTH, *SOUTH, "soon,library,north,5"))})
    assert again.json() == {"unchanged": ["a.csv"]}
    assert left_in_room(city) == []


def test_dry_run_writes_nothing_and_leaves_no_line(call, loaded):
    before = call("GET", f"{HERE}/loads").json()
    dry = call("POST", f"{HERE}/loads?dry_run=true&object=b.csv", content=csv("2026-02-01,library,north,40"), headers=OCTETS).json()
    assert (dry["dry_run"]["state"], dry["dry_run"]["kept"]) == ("kept", 1)
    assert call("GET", f"{HERE}/loads").json() == before


def test_shown_dataset_has_contract_lineage_quality_and_span(call, chief, loaded):
    shown = call("GET", HERE, key="reading").json()
    assert (shown["state"], shown["first"], shown["last"], shown["stored_rows"]) == (
        "loaded",
        "2026-01-01T00:00:00Z",
        "2026-01-28T00:00:00Z",
        29,
    )
    assert [stage["stage"] for stage in shown["lineage"]] == ["source", "table", "measure", "mart", "mart", "release", "release"]
    by_time, by_place, page, api = shown["lineage"][3:]
    assert (by_time["about"], by_place["about"]) == (["day", "week", "month", "quarter", "year"], ["district", "city"])
    assert call("GET", api["name"], key="reading").json()["results"]
    shown_page = chief.get(page["name"]).text
    assert "Counters of a service · uses" in re.sub(r"\s+", " ", shown_page)
    assert f'href="{page["name"]}"' in chief.get(f"/datasets/{shown['id']}").text
    assert shown["contract"] == CONTRACT
    assert shown["loads"][0]["summed"] == []
    assert shown["stored_under"] == [{"version": "1.0.0", "cohort": "uses", "min_cohort": 20, "ladder": shown["ladder"]}]
    assert call("GET", f"{HERE}/loads?limit=1").json()["loads"][0]["number"] == shown["loads"][0]["number"]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_catalogue_is_dcat_that_rdf_reads(city, call, loaded):
    answer = call("GET", "/api/v1/datasets.jsonld", key="reading")
    assert answer.headers["content-type"].startswith("application/ld+json")
    graph = Graph().parse(data=answer.text, format="json-ld")
    [catalogue] = graph.subjects(RDF.type, DCAT.Catalog)
    here = URIRef(f"{city.url}{HERE}")
    assert here in set(graph.objects(catalogue, DCAT.dataset))
    for needed in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.temporal, DCTERMS.spatial, DCTERMS.accrualPeriodicity):
        assert graph.value(here, needed) is not None, needed
    ways = {str(way) for each in graph.objects(here, DCAT.distribution) for way in graph.objects(each, DCAT.accessURL)}
    assert ways == {str(here), f"{city.url}/api/v1/measures?dataset={str(here).rpartition('/')[2]}"}
    assert "by time (day, week" in str(graph.value(graph.value(here, DCTERMS.provenance), RDFS.label))
    assert str(graph.value(graph.value(here, DCTERMS.publisher), FOAF.name)) == "Department that runs the service"


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "says"),
    [
        ("GET", "/api/v1/datasets/none", {}, 404, "There is no dataset 'none'. Known: "),
        ("GET", "/api/v1/datasets", {"key": "stats"}, 403, "lacks the scope datasets:read"),
        ("DELETE", HERE, {"key": "reading"}, 403, "lacks the scope datasets:write"),
        ("PUT", "/api/v1/datasets/other", {"content": CONTRACT, "headers": YAML}, 400, "the address says 'other'"),
        ("PUT", HERE, {"content": CONTRACT.replace("72", "73"), "headers": YAML}, 409, "its version 1.0.0 has not"),
        ("POST", f"{HERE}/loads", {"json": {}}, 400, "names no source"),
        ("POST", f"{HERE}/loads", {"json": {"source": "/etc/passwd"}}, 400, "Valid: an address of http(s) or s3"),
        ("POST", f"{HERE}/loads", {"json": {"source": "http://127.0.0.1:9/a"}}, 400, "setting source_networks"),
        ("POST", f"{HERE}/loads", {"content": b"x" * 1_000_001, "headers": OCTETS}, 413, "takes 1,000,000 bytes"),
        ("POST", f"{HERE}/loads", {"content": b"", "headers": OCTETS}, 400, "The file is empty"),
        ("POST", f"{HERE}/loads?dry_run=maybe", {"content": b"x", "headers": OCTETS}, 400, "Valid: true, false"),
        ("GET", f"{HERE}/loads?limit=-1", {}, 400, "Valid: a whole number"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(call, loaded, method, path, more, status, says):
    answer = call(method, path, **more)
    assert (answer.status_code, says in answer.json()["error"]) == (status, True), answer.text


def test_file_with_an_identifier_is_refused_and_its_value_stands_nowhere(city, call, loaded):
    rows = [row.replace("library", "call +7 916 123-45-67") for row in NORTH]
    (line,) = call("POST", f"{HERE}/loads?object=bad.csv", content=csv(*rows), headers=OCTETS).json()["lines"]
    assert (line["state"], "telephone numbers" in line["said"], "916 123" in json.dumps(line)) == ("refused", True, False)
    assert call("GET", HERE).json()["state"] == "refused"
    assert "916 123" not in call("GET", HERE).text
    assert call("GET", HERE, key="reading").json()["loads"][0]["said"] == "It was not taken. Who may load it sees why."


def test_scheduled_source_is_a_job_that_loads_folders_it_may_and_no_others(city, call):
    (city.folder / "a.csv").write_bytes(csv(*NORTH))
    module = "- {property: footfall.module, value: counters}"
    level, source = '- {property: frequency, value: "0 4 * * *", unit: cron}', f"- {{property: footfall.source, value: {city.folder}}}"
    scheduled = counters(
        "nightly", levels=("\ncustomProperties:\n- {", f"\n{level}\ncustomProperties:\n- {{"), source=(module, f"{module}\n{source}")
    )
    assert call("PUT", "/api/v1/datasets/nightly", content=scheduled, headers=YAML).status_code == 200
    desk = city.house.desk
    [job] = [job for job in source_jobs(desk, city.house.signer, lambda: False) if job.name == job_of("nightly")]
    due = datetime.fromtimestamp(job.next_due(desk.now()) / 1000, UTC)
    assert (due.hour, due.minute) == (4, 0)
    assert job.last_due(desk.now()) == 0, "what was due before the contract was put was not missed"
    assert job.work(job.last_due(desk.now())) == ""
    assert [line["object"] for line in call("GET", "/api/v1/datasets/nightly").json()["loads"]] == [str(city.folder / "a.csv")]
    assert "schedule" in {entry.operator for entry in read_audit(desk.control) if entry.action == "data loaded"}
    moved = scheduled.replace(f"{city.folder}}}", f"{city.folder}/../..}}").replace("version: 1.0.0", "version: 1.0.1")
    call("PUT", "/api/v1/datasets/nightly", content=moved, headers=YAML)
    refused = call("POST", "/api/v1/datasets/nightly/loads", json={})
    assert (refused.status_code, "source_folders" in refused.json()["error"]) == (400, True)


def test_where_a_source_lies_on_the_server_is_told_to_who_may_load_alone(city, call, chief, viewer):
    module, folder = "- {property: footfall.module, value: counters}", city.folder / "payroll"
    text = counters("placed", source=(module, f"{module}\n- {{property: footfall.source, value: {folder}}}"))
    assert call("PUT", "/api/v1/datasets/placed", content=text, headers=YAML).json()["source"] == str(folder)
    pages = ("/datasets/placed", "/datasets/placed/contract.yaml")
    assert [str(folder) in chief.get(page).text for page in pages] == [True, True]
    seen = [call("GET", path, key="reading").text for path in ("/api/v1/datasets/placed", "/api/v1/datasets.jsonld")]
    seen += [viewer.get(page).text for page in pages]
    assert [str(city.folder) in text for text in seen] == [False] * 4
    shown = call("GET", "/api/v1/datasets/placed", key="reading").json()
    assert (shown["source"], shown["lineage"][0]["name"], "value: payroll" in shown["contract"]) == ("payroll", "payroll", True)


def test_what_is_older_than_its_contract_keeps_goes_with_proof(city, call):
    text = counters("short", retention=("value: 3650, unit: d", "value: 1, unit: d"))
    call("PUT", "/api/v1/datasets/short", content=text, headers=YAML)
    call("PUT", "/api/v1/datasets/kept", content=counters("kept"), headers=YAML)
    call("POST", "/api/v1/datasets/short/loads?object=a.csv", content=csv(*NORTH), headers=OCTETS)
    desk = city.house.desk
    lately, before = desk.now() - 3_600_000, desk.now() - 2 * 86_400_000
    told = save_cards(
        desk.control, [city_card("short:uses", lately), city_card("short:uses:north", before), city_card("kept:uses", before)]
    )
    [tidy] = [job for job in source_jobs(desk, city.house.signer, lambda: False) if job.name == "tidy datasets"]
    assert tidy.work(0) == ""
    noted = [entry.object for entry in read_audit(desk.control) if entry.action == "old data deleted"]
    assert noted == ["short: 28 → 0"]
    left = {card.id for card in list_cards(desk.control, [None])}
    assert [card.id in left for card in told] == [True, False, True], "what trends told of days that are gone goes with them"
    assert [forget_dataset_cards(desk.control, id) for id in ("short", "kept")] == [1, 1]
    shown = call("GET", "/api/v1/datasets/short").json()
    assert (shown["stored_rows"], shown["rows_in"]) == (0, 0)
    assert [(line["cleared"], line["rows_in"], line["steps"], line["object"]) for line in shown["loads"]] == [(True, 0, [], "a.csv")]


def test_withdrawing_deletes_and_counts(city, call):
    call("PUT", "/api/v1/datasets/gone", content=counters("gone"), headers=YAML)
    call("POST", "/api/v1/datasets/gone/loads?object=a.csv", content=csv(*NORTH), headers=OCTETS)
    done = call("DELETE", "/api/v1/datasets/gone").json()
    assert (done["rows"], len(done["loads"])) == ({"before": 28, "after": 0}, 1)
    assert "gone: 28 → 0" in {entry.object for entry in read_audit(city.house.desk.control) if entry.action == "data withdrawn"}
    shown = call("GET", "/api/v1/datasets/gone").json()
    assert shown["state"] == "withdrawn"
    assert [(line["cleared"], line["rows_in"], line["said"], line["object"]) for line in shown["loads"]] == [(True, 0, "", "a.csv")]


def test_page_lists_what_a_reader_may_see_and_searches(city, call, loaded, viewer, chief):
    call("PUT", "/api/v1/datasets/secret", content=counters("secret", role=("role: viewer", "role: admin")), headers=YAML)
    assert ("/datasets/secret" in viewer.get("/datasets").text, "/datasets/secret" in chief.get("/datasets").text) == (False, True)
    assert viewer.get("/datasets/secret").status_code == 404
    assert "secret" not in viewer.get("/datasets/nothing").text
    assert "/datasets/service-counters" in viewer.get("/datasets?q=counters+department").text
    assert "No dataset holds these words." in viewer.get("/datasets?q=nonsense").text


def test_key_that_only_reads_sees_what_an_analyst_sees(call, loaded):
    call("PUT", "/api/v1/datasets/sealed", content=counters("sealed", role=("role: viewer", "role: steward")), headers=YAML)
    listed = {key: {one["id"] for one in call("GET", "/api/v1/datasets", key=key).json()["datasets"]} for key in ("reading", "all")}
    assert listed["all"] - listed["reading"] >= {"sealed"} and "service-counters" in listed["reading"]
    asked = ("/api/v1/datasets/sealed", "/api/v1/datasets/sealed/loads", "/api/v1/measures?dataset=sealed&measure=uses")
    assert [call("GET", path, key="reading").status_code for path in asked[:2]] == [404, 404]
    refused, allowed = (call("GET", asked[2], key=key).json()["error"] for key in ("reading", "all"))
    assert "that you may see" in refused and "has no measure" in allowed
    assert "/datasets/sealed" not in call("GET", "/api/v1/datasets.jsonld", key="reading").text


def test_page_says_what_is_late_since_when(call, chief, city, monkeypatch):
    call("PUT", "/api/v1/datasets/tardy", content=counters("tardy"), headers=YAML)
    assert "late since" not in chief.get("/datasets/tardy").text
    now_ms = city.house.desk.now() + 80 * 3_600_000
    monkeypatch.setattr(
        "footfall.serve.pages.datasets.dataset_lines", lambda sources, _, operator, **rest: dataset_lines(sources, now_ms, operator, **rest)
    )
    page = chief.get("/datasets").text
    assert "late since" in page and re.search(r"datasets? (is|are) late:", page)


def test_page_of_a_dataset_locates_refused_rows_in_words_for_who_may_load(loaded, viewer, chief):
    page = chief.get("/datasets/service-counters").text
    assert "57 rows: 56 kept in 29 cells, 0 folded, 1 refused." in page
    assert f"«date» {REASONS['unreadable']}: 1 row" in page and "first: 57" in page
    assert "cells of 20 or more (counted by uses)" in page


FEW = {"rows_in": 60, "kept": 60, "folded": 0, "refused": 0}
"""Of 57 rows, of which one was refused, in tens."""


def test_who_may_not_load_is_told_tens_and_nothing_of_few(call, loaded, viewer):
    shown, exact = (call("GET", HERE, key=key).json() for key in ("reading", "all"))
    listed = next(one for one in call("GET", "/api/v1/datasets", key="reading").json()["datasets"] if one["id"] == shown["id"])
    loads = call("GET", f"{HERE}/loads", key="reading").json()["loads"]
    line = next(one for one in loads if one["object"] == "a.csv")
    assert [{name: one[name] for name in FEW} for one in (shown, listed, line)] == [FEW] * 3
    assert (shown["rounded"], listed["rounded"], line["rounded"], exact["rounded"], exact["rows_in"]) == (True, True, True, False, 57)
    assert (line["refusals"], [step["rows"] for step in line["steps"] if step["rows"]]) == ([], [30, 30])
    assert {one["said"] for one in loads} <= {"", "It was not taken. Who may load it sees why."}
    page = viewer.get("/datasets/service-counters").text
    assert "60 rows: 60 kept in 29 cells, fewer than 20 folded, fewer than 20 refused." in page
    assert "Department that runs the service" in page and "first:" not in page and REASONS["unreadable"] not in page
    assert "fewer than 20" in viewer.get("/datasets").text


def test_page_of_a_dataset_offers_a_viewer_no_change(loaded, viewer):
    page = viewer.get("/datasets/service-counters").text
    assert "Department that runs the service" in page
    assert "/datasets/service-counters/check" not in page, "a viewer changes nothing"
    assert viewer.get("/datasets/service-counters/contract.yaml").text == CONTRACT


def test_forms_put_check_load_ask_and_withdraw(city, chief):
    text = counters("forms")
    answer = chief.send("/datasets", contract=text)
    assert answer.headers["location"] == "/datasets/forms?put=1"
    here, file = "/datasets/forms", ("a.csv", csv(*NORTH))
    checked = post_file(chief, here, "/check", file)
    assert "What would come of a.csv" in checked.text and "28 rows: 28 kept in 28 cells" in checked.text
    assert post_file(chief, here, "/load-file", file).headers["location"] == "/datasets/forms?loaded=1#loads"
    assert "is read" in chief.get(here).text
    assert "names no source" in chief.send(here, f"{here}/load").text
    wrong = chief.send(here, f"{here}/withdraw", id="other")
    assert (wrong.status_code, "Type the dataset" in wrong.text) == (400, True)
    gone = chief.send(here, f"{here}/withdraw", id="forms")
    assert gone.headers["location"] == f"{here}?withdrawn=1&proof=28-0"
    assert "before and after: 28 → 0" in chief.get(gone.headers["location"]).text
    assert left_in_room(city) == []


def post_file(reader, page, action, file):
    token = re.search(r'name="token" value="([^"]+)"', reader.get(page).text)[1]
    return reader.http.post(page + action, data={"token": token}, files={"file": file})


def test_contract_that_is_none_is_said_and_stays_in_its_field(chief):
    answer = chief.send("/datasets", contract="apiVersion: v9")
    assert (answer.status_code, "apiVersion: v9</textarea>" in answer.text) == (400, True)


def test_form_with_a_file_needs_a_token_and_a_steward(city, viewer, chief, loaded):
    here = "/datasets/service-counters"
    assert post_file(viewer, "/account", "", ("a.csv", b"x")).status_code in (404, 405)
    token = re.search(r'name="token" value="([^"]+)"', viewer.get("/account").text)[1]
    assert viewer.http.post(f"{here}/check", data={"token": token}, files={"file": ("a.csv", csv(*NORTH))}).status_code == 403
    assert chief.http.post(f"{here}/check", data={"token": "x"}, files={"file": ("a.csv", csv(*NORTH))}).status_code == 403
    assert left_in_room(city) == []


def test_load_now_is_asked_of_the_job(city, chief, call):
    answer = chief.send("/datasets/nightly", "/datasets/nightly/load")
    assert answer.headers["location"] == "/datasets/nightly?asked=1"
    assert job_of("nightly") in last_runs(city.house.desk.control)
    assert 'href="/datasets/nightly"' in chief.get("/jobs").text
