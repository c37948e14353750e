"""Some members of every shop, others each day. There is no list of them: chance has to find them.

Partitions lie in the order of a hash of their keys. Reading on from any place in that order meets
members who have nothing in common; and from the same place, the same ones.
"""

from collections.abc import Collection, Iterator
from hashlib import sha256

from stamkund.tables import keys
from stamkund.tables.accounts import ACCOUNT, Accounts
from stamkund.tables.table import client

PAGE = 1_000
# What looking may cost where a shop has few members among many of others.
MOST_PAGES = 50


def members_on(day: str, shops: Collection[str], size: int) -> dict[str, list[str]]:
    """So many of each shop, fewer where there are not so many or it takes too long to find them."""
    found: dict[str, list[str]] = {shop: [] for shop in shops}
    for key in _from(sha256(day.encode()).hexdigest()):
        shop, member = keys.parts(key)
        mine = found.get(shop)
        if mine is None or len(mine) == size:
            continue
        if member in mine:
            break  # once round
        mine.append(member)
        if all(len(members) == size for members in found.values()):
            break
    return found


def _from(place: str) -> Iterator[str]:
    """Keys of accounts, from a place on and then from the beginning."""
    start: dict[str, dict[str, str]] | None = {"pk": {"S": place}, "sk": {"S": ACCOUNT}}
    for _ in range(MOST_PAGES):
        after = {"ExclusiveStartKey": start} if start else {}
        page = client().client.scan(
            TableName=Accounts.full_name(),
            FilterExpression="sk = :account",
            ProjectionExpression="pk",
            ExpressionAttributeValues={":account": {"S": ACCOUNT}},
            Limit=PAGE,
            **after,
        )
        yield from (item["pk"]["S"] for item in page["Items"])
        start = page.get("LastEvaluatedKey")
