"""``footfall verify`` believes nothing: whatever differs is said, and only that."""

import doctest

import msgspec
import pytest

from footfall.cli import verify as command
from footfall.control import ledger as ledgers
from footfall.control.chain import START, sealed
from footfall.control.tables import ledger as table
from footfall.control.transactions import Database, open_database
from footfall.privacy.budget import noise_of
from footfall.privacy.cells import key_of, output_sha256
from footfall.privacy.marts import MARTS
from footfall.serve import label as labels
from footfall.serve.ledgers import code, entry_of, open_ledger
from footfall.serve.verifying import verified
from footfall.settings import Settings

BY_NAME = {mart.name: mart for mart in MARTS}
CELLS = [(1, ("/",), 412), (1, ("/map",), 97), (2, ("/",), 64)]


class Table:
    """The table of marts: (line, release, mart, day, site, keys, visitors)."""

    def __init__(self):
        self.rows = []

    def query(self, sql, parameters=None, *, name=""):
        if "DISTINCT" in sql:
            return sorted({(row[0],) for row in self.rows})
        return sorted(row for row in self.rows if parameters["first"] <= row[0] <= parameters["last"])


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    database = Database(open_database(f"sqlite:///{home / 'control.db'}"))
    yield open_ledger(Settings(home=str(home)), database)
    database.close()


@pytest.fixture
def home(empty):
    """A ledger with pages published, hours withdrawn and a week that was never drawn, and the table to it."""
    marts = Table()
    for name, day in (("page", "2026-11-02"), ("hour", "2026-11-02"), ("co_visit", "2026-10-26")):
        noise = noise_of("city", BY_NAME[name])
        line = ledgers.spend(empty, entry_of(noise, group="city", sites=[2, 1], day=day, known=['[1,"/"]']), 5)
        if name == "page":
            marts.rows += [(line.number, "city", "page", day, *cell) for cell in CELLS]
            cells = {key_of(site, keys): visitors for site, keys, visitors in CELLS}
            ledgers.publish(empty, line, len(cells), output_sha256(cells), 6)
        if name == "hour":
            ledgers.withdraw(empty, ledgers.publish(empty, line, 0, output_sha256({}), 6), 7)
    yield empty, marts
    with empty.database.writing() as connection:
        connection.execute(table.delete())
    empty.mirror.unlink()


def levels(found):
    return {check.check: check.level for check in found.checks if check.level != "ok"}


def rewrite(ledger, change):
    """Make the ledger anew in both places from changed lines, as somebody would who can write everywhere."""
    found, prev = change(list(ledgers.lines(ledger))), START
    with ledger.database.writing() as connection:
        connection.execute(table.delete())
        for number, line in enumerate(found, start=1):
            line = sealed(msgspec.structs.replace(line, number=number, prev=prev))
            prev = line.sha256
            connection.execute(table.insert().values(ledgers._columns(line)))
    ledger.mirror.unlink()
    ledgers.mend(ledger)


def changed(place, **values):
    return lambda found: [msgspec.structs.replace(line, **values) if at == place else line for at, line in enumerate(found)]


def test_cells_that_were_forgotten_with_age_are_not_missed_and_half_of_them_are(home):
    ledger, marts = home
    half, marts.rows = marts.rows[:1], []
    assert levels(verified(ledger, marts))["cells"] == "bad"
    assert "cells" not in levels(verified(ledger, marts, marts_from="2026-11-03"))
    assert "cells" in levels(verified(ledger, marts, marts_from="2026-11-02")), "the first day that is left"
    marts.rows = half
    assert "cells" in levels(verified(ledger, marts, marts_from="2026-11-03"))


def test_a_sound_home_has_a_note_of_what_was_never_shown(home):
    found = verified(*home)
    assert levels(found) == {"unshown": "note"}
    assert "co_visit of city 2026-10-26 for city" in found.checks[-1].says
    assert (found.lines, found.head) == (6, ledgers.head(home[0]).sha256)
    assert [check.check for check in found.checks][:-1] == ["chain", "mirror", "draws", "costs", "floors", "caps", "cells"]


