"""Two memberships become one: what one has goes to the other, and each ledger says so.

The sum of both is what one member would have who had bought everything; the tier goes on from the
better of the two. What no longer counted of either is entered as gone first, or the activity of the
one would wake the points of the other, and they would repay a debt that is not theirs.
"""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from stamkund.rules import membership, tiers, wallet
from stamkund.rules.account import Account, with_entries
from stamkund.rules.calendar import add_days, add_months
from stamkund.rules.leaving import LAST_LOOK
from stamkund.rules.ledger import Brought, Entry, entry
from stamkund.rules.membership import Setting
from stamkund.rules.refunds import outlived
from stamkund.rules.selection import Moment
from stamkund.rules.tiers import History, Standing
from stamkund.rules.wallet import Taken


class Side(NamedTuple):
    """One of the two accounts after it, and the entries that say why."""

    account: Account
    entries: list[Entry]


class Merger(NamedTuple):
    survivor: Side
    gone: Side


def merged(survivor: Account, gone: Account, setting: Setting, at: Moment, by: str = "") -> Merger:
    """`by`: the key of the staff that decided it."""
    to, from_ = _without_expired(survivor, gone, at), _without_expired(gone, survivor, at)
    given = _given(from_.account, survivor, setting, at, by)
    brought = _brought(from_.account, to.account, setting, at, by)
    after, more = membership.settled(_joined(to.account, gone, brought), setting, at)
    left = replace(
        with_entries(from_.account, [given]),
        status="merged",
        merged_into=survivor.member,
        card="",
        standing=None,
        # Threads are handed over by an index, which may be behind, and a call may be on its way.
        review_on=LAST_LOOK + add_days(at.day, 1),
    )
    return Merger(Side(after, [*to.entries, brought, *more]), Side(left, [*from_.entries, given]))


def _without_expired(account: Account, other: Account, at: Moment) -> Side:
    """A debt repaid from what has matured, and what has run out entered."""
    reference = f"merge.{other.member}"
    repaid = [replace(each, reference=reference) for each in membership.repayment(account, at)]
    expired = wallet.expired_lots(with_entries(account, repaid).wallet, at.day)
    entries = [*repaid, *outlived(Taken({}, 0, 0, _negative(expired)), reference, at.at)]
    return Side(with_entries(account, entries), entries)


def _given(gone: Account, to: Account, setting: Setting, at: Moment, by: str) -> Entry:
    return entry(
        "merge",
        _negative(gone.lots),
        -gone.debt,
        reference=to.member,
        occurred_at=at.at,
        used=_negative(gone.used),
        by=by,
        version=setting.version,
        brought=Brought(_negative(gone.spend), _negative(gone.qualifying), -gone.orders),
    )


def _brought(gone: Account, to: Account, setting: Setting, at: Moment, by: str) -> Entry:
    plain = entry(
        "merge",
        gone.lots,
        gone.debt,
        # As that of a change of tier, which it may be: of two in one instant the later comes last.
        reference=f"v{to.version:09}.{gone.member}",
        occurred_at=at.at,
        active_on=gone.active_on,
        used=gone.used,
        by=by,
        version=setting.version,
        brought=Brought(
            spend=gone.spend,
            qualifying=gone.qualifying,
            orders=gone.orders,
            freezes=gone.freezes,
            pins=gone.pins,
            standing=_standing(to, gone, setting.history),
        ),
    )
    return _with_tier(plain, to, gone, setting, at)


def _with_tier(plain: Entry, to: Account, gone: Account, setting: Setting, at: Moment) -> Entry:
    tier = membership.tier_of(_joined(to, gone, plain), setting.history, at.month)
    had = [account.tier_since for account in (to, gone) if account.tier == tier]
    return replace(
        plain, tier_from=to.tier, tier_to=tier, tier_since=min(had, default=at.day) if tier else ""
    )


def _joined(to: Account, gone: Account, brought: Entry) -> Account:
    """Whoever joined first has been here that long."""
    return replace(with_entries(to, [brought]), joined_on=min(to.joined_on, gone.joined_on))


def _standing(one: Account, other: Account, history: History) -> Standing | None:
    """From where the fold goes on: the better of the two at the last checkpoint of either.

    Without any checkpoint it begins with whoever joined first, as for anybody else.
    """
    months = [account.standing.month for account in (one, other) if account.standing]
    if not months:
        return None
    month = max(months)
    return tiers.better(history, _stood(one, history, month), _stood(other, history, month))


def _stood(account: Account, history: History, month: str) -> Standing:
    """At the end of a month that nothing can change any more."""
    joined = min(account.joined_on[:7], add_months(month, 1))
    start = account.standing or tiers.newcomer(history, joined)
    return tiers.fold(history, account.record, start, month)


def _negative(numbers: Mapping[str, int]) -> dict[str, int]:
    return {key: -number for key, number in numbers.items()}
