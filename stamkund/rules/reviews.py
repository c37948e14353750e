"""Reviews of what members have bought: one for each line of an order.

A review is a thread of its own kind: what is said in it, and by whom, is there. Here is what it is
beside that: how many stars, whether everybody may read it, and what came of it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules.ambassadors import MERIT
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry, Kind, entry
from stamkund.rules.order import Order, OrderLine, OrderStatus, Refund
from stamkund.rules.paid import At, Paid, paid_by
from stamkund.rules.programme import Language
from stamkund.rules.refunds import units_left
from stamkund.rules.review_rules import ReviewRules

ReviewState = Literal["waiting", "published", "refused", "withdrawn"]
STARS = (1, 2, 3, 4, 5)


class Written(Struct, frozen=True, omit_defaults=True):
    """What a member says; `name` is what they want to be called, and may be empty. `pictures` are
    ids, in the order in which they are shown."""

    stars: int
    text: str
    name: str
    language: Language
    pictures: list[str] = []


class Bought(Struct, frozen=True):
    """What it is about."""

    article: str
    category: str
    order: str
    line: str


class Ticket(Struct, frozen=True):
    """In the lottery of a period."""

    id: str
    period: str


class Review(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`found` is why it was not let through at once. `published_at` is when it first was shown.
    `paid` is None until it is known whether there are points for it: once for each review, as is
    the `merit` of who wrote it. `approved` are those of its pictures that staff has let through."""

    version: int
    state: ReviewState
    written: Written
    bought: Bought
    written_at: datetime
    found: list[str] = []
    published_at: datetime | None = None
    ticket: Ticket | None = None
    paid: list[Paid] | None = None
    taken_back: bool = False
    merit: int = 0
    approved: list[str] = []

    @property
    def shown(self) -> bool:
        return self.state == "published"

    @property
    def pictures_wait(self) -> bool:
        """For somebody of the shop; none is let through by itself."""
        return not set(self.written.pictures) <= set(self.approved)

    @property
    def undecided(self) -> bool:
        return self.state == "waiting" or (self.shown and self.pictures_wait)


def review_id(order: str, line: str) -> str:
    """Of the thread: of the line and nobody's, so that there is one also when memberships merge."""
    return "t" + sha256(f"review#{order}#{line}".encode()).hexdigest()[:20]


# What can be reviewed


def reviewable(
    order: Order, refunds: list[Refund], status: OrderStatus, line: str
) -> tuple[OrderLine, Bought]:
    """Refused: order_not_confirmed, line_not_found, line_returned."""
    if status != "confirmed":
        raise Refused("order_not_confirmed", order=order.key)
    goods = next((one for one in order.lines if one.id == line and one.kind == "goods"), None)
    if goods is None:
        raise Refused("line_not_found", "line")
    if is_returned(order, refunds, status, line):
        raise Refused("line_returned", "line")
    return goods, Bought(goods.article, goods.category, order.key, line)


def is_returned(order: Order, refunds: list[Refund], status: OrderStatus, line: str) -> bool:
    """Whether nothing is left of it."""
    left = {order.lines[index].id for index in units_left(order, refunds)}
    return status == "cancelled" or line not in left


def refuse_late(order: Order, rules: ReviewRules, now: datetime) -> None:
    """Refused: review_too_late."""
    if now > order.occurred_at + timedelta(days=rules.days):
        raise Refused("review_too_late", days=rules.days)


# What is let through at once


def passes(found: Iterable[str], rules: ReviewRules) -> bool:
    return rules.publish == "clean" and not any(found)


# What becomes of one


def written_down(
    before: Review | None, written: Written, bought: Bought, found: list[str], at: datetime
) -> Review:
    """New, or said anew: in both cases it waits to be let through."""
    if before is None:
        return Review(
            version=1, state="waiting", written=written, bought=bought, written_at=at, found=found
        )
    still = [one for one in before.approved if one in written.pictures]
    return _next(before, state="waiting", written=written, found=found, approved=still)


def published(review: Review, at: datetime, ticket: Ticket | None) -> Review:
    """Who is shown again keeps their place among the others, and their ticket."""
    kept = review.ticket or ticket
    return _next(review, state="published", published_at=review.published_at or at, ticket=kept)


def with_pictures(review: Review, approved: list[str]) -> Review:
    """Those are let through, and there are no others any more."""
    return replace(review, written=replace(review.written, pictures=approved), approved=approved)


def without_picture(review: Review, picture: str) -> Review:
    left = [one for one in review.written.pictures if one != picture]
    approved = [one for one in review.approved if one != picture]
    return _next(review, written=replace(review.written, pictures=left), approved=approved)


def gone_between(before: Review | None, after: Review) -> list[str]:
    """The pictures that go by it."""
    had = before.written.pictures if before else []
    return [one for one in had if one not in after.written.pictures]


def refused(review: Review) -> Review:
    return _next(review, state="refused")


def withdrawn(review: Review) -> Review:
    """The line has come back."""
    return _next(with_pictures(review, []), state="withdrawn")


def forgotten(review: Review) -> Review:
    """By whom it was is known no more; that it was stays, and is counted."""
    bare = with_pictures(review, [])
    return _next(bare, written=replace(bare.written, text="", name=""), found=[])


def _next(review: Review, **changes: object) -> Review:
    return replace(review, version=review.version + 1, **changes)


# Points and merit


def with_payment(review: Review, entries: list[Entry]) -> Review:
    merit = sum(one.used.get(MERIT, 0) for one in entries)
    return _next(review, paid=paid_by(entries), merit=merit)


def merit_given(merit: int, thread: str, setting: At) -> list[Entry]:
    return [_merit("bonus", merit, thread, setting)] if merit else []


def merit_taken_back(review: Review, thread: str, setting: At) -> list[Entry]:
    """As much as it was."""
    return [_merit("reverse", -review.merit, thread, setting)] if review.merit else []


def _merit(kind: Kind, merit: int, thread: str, setting: At) -> Entry:
    return entry(
        kind,
        {},
        reference=f"{MERIT}.review.{thread}",
        reason="merit_review",
        occurred_at=setting.moment.at,
        used={MERIT: merit},
        version=setting.version,
    )


def with_points_back(review: Review) -> Review:
    return _next(review, taken_back=True)


# How an article is rated


class Rating(Struct, frozen=True):
    """How many there are of each number of stars, one star first."""

    by_stars: list[int]

    @property
    def count(self) -> int:
        return sum(self.by_stars)

    @property
    def hundredths(self) -> int | None:
        """The average in hundredths of a star, rounded half up; None of none."""
        stars = sum(n * count for n, count in zip(STARS, self.by_stars, strict=True))
        return (200 * stars + self.count) // (2 * self.count) if self.count else None


def moves(before: Review | None, after: Review) -> dict[int, int]:
    """By how much the count of each number of stars changes."""
    change: dict[int, int] = {}
    if before and before.shown:
        change[before.written.stars] = -1
    if after.shown:
        change[after.written.stars] = change.get(after.written.stars, 0) + 1
    return {stars: n for stars, n in change.items() if n}
