"""The statement: every entry of a member's ledger, in words."""

from datetime import datetime

from msgspec import Struct

from functions.members.shown import called
from stamkund.rules.calendar import last_day
from stamkund.rules.ledger import Entry, Kind
from stamkund.rules.naming import subject_name
from stamkund.rules.programme import Currency, Language
from stamkund.rules.text import is_code, say
from stamkund.tables import Read, accounts, ledger
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Staff, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import endpoint
from stamkund.web.pages import Cursor, Limit, opened, sealed

PURPOSE = "statement"


class StatementLine(Struct, frozen=True):
    """`points` are signed; `amount` is the money of the order, in minor units of `currency`."""

    id: str
    kind: Kind
    reason: str | None
    occurred_at: datetime
    points: int
    text: str
    order: str | None = None
    amount: int | None = None
    currency: Currency | None = None
    tier: str | None = None


class Statement(Struct, frozen=True):
    """Newest first; `next` is the cursor of the page after, null on the last."""

    lines: list[StatementLine]
    next: str | None


@endpoint(
    "GET",
    "/v1/members/{member}/statement",
    caller=[Member, Shop, Staff],
    access={Ledger: Read, Accounts: Read, Programmes: Read},
    problems=MEMBER_PROBLEMS,
)
def read_statement(
    member: str, caller: Caller, now: datetime, cursor: Cursor = "", limit: Limit = 20
) -> Statement:
    """Read a member's statement.

    Everything that happened to points and tier, newest first, in pages of `limit`. A cursor is good
    for the member it was given for.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    before = opened(cursor, PURPOSE, caller.shop, owner)
    # The ledger stays when a member leaves, and is nobody's to read then.
    accounts.refuse_inactive(accounts.find(caller.shop, owner))
    entries, more = ledger.page(caller.shop, owner, limit, before)
    return Statement(
        [_line(entry, club, caller.language) for entry in entries],
        sealed(more, PURPOSE, caller.shop, owner),
    )


def _line(entry: Entry, club: Club, language: Language) -> StatementLine:
    return StatementLine(
        id=entry.id,
        kind=entry.kind,
        reason=entry.reason or None,
        occurred_at=entry.occurred_at,
        points=entry.points,
        text=text_of(entry, club, language),
        order=entry.order or None,
        amount=entry.amount if entry.currency else None,
        currency=entry.currency,
        tier=entry.tier_to or None,
    )


def text_of(entry: Entry, club: Club, language: Language) -> str:
    words: dict[str, str | int] = {"tier": called(club, entry.tier_to, language)}
    name = subject_name(club.file, entry.kind, entry.reason, language)
    if name and not entry.order:
        return say(f"{entry.kind}_named", language, name=name)
    if entry.order:
        words["order"] = entry.order.partition(":")[2]
    if entry.frozen_until:
        words["day"] = last_day(entry.frozen_until)
    return say(_code(entry, club), language, **words)


def _code(entry: Entry, club: Club) -> str:
    reason = _direction(entry, club) if entry.kind == "tier" else entry.reason
    if entry.kind == "adjust" and entry.points < 0 and reason != "correction":
        return "adjust"  # the reason is one for giving; what is taken is no gift
    kind = f"{entry.kind}_nothing" if _is_without_points(entry) else entry.kind
    code = f"{kind}_{reason}"
    return code if is_code(code) else kind


def _is_without_points(entry: Entry) -> bool:
    """As all are in a club without points, where none shall be spoken of."""
    if entry.reason == "cancelled":
        return False  # of which no points are spoken anyway
    return entry.kind in {"earn", "reverse"} and not entry.points


def _direction(entry: Entry, club: Club) -> str:
    ranks = club.published.compiled.tier_rank
    before, after = ranks.get(entry.tier_from), ranks.get(entry.tier_to)
    if before is None or after is None:
        return ""
    return "up" if after > before else "down"
