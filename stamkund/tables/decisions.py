"""What staff decided about a member, beside the account: under a reference, and so only once.

The entry in the ledger says what happened; the decision says who asked, who approved, and what
still waits. It is written in the same transaction as its entry.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.tables import keys, posting, transact
from stamkund.tables.accounts import ACCOUNT, DECISION, AccountItem, Accounts, account_from
from stamkund.tables.keys import written
from stamkund.tables.posting import Conflict
from stamkund.tables.staff_days import StaffDay, StaffDayItem, count_points
from stamkund.tables.table import client

DecisionKind = Literal["adjustment", "freeze"]
DecisionStatus = Literal["waiting", "done", "refused", "expired"]

WAITS = timedelta(days=30)


class DecisionItem(Accounts):
    kind = UnicodeAttribute()
    status = UnicodeAttribute()
    reason = UnicodeAttribute()
    asked_by = UnicodeAttribute()
    asked_at = UnicodeAttribute()
    approved_by = UnicodeAttribute(null=True)
    refused_by = UnicodeAttribute(null=True)
    points = NumberAttribute(null=True)
    frozen_from = UnicodeAttribute(null=True)
    frozen_until = UnicodeAttribute(null=True)


class Decision(Struct, frozen=True, kw_only=True):
    reference: str
    kind: DecisionKind
    status: DecisionStatus
    reason: str
    asked_by: str
    asked_at: datetime
    approved_by: str = ""
    refused_by: str = ""
    points: int = 0
    frozen_from: str = ""
    frozen_until: str = ""

    def same_content(self, other: "Decision") -> bool:
        """Whether it says the same, whoever said it, and whenever."""
        return _content(self) == _content(other)

    def as_of(self, now: datetime) -> "Decision":
        """What has waited too long has ended by itself: nobody need write that down."""
        ended = self.status == "waiting" and now > self.asked_at + WAITS
        return replace(self, status="expired") if ended else self


class Waiting(NamedTuple):
    """A decision that waits, and whom it is about."""

    member: str
    decision: Decision


class Known(NamedTuple):
    """What there is to decide upon; `moved_today` by the key that asks, alone, in all and for this
    member."""

    account: Account
    decision: Decision | None
    moved_today: int
    moved_for_member: int


def find(shop: str, member: str, reference: str, staff: StaffDay) -> Known:
    """One read. Refused: member_not_found."""
    key = keys.of(shop, member)
    with TransactGet(connection=client()) as transaction:
        account = transaction.get(AccountItem, key, ACCOUNT)
        decision = transaction.get(DecisionItem, key, DECISION + reference)
        today, with_them = staff.item, staff.item_with(member)
        moved = transaction.get(StaffDayItem, today.pk, today.sk)
        moved_here = transaction.get(StaffDayItem, with_them.pk, with_them.sk)
    try:
        found = account_from(account.get())
    except DoesNotExist:
        raise Refused("member_not_found") from None
    made = transact.or_none(decision.get)
    return Known(
        found,
        _decision_from(made) if made else None,
        _points_of(transact.or_none(moved.get)),
        _points_of(transact.or_none(moved_here.get)),
    )


def _points_of(day: StaffDayItem | None) -> int:
    return int(day.points) if day else 0


def keep_waiting(account: Account, decision: Decision) -> None:
    """Raises Conflict when the reference is taken meanwhile."""
    if not _item(account, decision).save_if(DecisionItem.pk.does_not_exist()):
        raise Conflict


def carry_out(
    before: Account,
    after: Account,
    entries: Sequence[Entry],
    decision: Decision,
    counted: StaffDay | None = None,
) -> None:
    """Decided and done at once; what it moves counts against what the key may move alone.

    Raises Conflict.
    """

    def also(transaction: TransactWrite) -> None:
        transaction.save(_item(before, decision), DecisionItem.pk.does_not_exist())
        if counted:
            count_points(transaction, counted, before.member, abs(decision.points))

    posting.rewrite(before, after, entries, also=also)


def approve(before: Account, after: Account, entries: Sequence[Entry], decision: Decision) -> None:
    """What waited is done, by a second person. Raises Conflict."""

    def also(transaction: TransactWrite) -> None:
        approved = [*_ended("done"), DecisionItem.approved_by.set(decision.approved_by)]
        transaction.update(_item(before, decision), approved, DecisionItem.status == "waiting")

    posting.rewrite(before, after, entries, also=also)


def refuse(account: Account, decision: Decision) -> None:
    """What waited is never done. Raises Conflict."""
    refused = [*_ended("refused"), DecisionItem.refused_by.set(decision.refused_by)]
    waiting = DecisionItem.status == "waiting"
    # Where it gives way, somebody approves it.
    if not _item(account, decision).update_if(refused, waiting, gives_way=True):
        raise Conflict


def _ended(status: DecisionStatus) -> list[Action]:
    return [
        DecisionItem.status.set(status),
        DecisionItem.waiting_key.remove(),
        DecisionItem.waiting_since.remove(),
    ]


def waiting(
    shop: str, now: datetime, limit: int, after: str = ""
) -> tuple[list[Waiting], str | None]:
    """What waits in a shop, oldest first, and where the next page goes on. One query.

    An index may be a moment behind: what has just been decided is seen as decided only by `find`.
    """
    first = max(written(now - WAITS), after)
    found = DecisionItem.query(
        shop, DecisionItem.waiting_since > first, index_name="waiting", limit=limit + 1
    )
    items = list(found)
    more = items[limit - 1].waiting_since if len(items) > limit else None
    return [Waiting(keys.thing(item.pk), _decision_from(item)) for item in items[:limit]], more


def _content(decision: Decision) -> tuple[object, ...]:
    span = decision.frozen_from, decision.frozen_until
    return decision.kind, decision.points, decision.reason, span


def _item(account: Account, decision: Decision) -> DecisionItem:
    waits = decision.status == "waiting"
    since = f"{written(decision.asked_at)}#{account.member}#{decision.reference}"
    return DecisionItem(
        keys.of(account.shop, account.member),
        DECISION + decision.reference,
        kind=decision.kind,
        status=decision.status,
        reason=decision.reason,
        asked_by=decision.asked_by,
        asked_at=decision.asked_at.isoformat(),
        approved_by=decision.approved_by or None,
        refused_by=decision.refused_by or None,
        points=decision.points or None,
        frozen_from=decision.frozen_from or None,
        frozen_until=decision.frozen_until or None,
        waiting_key=account.shop if waits else None,
        waiting_since=since if waits else None,
    )


def _decision_from(item: DecisionItem) -> Decision:
    kind: DecisionKind = item.kind  # type: ignore[assignment]
    status: DecisionStatus = item.status  # type: ignore[assignment]
    return Decision(
        reference=item.sk.removeprefix(DECISION),
        kind=kind,
        status=status,
        reason=item.reason,
        asked_by=item.asked_by,
        asked_at=datetime.fromisoformat(item.asked_at),
        approved_by=item.approved_by or "",
        refused_by=item.refused_by or "",
        points=int(item.points or 0),
        frozen_from=item.frozen_from or "",
        frozen_until=item.frozen_until or "",
    )
