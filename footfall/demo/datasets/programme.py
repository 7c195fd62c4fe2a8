"""The same programme of events as the halls' own table: a row an event, with who to call."""

from pathlib import Path

from footfall.demo.datasets.events import happenings
from footfall.demo.datasets.plan import Season, SourceTruth

__all__ = ["write_programme"]


def write_programme(folder: Path, season: Season) -> SourceTruth:
    """``programme-YYYY-MM.csv``, one a month: date (dd.MM.yyyy), time, event, category, venue, district, status, organiser, contact.

    Sums: ``events by day, category, venue, status``. No faults.
    """
    truth, people = SourceTruth(), season.passers(season.chance("programme"))
    events = tuple(happenings(season))
    for month in season.months:
        lines = ["date,time,event,category,venue,district,status,organiser,contact\n"]
        for event in events:
            if event.start.date() not in month:
                continue
            who, status = next(people), "cancelled" if event.cancelled else "confirmed"
            truth.put("events by day, category, venue, status", (str(event.start.date()), event.category, event.venue, status), 1)
            where = f"{event.name},{event.category},{event.venue},{event.district}"
            lines.append(f"{event.start:%d.%m.%Y},{event.start:%H:%M},{where},{status},{who.name},{who.phone}\n")
        truth.write(folder / f"programme-{month[0]:%Y-%m}.csv", "".join(lines), rows=len(lines) - 1)
    return truth
