"""Loads of a dataset: which run, which are read, and what a death in the middle leaves."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from footfall.control.audit import read_audit
from footfall.control.database import Control, open_control
from footfall.control.loads import Begun, begin_load
from footfall.errors import Conflict, NotFound
from footfall.serve.catalogue import loads_shown
from footfall.serve.loading_sources import Sources
from footfall.serve.source_tools import Tools
from footfall.sources.contract import Column, Contract, Measure, Rung
from footfall.sources.pieces import Piece
from footfall.store.engine import Engine
from tests.support.city import PlainChecks, PlainGuard, contract, csv, pieces_of

DAY_MS = 86_400_000
NOW_MS = 1_714_600_000_000
HEADER = ("time", "stop", "taps")
ROWS = """SELECT toString(bucket), place, measure, value FROM measures
WHERE dataset = {dataset:String} AND load IN {loads:Array(UInt32)} ORDER BY ALL"""
IN_FILES = "SELECT sum(rows) FROM system.parts WHERE table = 'measures' AND partition = 'leaving'"
BASE = contract(
    [
        Column(name="time", kind="instant", use="time", required=True),
        Column(name="stop", use="place", place="stop"),
        Column(name="taps", kind="integer", use="cohort"),
    ],
    [Measure(name="taps")],
    [Rung(time="hour", place="stop"), Rung(time="day")],
    cohort="taps",
    source="files",
)


class Listed(NamedTuple):
    key: str
    version: str


class Held(NamedTuple):
    path: Path
    sha256: str


class Killed(BaseException):
    """As a signal would: nothing of ours answers it."""


class Office:
    """A home with one folder of files as the source of every dataset."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.folder, self.now_ms = folder, NOW_MS
        self.control: Control = open_control(f"sqlite:///{folder}/control.db", lambda: self.now_ms)
        (folder / "files").mkdir()
        self.since: list[str | None] = []
        self.tells = True
        tools = Tools(
            read_contract=lambda text: msgspec.json.decode(text, type=Contract),
            connector=lambda source: self,
            read_query=self.read_query,
            masked=lambda source: source,
            pieces=lambda path, contract, room: pieces_of(path)(),
            checks=PlainChecks(),
            guard=PlainGuard(),
        )
        self.sources = Sources(self.control, engine, tools, folder=folder / "room", now=lambda: self.now_ms)

    def objects(self, known: dict[str, str]) -> list[Listed]:
        return [Listed(path.name, self.digest(path) if self.tells else "") for path in sorted((self.folder / "files").iterdir())]

    @contextmanager
    def fetch(self, found: Listed, room: Path) -> Iterator[Held]:
        path = self.folder / "files" / found.key
        yield Held(path, self.digest(path))

    def read_query(self, contract: Contract, since: str | None, room: Path) -> Iterator[Piece]:
        self.since.append(since)
        return pieces_of(self.folder / "files" / contract.source)()

    @staticmethod
    def digest(path: Path) -> str:
        return sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"

    def put(self, id: str, **more: Any) -> str:
        self.sources.put(msgspec.json.encode(msgspec.structs.replace(BASE, id=id, **more)).decode())
        return id

    def file(self, name: str, *rows: tuple[object, ...]) -> Path:
        return csv(self.folder / "files" / name, HEADER, rows)

    def taps(self, id: str) -> dict[tuple[str, str], float]:
        return {(bucket, place): value for bucket, place, _, value in self.sources.rows(id, ROWS)}


@pytest.fixture
def office(embedded_engine: Engine, tmp_path: Path) -> Iterator[Office]:
    opened = Office(embedded_engine, tmp_path)
    yield opened
    opened.control.close()


def test_loading_twice_changes_nothing_and_a_changed_file_replaces_its_rows(office: Office) -> None:
    office.put("taps")
    office.file("a.csv", ("2024-05-01 10:10:00", "north", 5))
    office.file("b.csv", ("2024-05-01 11:10:00", "south", 7))
    first, again = office.sources.load("taps"), office.sources.load("taps")
    assert ([line.state for line in first.lines], again.lines, again.unchanged) == (["current", "current"], (), ("a.csv", "b.csv"))
    office.file("a.csv", ("2024-05-01 10:10:00", "north", 6))
    (line,) = office.sources.load("taps").lines
    assert (line.rows_in, line.kept, line.cells) == (1, 1, 1)
    assert office.taps("taps") == {("2024-05-01 10:00:00", "north"): 6, ("2024-05-01 11:00:00", "south"): 7}
    held = office.sources.engine.query("SELECT count() FROM measures WHERE dataset = 'taps'")
    assert held == [(2,)]
    assert [line.state for line in office.sources.lines("taps")] == ["current", "current", "replaced"]
    assert "data loaded" in {entry.action for entry in read_audit(office.control)}


