"""A member is let in on a device, and what they get for it."""

from datetime import datetime
from typing import Annotated, Literal
from unicodedata import normalize

from msgspec import Meta, Struct

from stamkund.rules.programme import Language
from stamkund.tables import devices
from stamkund.tables.devices import Device
from stamkund.web import sessions
from stamkund.web.sessions import RefreshToken

Place = Literal["header", "basket", "checkout", "my_pages"]
DeviceName = Annotated[str, Meta(max_length=60)]


class MemberSession(Struct, frozen=True):
    """`token` goes with every call of the member's browser or phone, as `Authorization: Bearer`.

    When it has run out, `refresh_token` is exchanged for both anew. Without one the session ends.
    """

    member: str
    token: str
    expires_at: datetime
    refresh_token: str | None = None
    refresh_until: datetime | None = None


def a_device(id: str, place: str, now: datetime, *, name: str | None, remembered: bool) -> Device:
    return Device(
        id=id,
        place=place,
        since=now,
        seen_at=now,
        remembered=remembered,
        name=normalize("NFC", name or "").strip(),
    )


def session_on(
    shop: str, member: str, device: Device, language: Language | None, month: str, now: datetime
) -> MemberSession:
    """For a device that has just been let in, in a month of the shop's time."""
    token = RefreshToken(member, device.id, device.generation, device.remembered, language, month)
    return session_by(shop, token, now)


def month_of(now: datetime) -> str:
    """In which somebody was seen. The shop's time, which a sandbox moves; no zone: it is for a
    count of months."""
    return f"{now:%Y-%m}"


def session_by(shop: str, token: RefreshToken, now: datetime) -> MemberSession:
    access = sessions.issue(shop, token.member, token.language, token.device)
    return MemberSession(
        token.member,
        access.token,
        access.expires_at,
        sessions.sealed(shop, token),
        devices.expiry(remembered=token.remembered, now=now),
    )
