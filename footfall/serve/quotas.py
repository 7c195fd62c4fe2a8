"""How much of the content service a key may have: so many requests a minute in this process, and so many a day in all of them together.

Of a day's quota a process takes a share from the control database when it has none left, so several apps together never give more than the
quota. What a process took and did not use is lost for that day, a hundredth of the quota at most.
"""

import threading
from datetime import UTC, datetime, timedelta

import msgspec

from footfall.control.keys import Key
from footfall.control.transactions import Database
from footfall.control.usage import Usage, add_usage, day_at, take_quota
from footfall.errors import RateLimited
from footfall.vocabulary import Clock

__all__ = ["Quotas", "Standing"]

MINUTE_MS, DAY_S = 60_000, 86_400
SHARES, MOST_TAKEN = 100, 10_000


class Standing(msgspec.Struct, frozen=True):
    """How a key stands after a request: what its answer's headers say."""

    per_minute: int
    per_day: int
    left: int
    """Requests of this minute, or none where the day's are used up."""
    reset_s: int
    """Until there are more."""

    def headers(self) -> dict[str, str]:
        """As the drafts of the IETF name them."""
        return {
            "ratelimit-limit": str(self.per_minute),
            "ratelimit-remaining": str(self.left),
            "ratelimit-reset": str(self.reset_s),
            "ratelimit-policy": f"{self.per_minute};w=60, {self.per_day};w={DAY_S}",
        }


class Account(msgspec.Struct):
    """Of one key, in this process."""

    minute_ms: int
    asked: int = 0
    """In this minute."""
    day: str = ""
    taken: int = 0
    """Of the day's quota, not used yet."""
    used_up_of: int = 0
    """The day's quota that is used up; 0: it is not. A key that is made anew with more has more left."""


class Quotas:
    """Counts requests by key and kind; from any thread."""

    def __init__(self, control: Database, *, now: Clock, steady_ms: Clock) -> None:
        self._control, self._now, self._steady_ms = control, now, steady_ms
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._accounts: dict[str, Account] = {}
        self._counted: dict[tuple[str, str, str], list[int]] = {}
        """Key, day and kind: asked and refused, not written yet."""

    def count(self, key: Key, what: str) -> Standing:
        """One more request.

        Raises:
            RateLimited: the key had its minute's or its day's requests; says when there are more.
            Unavailable: the control database is away, and this process has none of the day's quota left.
        """
        with self._lock:
            return self._count(key, what)

    def count_at_once(self, key: Key, what: str) -> Standing | None:
        """As ``count``, but ``None``, and nothing counted, where that would wait: for the control database, or for who asks it just now."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            account = self._accounts.get(key.name)
            is_known = (
                account is not None and account.day == day_at(self._now()) and (account.taken > 0 or account.used_up_of >= key.per_day)
            )
            return self._count(key, what) if is_known else None
        finally:
            self._lock.release()

    def write(self) -> None:
        """Keep what was counted, also what another thread is writing just now. Raises Unavailable: then it waits on."""
        with self._writing:
            self._write()

    def _write(self) -> None:
        with self._lock:
            counted, self._counted = self._counted, {}
        if not counted:
            return
        try:
            found = [Usage(key=key, day=day, what=what, asked=one[0], refused=one[1]) for (key, day, what), one in counted.items()]
            add_usage(self._control, found, now_ms=self._now())
        except BaseException:
            with self._lock:
                for of, (asked, refused) in counted.items():
                    kept = self._counted.setdefault(of, [0, 0])
                    kept[0], kept[1] = kept[0] + asked, kept[1] + refused
            raise

    def _count(self, key: Key, what: str) -> Standing:
        now_ms = self._now()
        day, account = day_at(now_ms), self._account(key.name)
        counted = self._counted.setdefault((key.name, day, what), [0, 0])
        counted[0] += 1
        wait_s = self._wait_s(key, account, day, now_ms)
        reset_s = _left_s(account, self._steady_ms())
        if wait_s:
            counted[1] += 1
            raise _limited(key, wait_s, is_day=account.used_up_of >= key.per_day)
        account.asked, account.taken = account.asked + 1, account.taken - 1
        return Standing(key.per_minute, key.per_day, key.per_minute - account.asked, reset_s)

    def _account(self, name: str) -> Account:
        now_ms = self._steady_ms()
        account = self._accounts.setdefault(name, Account(now_ms))
        if now_ms - account.minute_ms >= MINUTE_MS:
            account.minute_ms, account.asked = now_ms, 0
        return account

    def _wait_s(self, key: Key, account: Account, day: str, now_ms: int) -> int:
        """Seconds until the key may ask again; 0 where it may now."""
        if account.day != day:
            account.day, account.taken, account.used_up_of = day, 0, 0
        if not account.taken and account.used_up_of < key.per_day:
            wanted = max(1, min(MOST_TAKEN, key.per_day // SHARES))
            account.taken = take_quota(self._control, key.name, day, wanted=wanted, quota=key.per_day)
            account.used_up_of = 0 if account.taken else key.per_day
        if account.used_up_of >= key.per_day:
            return _until_midnight_s(now_ms)
        return max(1, _left_s(account, self._steady_ms())) if account.asked >= key.per_minute else 0


def _left_s(account: Account, steady_ms: int) -> int:
    return (account.minute_ms + MINUTE_MS - steady_ms + 999) // 1000


def _limited(key: Key, wait_s: int, *, is_day: bool) -> RateLimited:
    if is_day:
        return RateLimited(
            "This key had its {most} requests of the day; the next begins at midnight UTC.", most=key.per_day, retry_after_s=wait_s
        )
    return RateLimited(
        "This key is limited to {most} requests a minute; try again in {wait_s} seconds.",
        most=key.per_minute,
        wait_s=wait_s,
        retry_after_s=wait_s,
    )


def _until_midnight_s(now_ms: int) -> int:
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight - now).total_seconds()) + 1
