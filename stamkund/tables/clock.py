"""The one clock: real time for a shop, and a movable one for a sandbox shop."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def utc_now() -> datetime:
    return datetime.now(UTC)


_source: list[Callable[[], datetime]] = [utc_now]


def use(real_time: Callable[[], datetime]) -> None:
    _source[0] = real_time


def real_time() -> datetime:
    """What a security decision goes by (does this session still hold?), in a sandbox too."""
    return _source[0]()


def now_for(shop: str, sandbox: bool) -> datetime:  # noqa: FBT001
    """What everything else goes by. A sandbox is asked for its offset every time: a test that has
    moved the clock expects every process to know."""
    if not sandbox:
        return real_time()
    from stamkund.tables import programmes

    return real_time() + timedelta(seconds=programmes.clock_offset(shop))
