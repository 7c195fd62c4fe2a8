"""``footfall sources`` on a home without a server: datasets from their contract to their withdrawal, and files without a contract."""

import json
from types import SimpleNamespace

from footfall.cli.commands import run
from footfall.sources.builtins import builtin_text


def ran(capsys, *words):
    code = run(["sources", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


HEADER = "date,service,district,uses\n"
ROWS = "".join(f"2026-01-{day:02},library,north,40\n" for day in range(1, 29))


def test_datasets_are_added_checked_loaded_and_withdrawn_without_a_server(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("FOOTFALL_HOME", str(tmp_path / "home"))
    file = tmp_path / "counters.csv"
    file.write_text(HEADER + ROWS)
    assert ran(capsys, "add", "service-counters")[0] == 0
    code, out, _ = ran(capsys, "check", file, "--dataset", "service-counters")
    assert (code, "28 rows: 28 kept in 28 cells, 0 folded, 0 refused" in out, "Nothing was written" in out) == (0, True, True)
    code, out, _ = ran(capsys, "load", "service-counters", file, "--json")
    assert (code, json.loads(out)["lines"][0]["kept"]) == (0, 28)
    assert "1 unchanged" in ran(capsys, "load", "service-counters", file)[1]
    assert json.loads(ran(capsys, "list", "--json")[1])[0]["state"] == "loaded"
    assert "in the store: 28 rows, from 2026-01-01 to 2026-01-28" in ran(capsys, "show", "service-counters")[1]
    code, _, err = ran(capsys, "watch", "service-counters", "--rounds", "1")
    assert (code, "names no source" in err) == (2, True)
    code, _, err = ran(capsys, "withdraw", "service-counters")
    assert (code, "Give --yes" in err) == (2, True)
    code, out, _ = ran(capsys, "withdraw", "service-counters", "--yes")
    assert (code, "28 rows before, 0 after" in out) == (0, True)


def test_check_under_a_contract_folds_districts_into_what_they_lie_in_as_a_load_does(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("FOOTFALL_HOME", str(tmp_path / "home"))
    districts, contract, file = tmp_path / "d.geojson", tmp_path / "contract.yaml", tmp_path / "a.csv"
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    lies_in = {"north": "o", "south": "o", "east": "p"}
    made = [{"type": "Feature", "geometry": square, "properties": {"id": id, "name": id, "okrug": above}} for id, above in lies_in.items()]
    districts.write_text(json.dumps({"type": "FeatureCollection", "features": made}))
    text = builtin_text("service-counters")
    contract.write_text(text[: text.index("    - {time: day}\n")] + "    - {time: day, place: okrug}\n")
    file.write_text(HEADER + "".join(f"2026-01-01,library,{id},12\n" for id in lies_in))

    def kept():
        found = json.loads(ran(capsys, "check", file, "--contract", contract, "--json")[1])["dry_run"]
        return found["kept"], found["folded"]

    before = kept()
    assert not (tmp_path / "home" / "control.db").exists()
    assert ran(capsys, "places", districts, "--parent", "okrug")[0] == 0
    assert (before, kept()) == ((3, 0), (2, 1))  # without places all are of one that has no name


def test_check_without_a_contract_refuses_identifiers_and_exits_with_1(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("FOOTFALL_HOME", str(tmp_path / "home"))
    clean, bad = tmp_path / "clean.csv", tmp_path / "bad.csv"
    clean.write_text(HEADER + ROWS)
    bad.write_text(HEADER + ROWS + "2026-01-29,call +7 916 123-45-67,north,40\n")
    code, out, _ = ran(capsys, "check", clean)
    assert (code, "The guard has nothing against it." in out) == (0, True)
    code, out, _ = ran(capsys, "check", bad)
    assert (code, "holds telephone numbers" in out, "916" in out) == (1, True, False)
    found = json.loads(ran(capsys, "check", bad, "--json")[1])
    assert [column["name"] for column in found["columns"] if column["finding"]] == ["service"]


def test_watch_loads_what_is_new_and_ends_after_its_rounds(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("FOOTFALL_HOME", str(tmp_path / "home"))
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.csv").write_text(HEADER + ROWS)
    contract = tmp_path / "contract.yaml"
    module = "- {property: footfall.module, value: counters}"
    source = f"- {{property: footfall.source, value: {tmp_path / 'files'}}}"
    contract.write_text(builtin_text("service-counters").replace(module, f"{module}\n{source}"))
    assert ran(capsys, "add", contract)[0] == 0
    code, out, _ = ran(capsys, "watch", "service-counters", "--every", "1", "--rounds", "2", "--json")
    first, second = map(json.loads, out.splitlines())
    assert (code, len(first["lines"]), second) == (0, 1, {"unchanged": [str(tmp_path / "files" / "a.csv")]})
    away = tmp_path / "away"
    (tmp_path / "files").rename(away)
    looked = []

    def put_back(seconds):
        looked.append(seconds)
        away.rename(tmp_path / "files")

    monkeypatch.setattr("footfall.cli.datasets.time", SimpleNamespace(sleep=put_back))
    code, out, err = ran(capsys, "watch", "service-counters", "--rounds", "2", "--json")
    assert (code, looked, err.count("\n"), json.loads(out)) == (0, [60], 1, second), "what is away is told and looked at again"
    (tmp_path / "files").rename(away)
    assert ran(capsys, "watch", "service-counters", "--rounds", "1")[0] == 1
    assert ran(capsys, "watch", "nothing", "--rounds", "1")[0] == 1
    assert ran(capsys, "withdraw", "service-counters", "--yes")[0] == 0
    code, _, err = ran(capsys, "watch", "service-counters")
    assert (code, "was withdrawn" in err) == (1, True)
