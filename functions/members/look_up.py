"""Finds the member whose card is scanned, or whose number or phone is typed, at a till."""

from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct

from functions.members import card_code
from functions.members.contacting import Phone
from functions.members.known_by import known_by
from functions.members.redemption import GivesShown, gives_of
from functions.members.shown import NOT_KEPT, TierShown, tier_of
from stamkund.rules import cards, contacts, till, wallet
from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.naming import named, voucher_name
from stamkund.rules.programme import Currency, Language
from stamkund.tables import Read, Update, accounts, clock, counting, identities, profiles
from stamkund.tables.accounts import Accounts, Benefits, refuse_inactive
from stamkund.tables.counting import Count, counted_by
from stamkund.tables.identities import Identities, Identity
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web import identification
from stamkund.web.callers import Caller, Shop, Till
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.identification import LIFETIME, Evidence, Identification
from stamkund.web.secrets import keyed_hash

Proof = Literal["qr", "number", "phone"]

# As long as an id of ours, and nobody's: who is not found is looked for like anybody else.
NOBODY = "m" + "0" * 15


class LookUp(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the three: the text of a scanned code, the number as it stands on the card, or the
    member's phone number. Without its country a phone is one of the shop's."""

    qr: Annotated[str, Meta(max_length=300)] | None = None
    number: Annotated[str, Meta(max_length=40)] | None = None
    phone: Phone | None = None


class VoucherHeld(Struct, frozen=True):
    """Minor units; `min_amount` is the smallest purchase that it is good for. `amount` is 0 where
    it is no money off, and what it is instead is in `gives`; `name` is that of the reward that it
    came from."""

    id: str
    name: str
    gives: GivesShown
    amount: int
    min_amount: int
    currency: Currency
    expires_at: datetime


class OfferHeld(Struct, frozen=True):
    """An offer that the member has switched on."""

    id: str
    name: str


class Found(Struct, frozen=True):
    """`points` are those that can be spent now. What was typed may earn and not spend: anybody may
    have read it, while a code was on the phone two minutes ago. `identification` says so to the
    quote, until `identified_until`."""

    member: str
    first_name: str | None
    tier: TierShown | None
    points: int
    vouchers: list[VoucherHeld]
    offers: list[OfferHeld]
    proof: Proof
    may_spend: bool
    identification: str
    identified_until: datetime


class Seen(NamedTuple):
    """All that a clerk may know of a member."""

    account: Account
    benefits: Benefits
    first_name: str


class Sought(NamedTuple):
    """What leads to a member, and how it came to us."""

    identity: Identity
    proof: Proof


@endpoint(
    "POST",
    "/v1/members/lookups",
    caller=[Shop, Till],
    access={
        Accounts: Read,
        Identities: Read | Update,
        Profiles: Read,
        Programmes: Read,
    },
    problems=[
        "code_invalid", "code_expired", "member_not_found", "member_not_active", "member_merged",
        "too_many_attempts", "no_programme", "busy",
    ],
)  # fmt: skip
def look_up(request: LookUp, caller: Caller, now: datetime) -> Reply[Found]:
    """Find a member at the till.

    A scanned QR code must be fresh and proves that the card is here. A typed number or phone is
    answered with `member_not_found` for whoever is not there to be found, whatever the reason, and
    a store may be wrong only so often in an hour.
    """
    club = club_at(caller.shop, now)
    sought = _sought(request, club)
    if sought.proof == "qr":
        seen = _seen(club.shop, identities.find(club.shop, sought.identity))
        refuse_inactive(seen.account)
    else:
        seen = _guessed(club, sought.identity, caller)
    return Reply(_found(club, seen, sought.proof, caller), headers=NOT_KEPT)


def _sought(request: LookUp, club: Club) -> Sought:
    given = {"qr": request.qr, "number": request.number, "phone": request.phone}
    said = {name: text for name, text in given.items() if text is not None}
    if len(said) > 1:
        raise Refused("invalid_field", list(said)[1], detail="Give one of qr, number and phone")
    match said:
        case {"qr": payload}:
            number = card_code.number_on(payload, club.shop, clock.real_time())
            return Sought(known_by(club.shop, "card", number), "qr")
        case {"number": typed}:
            return Sought(known_by(club.shop, "card", cards.card_number(typed)), "number")
        case {"phone": typed}:
            phone = contacts.phone(typed, club.programme.currency)
            return Sought(known_by(club.shop, "phone", phone), "phone")
    raise Refused("missing_field", "qr", detail="Give one of qr, number and phone")


def _guessed(club: Club, identity: Identity, caller: Caller) -> Seen:
    """Counted as wrong before anybody looks, and taken back for whoever is found: so there are no
    more guesses than may be, however many come at once.

    Who may not be shown is looked at like the others, and like nobody, and answered like nobody.
    """
    real = clock.real_time()
    count = _count(club, caller, real)
    counting.add_now(club.shop, count, real)
    member = identities.find_or_none(club.shop, identity) or NOBODY
    try:
        seen = _seen(club.shop, member)
        refuse_inactive(seen.account)
    except Refused:
        raise Refused("member_not_found") from None
    counting.take_back(club.shop, count)
    return seen


def _count(club: Club, caller: Caller, now: datetime) -> Count:
    """By the store, so that another key is not another try; a server that looks up for its tills
    is counted by its key."""
    whose = keyed_hash(club.shop, "till", caller.store or caller.key)
    return counted_by(till.guessing(club.file.till), whose, 0, now)


def _seen(shop: str, member: str) -> Seen:
    """Refused: member_not_found, after the same two reads."""
    profile = profiles.find_or_none(shop, member)
    account, benefits = accounts.find_with_benefits(shop, member)
    return Seen(account, benefits, profile.first_name if profile else "")


def _found(club: Club, seen: Seen, proof: Proof, caller: Caller) -> Found:
    account, until = seen.account, clock.real_time() + LIFETIME
    evidence: Evidence = "qr" if proof == "qr" else "typed"
    known = Identification(account.member, evidence, int(until.timestamp()))
    return Found(
        member=account.member,
        first_name=seen.first_name or None,
        tier=tier_of(club, account, caller.language),
        points=wallet.balance(account.wallet, club.at.day).available,
        vouchers=_vouchers(club, seen.benefits, caller.language),
        offers=_offers(club, seen.benefits, caller.language),
        proof=proof,
        may_spend=evidence == "qr",
        identification=identification.token_of(club.shop, caller.store, known),
        identified_until=until,
    )


def _vouchers(club: Club, benefits: Benefits, language: Language) -> list[VoucherHeld]:
    """The soonest to end first, as a quote has them."""
    held = [one for one in benefits.vouchers.values() if one.expires_at > club.at.at]
    return [
        VoucherHeld(
            id=one.id,
            name=voucher_name(club.programme, one.reward, language),
            gives=gives_of(one),
            amount=one.amount,
            min_amount=one.min_amount,
            currency=club.programme.currency,
            expires_at=one.expires_at,
        )
        for one in sorted(held, key=lambda one: (one.expires_at, one.id))
    ]


def _offers(club: Club, benefits: Benefits, language: Language) -> list[OfferHeld]:
    return [
        OfferHeld(offer.id, named(offer.name, language, club.programme))
        for offer in club.programme.offers
        if offer.id in benefits.offers
    ]
