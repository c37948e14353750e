"""The forum: topics and answers, by members and the shop, for everybody to read.

Each is a thread of its own kind, as a review is: what was said, what staff decided about it and
why is there, and the inbox has what waits. Here is what it is beside that.
"""

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules import threads, word_lists
from stamkund.rules.errors import Refused
from stamkund.rules.forum_rules import ForumRules
from stamkund.rules.ledger import Entry
from stamkund.rules.paid import Paid, paid_by
from stamkund.rules.programme import Language
from stamkund.rules.review_rules import ReviewRules
from stamkund.rules.threads import Author
from stamkund.rules.word_lists import folded

PostState = Literal["waiting", "published", "refused"]
# Why something waits that no list of words has stopped.
NEWCOMER = "newcomer"


class Said(Struct, frozen=True):
    """What somebody writes, and as whom: `name` is what they want to be called. Only a topic has a
    `title`. Whether they were an `ambassador` is of when they wrote it."""

    title: str
    text: str
    name: str
    language: Language
    shop: bool = False
    ambassador: bool = False


class Post(Struct, frozen=True, kw_only=True):
    """A topic, or an answer in one: `topic` is empty of the former. `found` is why it was not let
    through at once, `reports` how many members have reported it; once it is `cleared` by staff
    that alone hides it no more. `published_at` is when it first was shown. `paid` is None of what
    has not been given anything; what staff takes away gives its points back, once."""

    version: int
    topic: str
    state: PostState
    said: Said
    written_at: datetime
    found: list[str] = []
    published_at: datetime | None = None
    reports: int = 0
    cleared: bool = False
    paid: list[Paid] | None = None
    taken_back: bool = False

    @property
    def owes(self) -> bool:
        """Its points back. What only was reported has yet to be decided on."""
        return self.state == "refused" and bool(self.paid) and not self.taken_back

    @property
    def shown(self) -> bool:
        return self.state == "published"

    @property
    def words(self) -> str:
        """All of it in one, as it stands in its thread."""
        return "\n\n".join(part for part in (self.said.title, self.said.text) if part)

    def same(self, other: "Post") -> bool:
        """Whether the same was meant, whatever became of it."""
        own = (self.topic, self.said.title, self.said.text)
        return own == (other.topic, other.said.title, other.said.text)


class Writer(Struct, frozen=True):
    """What a member is called in the forum, and since when they have written there."""

    name: str
    since: datetime


def called(wanted: str, writer: Writer | None, shop: str) -> str:
    """By the name that they say now, or else have said. Refused: missing_field, invalid_field."""
    name = wanted or (writer.name if writer else "")
    if not folded(name).split():  # or nothing that can be seen
        raise Refused("missing_field", "name", detail="Say what you want to be called")
    if folded(name).split() == folded(shop).split():
        raise Refused("invalid_field", "name", detail="The shop is called so")
    return name


def written(
    topic: str, said: Said, found: list[str], at: datetime, *, in_any_case: bool = False
) -> Post:
    """Shown at once where nothing was found, or `in_any_case`: staff's own."""
    post = Post(version=1, topic=topic, state="waiting", said=said, written_at=at, found=found)
    if found and not in_any_case:
        return post
    return replace(post, state="published", published_at=at)


def found_in(
    said: Said, author: Author, writer: Writer | None, words: ReviewRules, rules: ForumRules,
    at: datetime,
) -> list[str]:  # fmt: skip
    """Why somebody has to look at it first. Links are held only of who is new."""
    text = f"{said.name} {said.title} {said.text}"
    found = word_lists.found_in(text, said.language, words)
    if not author.new:
        found = [word for word in found if word != word_lists.LINK]
    since = writer.since if writer else at
    early = at < since + timedelta(days=rules.hold_days)
    return found + [NEWCOMER] * early


def published(post: Post, at: datetime) -> Post:
    """By staff. What is shown again keeps its place."""
    shown_at = post.published_at or at
    return _next(post, state="published", published_at=shown_at, cleared=True)


def refused(post: Post) -> Post:
    return _next(post, state="refused")


def reported(post: Post, rules: ForumRules) -> Post:
    """By one member more."""
    reports = post.reports + 1
    hides = post.shown and not post.cleared and reports >= rules.reports_to_hide
    return _next(post, reports=reports, state="waiting" if hides else post.state)


def forgotten(post: Post) -> Post:
    """By whom it was is known no more; that it was stays, and is counted."""
    nothing = replace(post.said, title="", text="", name="", ambassador=False)
    return _next(post, said=nothing, found=[])


def with_payment(post: Post, entries: list[Entry]) -> Post:
    return _next(post, paid=paid_by(entries))


def with_points_back(post: Post) -> Post:
    return _next(post, taken_back=True)


def _next(post: Post, **changes: object) -> Post:
    return replace(post, version=post.version + 1, **changes)


# What everybody reads


class Seen(Struct, frozen=True):
    """Of a post; `gone` when its words are not shown: who wrote it has left, or the shop has taken
    them away."""

    post: str
    title: str
    text: str
    name: str
    language: Language
    shop: bool
    ambassador: bool
    written_at: datetime
    gone: bool


def seen(id: str, post: Post) -> Seen:
    """Of what is not shown, that it was there."""
    said = post.said if post.shown else forgotten(post).said
    return Seen(
        post=id,
        title=said.title,
        text=said.text,
        name=said.name,
        language=said.language,
        shop=said.shop,
        ambassador=said.ambassador,
        written_at=post.written_at,
        gone=not said.text,
    )


# By which topics are listed when those that got most thanks come first: how many, and among as
# many the newer one. It is one number, so that one more is added without reading it.
ONE_MORE = 10**17


def rank(opened_at: datetime) -> int:
    """Of a topic that nobody has thanked for yet."""
    return int(opened_at.timestamp() * 1_000_000)


def thanks_in(ranked: int) -> int:
    return ranked // ONE_MORE


def excerpt_of(text: str) -> str:
    return threads.excerpt_of(text, held=False)
