"""Wi-Fi of stations: RADIUS accounting, as the server's detail files and as an export of its SQL table.

User-Name is the telephone number that a passenger logged in with, Calling-Station-Id the device: neither may outlive a load.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from footfall.demo.city import COMMUTE
from footfall.demo.datasets.people import PLANTED_PEOPLE, Person
from footfall.demo.datasets.plan import Season, SourceTruth, dirty, moment, seconds_of
from footfall.demo.datasets.stops import STATIONS, Stop

__all__ = ["RADACCT_COLUMNS", "write_detail", "write_radacct"]

SESSIONS_A_DAY = 700
DETAIL_DAYS = 3
"""How long the server keeps its detail files."""
GIGAWORD = 1 << 32
INTERIM_S = 600
RADACCT_COLUMNS = (
    "radacctid", "acctsessionid", "acctuniqueid", "username", "nasipaddress", "nasidentifier", "acctstarttime", "acctstoptime",
    "acctsessiontime", "acctinputoctets", "acctoutputoctets", "calledstationid", "callingstationid", "acctterminatecause",
    "framedipaddress",
)  # fmt: skip


class Session(msgspec.Struct, frozen=True):
    """One stay in the network."""

    id: str
    start: datetime
    """Local, as the rest."""
    seconds: int
    octets_in: int
    octets_out: int
    station: Stop
    who: Person

    @property
    def end(self) -> datetime:
        """When it was closed."""
        return self.start + timedelta(seconds=self.seconds)


def write_radacct(folder: Path, season: Season) -> SourceTruth:
    """``radacct-YYYY-MM.csv``, one a month: RADACCT_COLUMNS, local times without an offset, gigawords added to the octets.

    Sums ``by hour, station`` (of the start) and ``by last hour, station`` (of the end): ``sessions``, ``seconds``, ``octets`` (both
    ways); ``devices by last day, station``: those that a file tells apart.
    Faults: a session that was never closed has no stop time.
    """
    truth = SourceTruth()
    for month in season.months:
        lines, devices = [",".join(RADACCT_COLUMNS) + "\n"], set()
        for day in month:
            for session in _sessions(season, day):
                open_ = session.id.endswith("00")
                truth.faults["never closed"] += open_
                if not open_:
                    _count(truth, session)
                    devices.add((str(session.end.date()), session.station.id, session.who.mac))
                lines.append(_exported(session, len(lines), open_=open_))
        truth.count("devices by last day, station", (device[:2] for device in devices))
        truth.write(folder / f"radacct-{month[0]:%Y-%m}.csv", "".join(lines), rows=len(lines) - 1)
    return truth


def write_detail(folder: Path, season: Season) -> SourceTruth:
    """``detail-YYYYMMDD``, one a day, of the last DETAIL_DAYS: Start, Interim-Update and Stop records of the same sessions as the export.

    A record stands in the file of its session's first day. Rows are records; sums are as of ``write_radacct`` and count what was stopped.
    Faults: none; a session without a Stop counts nowhere.
    """
    truth = SourceTruth()
    for day in season.dates[-DETAIL_DAYS:]:
        records, devices = [], set()
        for session in _sessions(season, day):
            lost = session.id.endswith("00")
            records += list(_records(session, lost=lost))
            if not lost:
                _count(truth, session)
                devices.add((str(session.end.date()), session.station.id, session.who.mac))
        truth.count("devices by last day, station", (device[:2] for device in devices))
        records.sort(key=lambda record: record[0])
        truth.write(folder / f"detail-{day:%Y%m%d}", "".join(text for _, text in records), rows=len(records))
    return truth


def _sessions(season: Season, day: date) -> Iterator[Session]:
    """A day's sessions, the same for whoever asks. Those that tests look for are here every day, one session each at least."""
    dice = season.chance("wifi", day)
    number = max(30, season.number(dice, SESSIONS_A_DAY * (season.work(day) + 0.3) * (1.2 if day in season.festival else 1.0)))
    people = season.passers(dice)
    weights = [station.weight**3 * (4.0 if station.is_stadium and day in season.festival else 1.0) for station in STATIONS]
    where, earlier = dice.choices(STATIONS, weights, k=number), list(season.people[:1])
    for place, second in enumerate(seconds_of(dice, COMMUTE, number)):
        who = dice.choice(earlier) if place >= PLANTED_PEOPLE and dirty(dice, 3) else next(people)
        earlier.append(who)
        traffic = int(dice.lognormvariate(16.5, 1.6))
        octets_out = traffic + (GIGAWORD if dirty(dice, 300) else 0)
        seconds, name = int(40 + dice.random() * 3000), f"{day:%y%m%d}{place:04X}{int(dice.random() * 100):02}"
        yield Session(name, moment(day, second), seconds, traffic // 8, octets_out, where[place], who)


def _count(truth: SourceTruth, session: Session) -> None:
    for hour, time in (("hour", session.start), ("last hour", session.end)):
        key = (time.isoformat()[:13], session.station.id)
        for name, value in (("sessions", 1), ("seconds", session.seconds), ("octets", session.octets_in + session.octets_out)):
            truth.put(f"{name} by {hour}, station", key, value)


def _exported(session: Session, number: int, *, open_: bool) -> str:
    stop, cause = ("", "") if open_ else (str(session.end), "User-Request")
    who, station = session.who, session.station
    first = f"{number},{session.id},{session.id.lower():0>32},{who.msisdn},10.20.0.{station.number},{station.id}"
    used = f"{session.seconds},{session.octets_in},{session.octets_out}"
    last = f"{station.access_point},{who.mac},{cause},{who.ip}"
    return f"{first},{session.start},{stop},{used},{last}\n"


def _records(session: Session, *, lost: bool) -> Iterator[tuple[datetime, str]]:
    yield session.start, _record(session, "Start", 0)
    for seconds in range(INTERIM_S, session.seconds, INTERIM_S):
        yield session.start + timedelta(seconds=seconds), _record(session, "Interim-Update", seconds)
    if not lost:
        yield session.end, _record(session, "Stop", session.seconds)


def _record(session: Session, status: str, seconds: int) -> str:
    """One record in FreeRADIUS's manner: a line of time, lines of attributes, an empty line."""
    time = session.start + timedelta(seconds=seconds)
    lines = [
        f"{time:%a %b %e %H:%M:%S %Y}",
        f"\tAcct-Status-Type = {status}",
        f'\tAcct-Session-Id = "{session.id}"',
        f'\tUser-Name = "{session.who.msisdn}"',
        f'\tNAS-Identifier = "{session.station.id}"',
        f"\tNAS-IP-Address = 10.20.0.{session.station.number}",
        f'\tCalled-Station-Id = "{session.station.access_point}"',
        f'\tCalling-Station-Id = "{session.who.mac}"',
        f"\tFramed-IP-Address = {session.who.ip}",
        f'\tEvent-Timestamp = "{time:%b %e %Y %H:%M:%S} MSK"',
    ]
    if status != "Start":
        part = seconds / session.seconds
        lines += [f"\tAcct-Session-Time = {seconds}", *_octets("Input", int(session.octets_in * part))]
        lines += _octets("Output", int(session.octets_out * part))
    if status == "Stop":
        lines.append("\tAcct-Terminate-Cause = User-Request")
    return "\n".join((*lines, "\tAcct-Delay-Time = 0", "", ""))


def _octets(way: str, octets: int) -> tuple[str, str]:
    return f"\tAcct-{way}-Octets = {octets % GIGAWORD}", f"\tAcct-{way}-Gigawords = {octets // GIGAWORD}"
