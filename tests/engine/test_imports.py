"""Imports through the real loader: a real log's totals in the answers, and a crash between segment and checkpoint."""

import gzip
import os
from functools import partial

import pytest

from footfall.collect import importing
from footfall.collect.checkpoints import Checkpoints
from footfall.collect.formats import access_logs, ndjson
from footfall.collect.import_salts import ImportSalts
from footfall.collect.importing import iterate_lines, run_import
from footfall.collect.places import open_places
from footfall.vocabulary import Portal
from tests.conftest import DATA
from tests.support.build import Store


class Importer:
    """A portal of its own in the module's store."""

    def __init__(self, engine, folder, site):
        self.portal = Portal(id=site, domain=f"import{site}.example", umami_id="")
        self.store, self.folder = Store(engine, folder, self.portal), folder
        self.salts = ImportSalts(steady_ms=lambda: 0, random=os.urandom, folder=folder / "salts")

    def run(self, content, kind="events", **rest):
        visitor_of = partial(self.salts.visitor, self.portal)
        is_log = kind == "log"
        decode = access_logs.make_decoder(self.portal, visitor_of, open_places("")) if is_log else None
        with self.salts.unfinished(self.portal.id):
            return run_import(
                iterate_lines([content]),
                site=self.portal.id,
                decode=decode or (lambda line: ndjson.decode_line(line, self.portal, visitor_of)),
                journal=self.store.folder,
                load=self.store.loader.load,
                checkpoints=Checkpoints(self.folder / "imports", self.portal.id),
                kind=kind,
                **rest,
            )


@pytest.mark.realdata
def test_answers_about_a_real_log_equal_the_independent_count(embedded_engine, tmp_path):
    importer = Importer(embedded_engine, tmp_path, 901)
    content = gzip.decompress((DATA / "apache_logs" / "apache_logs.gz").read_bytes())
    for accepted, already in ((2204, 0), (0, 10_000)):
        report = importer.run(content, "log")
        assert (report.lines, report.accepted, report.already) == (10_000, accepted, already)
        days = importer.store.ask("pageviews", "visitors", by="time:day", date_range=["2015-05-01", "2015-05-31"])
        assert days == [
            (["2015-05-17"], [339, 160]),
            (["2015-05-18"], [656, 290]),
            (["2015-05-19"], [692, 313]),
            (["2015-05-20"], [517, 268]),
        ]


def events(first, last):
    return "".join(
        f'{{"timestamp": "2026-03-05T{number // 60:02}:{number % 60:02}:00Z", "visitor": "v", "pathname": "/{number}"}}\n'
        for number in range(first, last)
    ).encode()


@pytest.mark.parametrize("site, place", [(902, "write_segment"), (903, "after write"), (904, "finish")])
def test_crash_around_a_load_doubles_nothing_and_the_visit_goes_on(embedded_engine, tmp_path, monkeypatch, site, place):
    importer = Importer(embedded_engine, tmp_path, site)

    def dies(*given):
        raise KeyboardInterrupt

    def told(report):
        if report.lines == 4:
            if place == "after write":
                monkeypatch.setattr(importing, "write_segment", lambda *given: (write(*given), dies()))
            else:
                monkeypatch.setattr(importing if place == "write_segment" else importing.Checkpoints, place, dies)

    write = importing.write_segment
    with pytest.raises(KeyboardInterrupt):
        importer.run(events(0, 10), chunk_lines=4, progress=told)
    monkeypatch.undo()
    importer.salts = ImportSalts(steady_ms=lambda: 0, random=os.urandom, folder=tmp_path / "salts")
    report = importer.run(events(0, 10), chunk_lines=4)
    assert report.lines == 10
    assert importer.store.only("pageviews", "visitors", "visits") == [10, 1, 1]
    assert list((tmp_path / "salts").iterdir()) == []
    assert list(importer.store.folder.glob("import-*")) == []


def test_pings_without_a_visit_are_told_as_such(embedded_engine, tmp_path):
    importer = Importer(embedded_engine, tmp_path, 905)
    lines = [
        '{"timestamp": "2026-03-05T10:00:00Z", "visitor": "a"}',
        '{"timestamp": "2026-03-05T10:05:00Z", "visitor": "a", "name": "engagement"}',
        '{"timestamp": "2026-03-05T10:05:00Z", "visitor": "b", "name": "engagement"}',
    ]
    report = importer.run("\n".join(lines).encode())
    assert (report.accepted, report.passed, report.refused) == (2, {"no_visit": 1}, 0)


def test_ping_before_midnight_alone_makes_no_visitor_of_two_days_one(embedded_engine, tmp_path):
    importer = Importer(embedded_engine, tmp_path, 906)
    times = ["2026-03-05T12:00:00Z", "2026-03-05T23:55:00Z", "2026-03-06T00:05:00Z"]
    names = ["pageview", "engagement", "pageview"]
    importer.run(
        b"".join(
            b'{"timestamp": "%b", "visitor": "a", "name": "%b"}\n' % (t.encode(), n.encode()) for t, n in zip(times, names, strict=True)
        )
    )
    assert importer.store.ask("visitors", date_range=["2026-03-05", "2026-03-06"]) == [([], [2])]
