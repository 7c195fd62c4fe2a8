"""Real samples that are no plain tables: what is known to be in them is found, and nothing else."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter, defaultdict

import pytest

from footfall.sources.guard import look
from tests.conftest import DATA

CITY = DATA / "city"
COMBINED = re.compile(
    r'^(?P<host>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<request>.*?)"'
    r' (?P<status>\d+) (?P<bytes>\S+) "(?P<referer>.*?)" "(?P<agent>.*)"'
)
pytestmark = pytest.mark.realdata


def found_in(columns):
    findings = {name: look(values.items(), header=name) for name, values in columns.items()}
    return {name: finding.kind for name, finding in findings.items() if finding}


def put_leaves(value, name, columns):
    """Every text and number of a document, by the names above it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            put_leaves(inner, key, columns)
    elif isinstance(value, list):
        for inner in value:
            put_leaves(inner, name, columns)
    elif value is not None:
        columns[name][str(value)] += 1


def put_elements(element, above, columns):
    tag = element.tag.partition("}")[2]
    if element.text and element.text.strip():
        columns[f"{above}/{tag}"][element.text.strip()] += 1
    for inner in element:
        put_elements(inner, f"{above}/{tag}".split("/", 1)[-1] if above.count("/") else f"{above}/{tag}", columns)


def columns_of(text):
    rows = csv.reader(io.StringIO(text))
    columns = {name: Counter() for name in next(rows)}
    for row in rows:
        for values, value in zip(columns.values(), row, strict=False):
            values[value] += 1
    return columns


@pytest.mark.parametrize("archive", ["cairns_gtfs.zip", "google_sample_gtfs.zip"])
def test_timetables_hold_nobody(archive):
    with zipfile.ZipFile(CITY / "transit" / "gtfs" / archive) as opened:
        members = [name for name in opened.namelist() if name.endswith(".txt")]
        found = {name: found_in(columns_of(opened.read(name).decode("utf-8-sig"))) for name in members}
    assert [(name, kinds) for name, kinds in found.items() if kinds] == []
    assert len(members) > 5


def test_documents_hold_nobody():
    paths = sorted(path for path in CITY.rglob("*") if path.suffix in (".json", ".geojson"))
    for path in paths:
        columns, read = defaultdict(Counter), json.loads(path.read_text("utf-8"))
        put_leaves([feature["properties"] for feature in read["features"]] if "features" in read else read, "", columns)
        assert (path.name, found_in(columns)) == (path.name, {})
    assert len(paths) > 5


@pytest.mark.parametrize(
    ("statement", "known"),
    [
        (
            "camt053.v8.xml",
            {
                "Id/Othr/Id": "iban",
                "DbtrAcct/Id/IBAN": "iban",
                "CdtrAcct/Id/IBAN": "iban",
                "Dbtr/Pty/Nm": "name",
                "Cdtr/Pty/Nm": "name",
                "Pty/PstlAdr/AdrLine": "address",
            },
        ),
        (
            "camt054.v8.xml",
            {
                "Acct/Id/IBAN": "iban",
                "DbtrAcct/Id/IBAN": "iban",
                "CdtrAcct/Id/IBAN": "iban",
                "Dbtr/Pty/Nm": "name",
                "Pty/PstlAdr/StrtNm": "address",
            },
        ),
    ],
)
def test_bank_statements_hold_parties_and_their_accounts(statement, known):
    columns = defaultdict(Counter)
    put_elements(ET.parse(CITY / "bank" / statement).getroot(), "", columns)
    # A path of three tags is enough to tell a debtor's name from a bank's.
    assert {"/".join(name.split("/")[-3:]): kind for name, kind in found_in(columns).items()} == known


def test_access_log_holds_addresses_contacts_of_robots_and_sessions_of_other_sites():
    columns = defaultdict(Counter)
    for line in (CITY / "weblogs" / "elastic_apache_combined_ip24.log").read_text("utf-8", errors="replace").splitlines():
        if matched := COMBINED.match(line):
            for name, value in matched.groupdict().items():
                columns[name][value] += 1
    assert found_in(columns) == {"host": "ip", "referer": "digest", "agent": "e-mail"}
