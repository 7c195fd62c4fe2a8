"""A job for each channel: due when there is something to tell it and it is not quiet; what failed is tried again with the job's pauses."""

from collections.abc import Callable
from functools import cache, partial

import msgspec

from footfall.control.alerts import Channel, Logged, State, job_of, list_channels, log_news, read_log
from footfall.errors import FootfallError
from footfall.sentences import NOTHING
from footfall.serve.alerting.letter import Letter, letter_of
from footfall.serve.alerting.news import WEEK_MS, MaySee, News, reader_for, waiting_for
from footfall.serve.alerting.sending import Sender, not_taken, send
from footfall.serve.alerting.times import due_ms, messages
from footfall.serve.alerting.ways import Outcome
from footfall.serve.city_data import contracts, is_readable
from footfall.serve.house import Desk
from footfall.serve.jobs import Job, Stopped
from footfall.serve.pages.alert_words import TELL_CHANNEL
from footfall.serve.secret import Signer
from footfall.vocabulary import Portal

__all__ = ["alert_jobs", "held_back"]

LOGGED_MS = 2 * WEEK_MS
"""What was told before then is older than any news that waits."""


def alert_jobs(desk: Desk, signer: Signer, stopped: Callable[[], bool]) -> list[Job]:
    """A job for each channel. Raises Unavailable where the control database is away."""
    channels = list_channels(desk.control)
    portals = {portal.id: portal for portal in desk.control.portals()} if channels else {}
    sender = Sender(desk.control, desk.settings, signer, desk.now)
    return [_job(desk, sender, stopped, portals[one.site], one) for one in channels if one.site in portals]


def held_back(desk: Desk, portal: Portal, channel: Channel) -> list[News]:
    """What the channel is to be told and was not yet. Raises Unavailable."""
    return waiting_for(desk.control, portal, channel, _log(desk, channel), _may_see(desk, channel), now_ms=desk.now())


def _job(desk: Desk, sender: Sender, stopped: Callable[[], bool], portal: Portal, channel: Channel) -> Job:
    due = due_ms(channel.plan, portal.timezone, held_back(desk, portal, channel), _log(desk, channel), desk.now())
    return Job(
        name=job_of(channel.id),
        title=TELL_CHANNEL,
        about=portal.domain,
        page=f"/portals/{portal.domain}/alerts",
        last_due=lambda now_ms: due if due <= now_ms else 0,
        next_due=lambda now_ms: due if due > now_ms else 0,
        work=partial(_tell, desk, sender, stopped, portal, channel),
    )


def _tell(desk: Desk, sender: Sender, stopped: Callable[[], bool], portal: Portal, channel: Channel, due_at_ms: int) -> str:
    """Send what is to be sent now, the best first. Raises what the first one that was not taken meets: it is tried again."""
    waiting, now_ms = held_back(desk, portal, channel), desk.now()
    for news in messages(channel.plan, portal.timezone, waiting, _log(desk, channel), now_ms):
        if stopped():
            raise Stopped
        _send(sender, portal, channel, news)
    return NOTHING


def _send(sender: Sender, portal: Portal, channel: Channel, news: list[News]) -> None:
    letter = letter_of(sender.settings.public_url.rstrip("/"), portal, channel, news)
    message = f"alert_{channel.id}_{news[0].id.replace(' ', '_')}"
    try:
        outcome = send(sender, portal, channel, letter, message)
    except FootfallError:
        _log_all(sender, channel, news, letter, message, Outcome(False))
        raise
    _log_all(sender, channel, news, letter, message, outcome)
    if not outcome.is_sent:
        raise not_taken()


def _log_all(sender: Sender, channel: Channel, news: list[News], letter: Letter, message: str, outcome: Outcome) -> None:
    state: State = "sent" if outcome.is_sent else "waits"
    at_ms, titles = sender.now(), {item.id: item.title for item in letter.items}
    told = Logged(channel=channel.id, news="", title=letter.title, message=message, state=state, status=outcome.status, at_ms=at_ms)
    each = [msgspec.structs.replace(told, news=one.id, title=titles.get(one.id, letter.title)) for one in news]
    log_news(sender.control, each)


def _log(desk: Desk, channel: Channel) -> list[Logged]:
    return read_log(desk.control, [channel.id], since_ms=desk.now() - LOGGED_MS)


def _may_see(desk: Desk, channel: Channel) -> MaySee:
    """Whether it may see a dataset; contracts are read where there is something of one to tell."""
    readable = cache(lambda: {one.id for one in contracts(desk, is_readable(reader_for(channel)))})
    return lambda dataset: dataset in readable()
