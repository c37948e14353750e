"""A member switches an offer off."""

from datetime import datetime

from functions.members.deciding import ATTEMPTS
from functions.members.switching import OfferSwitch, offer_of, shown
from stamkund.rules.errors import Refused
from stamkund.tables import Delete, Read, Update, accounts, benefits, programmes
from stamkund.tables.accounts import Accounts
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import endpoint


@endpoint(
    "DELETE",
    "/v1/members/{member}/offers/{offer}",
    caller=[Member, Shop],
    access={Accounts: Read | Update | Delete, Programmes: Read | Update},
    problems=[*MEMBER_PROBLEMS, "offer_used", "busy"],
)
def switch_off_offer(member: str, offer: str, caller: Caller, now: datetime) -> OfferSwitch:
    """Switch an offer off.

    Somebody else may have it then, where there are only so many. What is used stays used.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    wanted = offer_of(club, offer)
    for _ in range(ATTEMPTS):
        account, known, _ = benefits.find(club.shop, owner, wanted.id)
        accounts.refuse_inactive(account)
        if known and known.status != "open":
            raise Refused("offer_used")
        try:
            if known:
                benefits.switch_off(club.shop, owner, known)
        except Conflict:
            continue
        if wanted.limit_total:
            programmes.set_available(club.shop, wanted.id)
        return shown(club, wanted, caller.language, on=False)
    raise Refused("busy")
