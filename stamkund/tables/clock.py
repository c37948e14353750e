"""Real time. What a shop goes by is `shops.now_for`: a sandbox has a clock of its own."""

from collections.abc import Callable
from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)


_source: list[Callable[[], datetime]] = [utc_now]


def use(real_time: Callable[[], datetime]) -> None:
    _source[0] = real_time


def real_time() -> datetime:
    """What a security decision goes by (does this session still hold?), in a sandbox too."""
    return _source[0]()
