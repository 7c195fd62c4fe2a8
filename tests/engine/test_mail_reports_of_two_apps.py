"""Two apps that share a control database send a report once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.mail_office import ANN, BOB, Office, visits
from tests.support.mail_server import MailServer
from tests.support.postgresql_server import PostgresqlServer


@pytest.mark.postgresql
def test_two_apps_on_one_postgresql_send_once(tmp_path):
    database, server = PostgresqlServer(), MailServer()
    database.start()
    server.start()
    try:
        offices = [Office(tmp_path, server, control=database.url) for _ in range(2)]
        portal = offices[0].control.create_portal(domain="two.example", timezone="Europe/Moscow")
        offices[0].load(portal, *visits(portal, "2026-03-24", "/", 12))
        report = offices[0].report(portal, ANN, BOB)
        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(lambda office: office.jobs.round(), offices))
        assert sorted(made) == [0, 1]
        assert [to for to, _ in server.take()] == [ANN, BOB]
        assert offices[1].run(report).state == "done"
        for office in offices:
            office.desk.close()
        database.stop()
    finally:
        server.stop()
        database.remove()
