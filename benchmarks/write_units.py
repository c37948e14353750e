"""What an order of three lines writes, by AWS's formula on the items as they really were.

From commit up to and including the recalculation that the ledger's stream sets off; confirming is
told apart, and what falls due by itself is done at night, as ever. Members with 10 and with
100,000 earlier orders go on to buy once a month for a year, and one of them every day for another.
"""

from collections.abc import Iterator, Sequence
from statistics import mean
from typing import NamedTuple

from benchmarks import history, scene
from benchmarks.database import ask, opened
from benchmarks.figures import Figure, at_most, information
from functions.members import recalculate_tier, review_accounts
from stamkund.rules.account import Account
from stamkund.rules.selection import moment
from stamkund.tables import accounts, keys, programmes
from tests.builders import Clock, Shop, connect_for_tests
from tests.capacity import item_size
from tests.recorder import recorded
from tests.referring import World

BUDGET = 10
REVIEW_DAY_MOVES, TIER_CHANGES = 2, 4
LARGEST_ACCOUNT = 2048


class Order(NamedTuple):
    """`allowed` is what the budget adds for what happened along with it."""

    units: int
    allowed: int
    confirmation: int
    account_bytes: int

    @property
    def counted(self) -> int:
        return self.units - self.allowed


def figures() -> list[Figure]:
    monthly_after_few, _ = _life(10, per_day=1, days=0)
    monthly, daily = _life(100_000, per_day=27, days=365)
    largest = max(order.account_bytes for order in daily)
    return [
        *_units("10 earlier, one a month", monthly_after_few),
        *_units("100,000 earlier, one a month", monthly),
        *_units("100,000 earlier, one a day", daily),
        information("write units of confirming an order", daily[0].confirmation, "units"),
        *_of_a_friend(),
        at_most(LARGEST_ACCOUNT, "account, 100,000 earlier, one a day", largest, "bytes"),
    ]


def _of_a_friend() -> Iterator[Figure]:
    """The commit carries nothing of who brought somebody; what it brings is done afterwards."""
    world = World(connect_for_tests())
    brought, alone = world.brings(world.joins()), world.joins()
    for member in (brought, alone):
        world.buys(member)  # keys and programme are remembered, and both have bought once
    of_nobody, of_a_friend = (_commit(world.shop, member) for member in (alone, brought))
    yield information("write units of a commit by somebody whom nobody brought", of_nobody, "units")
    more = of_a_friend - of_nobody
    yield at_most(1, "and so many more by somebody who was brought", more, "units")


def _commit(shop: Shop, member: str) -> int:
    quote = ask(shop, "quotes", scene.a_request(3, member=member))["quote"]
    request = scene.a_request(3, member=member, order_id=f"of-{member}", quote=quote)
    with recorded() as order:
        ask(shop, "orders", request)
    assert order.operations == ["TransactWriteItems"]
    return order.write_units


def _units(whose: str, orders: Sequence[Order]) -> list[Figure]:
    name = f"write units of an order, {whose}"
    counted = [order.counted for order in orders]
    return [
        at_most(BUDGET, f"{name}, most", max(counted), "units"),
        information(f"{name}, on average", mean(counted), "units"),
    ]


def _life(earlier: int, per_day: int, days: int) -> tuple[list[Order], list[Order]]:
    """One order in each month of a year, and then one on each of so many days."""
    programme = scene.a_programme_of(50)
    shop, time = opened(programme)
    at = moment(time.now, programme.time_zone)
    history.remember(shop, programmes.current(shop.id, time.now), at, earlier, per_day)
    monthly = _orders(shop, time, count=12, days_apart=30)
    return monthly, _orders(shop, time, count=days, days_apart=1)


def _orders(shop: Shop, time: Clock, count: int, days_apart: int) -> list[Order]:
    made = []
    for _ in range(count):
        time.advance(days=days_apart)
        review_accounts.handler({}, None)
        made.append(_order(shop, f"{time.now:%Y%m%d}"))
    return made


def _order(shop: Shop, id: str) -> Order:
    quote = ask(shop, "quotes", scene.a_request(3, member=scene.MEMBER))["quote"]
    request = scene.a_request(3, member=scene.MEMBER, order_id=id, quote=quote)
    before = accounts.find(shop.id, scene.MEMBER)
    with recorded() as order:
        ask(shop, "orders", request)
        _look_again(shop)
    after = accounts.find(shop.id, scene.MEMBER)
    with recorded() as confirmation:
        ask(shop, f"orders/web:{id}/confirmation")
    size = item_size(accounts.item_from(after).serialize())
    return Order(order.write_units, _allowed(before, after), confirmation.write_units, size)


def _look_again(shop: Shop) -> None:
    image = {"pk": {"S": keys.of(shop.id, scene.MEMBER)}, "kind": {"S": "earn"}}
    record = {"eventID": "1", "dynamodb": {"SequenceNumber": "1", "NewImage": image}}
    answer = recalculate_tier.handler({"Records": [record]}, None)  # type: ignore[arg-type]
    assert answer == {"batchItemFailures": []}


def _allowed(before: Account, after: Account) -> int:
    allowed = 0
    if before.review_on != after.review_on:
        allowed += REVIEW_DAY_MOVES
    if before.tier != after.tier:
        allowed += TIER_CHANGES
    return allowed
