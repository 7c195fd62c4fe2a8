"""What waits to be counted, in steps that no single visit makes: health is told to whoever asks."""

__all__ = ["complete_minute_ms", "in_steps"]

SEGMENTS, BYTES, MINUTE_MS = 10, 1_000_000, 60_000


def in_steps(segments: int, size: int) -> dict[str, int]:
    """Closed segments and their bytes, rounded down to tens and whole megabytes.

    >>> in_steps(9, 999_999), in_steps(31, 4_200_000)
    ({'segments': 0, 'bytes': 0}, {'segments': 30, 'bytes': 4000000})
    """
    return {"segments": segments // SEGMENTS * SEGMENTS, "bytes": size // BYTES * BYTES}


def complete_minute_ms(until_ms: int, now_ms: int) -> int:
    """The minute up to which everything accepted is counted; what waits for less than one is as good as counted.

    >>> complete_minute_ms(179_500, 180_200), complete_minute_ms(65_000, 180_200)
    (180000, 60000)
    """
    return (now_ms if now_ms - until_ms < MINUTE_MS else until_ms) // MINUTE_MS * MINUTE_MS
