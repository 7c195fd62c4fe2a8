"""A PostgreSQL that goes away and comes back."""

import pytest

from footfall.control.database import open_control
from footfall.errors import Unavailable
from tests.support.postgresql_server import PostgresqlServer


@pytest.mark.postgresql
def test_database_that_went_away_is_unavailable_until_it_is_back():
    server = PostgresqlServer()
    server.start()
    try:
        control = open_control(server.url, lambda: 0)
        control.create_portal(domain="a.example")
        server.stop()
        with pytest.raises(Unavailable, match="does not answer"):
            control.portals()
        server.resume()
        assert [portal.domain for portal in control.portals()] == ["a.example"]
        control.close()
        server.stop()
    finally:
        server.remove()
