"""What staff does to a thread: decided on the thread as it was read, so that of two at once one
wins, and the other sees what has happened."""

from datetime import datetime
from functools import partial
from typing import Annotated, NamedTuple

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from functions.feedback import discussing, reviewing
from functions.feedback.picturing import (
    MOST_OF_REVIEW,
    PictureId,
    Pictures,
    named,
    owner_of,
    send_on,
)
from functions.feedback.saying import Said, Tag, clean
from stamkund.rules import threads
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Id, Language
from stamkund.rules.programme_file import Feedback
from stamkund.rules.threads import Event, Priority, Step, Thread, What
from stamkund.tables import clock, profiles
from stamkund.tables import threads as kept
from stamkund.tables.posting import Conflict
from stamkund.tables.threads import Picture
from stamkund.web.club import Club

KeyId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{1,32}$", description="The id of a staff key")]


class Worded(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    """A template, a text of one's own, or both; the template comes first, in their language.
    `pictures` have been begun and sent before, by the same key."""

    text: Said | None = None
    template: Id | None = None
    pictures: Pictures = []


class Answer(Worded, frozen=True, tag="answer"):
    """Say something to who opened it."""


class Act(Worded, frozen=True, tag="act"):
    """Something was done about it, and they are told what."""


class Close(Worded, frozen=True, tag="close"):
    """Nothing more will happen. Only what was answered or acted on can be closed."""


class Reopen(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="reopen"):
    """It was not over after all, and is due again."""


class Note(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="note"):
    """For staff alone."""

    text: Said


class Claim(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="claim"):
    """Somebody takes care of it: the key that asks, or another, or with null nobody any more."""

    owner: KeyId | UnsetType | None = UNSET


class Label(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="label"):
    """Tags, which replace those that are there, and how pressing it is."""

    tags: Annotated[list[Tag], Meta(max_length=5)] | None = None
    priority: Priority | None = None


class Approve(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="approve"):
    """The links in a text that was held are harmless, and its pictures may be shown."""

    event: Annotated[int, Meta(ge=1, le=10**6)]


class Publish(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="publish"):
    """A review, or a post of the forum, is let through: everybody may read it, and points of a
    review are given. `pictures` are those of the review that everybody may see; all its others are
    deleted. Null, where none waits, leaves them as they are."""

    pictures: Annotated[list[PictureId], Meta(max_length=MOST_OF_REVIEW)] | None = None


class Refuse(Worded, frozen=True, tag="refuse"):
    """A review, or a post of the forum, is not let through, or no longer, and the member is told
    why."""


class Remove(Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag="remove"):
    """A picture is deleted, whoever sent it, and with it its file. There is no way back."""

    picture: PictureId


Doing = Answer | Act | Close | Reopen | Note | Claim | Label | Approve | Publish | Refuse | Remove

WHAT: dict[type, What] = {
    Answer: "answered",
    Act: "acted_on",
    Close: "closed",
    Reopen: "reopened",
    Note: "noted",
    Claim: "claimed",
    Label: "labelled",
    Approve: "approved",
    Publish: "published",
    Refuse: "refused",
    Remove: "removed",
}
PROBLEMS = (
    "no_programme", "thread_not_found", "thread_changed", "thread_full", "not_possible_now",
    "template_not_found", "reference_mismatch", "review_withdrawn", "picture_invalid",
    "picture_not_found", "pictures_undecided", "busy",
)  # fmt: skip


class Wish(NamedTuple):
    """What is to be done, by whom, and on what they have read."""

    reference: str
    version: int
    doing: Doing
    by: str
    at: datetime


def checked(doing: Doing) -> Doing:
    """Before anything is read. Refused: missing_field, invalid_field."""
    if isinstance(doing, Answer | Act | Refuse) and doing.text is None and doing.template is None:
        raise Refused("missing_field", "step.text", detail="Give a text, a template, or both")
    if isinstance(doing, Worded | Note):
        clean(doing.text or "", "step.text")
    if isinstance(doing, Label) and doing.tags is None and doing.priority is None:
        raise Refused("missing_field", "step.tags", detail="Give tags, a priority, or both")
    return doing


def is_about_pictures(doing: Doing) -> bool:
    if isinstance(doing, Remove) or (isinstance(doing, Publish) and doing.pictures is not None):
        return True
    return isinstance(doing, Worded) and bool(doing.pictures)


def taken(club: Club, id: str, wish: Wish) -> tuple[Thread, bool]:
    """The thread after it, and whether it had been done before.

    Refused: thread_not_found, thread_changed, reference_mismatch, picture_invalid, and what the
    rules refuse.
    """
    rules = club.file.feedback
    pictures = _sent(club, wish)
    # Once more, to see what the other did who was faster.
    for _ in range(2):
        thread, known = kept.find_for(club.shop, id, "staff", wish.reference)
        step = _step(club, thread, wish, [one.id for one in pictures])
        if known:
            return _again(thread, known, step), True
        if thread.version != wish.version:
            raise _changed(thread)
        also = _beside(club, thread, step, wish.doing)
        after, event = threads.moved(thread, step, rules)
        try:
            kept.step(club.shop, thread, after, event, pictures=pictures, also=also)
        except Conflict:
            continue
        if not isinstance(wish.doing, Publish):  # its pictures were looked at before
            send_on(club.shop, id, event.pictures)
        return after, False
    raise Refused("busy")


def _sent(club: Club, wish: Wish) -> list[Picture]:
    """By whoever takes the step. Refused: picture_invalid."""
    if not isinstance(wish.doing, Worded):
        return []
    owner = owner_of("staff", wish.by)
    return named(club.shop, owner, wish.doing.pictures, clock.real_time())


def _beside(club: Club, thread: Thread, step: Step, doing: Doing) -> kept.Also | None:
    """What goes with the step.

    Refused: not_possible_now, review_withdrawn, picture_not_found, pictures_undecided.
    """
    if isinstance(doing, Remove):
        return _removing(club, thread, step, doing.picture)
    if isinstance(doing, Publish | Refuse):
        return _let_through(club, thread, step, doing)
    if isinstance(doing, Answer | Act | Close):
        _refuse_undecided(club, thread, step)
    return None


def _removing(club: Club, thread: Thread, step: Step, picture: str) -> kept.Also:
    known = kept.picture(club.shop, thread.id, picture)
    if known is None or known.status == "going":
        raise Refused("picture_not_found", "step.picture")
    if thread.kind == "review":
        of_review = reviewing.without(club, thread, step, picture)
        if of_review:
            return of_review
    return partial(kept.going, shop=club.shop, thread=thread.id, ids=[picture], at=step.at)


def _let_through(club: Club, thread: Thread, step: Step, doing: Publish | Refuse) -> kept.Also:
    """A review, or what stands in the forum, where there are no pictures."""
    pictures = doing.pictures if isinstance(doing, Publish) else None
    if thread.kind != "forum":
        return reviewing.let_through(club, thread, step, pictures)
    if pictures:
        raise Refused("picture_not_found", "step.pictures")
    return discussing.let_through(club, thread, step)


def _refuse_undecided(club: Club, thread: Thread, step: Step) -> None:
    """Refused: not_possible_now."""
    if thread.kind == "review":
        reviewing.refuse_undecided(club, thread, step)
    if thread.kind == "forum":
        discussing.refuse_undecided(club, thread, step)


def _changed(thread: Thread) -> Refused:
    """What the other did, so that it can be looked at."""
    return Refused(
        "thread_changed",
        "version",
        version=thread.version,
        state=thread.state,
        last=thread.last,
        last_by=thread.last_by,
        last_at=thread.last_at.isoformat(),
    )


def _again(thread: Thread, known: Event, step: Step) -> Thread:
    if not known.same_content(threads.as_event(step, thread)):
        raise Refused("reference_mismatch", "reference")
    return thread


def _step(club: Club, thread: Thread, wish: Wish, pictures: list[str]) -> Step:
    doing = wish.doing
    step = Step(
        reference=wish.reference, what=WHAT[type(doing)], side="staff", by=wish.by, at=wish.at
    )
    match doing:
        case Answer() | Act() | Close() | Refuse():
            return replace(step, text=_worded(club, thread, doing), pictures=pictures)
        case Note():
            return replace(step, text=clean(doing.text))
        case Claim():
            return replace(step, owner=wish.by if doing.owner is UNSET else doing.owner or "")
        case Label():
            return replace(step, tags=doing.tags, priority=doing.priority)
        case Approve():
            return replace(step, event=doing.event)
        case Remove():
            return replace(step, pictures=[doing.picture])
        case Publish():
            return replace(step, pictures=doing.pictures or [])
        case _:
            return step


def _worded(club: Club, thread: Thread, worded: Worded) -> str:
    parts = [worded.text.strip()] if worded.text else []
    if worded.template:
        parts.insert(0, _template(club, thread, worded.template))
    return "\n\n".join(parts)


def _template(club: Club, thread: Thread, id: str) -> str:
    """Refused: template_not_found."""
    every: Feedback = club.file.feedback
    template = next((one for one in every.templates if one.id == id), None)
    if template is None:
        raise Refused("template_not_found", "step.template")
    spoken = _language(club, thread)
    text = template.text.get(spoken) or template.text[club.programme.languages[0]]
    return text.strip()


def _language(club: Club, thread: Thread) -> Language:
    author = thread.author
    own = profiles.language_of(club.shop, author.id) if author.side == "member" else None
    return own or author.language
