"""The calendar of this home: holidays of the setting ``country``, and what the file of ``calendar_file`` plans."""

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import structlog

from footfall.errors import BadInput, BadSetting
from footfall.settings import Settings
from footfall.trends.calendar import Calendar, Planned, is_country, read_planned

__all__ = ["calendar_of", "refuse_unknown_country"]

log = structlog.get_logger()
AROUND = timedelta(days=3 * 366)


def calendar_of(settings: Settings, today: date) -> Calendar:
    """Three years back and ahead. A file that cannot be read any more plans nothing, and the log says so."""
    return Calendar(settings.country, _planned(settings.calendar_file, today.replace(day=1)) if settings.calendar_file else ())


def refuse_unknown_country(settings: Settings) -> None:
    """Raises BadSetting for a country, or a part of one, whose holidays nobody knows."""
    if settings.country and not is_country(settings.country):
        raise BadSetting(f"Setting 'country' has {settings.country!r}, whose holidays are not known. Valid: a code such as RU, or DE-BE.")


def _planned(file: str, around: date) -> tuple[Planned, ...]:
    path = Path(file).expanduser()
    try:
        return _read(path, path.stat().st_mtime_ns, around)
    except (OSError, BadInput) as error:
        log.warning("the calendar of planned events cannot be read", reason=str(error))
        return ()


@lru_cache(maxsize=4)
def _read(path: Path, changed_ns: int, around: date) -> tuple[Planned, ...]:
    return read_planned(path, around - AROUND, around + AROUND)
