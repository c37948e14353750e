"""How the forum is shown: to everybody alike, and to who has just written something."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from functions.feedback.discussing import Done
from functions.feedback.shown import REPLAYED
from stamkund.rules.forum import PostState, Seen
from stamkund.rules.programme import Language
from stamkund.tables.forum import Head, Page, Placed, Turn
from stamkund.web.endpoint import Reply
from stamkund.web.pages import opened, sealed

By = Literal["member", "shop"]
Name = Annotated[str, Meta(max_length=40, description="What you want to be called")]
BACK, ON = "<", ">"


class PostWritten(Struct, frozen=True):
    """`waiting` until staff has looked at it; why it was `refused` is in its thread, which has the
    id of the post."""

    post: str
    topic: str
    state: PostState
    name: str


class TopicListed(Struct, frozen=True):
    """`by` is a member, under the name that they want, or the shop. `ambassador`: they were one
    when they wrote it. `answers` and `thanks` are of the whole topic. Of who has left `title`,
    `text` and `name` are empty, and `gone` says so. `text` is how it begins."""

    topic: str
    title: str
    text: str
    by: By
    name: str
    ambassador: bool
    language: Language
    opened_at: datetime
    last_at: datetime
    answers: int
    thanks: int
    accepted: str | None
    gone: bool


class PostShown(Struct, frozen=True):
    """A topic's own text, or an answer. `gone` where the words are not there any more."""

    post: str
    text: str
    by: By
    name: str
    ambassador: bool
    language: Language
    written_at: datetime
    thanks: int
    accepted: bool
    gone: bool


def posted(done: Done) -> Reply[PostWritten]:
    post = done.post
    written = PostWritten(done.id, post.topic or done.id, post.state, post.said.name)
    return Reply(written, 200, REPLAYED) if done.again else Reply(written)


def topic_listed(head: Head) -> TopicListed:
    seen = head.topic
    return TopicListed(
        topic=seen.post,
        title=seen.title,
        text=seen.text,
        by=_by(seen),
        name=seen.name,
        ambassador=seen.ambassador,
        language=seen.language,
        opened_at=seen.written_at,
        last_at=head.last_at,
        answers=head.answers,
        thanks=head.thanks,
        accepted=head.accepted or None,
        gone=seen.gone,
    )


def post_shown(placed: Placed, accepted: str) -> PostShown:
    seen = placed.seen
    return PostShown(
        post=seen.post,
        text=seen.text,
        by=_by(seen),
        name=seen.name,
        ambassador=seen.ambassador,
        language=seen.language,
        written_at=seen.written_at,
        thanks=placed.thanks,
        accepted=seen.post == accepted,
        gone=seen.gone,
    )


def _by(seen: Seen) -> By:
    return "shop" if seen.shop else "member"


# Cursors that go both ways


def turn_of(cursor: str, *bound: str) -> Turn:
    """Refused: invalid_field."""
    place = opened(cursor, *bound) or ""
    return Turn(place[1:], back=place[:1] == BACK)


def previous_of(page: Page, *bound: str) -> str | None:
    return sealed(page.before and BACK + page.before, *bound)


def next_of(page: Page, *bound: str) -> str | None:
    return sealed(page.after and ON + page.after, *bound)
