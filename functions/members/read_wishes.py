"""What a member wishes for."""

from msgspec import Struct

from functions.members import wishing
from functions.members.wishing import WishShown
from stamkund.tables import Read, own_pages
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.endpoint import endpoint


class WishList(Struct, frozen=True):
    """The last one first."""

    wishes: list[WishShown]


@endpoint(
    "GET",
    "/v1/members/{member}/wishes",
    caller=[Member, Shop],
    access={Profiles: Read, Programmes: Read},
    problems=["not_found", "member_not_found"],
)
def read_wishes(member: str, caller: Caller) -> WishList:
    """Read a member's wish list.

    At most a hundred articles, with the price and stock that were noted and what is known now.
    """
    wishes = own_pages.find(caller.shop, member_of(caller, member)).wishes
    return WishList([wishing.shown(wish) for wish in reversed(wishes)])