def test_where_a_source_tells_no_version_the_content_does(office: Office) -> None:
    office.put("content")
    file = office.file("a.csv", ("2024-05-01 10:10:00", "north", 5))
    office.tells = False
    first, again = office.sources.load("content"), office.sources.load("content")
    assert ([line.version for line in first.lines], again.lines, again.unchanged) == ([office.digest(file)], (), ("a.csv",))


def test_a_file_that_fails_does_not_stop_the_others_and_is_tried_again(office: Office) -> None:
    office.put("faults")
    (office.folder / "files" / "a.csv").mkdir()
    office.file("b.csv", ("2024-05-01 11:10:00", "south", 7))
    first, again = office.sources.load("faults"), office.sources.load("faults")
    assert [(line.object, line.state) for line in first.lines] == [("a.csv", "failed"), ("b.csv", "current")]
    assert [line.object for line in again.lines] == ["a.csv"] and again.unchanged == ("b.csv",)


def test_a_refused_file_leaves_what_was_read_before_and_is_not_read_again(office: Office) -> None:
    office.put("refusing")
    office.file("a.csv", ("2024-05-01 10:10:00", "north", 5))
    office.sources.load("refusing")
    office.file("a.csv", ("never", "north", 6))
    (line,) = office.sources.load("refusing").lines
    assert (line.state, line.details["refusals"]) == ("refused", [{"reason": "time:missing", "rows": 1, "first": [1]}])
    assert line.said.template.startswith("{refused:,} of {rows:,} rows")  # type: ignore[attr-defined]
    assert office.taps("refusing") == {("2024-05-01 10:00:00", "north"): 5}
    assert office.sources.load("refusing").unchanged == ("a.csv",)


def test_an_object_that_vanished_is_told_and_stays(office: Office) -> None:
    office.put("vanishing")
    office.file("a.csv", ("2024-05-01 10:10:00", "north", 5)).rename(office.folder / "files" / "old.csv")
    office.sources.load("vanishing")
    (office.folder / "files" / "old.csv").unlink()
    assert office.sources.load("vanishing").vanished == ("old.csv",)
    assert office.taps("vanishing") == {("2024-05-01 10:00:00", "north"): 5}


def test_another_version_of_the_contract_replaces_what_the_one_before_made(office: Office) -> None:
    office.put("versions")
    office.file("a.csv", ("2024-05-01 10:10:00", "north", 5))
    office.sources.load("versions")
    with pytest.raises(Conflict, match="give it another"):
        office.put("versions", timezone="Asia/Kathmandu")
    office.put("versions", version="2.0.0", min_cohort=6)
    assert [line.state for line in office.sources.load("versions").lines] == ["current"]
    assert office.taps("versions") == {}


def test_withdrawal_and_retention_prove_by_counts_that_nothing_is_left(office: Office) -> None:
    office.put("leaving")
    office.file("a.csv", ("2024-05-01 10:10:00", "north", 5), ("2024-04-01 10:10:00", "north", 5))
    office.sources.load("leaving")
    office.now_ms += 20 * DAY_MS
    assert office.sources.forget_old()["leaving"] == msgspec.convert(
        {"before": 1, "after": 0}, type(office.sources.forget_old()["leaving"])
    )
    withdrawn = office.sources.withdraw("leaving")
    assert (withdrawn.rows.before, withdrawn.rows.after, len(withdrawn.loads)) == (1, 0, 1)
    assert office.taps("leaving") == {}
    assert office.sources.engine.query(IN_FILES) == [(0,)]
    with pytest.raises(Conflict, match="was withdrawn"):
        office.sources.load("leaving")
    office.put("leaving")
    assert [line.state for line in office.sources.load("leaving").lines] == ["current"]


def test_store_keeps_parts_that_were_replaced_for_a_second_and_syncs_what_replaces_them(embedded_engine: Engine) -> None:
    [(made,)] = embedded_engine.query("SELECT create_table_query FROM system.tables WHERE name = 'measures'")
    assert "old_parts_lifetime = 1" in made
    assert "min_rows_to_fsync_after_merge = 1" in made


