"""What a report of engagement is made of, and where it lies once it is made.

How often somebody was told is counted where it happens, in the transaction that marks a notice, in
shards; everything else a timed function reads, from indexes, and of accounts from a scan.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import get_args
from zlib import crc32

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from stamkund.rules.engagement import Engagement, Told
from stamkund.rules.threads import Thread
from stamkund.rules.words import SaidKind, ThreadKind
from stamkund.tables import keys, surveys
from stamkund.tables.accounts import ACCOUNT, Accounts
from stamkund.tables.attributes import Packed
from stamkund.tables.keys import written
from stamkund.tables.programmes import Programmes
from stamkund.tables.table import client
from stamkund.tables.threads import ThreadItem

REPORT, TOLD = "REPORT", "TOLD#"
SHARDS = 8
PAGE = 1_000


class ReportItem(Programmes):
    report = Packed[Engagement](Engagement)


class TellingItem(Programmes):
    """Of threads of one month and kind, in one of the shards."""

    told = NumberAttribute(default=0)
    nobody = NumberAttribute(default=0)


def count(
    transaction: TransactWrite, shop: str, thread: Thread, month: str, *, reached: bool
) -> None:
    """That somebody was told of a thread, or that there was nobody, or no way."""
    shard = crc32(thread.id.encode()) % SHARDS
    item = TellingItem(_all_of(shop), f"{TOLD}{month}#{thread.kind}#{shard}")
    counter = TellingItem.told if reached else TellingItem.nobody
    transaction.update(item, [counter.add(1)])


def tellings(shop: str, since: str) -> dict[tuple[str, str], Told]:
    """By month and kind, from a month on. One query."""
    found: dict[tuple[str, str], Told] = {}
    within = TellingItem.sk.between(f"{TOLD}{since}", f"{TOLD}~")
    for item in TellingItem.query(_all_of(shop), within):
        _, month, kind, _ = item.sk.split(keys.SEPARATOR)
        if kind not in get_args(SaidKind):
            continue
        before = found.get((month, kind), Told())
        found[month, kind] = Told(before.told + int(item.told), before.nobody + int(item.nobody))
    return found


def opened_since(shop: str, since: datetime) -> Iterator[Thread]:
    """Every thread from then on in which something was said to the shop, by the index of each
    kind."""
    for kind in get_args(SaidKind):
        yield from _opened(shop, kind, since)


def speakers_elsewhere(shop: str, since: datetime) -> Iterator[str]:
    """Who has written in the forum from then on, or answered a question: of most answers there is
    no thread."""
    for thread in _opened(shop, "forum", since):
        if thread.author.side == "member":
            yield thread.author.id
    yield from surveys.answered_since(shop, since)


def _opened(shop: str, kind: ThreadKind, since: datetime) -> Iterator[Thread]:
    after = ThreadItem.opened > written(since)
    for item in ThreadItem.query(keys.of(shop, kind), after, index_name="kind"):
        yield item.thread


def buyers(shops: Collection[str], since: str) -> Iterator[tuple[str, str]]:
    """Shop and id of every member who has bought something on or after a day, and has not left. A
    scan."""
    start: dict[str, object] | None = None
    while True:
        after = {"ExclusiveStartKey": start} if start else {}
        page = client().client.scan(
            TableName=Accounts.full_name(),
            FilterExpression="sk = :account AND active_on >= :since AND orders > :none"
            " AND #status = :active",
            ProjectionExpression="pk",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={
                ":account": {"S": ACCOUNT}, ":since": {"S": since}, ":none": {"N": "0"},
                ":active": {"S": "active"},
            },
            Limit=PAGE,
            **after,
        )  # fmt: skip
        for item in page["Items"]:
            shop = item["pk"]["S"].partition(keys.SEPARATOR)[0]
            if shop in shops:
                yield shop, keys.thing(item["pk"]["S"])
        start = page.get("LastEvaluatedKey")
        if not start:
            return


def keep(shop: str, report: Engagement) -> None:
    ReportItem(_all_of(shop), REPORT, report=report).save()


def find(shop: str) -> Engagement | None:
    """As it was made last. One read."""
    try:
        return ReportItem.get(_all_of(shop), REPORT, consistent_read=True).report
    except DoesNotExist:
        return None


def _all_of(shop: str) -> str:
    return keys.of(shop, "ENGAGEMENT")
