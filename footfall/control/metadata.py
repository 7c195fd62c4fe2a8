"""What the control database's tables belong to."""

import sqlalchemy as sa

__all__ = ["metadata"]

metadata = sa.MetaData()
