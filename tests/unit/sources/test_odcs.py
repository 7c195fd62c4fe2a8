"""A contract's YAML: valid ODCS 3.1, read back as it was written, every fault with its place and what is valid."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

import footfall
from footfall.errors import BadInput
from footfall.sources.odcs import read_contract, write_contract
from footfall.sources.shape import COLUMN_PROPERTIES, CONTRACT_PROPERTIES, SCHEMA_PROPERTIES
from footfall.strict_yaml import load_yaml

BUILT_IN = sorted((Path(footfall.__file__).parent / "sources" / "builtin").glob("*.yaml"))
OURS = Path(__file__).parents[2] / "contracts"
CONTRACTS = [*BUILT_IN, *sorted(OURS.glob("*.yaml"))]
VALIDATOR = jsonschema.Draft201909Validator(json.loads((OURS / "odcs-json-schema-v3.1.0.json").read_text("utf-8")))
TEXT = """\
apiVersion: v3.1.0
kind: DataContract
id: fines
name: Fines
version: 1.0.0
status: active
description: {purpose: To plan, limitations: None known}
team: {name: Treasury}
slaProperties: [{property: retention, value: 365, unit: d}]
customProperties:
- {property: footfall.module, value: payments}
- {property: footfall.legalBasis, value: Public task}
- {property: footfall.minCohort, value: 20}
- {property: vendor.colour, value: blue}
schema:
- name: fines
  dataGranularityDescription: A notice
  properties:
  - name: Issued
    logicalType: timestamp
    required: true
    logicalTypeOptions: {format: 'dd/MM/yyyy HH:mm', minimum: 2015-01-01}
    customProperties: [{property: footfall.use, value: time}]
  - name: Paid
    logicalType: number
    customProperties: [{property: footfall.kind, value: money}, {property: footfall.use, value: measure}]
  - name: Ward
    customProperties: [{property: footfall.use, value: place}, {property: footfall.place, value: ward}]
  - name: Plate
  customProperties:
  - property: footfall.measures
    value: [{name: notices}, {name: paid, aggregate: sum, column: Paid}]
  - property: footfall.ladder
    value: [{time: day, place: ward}, {time: month}]
