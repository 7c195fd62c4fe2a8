"""Times of a service day: 25:10:00 is ten past one on the next day, as GTFS and its kin write it."""

from collections.abc import Mapping

from footfall.errors import BadInput
from footfall.sources.contract import Contract

__all__ = ["in_calendar_days"]

HOURS = r"toUInt16OrZero(extract(ifNull({time}, ''), '^\\s*(\\d{{1,3}}):'))"
TIME = r"if({hours} < 24, {time}, concat(leftPad(toString({hours} % 24), 2, '0'), extract(ifNull({time}, ''), ':.*$')))"
MOVED = "formatDateTime(parseDateTimeBestEffortOrNull({date}, 'UTC') + toIntervalDay(intDiv({hours}, 24)), '{form}')"
DATE = "multiIf({hours} < 24, {date}, position(ifNull({date}, ''), '-') > 0, {dashed}, {plain})"


def in_calendar_days(kept: Mapping[str, str], texts: Mapping[str, str], contract: Contract) -> dict[str, str]:
    """``kept`` with the columns of the options ``service_date`` and ``service_time`` moved on by whole days, times below 24:00:00.

    Raises:
        BadInput: an option names a column that the file does not have.
    """
    date, time = contract.options.get("service_date", ""), contract.options.get("service_time", "")
    if not date and not time:
        return dict(kept)
    if date not in texts or time not in texts:
        raise BadInput("Options service_date and service_time name one column each. Valid: {valid}.", valid=", ".join(texts))
    given = {"date": texts[date], "time": texts[time], "hours": HOURS.format(time=texts[time])}
    later = {"dashed": MOVED.format(form="%Y-%m-%d", **given), "plain": MOVED.format(form="%Y%m%d", **given)}
    moved = {date: DATE.format(**given, **later), time: TIME.format(**given)}
    return {name: moved.get(name, text) for name, text in kept.items()}