def test_a_hash_that_somebody_holds_is_a_line_s_or_the_ledger_is_another(home):
    ledger = home[0]
    held = list(ledgers.lines(ledger))[1].sha256
    assert [check.level for check in verified(*home, head=held).checks if check.check == "head"] == ["ok"]
    rewrite(ledger, changed(0, at_ms=4))
    found = verified(*home, head=held)
    assert levels(found)["head"] == "bad" and "chain" not in levels(found)
    assert f"No line has the hash {held}" in next(check.says for check in found.checks if check.check == "head")


def test_the_label_says_that_no_proxy_was_checked(home):
    assert "None is named in trusted_proxies" in verified(*home).label.proxy
    assert "those named in trusted_proxies" in verified(*home, trusted_proxies=("10.0.0.0/8",)).label.proxy


def test_an_entry_says_all_of_its_noise_and_code(home):
    line = next(ledgers.lines(home[0]))
    noise = noise_of("city", BY_NAME["page"])
    said = (line.l0, line.linf, line.rho, line.delta, line.sigma, line.threshold, line.secret_threshold, line.unit)
    assert said == (10, 1, noise.rho, noise.delta, noise.sigma, 66, 94, "visitor-portal-day")
    assert (line.sites, line.code, line.mechanism) == ((1, 2), code(), "gaussian and gaussian_threshold")


TAMPERED = {
    "cheaper": (0, {"rho": 0.01}, {"costs", "floors"}),
    "quieter": (0, {"sigma": 10.0}, {"costs", "floors"}),
    "no delta": (0, {"delta": 0.0}, {"costs", "floors"}),
    "low threshold": (0, {"threshold": 65}, {"floors"}),
    "low secret threshold": (0, {"secret_threshold": 60}, {"costs", "floors"}),
    "another unit": (0, {"unit": "event"}, {"floors"}),
    "other settings, below": (0, {"settings_sha256": "s", "threshold": 9, "secret_threshold": 94}, {"floors"}),
    "another L0": (0, {"settings_sha256": "s", "l0": 1, "sigma": 5.78, "threshold": 24, "secret_threshold": 94}, {"floors"}),
    "fewer cells": (0, {"settings_sha256": "s", "l0": 9}, {"floors"}),
    "two in a cell": (0, {"settings_sha256": "s", "linf": 2}, {"floors"}),
    "more delta": (0, {"settings_sha256": "s", "delta": 2e-7}, {"floors"}),
    "delta over the cap": (0, {"settings_sha256": "s", "delta": 1e-5}, {"floors", "caps"}),
    "other release": (2, {"release": "all"}, {"floors", "caps"}),
    "over the cap": (0, {"settings_sha256": "s", "rho": 0.0501}, {"caps"}),
    "no such sigma": (0, {"sigma": -1.0}, {"costs", "floors"}),
    "a second draw": (2, {"mart": "page", "group": "north"}, {"draws", "floors"}),
    "other output": (1, {"output_sha256": "o"}, {"cells"}),
    "more cells": (1, {"cells": 4}, {"cells"}),
    "never published": (1, {"state": "withdrawn"}, {"cells"}),
}


@pytest.mark.attack
@pytest.mark.parametrize(("place", "values", "bad"), TAMPERED.values(), ids=TAMPERED)
def test_a_ledger_that_was_made_anew_still_says_what_is_wrong(home, place, values, bad):
    rewrite(home[0], changed(place, **values))
    assert set(levels(verified(*home))) - {"unshown", "settings"} == bad


def test_lines_before_other_settings_are_held_against_the_floors_alone(home):
    rewrite(home[0], changed(0, settings_sha256="before", sigma=20.0, rho=0.0126, threshold=80, secret_threshold=120))
    assert levels(verified(*home)) == {"unshown": "note", "settings": "note"}


@pytest.mark.attack
def test_an_edited_line_of_the_database_breaks_the_chain_and_the_mirror(home):
    ledger, _ = home
    with ledger.database.writing() as connection:
        text = connection.scalar(table.select().with_only_columns(table.c.line).where(table.c.number == 1))
        connection.execute(table.update().where(table.c.number == 1).values(line=text.replace('"threshold":66', '"threshold":67')))
    found = verified(*home)
    assert set(levels(found)) == {"chain", "mirror"}
    assert found.head == ""


