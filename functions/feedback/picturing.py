"""Pictures that come along with what somebody says.

First a picture is begun, then it is put into the store, and then it is named where something is
said. It is named by a token that only opens for who has begun it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from stamkund.rules.errors import Refused
from stamkund.rules.pictures import PictureType
from stamkund.tables.threads import Picture, Whole
from stamkund.web import pictures, queue
from stamkund.web.secrets import seal, unseal

MOST = 5
MOST_OF_REVIEW = 3
LIFETIME = timedelta(hours=12)
_PURPOSE = "stamkund picture"

PictureToken = Annotated[str, Meta(min_length=1, max_length=400)]
Pictures = Annotated[list[PictureToken], Meta(max_length=MOST)]
# Those that a review has already are named by their ids.
ReviewPictures = Annotated[list[PictureToken], Meta(max_length=MOST_OF_REVIEW)]
_ID = re.compile("p[0-9a-f]{32}")
PictureId = Annotated[str, Meta(pattern=f"^{_ID.pattern}$")]


class Begun(Struct, frozen=True, array_like=True):
    id: str
    type: PictureType
    expires: int


class PictureWaits(Struct, frozen=True):
    """A message in the queue."""

    shop: str
    thread: str
    picture: str

    @property
    def ids(self) -> dict[str, str]:
        return {"shop": self.shop, "thread_id": self.thread}


class Chosen(NamedTuple):
    """The pictures that something shall have, which may have some of them already: by ids all of
    them, and those whose token is still good for another."""

    ids: list[str]
    fresh: Mapping[str, Picture]

    def besides(self, had: Collection[str]) -> list[Picture]:
        """Those that come to it. Refused: picture_invalid."""
        new = [one for one in self.ids if one not in had]
        if not set(new) <= self.fresh.keys():
            raise Refused("picture_invalid", "pictures")
        return [self.fresh[one] for one in new]


class PictureShown(Struct, frozen=True):
    """`url` is where it is for the next minutes, and null unless it is `shown`."""

    picture: str
    state: Literal["waiting", "shown", "refused"]
    url: str | None


def begin(
    shop: str, owner: str, reference: str, type: PictureType, now: datetime
) -> tuple[str, Begun]:
    """A token, and what is in it: the same picture for the same reference."""
    id = sha256(f"{owner}#{reference}".encode()).hexdigest()[:32]
    begun = Begun(f"p{id}", type, int((now + LIFETIME).timestamp()))
    return seal(msgspec.msgpack.encode(begun), _PURPOSE, shop, owner), begun


def named(shop: str, owner: str, tokens: Sequence[str], now: datetime) -> list[Picture]:
    """`now` is real time. Refused: picture_invalid."""
    found = [_opened(shop, owner, token) for token in tokens]
    if any(one is None or now.timestamp() >= one.expires for one in found):
        raise Refused("picture_invalid", "pictures")
    unique = {one.id: Picture(one.id, one.type, "waiting") for one in found if one}
    return list(unique.values())


def chosen(shop: str, owner: str, names: Sequence[str], now: datetime) -> Chosen:
    """`now` is real time. Refused: picture_invalid."""
    ids, fresh = list[str](), dict[str, Picture]()
    for name in names:
        if _ID.fullmatch(name):
            ids.append(name)
            continue
        begun = _opened(shop, owner, name)
        if begun is None:
            raise Refused("picture_invalid", "pictures")
        ids.append(begun.id)
        if now.timestamp() < begun.expires:
            fresh[begun.id] = Picture(begun.id, begun.type, "waiting")
    return Chosen(list(dict.fromkeys(ids)), fresh)


def _opened(shop: str, owner: str, token: str) -> Begun | None:
    content = unseal(token, _PURPOSE, shop, owner)
    return msgspec.msgpack.decode(content, type=Begun) if content else None


def owner_of(side: str, id: str) -> str:
    return f"{side}:{id}"


def send_on(shop: str, thread: str, named: Sequence[str]) -> bool:
    """Whether the queue has taken them; if not, they are met by `look_again`."""
    try:
        for picture in named:
            queue.send("pictures", PictureWaits(shop, thread, picture))
    except Refused:
        return False
    return True


def shown_in(
    shop: str, whole: Whole, ids: Sequence[str], approved: Collection[str]
) -> list[PictureShown]:
    """Those of one event, to whom they are shown that are `approved`."""
    return [_shown(shop, whole, id, approved=id in approved) for id in ids]


def _shown(shop: str, whole: Whole, id: str, *, approved: bool) -> PictureShown:
    known = whole.pictures.get(id)
    if known is None or known.status in {"refused", "going"}:
        return PictureShown(id, "refused", None)
    if known.status == "waiting" or not approved:
        return PictureShown(id, "waiting", None)
    return PictureShown(id, "shown", link(shop, whole.thread.id, id))


def link(shop: str, thread: str, picture: str) -> str:
    """Of one that is kept."""
    return pictures.store().link(pictures.kept(shop, thread, picture))
