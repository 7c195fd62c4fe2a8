"""Saved funnels: a portal's steps under a name, in the control database."""

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.tables import funnels
from footfall.control.transactions import Database
from footfall.errors import BadInput, Conflict, NotFound
from footfall.sentences import NONE_YET
from footfall.vocabulary import Funnel, Goal, Portal, Step

__all__ = ["FEWEST_STEPS", "MOST_STEPS", "checked_steps", "delete_funnel", "find_funnel", "list_funnels", "save_funnel"]

FEWEST_STEPS, MOST_STEPS = 2, 8
MOST_FUNNELS = 100
"""On one portal."""
LONGEST_NAME, LONGEST_PATH = 100, 2000
LARGEST_ID = 2**31 - 1
decode_steps = msgspec.json.Decoder(tuple[Step, ...]).decode


def checked_steps(steps: tuple[Step, ...], goals: tuple[Goal, ...]) -> tuple[Step, ...]:
    """The steps, each a goal that the portal has or a page.

    Raises:
        BadInput: they are too few or too many, or one is neither.
    """
    if not FEWEST_STEPS <= len(steps) <= MOST_STEPS:
        raise BadInput("A funnel has {fewest} to {most} steps.", fewest=FEWEST_STEPS, most=MOST_STEPS)
    names = [goal.display_name for goal in goals]
    for place, step in enumerate(steps, start=1):
        if bool(step.goal) == bool(step.page):
            raise BadInput("Step {place} is neither a goal nor a page.", place=place)
        if step.goal and step.goal not in names:
            valid = ", ".join(names) or NONE_YET
            raise BadInput(
                "Step {place} names the goal {goal!r}, which is not set up here. Valid: {valid}.", place=place, goal=step.goal, valid=valid
            )
        if step.page and not (step.page.startswith("/") and len(step.page) <= LONGEST_PATH):
            raise BadInput(
                "Step {place} names the page {page!r}. Valid: a path that starts with '/', where * and ** match anything.",
                place=place,
                page=step.page[:100],
            )
    return steps


def list_funnels(database: Database, portal_id: int) -> tuple[Funnel, ...]:
    """The portal's funnels by name."""
    wanted = sa.select(funnels).where(funnels.c.portal_id == portal_id).order_by(funnels.c.name, funnels.c.id)
    with database.reading() as connection:
        return tuple(_funnel(row) for row in connection.execute(wanted))


def find_funnel(database: Database, portal_id: int, id: int) -> Funnel:
    """Raises NotFound where the portal has no such funnel."""
    with database.reading() as connection:
        return _find(connection, portal_id, id)


def save_funnel(database: Database, portal: Portal, name: str, steps: tuple[Step, ...], *, now_ms: int, id: int = 0) -> Funnel:
    """A new funnel, or with ``id`` that one changed. The steps are checked ones.

    Raises:
        BadInput: the name is not valid, or the portal has as many funnels as it may have.
        Conflict: another funnel of the portal has that name.
        NotFound: there is none of that id.
    """
    name, action = " ".join(name.replace("\0", " ").split()), "funnel changed" if id else "funnel added"
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadInput("A funnel needs a name of up to {most} characters.", most=LONGEST_NAME)
    with database.writing() as connection:
        known = connection.execute(sa.select(funnels.c.id, funnels.c.name).where(funnels.c.portal_id == portal.id)).all()
        if any(other.name == name and other.id != id for other in known):
            raise Conflict("Another funnel has that name already.")
        if not id and len(known) >= MOST_FUNNELS:
            raise BadInput("A portal has at most {most} funnels.", most=MOST_FUNNELS)
        values = {"portal_id": portal.id, "name": name, "steps": msgspec.json.encode(steps).decode()}
        if id:
            _find(connection, portal.id, id)
            connection.execute(funnels.update().where(funnels.c.id == id).values(values))
        else:
            key = connection.execute(funnels.insert().values(values)).inserted_primary_key
            assert key is not None
            id = int(key[0])
        note(connection, now_ms, action, f"{portal.domain}: {name}")
    return Funnel(id=id, portal_id=portal.id, name=name, steps=steps)


def delete_funnel(database: Database, portal: Portal, id: int, *, now_ms: int) -> None:
    """Raises NotFound where the portal has no such funnel."""
    with database.writing() as connection:
        found = _find(connection, portal.id, id)
        connection.execute(funnels.delete().where(funnels.c.id == id))
        note(connection, now_ms, "funnel removed", f"{portal.domain}: {found.name}")


def _find(connection: sa.Connection, portal_id: int, id: int) -> Funnel:
    wanted = sa.select(funnels).where(funnels.c.portal_id == portal_id, funnels.c.id == id)
    row = connection.execute(wanted).first() if id <= LARGEST_ID else None
    if row is None:
        raise NotFound("There is no such funnel on this portal.")
    return _funnel(row)


def _funnel(row: sa.Row[tuple[int, int, str, str]]) -> Funnel:
    return Funnel(id=row.id, portal_id=row.portal_id, name=row.name, steps=decode_steps(row.steps))