def test_nonsense_in_the_database_is_said_and_no_crash(home):
    with home[0].database.writing() as connection:
        connection.execute(table.update().where(table.c.number == 1).values(line="{"))
    assert {"chain", "mirror", "costs"} <= set(levels(verified(*home)))


@pytest.mark.attack
@pytest.mark.parametrize("edit", ["edited", "removed", "swapped"])
def test_an_edited_mirror_is_found(home, edit):
    ledger, _ = home
    lines = ledger.mirror.read_text().splitlines(True)
    edits = {"edited": [lines[0].replace("city", "town"), *lines[1:]], "removed": lines[1:], "swapped": [lines[1], lines[0], *lines[2:]]}
    ledger.mirror.write_text("".join(edits[edit]))
    assert set(levels(verified(*home))) - {"unshown"} == {"mirror"}


@pytest.mark.attack
@pytest.mark.parametrize(
    "name", ["one more", "one less", "another number", "another key", "another day", "of no line", "of a withdrawn line"]
)
def test_a_table_that_differs_is_found(home, name):
    ledger, marts = home
    first = marts.rows[0]
    edits = {
        "one more": [*marts.rows, (*first[:5], ("/new",), 99)],
        "one less": marts.rows[1:],
        "another number": [(*first[:6], 413), *marts.rows[1:]],
        "another key": [(*first[:5], ("/x",), 412), *marts.rows[1:]],
        "another day": [(*first[:3], "2026-11-03", *first[4:]), *marts.rows[1:]],
        "of no line": [*marts.rows, (77, *first[1:])],
        "of a withdrawn line": [*marts.rows, (3, *first[1:])],
    }
    marts.rows = edits[name]
    assert set(levels(verified(ledger, marts))) - {"unshown"} == {"cells"}


def test_many_faults_are_told_by_the_first_and_counted(home):
    home[1].rows = [(number, *home[1].rows[0][1:]) for number in range(100, 120)]
    says = next(check.says for check in verified(*home).checks if check.check == "cells")
    assert says.count("The table") == 5
    assert says.endswith("And 16 more.")


def test_the_label_is_what_opendp_says():
    found = labels.label()
    assert {cost.of: (round(cost.epsilon, 2), round(cost.auc, 3)) for cost in found.costs} == {
        "city, a day": (1.62, 0.588),
        "open, a day": (0.85, 0.549),
        "both, a day": (1.86, 0.601),
        "the most a day": (2.35, 0.624),
        "city, 31 days all alike": (13.77, 0.937),
        "open, 31 days all alike": (6.85, 0.799),
        "both, 31 days all alike": (16.13, 0.959),
    }
    assert [len(release.marts) for release in found.releases] == [14, 14]
    assert doctest.testmod(labels).failed == 0


@pytest.mark.parametrize("is_sound", [True, False])
def test_the_command_says_it_and_fails_where_something_differs(home, is_sound, monkeypatch, capsys):
    if not is_sound:
        home[1].rows.pop()

    class Opened:
        __enter__ = lambda self: self  # noqa: E731
        __exit__ = lambda self, *given: None  # noqa: E731
        verify = lambda self, head: verified(*home, head=head)  # noqa: E731

    monkeypatch.setattr(command, "open_backend", lambda settings: Opened())
    assert command.verify() == (0 if is_sound else 1)
    said = " ".join(capsys.readouterr().out.split())
    assert ("BAD cells:" in said) == (not is_sound)
    assert "Proxy: not checked. None is named in trusted_proxies" in said
    for words in (
        "chain:",
        "16.4",
        "open, a day 0.015 0.85",
        "visitor-portal-day",
        "31 days all alike",
        "δ adds up too: 1.4e-06 a day and 4.34e-05",
        "Who controls the machine",
    ):
        assert words in said
    assert command.verify(json=True) == (0 if is_sound else 1)
    assert msgspec.json.decode(capsys.readouterr().out)["lines"] == 6
