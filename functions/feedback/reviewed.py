"""How a review is shown to who wrote it."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from functions.feedback.picturing import PictureShown, link
from stamkund.rules.programme import Language
from stamkund.rules.reviews import Review, ReviewState


class OwnReview(Struct, frozen=True):
    """`thread` is where the shop answers, and says why it is not shown. `points` are null until it
    is shown and they are given. `ticket` is the one in the lottery of a period, while it is shown;
    nobody else is told whose it is. `pictures` are `shown` once staff has let them through, and
    everybody sees them while the review is."""

    thread: str
    article: str
    state: ReviewState
    stars: int
    text: str
    name: str
    language: Language
    written_at: datetime
    published_at: datetime | None
    points: int | None
    ticket: str | None
    ticket_period: str | None
    pictures: list[PictureShown]


def own_review(shop: str, id: str, review: Review, refused: Collection[str] = ()) -> OwnReview:
    """`refused` are what came as its pictures, and are none."""
    said, ticket = review.written, review.ticket if review.shown else None
    return OwnReview(
        thread=id,
        article=review.bought.article,
        state=review.state,
        stars=said.stars,
        text=said.text,
        name=said.name,
        language=said.language,
        written_at=review.written_at,
        published_at=review.published_at,
        points=_points(review),
        ticket=ticket.id if ticket else None,
        ticket_period=ticket.period if ticket else None,
        pictures=[_shown(shop, id, review, one, refused) for one in said.pictures],
    )


def _shown(
    shop: str, id: str, review: Review, picture: str, refused: Collection[str]
) -> PictureShown:
    if picture in review.approved:
        return PictureShown(picture, "shown", link(shop, id, picture))
    return PictureShown(picture, "refused" if picture in refused else "waiting", None)


def _points(review: Review) -> int | None:
    if review.paid is None:
        return None
    return 0 if review.taken_back else sum(paid.points for paid in review.paid)
