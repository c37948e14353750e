"""The `accounts` table: the wallet, and beside it what the member may use, so one query has both.

No personal data. An account changes in two ways only: by additions that need no read, which is how
orders are posted, and as a whole under its `version`.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from stamkund.rules.account import Account, Status
from stamkund.rules.bill import Voucher
from stamkund.rules.calendar import month_number, month_numbered
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import summed
from stamkund.rules.programme import Gives
from stamkund.rules.redeeming import Redeemed
from stamkund.rules.tiers import Pin, Span, Standing
from stamkund.tables import keys, mixed
from stamkund.tables.attributes import Numbers, Packed
from stamkund.tables.lots import Lots
from stamkund.tables.table import Table

ACCOUNT = "ACCOUNT"
BENEFIT = "BENEFIT#"
DECISION = "DECISION#"


class ReviewIndex(GlobalSecondaryIndex["AccountItem"]):  # type: ignore[no-untyped-call]
    """Who has to be looked at on which day: sharded, sparse."""

    class Meta:
        index_name = "review"
        projection = KeysOnlyProjection()

    review_key = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class WaitingIndex(GlobalSecondaryIndex["Accounts"]):  # type: ignore[no-untyped-call]
    """What waits: for a second person, in all of a shop and oldest first; and rewards, by the day
    on which they have to be looked at. Sparse."""

    class Meta:
        index_name = "waiting"
        projection = AllProjection()

    waiting_key = UnicodeAttribute(hash_key=True)
    waiting_since = UnicodeAttribute(range_key=True)


class Accounts(Table):
    class Meta:
        name = "accounts"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    review_key = UnicodeAttribute(null=True)
    review = ReviewIndex()
    waiting_key = UnicodeAttribute(null=True)
    waiting_since = UnicodeAttribute(null=True)
    waiting = WaitingIndex()


class Past(Struct, frozen=True, array_like=True):
    """The totals of consecutive months that are closed. There may be three years of them, which
    packed take a third of the room: what an order costs to write must not grow with the years."""

    first: str
    spend: list[int]
    qualifying: list[int]

    def monthly(self) -> tuple[dict[str, int], dict[str, int]]:
        first = month_number(self.first)
        months = [month_numbered(first + n) for n in range(len(self.spend))]
        spend = zip(months, self.spend, strict=True)
        return dict(spend), dict(zip(months, self.qualifying, strict=True))


class AccountItem(Accounts):
    """A month's totals are the sum of what is in `past` and what is in the maps beside it, where
    orders add to them without a read."""

    version = NumberAttribute(default=0)
    status = UnicodeAttribute(default="active")
    card = UnicodeAttribute()
    joined_on = UnicodeAttribute()
    tier = UnicodeAttribute(null=True)
    tier_since = UnicodeAttribute(null=True)
    standing = Packed[Standing](Standing, null=True)
    lots = Lots(default=dict)
    debt = NumberAttribute(default=0)
    active_on = UnicodeAttribute(null=True)
    spend = Numbers(default=dict)
    qualifying = Numbers(default=dict)
    past = Packed[Past](Past, null=True)
    used = Numbers(default=dict)
    freezes = Packed[list[Span]](list[Span], null=True)
    pins = Packed[list[Pin]](list[Pin], null=True)
    orders = NumberAttribute(default=0)
    merged_into = UnicodeAttribute(null=True)


class BenefitItem(Accounts):
    """A voucher, by whose key it was given, or an offer that the member switched on; `shard` says
    from which allotment.

    A voucher that was paid for with points is `redeemed`. While it is only reserved it ends soon,
    and `valid_until` says when it would if it were kept; an index knows when to look at it again.
    `given_to`: the member who has it now, under an id of its own.
    """

    kind = UnicodeAttribute()
    status = UnicodeAttribute(default="open")
    amount = NumberAttribute(default=0)
    min_amount = NumberAttribute(default=0)
    expires_at = UnicodeAttribute(null=True)
    order = UnicodeAttribute(null=True)
    given_by = UnicodeAttribute(null=True)
    shard = NumberAttribute(null=True)
    gives = Packed[Gives](Gives, null=True)
    redeemed = Packed[Redeemed](Redeemed, null=True)
    valid_until = UnicodeAttribute(null=True)
    given_to = UnicodeAttribute(null=True)


class Benefits:
    """What a member may use besides points, and which offers are used."""

    def __init__(self, items: list[BenefitItem]) -> None:
        open_items = [item for item in items if item.status == "open"]
        self.vouchers = {
            _benefit_id(item): _voucher(item) for item in open_items if item.kind == "voucher"
        }
        offers = [item for item in items if item.kind == "offer"]
        self.offers = frozenset(_benefit_id(item) for item in offers if item.status == "open")
        self.used_offers = frozenset(_benefit_id(item) for item in offers if item.status == "used")


def _benefit_id(item: BenefitItem) -> str:
    return item.sk.removeprefix(BENEFIT)


def _voucher(item: BenefitItem) -> Voucher:
    expires_at = datetime.fromisoformat(item.expires_at)
    redeemed = redeemed_in(item)
    return Voucher(
        id=_benefit_id(item),
        amount=int(item.amount),
        expires_at=expires_at,
        min_amount=int(item.min_amount),
        gives=item.gives,
        reward=redeemed.reward if redeemed else "",
    )


def redeemed_in(item: BenefitItem) -> Redeemed | None:
    """How it was paid for, if with points."""
    redeemed: Redeemed | None = item.redeemed
    return redeemed


def find_with_benefits(shop: str, member: str) -> tuple[Account, Benefits]:
    """One query: the account, vouchers and offers switched on. Refused: member_not_found."""
    account, benefits = None, list[BenefitItem]()
    beside = Accounts.sk < DECISION  # what staff decided is nobody's benefit
    for raw in mixed.items(Accounts, keys.of(shop, member), beside, consistent=True):
        sk = raw["sk"]["S"]
        if sk == ACCOUNT:
            account = account_from(AccountItem.from_raw_data(raw))
        elif sk.startswith(BENEFIT):
            benefits.append(BenefitItem.from_raw_data(raw))
    if account is None:
        raise Refused("member_not_found")
    return account, Benefits(benefits)


def beside(shop: str, member: str, only: Condition | None = None) -> Iterator[BenefitItem]:
    """Vouchers and offers, whatever has become of them."""
    return BenefitItem.query(
        keys.of(shop, member), BenefitItem.sk.startswith(BENEFIT), only, consistent_read=True
    )


def find(shop: str, member: str) -> Account:
    """One read of the account alone. Refused: member_not_found."""
    try:
        return account_from(AccountItem.get(keys.of(shop, member), ACCOUNT, consistent_read=True))
    except DoesNotExist:
        raise Refused("member_not_found") from None


def account_from(item: AccountItem) -> Account:
    shop, member = keys.parts(item.pk)
    status: Status = item.status  # type: ignore[assignment]
    past: Past | None = item.past
    spend, qualifying = past.monthly() if past else ({}, {})
    return Account(
        shop=shop,
        member=member,
        card=item.card,
        status=status,
        version=int(item.version),
        joined_on=item.joined_on,
        tier=item.tier or "",
        tier_since=item.tier_since or "",
        standing=item.standing,
        lots=item.lots,
        debt=int(item.debt),
        active_on=item.active_on or "",
        spend=summed([spend, item.spend]),
        qualifying=summed([qualifying, item.qualifying]),
        used=item.used,
        freezes=item.freezes or [],
        pins=item.pins or [],
        orders=int(item.orders),
        review_on=_review_day(item.review_key),
        merged_into=item.merged_into or "",
    )


def item_from(account: Account) -> AccountItem:
    return AccountItem(
        keys.of(account.shop, account.member),
        ACCOUNT,
        version=account.version,
        status=account.status,
        card=account.card,
        joined_on=account.joined_on,
        tier=account.tier or None,
        tier_since=account.tier_since or None,
        standing=account.standing,
        lots=account.lots,
        debt=account.debt,
        active_on=account.active_on or None,
        spend=_still_open(account, account.spend),
        qualifying=_still_open(account, account.qualifying),
        past=_past(account),
        used=account.used,
        freezes=account.freezes or None,
        pins=account.pins or None,
        orders=account.orders,
        review_key=_review_key(account),
        merged_into=account.merged_into or None,
    )


def _past(account: Account) -> Past | None:
    closed = [m for m in {*account.spend, *account.qualifying} if m <= _closed(account)]
    if not closed:
        return None
    first, last = min(closed), max(closed)
    months = [month_numbered(n) for n in range(month_number(first), month_number(last) + 1)]
    return Past(
        first,
        [account.spend.get(month, 0) for month in months],
        [account.qualifying.get(month, 0) for month in months],
    )


def _still_open(account: Account, totals: dict[str, int]) -> dict[str, int]:
    closed = _closed(account)
    return {month: total for month, total in totals.items() if month > closed}


def _closed(account: Account) -> str:
    """The last month that nothing can change any more."""
    return account.standing.month if account.standing else ""


def _review_key(account: Account) -> str | None:
    if not account.review_on:
        return None
    return keys.sharded(account.shop, account.review_on, account.member)


def _review_day(review_key: str | None) -> str:
    return review_key.split(keys.SEPARATOR)[1] if review_key else ""


def due_for_review(shop: str, day: str) -> Iterator[str]:
    """The members to be looked at on this day, shard by shard."""
    for shard in keys.shards(shop, day):
        # Read to the end first: who reads this changes what is in the index.
        yield from [keys.thing(item.pk) for item in AccountItem.review.query(shard)]


def surviving(account: Account) -> Account:
    """Who this is now: the same, or whom it was merged into, and that one perhaps into another."""
    while account.status == "merged":
        account = find(account.shop, account.merged_into)
    return account


def surviving_or_none(shop: str, member: str) -> Account | None:
    """Who this member is now; None for who never was one."""
    try:
        return surviving(find(shop, member))
    except Refused:
        return None


def survivor(shop: str, member: str) -> str:
    """Who this member is now."""
    try:
        return surviving(find(shop, member)).member
    except Refused:
        return member


def refuse_inactive(account: Account) -> None:
    """Refused: member_not_active, member_merged."""
    if account.status == "merged":
        raise Refused("member_merged", member=account.merged_into)
    if account.status != "active":
        raise Refused("member_not_active")
