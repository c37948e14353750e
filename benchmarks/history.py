"""Many earlier orders of one member, by the rules alone: the account is the fold of their entries,
looked after every evening as the stream would, and the entries are in the ledger."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from msgspec.structs import replace

from benchmarks import scene
from stamkund.rules.account import Account, with_entries
from stamkund.rules.bill import Shopper
from stamkund.rules.ledger import Entry
from stamkund.rules.membership import settled
from stamkund.rules.order import Promise, promised
from stamkund.rules.placing import Terms, order_entries, order_of
from stamkund.rules.pricing import price
from stamkund.rules.selection import Moment, moment
from stamkund.tables import accounts, ledger
from stamkund.tables.ledger import EntryItem
from stamkund.tables.programmes import Published
from tests.builders import Shop

BASKET = scene.a_basket(3)
WRITERS = 4


def remember(shop: Shop, published: Published, at: Moment, orders: int, per_day: int) -> None:
    """The last of them was yesterday."""
    days = -(-orders // per_day)
    account = _newcomer(shop, _day(published, at, -days))
    with ThreadPoolExecutor(WRITERS) as writers:
        for back in range(days, 0, -1):
            day = _day(published, at, -back)
            count = min(per_day, orders - (days - back) * per_day)
            entries = list(_bought(published, account, day, count))
            account, looked = _evening(published, account, day, entries)
            writers.submit(_write, shop, [*entries, *looked])
    accounts.item_from(account).save()


def _newcomer(shop: Shop, at: Moment) -> Account:
    card = "1234567890128"
    return Account(shop=shop.id, member=scene.MEMBER, card=card, joined_on=at.day, orders=1)


def _day(published: Published, at: Moment, days: int) -> Moment:
    return moment(at.at + timedelta(days=days), published.programme.time_zone)


def _bought(published: Published, account: Account, at: Moment, orders: int) -> Iterator[Entry]:
    promise = _promise(published, account, at)
    for n in range(orders):
        terms = Terms(
            key=f"web:{at.day}-{n}",
            member=account.member,
            occurred_at=at.at + timedelta(minutes=n),
            month=at.month,
        )
        yield from order_entries(order_of(terms, BASKET, promise), at.day)


def _promise(published: Published, account: Account, at: Moment) -> Promise:
    shopper = Shopper(tier=account.tier, wallet=account.wallet, first_order=False)
    priced = price(published.compiled, BASKET, shopper, at)
    version, tier = published.version, account.tier
    return promised(priced, BASKET, version=version, tier=tier, debt=0, expires_at=at.at)


def _evening(
    published: Published, account: Account, at: Moment, entries: Sequence[Entry]
) -> tuple[Account, list[Entry]]:
    bought = with_entries(account, entries)
    version = account.version + len(entries)
    after = replace(bought, active_on=at.day, version=version)
    return settled(after, published.setting, at)


def _write(shop: Shop, entries: Sequence[Entry]) -> None:
    with EntryItem.batch_write() as batch:
        for entry in entries:
            batch.save(ledger.item_from(shop.id, scene.MEMBER, entry))
