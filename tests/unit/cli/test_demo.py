"""The demo's sealed portal: there where it can be, and left out with a sentence where it cannot."""

from datetime import date
from types import SimpleNamespace

import pytest

from footfall.cli import demo
from footfall.control.database import open_control
from footfall.control.placements import list_placements
from footfall.demo.placements import PLACEMENTS
from footfall.demo.sealed import SEALED
from footfall.settings import Settings

PLAN = demo.Plan(key="k", seed=1, first_day=date(2026, 3, 1), days=8, until_s=1_772_900_000)


@pytest.mark.parametrize("has_tmpfs", [True, False])
def test_city_has_a_sealed_portal_where_there_is_tmpfs_and_says_so_where_there_is_none(tmp_path, monkeypatch, capsys, has_tmpfs):
    settings = Settings(home=str(tmp_path))
    sorted_of = []
    monkeypatch.setattr(demo, "sealed_folder", lambda settings: tmp_path if has_tmpfs else None)
    monkeypatch.setattr(demo, "sort_content", sorted_of.append)
    monkeypatch.setattr(demo, "tell_shown", lambda desk, domains, span, seed: 0)
    control = open_control(f"sqlite:///{tmp_path / 'control.db'}", now=lambda: 1_772_900_000_000)
    desk = SimpleNamespace(control=control, settings=settings, now=lambda: 1_772_900_000_000)
    demo._build(desk, PLAN, iter(()))
    assert sorted_of == [desk], "marts of interest are empty until the catalogue is sorted by topic"
    kept = {portal.domain: portal.keep_events for portal in control.portals()}
    assert len(list_placements(control)) == (len(PLACEMENTS) if has_tmpfs else 0)
    control.close()
    assert kept == ({SEALED.domain: 0} if has_tmpfs else {})
    demo._print_welcome("http://127.0.0.1:8700", PLAN, settings, json=False)
    said = capsys.readouterr().out
    assert (f"{SEALED.domain} is sealed" in said, "No portal is sealed here" in said) == (has_tmpfs, not has_tmpfs)
