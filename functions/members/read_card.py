"""The membership card: shown on a phone, read at a till."""

from datetime import datetime

from msgspec import Struct

from functions.members import card_code, card_picture
from functions.members.card_picture import Face
from functions.members.shown import NOT_KEPT, TierShown, tier_of
from stamkund.rules import wallet
from stamkund.rules.account import Account
from stamkund.rules.ambassadors import Badge, badge_of
from stamkund.rules.programme import Language
from stamkund.tables import Read, accounts, clock
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import Reply, endpoint


class CardQr(Struct, frozen=True):
    """`payload` is what a till reads, `svg` the same as a picture. A new one comes every minute."""

    payload: str
    expires_at: datetime
    svg: str


class Card(Struct, frozen=True):
    """`points` are those that can be spent now, `badge` that of an ambassador; `svg` is the whole
    card as a picture."""

    number: str
    tier: TierShown | None
    points: int
    qr: CardQr
    svg: str
    badge: Badge | None = None


@endpoint(
    "GET",
    "/v1/members/{member}/card",
    caller=[Member, Shop],
    access={Accounts: Read, Programmes: Read},
    problems=MEMBER_PROBLEMS,
)
def read_card(member: str, caller: Caller, now: datetime) -> Reply[Card]:
    """Read a member's card.

    Number, tier, points that can be spent, a QR code that changes every minute, and a picture of
    it all. A till that reads the code knows that the card is here; real time counts, in a sandbox
    too, because it is a phone that is held up.
    """
    club = club_at(caller.shop, now)
    account = accounts.find(caller.shop, member_of(caller, member))
    accounts.refuse_inactive(account)
    return Reply(card_of(club, account, caller.language), headers=NOT_KEPT)


def card_of(club: Club, account: Account, language: Language) -> Card:
    payload, code = card_code.show(club.shop, account.card, clock.real_time())
    tier = tier_of(club, account, language)
    points = wallet.balance(account.wallet, club.at.day).available
    badge = badge_of(club.file, account, language)
    face = Face(
        shop=club.programme.name,
        number=account.card,
        tier=tier.name if tier else "",
        steps=[step.id for step in club.programme.tiers.steps] if club.programme.tiers else [],
        step=tier.id if tier else "",
        points=points if club.programme.points else None,
        payload=payload,
        language=language,
        badge=badge.name if badge else "",
    )
    qr = CardQr(payload, code.expires_at, card_picture.qr_svg(payload))
    return Card(account.card, tier, points, qr, card_picture.card_svg(face), badge)
