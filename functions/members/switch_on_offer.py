"""A member switches an offer on."""

from collections.abc import Iterator
from datetime import datetime

from functions.members.deciding import ATTEMPTS
from functions.members.shown import REPLAYED
from functions.members.switching import OfferSwitch, offer_of, shown
from stamkund.rules import membership
from stamkund.rules.account import Account
from stamkund.rules.ambassadors import is_for
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Offer
from stamkund.tables import Append, Read, Update, accounts, benefits, programmes
from stamkund.tables.accounts import Accounts, BenefitItem
from stamkund.tables.benefits import AllotmentEmpty
from stamkund.tables.keys import written
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import Reply, endpoint


@endpoint(
    "PUT",
    "/v1/members/{member}/offers/{offer}",
    caller=[Member, Shop],
    access={Accounts: Read | Append | Update, Programmes: Read | Update},
    problems=[*MEMBER_PROBLEMS, "offer_not_available", "offer_sold_out", "offer_used", "busy"],
)
def switch_on_offer(member: str, offer: str, caller: Caller, now: datetime) -> Reply[OfferSwitch]:
    """Switch an offer on.

    From then on quotes count with it. Of an offer that there are only so many of, one is the
    member's until it is used, switched off, or over.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    wanted = offer_of(club, offer)
    for _ in range(ATTEMPTS):
        account, known, _ = benefits.find(club.shop, owner, wanted.id)
        accounts.refuse_inactive(account)
        _refuse_unavailable(club, account, wanted)
        try:
            if known:
                _keep_on(known, wanted)
            else:
                _switch_on(club, owner, wanted)
        except Conflict:
            continue
        return Reply(
            shown(club, wanted, caller.language, on=True), headers=REPLAYED if known else {}
        )
    raise Refused("busy")


def _refuse_unavailable(club: Club, account: Account, offer: Offer) -> None:
    if not is_for(offer, club.programme, account.used):
        raise Refused("not_found")  # as what there is not
    when, now = offer.when, club.at.at
    if (when.start and now < when.start) or (when.end and now >= when.end):
        raise Refused("offer_not_available", reason="not_now")
    tier = membership.tier_of(account, club.published.tier_history, club.at.month)
    if when.tiers and tier not in when.tiers:
        raise Refused("offer_not_available", reason="tier_needed")


def _keep_on(known: BenefitItem, offer: Offer) -> None:
    if known.status != "open":
        raise Refused("offer_used")
    until = written(offer.when.end) if offer.when.end else None
    if known.expires_at != until:
        benefits.prolong(known, offer.when.end)


def _switch_on(club: Club, member: str, offer: Offer) -> None:
    """Raises Conflict. Refused: offer_sold_out."""
    end, total = offer.when.end, offer.limit_total
    if total is None:
        benefits.switch_on(club.shop, member, offer.id, end)
        return
    for shard in _shards(club.shop, member, offer.id, total):
        share = benefits.share_of(total, shard)
        try:
            benefits.claim(club.shop, member, offer.id, end, shard, share)
        except AllotmentEmpty:
            continue
        return
    _tell_sold_out(club, offer.id, total)
    raise Refused("offer_sold_out")


def _tell_sold_out(club: Club, offer: str, total: int) -> None:
    """So that quotes speak of it no more as of something to be had. Raises Conflict."""
    if offer in club.published.compiled.sold_out:
        return
    programmes.set_sold_out(club.shop, club.published.version, offer)
    # Given back before that was written, one would be there and nobody told.
    if next(benefits.shards_with_room(club.shop, offer, total), None) is not None:
        programmes.set_available(club.shop, offer)
        raise Conflict


def _shards(shop: str, member: str, offer: str, total: int) -> Iterator[int]:
    """One without looking; only when that is empty, those that are not."""
    yield benefits.first_shard(member, total)
    yield from benefits.shards_with_room(shop, offer, total)
