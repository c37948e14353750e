"""How a review is shown to who wrote it."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.programme import Language
from stamkund.rules.reviews import Review, ReviewState


class TicketShown(Struct, frozen=True):
    """In the lottery of a period. Nobody else is told whose it is."""

    id: str
    period: str


class OwnReview(Struct, frozen=True):
    """`thread` is where the shop answers, and says why it is not shown. `points` are null until it
    is shown and they are given."""

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
    ticket: TicketShown | None


def own_review(id: str, review: Review) -> OwnReview:
    said = review.written
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
        ticket=_ticket(review) if review.shown else None,
    )


def _points(review: Review) -> int | None:
    if review.paid is None:
        return None
    return 0 if review.taken_back else sum(paid.points for paid in review.paid)


def _ticket(review: Review) -> TicketShown | None:
    return TicketShown(review.ticket.id, review.ticket.period) if review.ticket else None
