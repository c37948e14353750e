"""A member wishes for something no more."""

from stamkund.rules.words import ArticleId
from stamkund.tables import Delete, Read, Update, wishes
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.endpoint import Reply, endpoint


@endpoint(
    "DELETE",
    "/v1/members/{member}/wishes/{article}",
    caller=[Member, Shop],
    access={Profiles: Update | Delete, Programmes: Read},
    problems=["not_found", "member_not_found", "busy"],
    status=204,
)
def remove_wish(member: str, article: ArticleId, caller: Caller) -> Reply[None]:
    """Take an article off a member's wish list. What is not there is gone as well."""
    wishes.remove(caller.shop, member_of(caller, member), article)
    return Reply(None)
