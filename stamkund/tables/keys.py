"""How partition keys are put together: the shop first, always."""

from datetime import UTC, datetime
from zlib import crc32

SEPARATOR = "#"
SHARDS = 8


def of(shop: str, thing: str) -> str:
    return f"{shop}{SEPARATOR}{thing}"


def parts(key: str) -> tuple[str, str]:
    """The shop, and what comes after it."""
    shop, _, thing = key.partition(SEPARATOR)
    return shop, thing


def thing(key: str) -> str:
    """What comes after the shop."""
    return parts(key)[1]


def written(moment: datetime) -> str:
    """Always in UTC, so that text sorts as time does."""
    return moment.astimezone(UTC).isoformat()


def sharded(shop: str, day: str, thing: str) -> str:
    """One of a few partitions per day, so that no index partition takes all writes of a shop."""
    return f"{shop}{SEPARATOR}{day}{SEPARATOR}{crc32(thing.encode()) % SHARDS}"


def shards(shop: str, day: str) -> list[str]:
    return [f"{shop}{SEPARATOR}{day}{SEPARATOR}{shard}" for shard in range(SHARDS)]
