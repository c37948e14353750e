"""Staff writes what is to be announced."""

from typing import Annotated

from msgspec import Meta, Struct

from functions.feedback.announcing import AnnouncementId, AnnouncementShown, shown
from functions.feedback.saying import Tag, ThreadId, clean
from stamkund.rules.announcements import Announcement, Reach, Words
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Language
from stamkund.tables import Append, Read, announcements
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff
from stamkund.web.endpoint import endpoint

Title = Annotated[str, Meta(pattern=r"\S", max_length=200)]
Body = Annotated[str, Meta(pattern=r"\S", max_length=4_000)]
Picture = Annotated[str, Meta(pattern=r"^https://[^\s\"'<>]+$", max_length=1_000)]


class WordsWritten(Struct, frozen=True, forbid_unknown_fields=True):
    """Plain text; what looks like HTML stays text."""

    language: Language
    title: Title
    text: Body


class AnnouncementRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`words` once for each language; who reads another gets the first. Linked are the threads that
    are named, and those with one of the tags at the moment at which it is published."""

    words: Annotated[list[WordsWritten], Meta(min_length=1, max_length=5)]
    threads: Annotated[list[ThreadId], Meta(max_length=200)] = []
    tags: Annotated[list[Tag], Meta(max_length=5)] = []
    picture: Picture | None = None


@endpoint(
    "PUT",
    "/v1/feedback/announcements/{announcement}",
    caller=[Staff],
    access={Programmes: Read | Append},
    problems=["announcement_published"],
    lines=["text"],
)
def write_announcement(
    announcement: AnnouncementId, request: AnnouncementRequest, caller: Caller
) -> AnnouncementShown:
    """Write an announcement.

    What became of what people asked for. It is a draft, and may be written anew, until it is
    published; from then on it stays as it is.
    """
    languages = [one.language for one in request.words]
    if len(set(languages)) < len(languages):
        raise Refused("invalid_field", "words", detail="Say it once in each language")
    wanted = Announcement(
        id=announcement,
        words={one.language: _words(one) for one in request.words},
        threads=list(dict.fromkeys(request.threads)),
        tags=list(dict.fromkeys(request.tags)),
        picture=request.picture or "",
    )
    return shown(announcements.write(caller.shop, wanted, caller.key), Reach())


def _words(given: WordsWritten) -> Words:
    return Words(clean(given.title, "words.title"), clean(given.text, "words.text"))
