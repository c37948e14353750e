"""What a member has written about something they bought."""

from functions.feedback.reviewed import OwnReview, own_review
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OrderKey, OutsideId
from stamkund.rules.reviews import Review, review_id
from stamkund.tables import Read, reviews, threads
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Member
from stamkund.web.endpoint import endpoint


@endpoint(
    "GET",
    "/v1/feedback/orders/{order}/lines/{line}/review",
    caller=[Member],
    access={Programmes: Read, Threads: Read},
    problems=["review_not_found"],
    pictures=Read,
)
def read_review(order: OrderKey, line: OutsideId, caller: Caller) -> OwnReview:
    """Read my review of something I have bought.

    What I wrote, whether everybody can read it, what became of its pictures, and the points that it
    gave. Why it is not shown is in its thread.
    """
    id = review_id(order, line)
    known = reviews.find(caller.shop, id)
    if known is None or known.thread.author.id != caller.member:
        raise Refused("review_not_found")
    return own_review(caller.shop, id, known.review, _refused(caller.shop, id, known.review))


def _refused(shop: str, id: str, review: Review) -> set[str]:
    """What came as a picture of it, and is none."""
    undecided = sorted(set(review.written.pictures) - set(review.approved))
    found = [threads.picture(shop, id, one) for one in undecided]
    return {one.id for one in found if one and one.status == "refused"}
