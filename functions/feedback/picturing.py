"""Pictures that come along with what somebody says.

First a picture is begun, then it is put into the store, and then it is named where something is
said. It is named by a token that only opens for who has begun it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from stamkund.rules.errors import Refused
from stamkund.rules.pictures import PictureType
from stamkund.tables.threads import Picture, Whole
from stamkund.web import pictures, queue
from stamkund.web.pictures import KEPT
from stamkund.web.secrets import seal, unseal

MOST = 5
LIFETIME = timedelta(hours=12)
_PURPOSE = "stamkund picture"

PictureToken = Annotated[str, Meta(min_length=1, max_length=400)]
Pictures = Annotated[list[PictureToken], Meta(max_length=MOST)]
PictureId = Annotated[str, Meta(pattern=r"^p[0-9a-f]{32}$")]


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


def shown_in(shop: str, whole: Whole, ids: Sequence[str], *, approved: bool) -> list[PictureShown]:
    """Those of one event, to whom they are shown if somebody has `approved` them."""
    return [_shown(shop, id, whole.pictures.get(id), approved=approved) for id in ids]


def _shown(shop: str, id: str, known: Picture | None, *, approved: bool) -> PictureShown:
    if known is None or known.status == "refused":
        return PictureShown(id, "refused", None)
    if known.status == "waiting" or not approved:
        return PictureShown(id, "waiting", None)
    return PictureShown(id, "shown", pictures.store().link(pictures.key_of(KEPT, shop, id)))
