"""A member claims an order that they made as a guest."""

from datetime import datetime

from msgspec import Struct

from functions.members.contacting import Sealed
from functions.members.shown import REPLAYED
from stamkund.rules import claiming, wallet
from stamkund.rules.account import with_entries
from stamkund.rules.claiming import Guest
from stamkund.rules.errors import Refused
from stamkund.rules.order import Order
from stamkund.rules.programme import Language
from stamkund.rules.text import say
from stamkund.tables import Append, Read, Update, accounts, identities, orders, posting, programmes
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities, Identity
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders, Placed
from stamkund.tables.posting import Conflict, OrderChange
from stamkund.tables.programmes import Programmes
from stamkund.web import guest_claims
from stamkund.web.callers import Caller, Member
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import Reply, endpoint

ROUNDS = 8


class ClaimRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`claim` as it came with the receipt."""

    claim: Sealed


class Claimed(Struct, frozen=True):
    """What the order is worth to the member now; `spendable_on` is null where that is nothing."""

    order: str
    occurred_at: datetime
    points: int
    spendable_on: str | None
    text: str


@endpoint(
    "POST",
    "/v1/members/claims",
    caller=[Member],
    access={
        Accounts: Read | Update,
        Orders: Read | Update,
        Ledger: Append,
        Identities: Read,
        Programmes: Read,
    },
    problems=[
        "no_programme", "claim_invalid", "claim_expired", "claim_taken", "claim_of_another",
        "too_many_claims", "order_not_found", "order_closed", "member_not_found",
        "member_not_active", "member_merged", "basket_too_large", "busy",
    ],
    status=(201, 200),
)  # fmt: skip
def claim_order(request: ClaimRequest, caller: Caller, now: datetime) -> Reply[Claimed]:
    """Claim an order that was made as a guest.

    It is the member's from then on: what has not come back earns by the programme of its own time,
    at the lowest tier, and counts towards the next one. Once: again is answered the same way, and
    nobody else can have it. An order that knows its guest's e-mail or phone is only for whoever
    has proven it.
    """
    club = club_at(caller.shop, now)
    key = guest_claims.order_in(caller.shop, request.claim)
    placed, replayed = _claimed(club, key, caller.member or "")
    shown = _shown(placed, club, caller.language)
    return Reply(shown, 200, REPLAYED) if replayed else Reply(shown, 201)


def _claimed(club: Club, key: str, member: str) -> tuple[Placed, bool]:
    for _ in range(ROUNDS):
        placed = orders.find(club.shop, key)
        if placed.order.member:
            return _claimed_before(club.shop, placed, member), True
        try:
            return _claim(club, placed, member), False
        except Conflict:
            continue
    raise Refused("busy")


def _claimed_before(shop: str, placed: Placed, member: str) -> Placed:
    """By the member, or by who has become part of them since."""
    owner = placed.order.member
    if member not in {owner, accounts.survivor(shop, owner)}:
        raise Refused("claim_taken", "claim")
    return placed


def _claim(club: Club, placed: Placed, member: str) -> Placed:
    guest = Guest(placed.order, placed.status, placed.refunds)
    claiming.refuse_unclaimable(guest, club.programme.claims, club.at)
    _refuse_unless_theirs(club.shop, placed.contact, member)
    account = accounts.find(club.shop, member)
    accounts.refuse_inactive(account)
    compiled = programmes.compiled_version(club.shop, placed.order.version)
    order = claiming.owned(guest, account, compiled, club.programme, club.at)
    entries = claiming.entries(order, placed.refunds, account, club.at)
    # Whoever it was is now the member: of the guest nothing need be known.
    after = placed._replace(order=order, contact="")
    change = OrderChange(placed, after)
    posting.rewrite(account, with_entries(account, entries), entries, change)
    return after


def _refuse_unless_theirs(shop: str, contact: str, member: str) -> None:
    kind, _, hash = contact.partition(":")
    if contact and identities.find_or_none(shop, Identity(kind, hash)) != member:  # type: ignore[arg-type]
        raise Refused("claim_of_another", "claim")


def _shown(placed: Placed, club: Club, language: Language) -> Claimed:
    order = placed.order
    points = claiming.points_left(order, placed.refunds)
    day = wallet.spendable_on(order.lot) if points else ""
    return Claimed(
        order.key, order.occurred_at, points, day or None, _text(order, points, club, language)
    )


def _text(order: Order, points: int, club: Club, language: Language) -> str:
    day = wallet.spendable_on(order.lot)
    if points and day > club.at.day:
        return say("earned", language, points=points, day=day)
    return say("earned_now", language, points=points) if points else ""