"""


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_contract_is_valid_odcs_and_reads_back_as_written(path):
    text = path.read_text("utf-8")
    contract = read_contract(text)
    assert contract.id == path.stem
    assert [error.message for error in VALIDATOR.iter_errors(load_yaml(text))] == []
    assert read_contract(write_contract(contract).encode()) == contract


def test_every_module_has_a_contract_built_in():
    modules = {re.search(r"footfall\.module, value: (\w+)", path.read_text("utf-8"))[1] for path in BUILT_IN}
    assert modules == {"geodata", "payments", "wifi", "transit", "restrictions", "events", "surveys", "counters"}


def test_contract_is_read_whole():
    contract = read_contract(TEXT)
    assert [error.message for error in VALIDATOR.iter_errors(load_yaml(write_contract(contract)))] == []
    assert (contract.purpose, contract.owner, contract.granularity) == ("To plan", "Treasury", "A notice")
    assert [(column.name, column.kind, column.use) for column in contract.columns] == [
        ("Issued", "instant", "time"),
        ("Paid", "money", "measure"),
        ("Ward", "text", "place"),
        ("Plate", "text", "drop"),
    ]
    assert contract.columns[0].minimum == "2015-01-01"
    assert [column.name for column in contract.kept] == ["Issued", "Paid", "Ward"]
    assert [(rung.time, rung.place) for rung in contract.ladder] == [("day", "ward"), ("month", "city")]


FAULTS = [
    ("kind: DataContract", "kind: Data", "kind: 'Data' is not valid. Valid: DataContract."),
    ("status: active", "status: draft", "status: 'draft' is not valid. Valid: active."),
    ("version: 1.0.0", "version: 1.0", "version: 1.0 is not valid. Valid: a text, in quotes"),
    ("version: 1.0.0", "version: one", "version: 'one' is not valid. Valid: three numbers"),
    ("id: fines", "id: Fines!", "id: 'Fines!' is not valid. Valid: small letters"),
    ("purpose: To plan", "purpose: ''", "description.purpose is empty: a person has to say it"),
    ("value: Public task", "value: ''", "customProperties footfall.legalBasis is empty: a person has to say it"),
    ("team: {name: Treasury}", "team: {}", "team.name is missing."),
    ("footfall.minCohort, value: 20", "footfall.minCohort, value: 19", "footfall.minCohort: 19 is below the floor. Valid: 20 or more."),
    ("footfall.minCohort, value: 20", "footfall.minCohort, value: few", "footfall.minCohort: 'few' is not valid. Valid: a whole number."),
    ("footfall.minCohort", "footfall.minimumCohort", "customProperties footfall.minimumCohort is not known. Valid: footfall.certificate"),
    ("value: payments}", "value: payment}", "footfall.module: 'payment' is not valid. Valid: geodata, payments, wifi"),
    ("unit: d}", "unit: m}", "slaProperties[0].unit: 'm' is not valid. Valid: d."),
    (
        "property: retention",
        "property: forever",
        "slaProperties[0].property: 'forever' is not known. Valid: frequency, latency, retention.",
    ),
    ("value: 365", "value: 0", "slaProperties retention: 0 is not valid. Valid: 1 to 36,600."),
    ("status: active", "status: active\nquality: []", "quality is not known. Valid: apiVersion"),
    ("required: true", "requried: true", "schema[0].properties[0].requried is not known. Valid: authoritativeDefinitions"),
    ("required: true", "required: maybe", "schema[0].properties[0].required: 'maybe' is not valid. Valid: true or false."),
    ("minimum: 2015-01-01", "minimum: soon", "properties[0] (Issued) logicalTypeOptions.minimum: a time is bounded by a date"),
    ("logicalType: timestamp", "logicalType: time", "properties[0] (Issued) logicalType: 'time' is not valid. Valid: boolean, date"),
    ("logicalType: number", "logicalType: string", "properties[1] (Paid) customProperties footfall.kind: 'money' is no string"),
    ("value: time}", "value: moment}", "properties[0] (Issued) customProperties footfall.use: 'moment' is not valid. Valid: drop, time"),
    ("name: Plate", "name: Ward", "(Ward): the name stands there twice."),
    ("name: Plate", "logicalType: string", "schema[0].properties[3].name is missing."),
    ("column: Paid", "column: Payed", "footfall.measures[1].column: 'Payed' cannot be measured by sum. Valid: Paid."),
    ("aggregate: sum", "aggregate: median", "footfall.measures[1].aggregate: 'median' is not valid. Valid: count, sum, mean, distinct."),
    ("{time: month}", "{time: month, place: ward, categories: true}, {time: day}", "footfall.ladder[2]: month does not lie within day."),
    ("place: ward}, {", "place: square}, {", "footfall.ladder[0].place: 'square' is not valid. Valid: ward, city."),
    ("id: fines\n", "id: fines\nid: fines\n", "Line 4: key 'id' stands there twice."),
    ("id: fines", "id: &a fines\ntenant: *a", "Line 4: an alias. Valid: the value itself, written out."),
    ("id: fines", "id: [fines", "Line"),
    ("- {property: footfall.module, value: payments}", "- 7", "customProperties[0]: 7 is not valid. Valid: a mapping of"),
]


@pytest.mark.parametrize(("right", "wrong", "said"), FAULTS, ids=[said[:60] for *_, said in FAULTS])
def test_fault_is_named_with_its_place_and_what_is_valid(right, wrong, said):
    assert right in TEXT
    with pytest.raises(BadInput) as error:
        read_contract(TEXT.replace(right, wrong, 1))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the contract: nothing is not valid. Valid: a mapping of apiVersion"),
        (b"\xff\xfe", "The file is not UTF-8: byte 0."),
        ("a: !!python/object/apply:os.system [id]", "Line 1: no YAML (could not determine a constructor"),
        ("[" * 400, "The file is nested too deeply."),
        ("a: " + "x" * 1_000_000, "The file is larger than 1000000 bytes."),
        ("? [a]\n: b", "Line 1: a key that is no text."),
    ],
    ids=["empty", "bytes", "objects", "deep", "large", "keys"],
)
def test_what_is_no_contract_is_refused_in_a_sentence(text, said):
    with pytest.raises(BadInput) as error:
        read_contract(text)
    assert said in str(error.value)


def test_no_value_of_the_yaml_makes_a_sentence_longer_than_a_line():
    with pytest.raises(BadInput) as error:
        read_contract(TEXT.replace("value: payments}", f"value: {'x' * 5_000}}}"))
    assert len(str(error.value)) < 300


def test_every_field_has_one_place_in_the_yaml():
    named = [*CONTRACT_PROPERTIES.values(), *SCHEMA_PROPERTIES.values()]
    assert len(named) == len(set(named))
    assert COLUMN_PROPERTIES["footfall.use"] == "use"
