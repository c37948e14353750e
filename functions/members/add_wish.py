"""A member wishes for an article."""

from datetime import datetime

from msgspec import Struct

from functions.members import wishing
from functions.members.shown import REPLAYED
from functions.members.typed import words
from functions.members.wishing import WishShown
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Currency, Minor, Name
from stamkund.rules.wishes import Wish
from stamkund.rules.words import ArticleId
from stamkund.tables import Append, Read, Update, wishes
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.endpoint import Reply, endpoint


class WishNoted(Struct, frozen=True, forbid_unknown_fields=True):
    """What the page shows of it at this moment: a later price is compared with `price`."""

    name: Name | None = None
    currency: Currency | None = None
    price: Minor | None = None
    in_stock: bool | None = None


@endpoint(
    "PUT",
    "/v1/members/{member}/wishes/{article}",
    caller=[Member, Shop],
    access={Profiles: Append | Update, Programmes: Read},
    problems=["not_found", "member_not_found", "wish_list_full", "busy"],
    status=(201, 200),
)
def add_wish(
    member: str, article: ArticleId, request: WishNoted, caller: Caller, now: datetime
) -> Reply[WishShown]:
    """Put an article on a member's wish list.

    With its price and stock, so that a fall in price can be told. Again changes nothing: what was
    noted first stays, until it is removed.
    """
    if (request.price is None) != (request.currency is None):
        missing = "currency" if request.currency is None else "price"
        raise Refused("missing_field", missing, detail="Give price and currency, or neither")
    wish = Wish(
        article=article,
        added_at=now,
        name=words(request.name, "name") if request.name is not None else "",
        price=request.price,
        currency=request.currency,
        in_stock=request.in_stock,
    )
    kept, new = wishes.add(caller.shop, member_of(caller, member), wish)
    return Reply(wishing.shown(kept), 201 if new else 200, {} if new else REPLAYED)
