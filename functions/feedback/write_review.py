"""A member reviews something that they have bought."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from functions.feedback import reviewing
from functions.feedback.picturing import ReviewPictures, chosen, owner_of
from functions.feedback.reviewed import OwnReview, own_review
from functions.feedback.reviewing import Wish
from functions.feedback.saying import clean
from functions.feedback.shown import REPLAYED
from stamkund.rules.ids import OrderKey, OutsideId
from stamkund.rules.programme import Language
from stamkund.rules.reviews import Written
from stamkund.tables import Append, Delete, Read, Update, clock
from stamkund.tables.accounts import Accounts
from stamkund.tables.orders import Orders
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Member
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint

Stars = Annotated[int, Meta(ge=1, le=5)]


class ReviewRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`name` is what the member wants to be called by it, and `language` that of the text; without
    it, that of the request. `pictures` are all that it shall have: new ones, which have been begun
    and sent before, and those that it has already, by the ids that come with it."""

    stars: Stars
    text: Annotated[str, Meta(max_length=4_000)] = ""
    name: Annotated[str, Meta(max_length=40)] = ""
    language: Language | None = None
    pictures: ReviewPictures = []


@endpoint(
    "PUT",
    "/v1/feedback/orders/{order}/lines/{line}/review",
    caller=[Member],
    access={
        Accounts: Read,
        Orders: Read,
        Programmes: Read,
        Threads: Read | Append | Update | Delete,
    },
    problems=[
        "no_programme", "member_not_found", "member_not_active", "member_merged",
        "order_not_found", "order_not_confirmed", "line_not_found", "line_returned",
        "review_too_late", "review_withdrawn", "picture_invalid", "thread_full", "busy",
    ],
    status=(201, 200),
    queues=["pictures"],
    pictures=Read,
    lines=["text"],
)  # fmt: skip
def write_review(
    order: OrderKey, line: OutsideId, request: ReviewRequest, caller: Caller, now: datetime
) -> Reply[OwnReview]:
    """Review something I have bought.

    One review for each line of an order; the same again changes nothing, and something else
    replaces it. What the programme lets through at once everybody can read now; all else, and every
    picture, waits for staff. Points for it come within some minutes of when it is shown, however
    many stars it has.
    """
    language = request.language or caller.language
    text, name, member = clean(request.text), clean(request.name, "name"), caller.member or ""
    owner = owner_of("member", member)
    pictures = chosen(caller.shop, owner, request.pictures, clock.real_time())
    said = Written(request.stars, text, name, language, pictures.ids)
    club = club_at(caller.shop, now)
    wish = Wish(member, order, line, said, caller.language, pictures)
    done = reviewing.write(club, wish)
    answer = own_review(caller.shop, done.id, done.review)
    if done.same:
        return Reply(answer, 200, REPLAYED)
    return Reply(answer, 201 if done.first else 200)
