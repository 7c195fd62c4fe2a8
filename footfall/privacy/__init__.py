"""The one door out: ``release`` turns an ``Answer`` into a ``Released[Answer]`` under a named policy."""

from footfall.privacy.release import Released, release, release_count, release_events, release_measures

__all__ = ["Released", "release", "release_count", "release_events", "release_measures"]
