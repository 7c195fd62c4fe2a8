"""What the loads of a dataset that are read came to together."""

import msgspec
import sqlalchemy as sa

from footfall.control.load_sums import counted, is_few
from footfall.control.tables import loads
from footfall.control.transactions import Database

__all__ = ["Totals", "began_ms", "totals_of"]

MOST_NUMBERS = 50


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Of the loads whose rows are read."""

    loads: int
    """As ``is_few`` lets see them."""
    numbers: tuple[int, ...]
    """Of the newest, at most 50, newest first."""
    kept: int
    folded: int
    """Rows that are in no cell, since they were too few up to the last rung."""
    refused: int
    ended_ms: int
    """When the newest ended; 0 without one."""
    contract_versions: tuple[str, ...]


def totals_of(database: Database, dataset: str, *, floor: int, step: int) -> Totals:
    """Rows as ``counted`` has them; zeros for a dataset without a load."""
    of_it = sa.and_(loads.c.dataset == dataset, loads.c.state == "current")
    columns = [sa.func.coalesce(sa.func.sum(counted(name, floor, step)), 0) for name in ("kept", "folded", "refused")]
    seen = sa.func.coalesce(sa.func.sum(sa.case((is_few(), 0), else_=1)), 0)
    wanted = sa.select(seen, *columns, sa.func.coalesce(sa.func.max(loads.c.ended_ms), 0)).where(of_it)
    newest = sa.select(loads.c.number).where(of_it, sa.not_(is_few())).order_by(loads.c.number.desc()).limit(MOST_NUMBERS)
    versions = sa.select(loads.c.contract_version).where(of_it).distinct().order_by(loads.c.contract_version)
    with database.reading() as connection:
        count, kept, folded, refused, ended_ms = map(int, connection.execute(wanted).one())
        return Totals(
            loads=count,
            numbers=tuple(connection.scalars(newest)),
            kept=kept,
            folded=folded,
            refused=refused,
            ended_ms=ended_ms,
            contract_versions=tuple(connection.scalars(versions)),
        )


def began_ms(database: Database, number: int) -> int:
    """When that load began: it holds nothing later. 0 where it is not known any more."""
    with database.reading() as connection:
        return int(connection.scalar(sa.select(loads.c.started_ms).where(loads.c.number == number)) or 0)
