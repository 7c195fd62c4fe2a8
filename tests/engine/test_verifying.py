"""``footfall verify`` on a real store: what is read of the table is what was put there."""

import msgspec
import pytest

from footfall.cli.in_process import InProcess
from footfall.control.ledger import publish, spend
from footfall.privacy.budget import noise_of
from footfall.privacy.cells import key_of, output_sha256
from footfall.privacy.marts import MARTS
from footfall.serve.house import open_desk
from footfall.serve.ledgers import entry_of, open_ledger
from footfall.settings import Settings

CELLS = {(1, ("/",)): 412, (1, ("/карта",)): 97, (2, ("/a,b",)): 64, (2, ('/"',)): 70}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    opened = open_desk(Settings(home=str(tmp_path_factory.mktemp("home")), now="2026-11-04T12:00:00Z"))
    yield opened
    opened.close()


def draw(desk, day):
    ledger = open_ledger(desk.settings, desk.control)
    line = spend(ledger, entry_of(noise_of("city", MARTS[0]), group="city", sites=[1, 2], day=day, known=[]), desk.now())
    rows = [
        {"release": "city", "mart": "page", "site": site, "day": day, "keys": keys, "visitors": visitors, "line": line.number}
        for (site, keys), visitors in CELLS.items()
    ]
    desk.engine.insert_ndjson("marts", msgspec.json.Encoder().encode_lines(rows), f"line-{line.number}")
    publish(ledger, line, len(CELLS), output_sha256({key_of(*cell): visitors for cell, visitors in CELLS.items()}), desk.now())
    return rows


def test_a_table_as_it_was_published_verifies_and_one_cell_more_does_not(desk):
    draw(desk, "2026-11-01")
    rows = draw(desk, "2026-11-02")
    found = InProcess(desk).verify()
    assert {check.level for check in found.checks} == {"ok"}
    assert found.lines == 4
    desk.engine.insert_ndjson("marts", msgspec.json.Encoder().encode_lines([rows[0] | {"keys": ["/new"]}]), "another")
    bad = [check for check in InProcess(desk).verify().checks if check.level == "bad"]
    assert [check.check for check in bad] == ["cells"]
    assert "line 3" in bad[0].says
