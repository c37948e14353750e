"""What members say about an article, for everybody."""

from datetime import datetime

from msgspec import Struct

from functions.feedback.picturing import link
from stamkund.rules.programme import Language
from stamkund.rules.reviews import STARS, Rating
from stamkund.rules.words import ArticleId
from stamkund.tables import Read, clock, reviews
from stamkund.tables.cache import Remembered
from stamkund.tables.programmes import Programmes
from stamkund.tables.reviews import Shown
from stamkund.tables.threads import Threads
from stamkund.web.caching import FOR_ALL
from stamkund.web.callers import Caller, Shop, Storefront
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.pages import Cursor, Limit, opened, sealed

PURPOSE = "reviews"
# The same for a minute, so that a page stays what it is for as long as it may be kept.
_link = Remembered(link)


class RatingShown(Struct, frozen=True):
    """`average` is in hundredths of a star, 437 for 4.37, and null of none; `stars` says how many
    reviews have that many."""

    count: int
    average: int | None
    stars: dict[str, int]


class PictureOfReview(Struct, frozen=True):
    """`url` is where it is for some minutes: read the page again for a new one."""

    picture: str
    url: str


class ReviewShown(Struct, frozen=True):
    """Of an order line: whoever wrote it has bought it here. `name` may be empty. `pictures` are
    those that staff has let through."""

    review: str
    stars: int
    text: str
    name: str
    language: Language
    published_at: datetime
    pictures: list[PictureOfReview]


class ArticleReviews(Struct, frozen=True):
    """Newest first. `rating` is on the first page; `next` is the cursor of the page after, null on
    the last."""

    rating: RatingShown | None
    reviews: list[ReviewShown]
    next: str | None


@endpoint(
    "GET",
    "/v1/feedback/articles/{article}/reviews",
    caller=[Storefront, Shop],
    access={Programmes: Read, Threads: Read},
    pictures=Read,
    status=(200, 304),
)
def read_reviews(
    article: ArticleId, caller: Caller, cursor: Cursor = "", limit: Limit = 10
) -> Reply[ArticleReviews]:
    """Read how an article is rated.

    How many reviews it has, their average, how many of each number of stars, and the newest: one
    read, however many there are. Then the others, page by page. It may be kept for a minute.
    """
    before = opened(cursor, PURPOSE, caller.shop, article) or ""
    found = reviews.read(caller.shop, article, limit, before)
    rating = _rating(found.rating) if found.rating else None
    more = sealed(found.more, PURPOSE, caller.shop, article)
    page = ArticleReviews(rating, [_shown(caller.shop, one) for one in found.shown], more)
    return Reply(page, headers=FOR_ALL)


def _rating(rating: Rating) -> RatingShown:
    stars = {str(n): count for n, count in zip(STARS, rating.by_stars, strict=True)}
    return RatingShown(rating.count, rating.hundredths, stars)


def _shown(shop: str, one: Shown) -> ReviewShown:
    now = clock.real_time()
    pictures = [
        PictureOfReview(picture, _link(shop, one.review, picture, now=now))
        for picture in one.pictures
    ]
    return ReviewShown(
        one.review, one.stars, one.text, one.name, one.language, one.published_at, pictures
    )