def test_one_load_of_a_dataset_runs_at_a_time_and_a_dead_one_is_ended(office: Office) -> None:
    office.put("alone")
    office.file("a.csv", ("2024-05-01 10:10:00", "north", 5))
    dataset = office.sources.datasets()[0]
    number = begin_load(office.control, dataset, Begun(object="other", version="1"), now_ms=office.now_ms)
    with pytest.raises(Conflict, match="runs already"):
        office.sources.load("alone")
    assert office.sources.mend() == [number]
    assert office.sources.lines("alone")[0].state == "failed" and [line.state for line in office.sources.load("alone").lines] == ["current"]


STEPS = ("read", "guarded", "climbed", "written", "publishing", "published")


@pytest.mark.parametrize("step", STEPS)
def test_a_death_at_any_step_leaves_the_old_load_or_the_new_one_whole(office: Office, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    id = office.put(f"deaths-{step}")
    office.file("a.csv", ("2024-05-01 10:10:00", "north", 5))
    office.sources.load(id)
    office.file("a.csv", ("2024-05-01 10:10:00", "north", 50), ("2024-05-01 10:10:00", "south", 50))

    def die(at: str, rows: int) -> None:
        if at == step:
            raise Killed

    monkeypatch.setattr(Sources, "_fail", lambda *given: None)
    with pytest.raises(Killed):
        office.sources.load(id, die)
    old, new = {("2024-05-01 10:00:00", "north"): 5.0}, {("2024-05-01 10:00:00", stop): 50.0 for stop in ("north", "south")}
    assert office.taps(id) == (new if step == "published" else old)
    office.sources.mend()
    assert [line.state for line in office.sources.load(id).lines] == ([] if step == "published" else ["current"])
    assert office.taps(id) == new
    assert office.sources.engine.query("SELECT count() FROM measures WHERE dataset = {id:String}", {"id": id}) == [(2,)]


def test_days_of_a_database_are_read_again_and_replaced_whole(office: Office) -> None:
    id = office.put("rows", source="rows.csv", query="SELECT", cursor="time", overlap_hours=20, most_refused=0.5)
    office.file("rows.csv", ("2024-05-01 10:00:00", "north", 5), ("2024-05-02 10:00:00", "north", 5), ("2024-05-03 10:00:00", "gone", 5))
    first = office.sources.load(id)
    assert [line.said for line in first.lines] == ["", "", "", ""]
    rows = [("2024-05-02 10:00:00", "north", 6), ("2024-05-02 12:00:00", "late", 7), ("2024-05-04 10:00:00", "north", 8)]
    office.file("rows.csv", *rows, ("2024-05-01 11:00:00", "too late", 9))
    loaded = office.sources.load(id)
    assert office.since == [None, "2024-05-02 00:00:00"]
    assert [(line.object, line.state, line.kept) for line in loaded.lines] == [
        ("rows.csv", "current", 0),
        ("2024-05-02", "current", 2),
        ("2024-05-04", "current", 1),
        ("2024-05-03", "current", 0),
    ]
    assert loaded.lines[0].details["refusals"] == [{"reason": "row:late", "rows": 1, "first": [4]}]
    seen = loads_shown(office.sources, office.sources.lines(id, most=4))
    assert [line.object for line in seen] == ["2024-05-04", "2024-05-02", "rows.csv"], "few rows of a day look like none"
    assert office.taps(id) == {
        ("2024-05-01 10:00:00", "north"): 5,
        ("2024-05-02 10:00:00", "north"): 6,
        ("2024-05-02 12:00:00", "late"): 7,
        ("2024-05-04 10:00:00", "north"): 8,
    }


def test_where_a_file_lies_is_told_to_who_may_load_alone(office: Office) -> None:
    id = office.put("lying")
    line = office.sources.load_from(id, str(office.file("a.csv", ("2024-05-01 10:10:00", "north", 5)))).lines[0]
    lines = [msgspec.structs.replace(line, object=object) for object in ("/srv/city/a.csv", "https://b.example/c/d.csv?0f", "2024-05-01")]
    assert [load.object for load in loads_shown(office.sources, lines)] == ["a.csv", "d.csv?0f", "2024-05-01"]
    assert [load.object for load in loads_shown(office.sources, lines, exact=True)] == [load.object for load in lines]


def test_an_unknown_dataset_is_told_with_those_that_are_there(office: Office) -> None:
    office.put("known")
    with pytest.raises(NotFound, match="Known: known"):
        office.sources.load("unknown")


def test_a_dry_run_leaves_no_line(office: Office) -> None:
    office.put("dry")
    outcome = office.sources.dry_run("dry", office.file("a.csv", ("2024-05-01 10:10:00", "north", 5)))
    assert (outcome.kept, office.sources.lines("dry"), office.taps("dry")) == (1, [], {})
