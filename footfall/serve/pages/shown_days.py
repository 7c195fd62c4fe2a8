"""Days as the chooser of periods takes them, where a page knows no instants."""

from datetime import date

import msgspec

__all__ = ["Day"]


class Day(msgspec.Struct, frozen=True):
    """A local day; as of an instant, its day is ``date()``."""

    day: date

    def date(self) -> date:
        return self.day
