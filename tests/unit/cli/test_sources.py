"""``footfall sources contract`` and ``init`` from a table schema: what they print, and what they refuse."""

import json
from pathlib import Path

import pytest

from footfall.cli.commands import run
from footfall.sources.odcs import read_contract

FINES = Path(__file__).parents[2] / "contracts" / "manchester-fines-2021.yaml"


def ran(capsys, *words):
    code = run(["sources", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_contract_says_what_it_keeps_and_drops(capsys):
    code, out, _ = ran(capsys, "contract", FINES)
    assert code == 0
    assert "dropped: Location; Ticket Destination; Restriction; Contravention Code" in out
    assert "measures: notices (count); paid (sum of Paid)" in out
    assert "ladder: day × ward; month × ward; month × city; month × city, categories together" in out
    assert "cohort: 20 or more by rows" in out
    assert "required, format dd/MM/yyyy HH:mm, minimum 2015-01-01" in out


def test_whole_bounds_are_shown_as_such(capsys):
    _, out, _ = ran(capsys, "contract", FINES.with_name("barnet-events.yaml"))
    assert "required, minimum 0, maximum 1000" in out


def test_contract_is_told_to_programs_too(capsys):
    code, out, _ = ran(capsys, "contract", FINES, "--json")
    assert (code, json.loads(out)["kept"]) == (0, ["Issued", "Paid", "Status", "Ward", "Outstanding"])


def test_fault_of_a_contract_is_one_sentence_and_code_2(capsys, tmp_path):
    path = tmp_path / "fines.yaml"
    path.write_text(FINES.read_text("utf-8").replace("value: payments", "value: money"), "utf-8")
    code, _, err = ran(capsys, "contract", path)
    assert (code, err.count("\n")) == (2, 1)
    assert "customProperties footfall.module: 'money' is not valid. Valid: geodata, payments" in err


@pytest.mark.parametrize("command", ["contract", "init"])
def test_file_that_is_not_there_is_said(capsys, command):
    code, _, err = ran(capsys, command, "nowhere.csv")
    assert (code, err) == (1, "footfall: There is no file nowhere.csv.\n")


@pytest.mark.parametrize("command", ["add", "check", "contract", "init"])
def test_folder_in_place_of_a_file_is_said(capsys, tmp_path, command):
    code, _, err = ran(capsys, command, tmp_path)
    assert (code, err) == (1, f"footfall: {tmp_path} is a folder; name a file.\n")


def test_misused_command_names_its_own_help(capsys):
    code, _, err = ran(capsys, "load")
    assert (code, "`footfall sources load --help` shows what is valid." in err) == (2, True)


def test_contract_that_is_no_text_is_said(capsys, tmp_path):
    (tmp_path / "c.yaml").write_bytes("название".encode("cp1251"))
    code, _, err = ran(capsys, "add", tmp_path / "c.yaml")
    assert (code, err) == (2, f"footfall: {tmp_path / 'c.yaml'} is no text in UTF-8.\n")


def test_draft_from_a_table_schema_is_written_once(capsys, tmp_path):
    schema, out = tmp_path / "schema.json", tmp_path / "visits.yaml"
    schema.write_text(json.dumps({"fields": [{"name": "date", "type": "date"}, {"name": "visits", "type": "integer"}]}))
    code, said, _ = ran(capsys, "init", tmp_path / "Visits.csv", "--frictionless", schema, "--out", out)
    assert code == 0
    assert "Fill in purpose, legal basis and owner" in said
    filled = (
        out.read_text("utf-8")
        .replace("purpose: ''", "purpose: To plan")
        .replace("value: ''", "value: Task")
        .replace("name: ''", "name: City")
    )
    assert [column.use for column in read_contract(filled).columns] == ["time", "measure"]
    code, _, err = ran(capsys, "init", tmp_path / "Visits.csv", "--frictionless", schema, "--out", out)
    assert code == 1
    assert "is there already; a draft writes over nothing." in err


def test_schema_that_is_no_json_is_said(capsys, tmp_path):
    schema = tmp_path / "schema.json"
    schema.write_text("{")
    code, _, err = ran(capsys, "init", "Visits.csv", "--frictionless", schema)
    assert (code, "schema.json is no JSON." in err) == (2, True)


def test_builtin_contracts_are_listed_and_printed(capsys):
    code, out, _ = ran(capsys, "builtin")
    assert (code, "service-counters" in out) == (0, True)
    assert read_contract(ran(capsys, "builtin", "surveys")[1]).module == "surveys"
    code, _, err = ran(capsys, "builtin", "nothing")
    assert (code, "Valid: event-attendance" in err) == (1, True)
