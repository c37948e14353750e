"""One thread, for staff, with who it is beside it."""

from datetime import datetime

from msgspec import Struct

from functions.feedback.saying import ThreadId
from functions.feedback.shown import EventShown, InInbox, history, in_inbox
from stamkund.rules import membership
from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.rules.naming import tier_name
from stamkund.rules.programme import Language
from stamkund.tables import Read, accounts, ledger, threads
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Staff
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import endpoint

LOOKED_AT = 25


class TierBeside(Struct, frozen=True):
    id: str
    name: str


class LastOrder(Struct, frozen=True):
    order: str
    at: datetime
    amount: int
    currency: str


class Beside(Struct, frozen=True):
    """Who it is, as of now. `spent` is in the months that count for tiers. `last_order` is null
    where none is among the newest entries of the statement."""

    member: str
    status: str
    tier: TierBeside | None
    joined_on: str
    orders: int
    spent: int
    currency: str
    last_order: LastOrder | None


class ThreadOpened(Struct, frozen=True):
    """`member` is null for a guest, and for who has left."""

    thread: InInbox
    events: list[EventShown]
    member: Beside | None


@endpoint(
    "GET",
    "/v1/feedback/inbox/{thread}",
    caller=[Staff],
    access={Accounts: Read, Ledger: Read, Programmes: Read, Threads: Read},
    problems=["no_programme", "thread_not_found"],
    pictures=Read,
)
def open_inbox(thread: ThreadId, caller: Caller, now: datetime) -> ThreadOpened:
    """Read a thread of the inbox.

    All that was said, noted and done, by whom and when; and who the member is: tier, since when,
    orders, what they have spent, and the last order.
    """
    club = club_at(caller.shop, now)
    whole = threads.read(club.shop, thread)
    author = whole.thread.author
    beside = _beside(club, author.id, caller.language) if author.side == "member" else None
    return ThreadOpened(in_inbox(whole.thread, club.at.at), history(club.shop, whole), beside)


def _beside(club: Club, member: str, language: Language) -> Beside | None:
    try:
        account = accounts.find(club.shop, member)
    except Refused:
        return None
    return Beside(
        member=account.member,
        status=account.status,
        tier=_tier(club, account, language),
        joined_on=account.joined_on,
        orders=account.orders,
        spent=sum(account.spend.values()),
        currency=club.programme.currency,
        last_order=_last_order(club.shop, member) if account.orders else None,
    )


def _tier(club: Club, account: Account, language: Language) -> TierBeside | None:
    tier = membership.tier_of(account, club.published.tier_history, club.at.month)
    return TierBeside(tier, tier_name(club.programme, tier, language)) if tier else None


def _last_order(shop: str, member: str) -> LastOrder | None:
    newest, _ = ledger.page(shop, member, LOOKED_AT)
    return next((_order(entry) for entry in newest if entry.kind == "earn" and entry.order), None)


def _order(entry: Entry) -> LastOrder:
    return LastOrder(entry.order, entry.occurred_at, entry.amount, entry.currency or "SEK")
