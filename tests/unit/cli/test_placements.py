"""``footfall placements`` and ``footfall webhooks`` on a home of its own, and keys that are for some placements."""

import json

import pytest

from footfall.cli.commands import run
from footfall.cli.portals import opened_control
from footfall.control.keys import check_key
from footfall.control.runs import last_runs
from footfall.control.webhooks import Delivery, put_delivery


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FOOTFALL_HOME", str(tmp_path))
    assert run(["portals", "add", "library.example"]) == 0
    capsys.readouterr()
    return tmp_path


def told(capsys, *arguments):
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_placement_is_made_changed_option_by_option_and_removed(capsys):
    made = told(capsys, "placements", "put", "home-news", "library.example", "--n", "4", "--kinds", "article,event", "--pins", "7,3")
    assert (made["n"], made["rules"]["kinds"], made["pins"], made["is_public"]) == (4, ["article", "event"], [7, 3], False)
    changed = told(capsys, "placements", "put", "home-news", "library.example", "--topics", "culture", "--public", "--pins", "")
    assert (changed["n"], changed["rules"]["kinds"], changed["rules"]["topics"]) == (4, ["article", "event"], ["culture"])
    assert (changed["pins"], changed["is_public"]) == ([], True)
    assert told(capsys, "placements", "show", "home-news") == told(capsys, "placements", "list", "library.example")[0] == changed
    run(["placements", "list"])
    assert "library.example" in capsys.readouterr().out
    assert told(capsys, "placements", "remove", "home-news") == {"deleted": True}
    assert told(capsys, "placements", "list") == []


def test_what_show_prints_is_what_put_takes_from_a_file(capsys, home):
    arms = [{"name": "calm", "share": 0.5, "settings": {}}, {"name": "bold", "share": 0.5, "settings": {"rising": 2.0}}]
    (home / "given.json").write_text(json.dumps({"arms": arms, "title": "Афиша"}))
    told(capsys, "placements", "put", "a", "library.example", "--from", str(home / "given.json"))
    run(["placements", "show", "a"])
    (home / "shown.yaml").write_text(capsys.readouterr().out)
    copied = told(capsys, "placements", "put", "b", "library.example", "--from", str(home / "shown.yaml"), "--n", "2")
    assert (copied["arms"], copied["title"], copied["n"], copied["id"]) == (arms, "Афиша", 2, "b")


@pytest.mark.parametrize("options", [["--n", "99"], ["--pins", "first"], ["--kinds", "poem"], ["--explore", "0.5"], ["--from", __file__]])
def test_setting_that_is_none_is_exit_code_2(capsys, options):
    assert run(["placements", "put", "a", "library.example", *options]) == 2
    assert "alid" in capsys.readouterr().err
    assert told(capsys, "placements", "list") == []


def test_key_is_for_placements_that_there_are(capsys):
    assert run(["keys", "add", "app", "--scopes", "content:read", "--placements", "home-news"]) == 1
    told(capsys, "placements", "put", "home-news", "library.example")
    options = ("--scopes", "content:read", "--placements", "home-news", "--per-minute", "30")
    secret = told(capsys, "keys", "add", "app", *options)["key"]
    with opened_control(None) as (control, _):
        key = check_key(control, secret)
    assert (key.limits.placements, key.per_minute, key.per_day) == (("home-news",), 30, 100_000)
    assert told(capsys, "keys", "list")[0]["limits"]["placements"] == ["home-news"]


def test_webhook_is_added_asked_for_and_removed_and_its_secret_shown_once(capsys):
    made = told(capsys, "webhooks", "add", "library.example", "https://app.example/hook")
    assert made["secret"].startswith("whsec_")
    with opened_control(None) as (control, _):
        put_delivery(control, Delivery(webhook=made["id"], day="2026-01-04", state="refused", status=500, at_ms=1))
    (shown,) = told(capsys, "webhooks", "list")
    assert (shown["last"], "secret" in shown) == ("2026-01-04: refused (500)", False)
    assert told(capsys, "webhooks", "send", "1") == {"asked": 1}
    with opened_control(None) as (control, _):
        assert last_runs(control)["webhook 1"].state == "asked"
    assert run(["webhooks", "add", "library.example", "http://app.example/hook"]) == 2
    assert told(capsys, "webhooks", "remove", "1") == {"deleted": True}
    assert run(["webhooks", "remove", "1"]) == 1
