"""Sealed portals: when what of them is counted, what a change of ``keep_events`` does, and what has nowhere to be."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from footfall.collect.journal import write_segment
from footfall.control.database import open_control
from footfall.errors import BadInput
from footfall.serve import sealed
from footfall.serve.retention import forget_set_aside
from footfall.serve.sealed import counted_next, finished_until, refuse_sealed_on_disk, refuse_unsealable, sealed_folder
from footfall.settings import Settings
from footfall.store.loading import Loader
from footfall.vocabulary import Portal
from tests.support.build import ms


class NotAsked:
    """An engine that this is not about."""

    topology = SimpleNamespace(cluster="")


def portal(timezone: str = "Etc/UTC", keep_events: int = 0, turns_on: str = "") -> Portal:
    return Portal(id=1, domain="a.example", umami_id="", timezone=timezone, keep_events=keep_events, turns_on=turns_on)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-10T10:04:59", "2026-03-10T09:00:00"),
        ("2026-03-10T10:05:00", "2026-03-10T10:00:00"),
        ("2026-03-10T10:59:59", "2026-03-10T10:00:00"),
        ("2026-03-11T00:04:59", "2026-03-10T23:00:00"),
        ("2026-03-11T00:35:59", "2026-03-11T00:00:00"),
        ("2026-03-11T00:36:00", "2026-03-11T00:35:00"),
        ("2026-03-11T01:05:00", "2026-03-11T01:00:00"),
    ],
)
def test_hours_count_five_minutes_after_their_end_and_a_night_when_its_day_is_to_be_closed(now: str, until: str) -> None:
    assert finished_until([portal(), portal("Asia/Kathmandu", keep_events=90)], ms(now)) == ms(until)


def test_each_sealed_portals_own_midnight_counts() -> None:
    assert finished_until([portal("Asia/Kolkata")], ms("2026-03-10T19:06:00")) == ms("2026-03-10T19:05:00")


def test_a_segment_of_an_unfinished_hour_is_not_loaded_and_does_not_tell_that_it_is_there(tmp_path: Path) -> None:
    until = ms("2026-03-10T10:00:00")
    write_segment(tmp_path, f"{until + 1:013d}-0-000000", [b"no hit\n"])
    loader = Loader(NotAsked(), tmp_path, now=lambda: until + 400_000, random=bytes, until=lambda: until)  # type: ignore[arg-type]
    assert loader.load_waiting().segments == 0
    assert loader.complete_until_ms() == until


def test_journal_files_end_with_their_day_also_where_nothing_could_load_them(tmp_path: Path) -> None:
    for at in (1000, 2000):
        write_segment(tmp_path, f"{at:013d}-0-000000", [b"line\n"])
        write_segment(tmp_path / "bad", f"{at:013d}-0-000000", [b"line\n"])
    loader = Loader(NotAsked(), tmp_path, now=lambda: 3000, random=bytes)  # type: ignore[arg-type]
    loader.clear(2000)
    assert sorted(path.name[:13] for path in tmp_path.rglob("*.ndjson")) == ["0000000002000"] * 2


def test_lines_that_could_not_be_loaded_are_kept_no_longer_than_any_portals_events(tmp_path: Path) -> None:
    noon, day_ms = ms("2026-03-10T12:00:00"), 86_400_000
    control = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: noon)
    for domain, days in (("long.example", 90), ("short.example", 7), ("sealed.example", 0)):
        control.create_portal(domain=domain, keep_events=days)
    for days in (6, 8):
        write_segment(tmp_path / "bad", f"{noon - days * day_ms:013d}-0-000000", [b"line\n"])
    loader = Loader(NotAsked(), tmp_path, now=lambda: noon, random=bytes)  # type: ignore[arg-type]
    forget_set_aside(control, loader, lambda: noon)
    assert [path.name[:13] for path in (tmp_path / "bad").iterdir()] == [str(noon - 6 * day_ms)]
    control.close()


def test_a_change_of_being_sealed_takes_force_at_the_next_midnight_of_the_portal(tmp_path: Path) -> None:
    control = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: ms("2026-03-10T20:00:00"))
    control.create_portal(domain="a.example", timezone="Asia/Kathmandu", keep_events=30)
    after = control.update_portal("a.example", keep_events=0)
    assert [after.is_sealed(day) for day in ("2026-03-10", "2026-03-11", "2026-03-12")] == [False, False, True]
    back = control.update_portal("a.example", keep_events=7)
    assert (back.turns_on, back.is_sealed("2026-03-11"), back.is_sealed("2026-03-12")) == ("", False, False)
    born = control.create_portal(domain="b.example", keep_events=0)
    assert born.is_sealed("2026-03-10")
    opened = control.update_portal("b.example", keep_events=30, timezone="Etc/UTC")
    assert [opened.is_sealed(day) for day in ("2026-03-10", "2026-03-11")] == [True, False]
    assert control.update_portal("b.example", keep_events=60).turns_on == "2026-03-11"
    control.close()


def test_a_portal_sealed_between_two_midnights_is_so_from_the_second_on(tmp_path: Path) -> None:
    control = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: ms("2026-10-25T00:30:00"))
    control.create_portal(domain="a.example", timezone="Atlantic/Azores", keep_events=30)
    assert control.update_portal("a.example", keep_events=0).is_sealed("2026-10-25")
    control.close()


def test_no_portal_can_be_sealed_where_its_events_had_nowhere_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Settings(home=str(tmp_path), volatile=str(tmp_path))
    mounts = tmp_path / "mounts"
    monkeypatch.setattr(sealed, "MOUNTS", mounts)
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\ntmpfs {tmp_path} tmpfs rw 0 0\n")
    refuse_unsealable(here, 0)
    refuse_sealed_on_disk(here, [portal(keep_events=0)])
    assert sealed_folder(here) is not None
    mounts.write_text(f"tmpfs / tmpfs rw 0 0\n/dev/vda {tmp_path.parent} ext4 rw 0 0\ntmpfs {tmp_path}-other tmpfs rw 0 0\n")
    refuse_unsealable(here, 90)
    refuse_sealed_on_disk(here, [portal(keep_events=90)])
    with pytest.raises(BadInput, match=r"is on ext4, a disk.*Valid: a folder on tmpfs or ramfs"):
        refuse_unsealable(here, 0)
    with pytest.raises(BadInput, match="is on ext4, a disk"):
        refuse_sealed_on_disk(here, [portal(keep_events=0)])
    server = Settings(home=str(tmp_path), volatile=str(tmp_path), store="clickhouse://127.0.0.1/x")
    refuse_unsealable(server, 90)
    with pytest.raises(BadInput, match="needs the embedded store and a tmpfs folder"):
        refuse_unsealable(server, 0)
    monkeypatch.setattr(sealed, "salt_folder", lambda settings: None)
    with pytest.raises(BadInput, match="needs the embedded store and a tmpfs folder"):
        refuse_unsealable(here, 0)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-10T10:04:59", "2026-03-10T10:05:00"),
        ("2026-03-10T10:05:00", "2026-03-10T11:05:00"),
        ("2026-03-10T10:59:59", "2026-03-10T11:05:00"),
    ],
)
def test_next_hour_is_counted_five_minutes_after_its_end(now, then):
    assert counted_next(ms(now)) == ms(then)
    assert finished_until([], counted_next(ms(now)) - 1) < finished_until([], counted_next(ms(now)))
