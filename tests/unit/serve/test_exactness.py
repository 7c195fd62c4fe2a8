"""Under the policy ``exact`` nobody has company."""

import pytest

from footfall.control.database import open_control
from footfall.control.operators import add_operator, disable_operator, give_grant
from footfall.control.roles import Grant
from footfall.errors import BadSetting, Conflict
from footfall.serve.exactness import refuse_exact_company, refuse_exact_start
from footfall.serve.house import House
from footfall.settings import Settings

ANN, BOB = "ann@example.city", "bob@example.city"


@pytest.fixture
def control(tmp_path):
    opened = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: 0)
    for domain, group in (("a.example", "north"), ("b.example", "south")):
        opened.create_portal(domain=domain, group=group)
    for email, group in ((ANN, "north"), (BOB, "south")):
        add_operator(opened, email, now_ms=0)
        give_grant(opened, email, Grant("viewer", "group", group), now_ms=0)
    yield opened
    opened.close()


def test_exact_starts_with_one_who_sees_a_group_and_not_with_two(control, tmp_path):
    exact = Settings(home=str(tmp_path), policy="exact")
    refuse_exact_start(exact, control)
    give_grant(control, BOB, Grant("viewer", "portal", "1"), now_ms=0)
    with pytest.raises(BadSetting, match=r"ann@example.city, bob@example.city may see portal group 'north'"):
        refuse_exact_start(exact, control)
    with pytest.raises(BadSetting, match="single developer"):
        House(exact)
    refuse_exact_start(Settings(home=str(tmp_path), policy="staff"), control)
    disable_operator(control, BOB, now_ms=0)
    refuse_exact_start(exact, control)


@pytest.mark.parametrize("email", [BOB, "new@example.city", " BOB@example.city"])
def test_a_second_operator_of_a_group_is_refused_under_exact(control, tmp_path, email):
    exact, staff = (Settings(home=str(tmp_path), policy=policy) for policy in ("exact", "staff"))
    for grant in (Grant("viewer", "group", "north"), Grant("admin"), Grant("viewer", "portal", "1")):
        with pytest.raises(Conflict, match=r"only one operator may see a portal group, and ann@example.city may see 'north'"):
            refuse_exact_company(exact, control, email, grant)
        refuse_exact_company(staff, control, email, grant)
    refuse_exact_company(exact, control, BOB, Grant("admin", "group", "south"))


def test_a_disabled_operator_does_not_come_back_as_a_second(control, tmp_path):
    exact = Settings(home=str(tmp_path), policy="exact")
    give_grant(control, BOB, Grant("viewer", "portal", "1"), now_ms=0)
    disable_operator(control, BOB, now_ms=0)
    with pytest.raises(Conflict, match=r"ann@example.city may see 'north' already"):
        refuse_exact_company(exact, control, BOB)
