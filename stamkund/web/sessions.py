"""A member's session: a short-lived JWT that says who, in which shop, and until when; and the
token that it is refreshed by, where the member is logged in on a device."""

from datetime import datetime, timedelta
from typing import Any, get_args

import msgspec
from msgspec import Struct

from stamkund.rules.programme import Language
from stamkund.tables import clock
from stamkund.web.secrets import seal, signing_keys, unseal

ISSUER = "stamkund"
LIFETIME = timedelta(minutes=15)
_ALGORITHM = "HS256"
_REFRESH = "stamkund refresh"
_REQUIRED = ["iss", "aud", "sub", "iat", "exp"]


class Session(Struct, frozen=True):
    token: str
    expires_at: datetime


class SessionOwner(Struct, frozen=True):
    """`language`: the member's own, for texts nobody asks for in another. `device`: where the
    member is logged in; nothing for a session that cannot be refreshed."""

    shop: str
    member: str
    language: Language | None
    device: str = ""


class RefreshToken(Struct, frozen=True, array_like=True):
    """What a refresh token says. It is signed, and so what is not ours costs no look-up.

    `seen`: the month in which it was last noted that the member is logged in, so that it is noted
    once a month and not at every refresh.
    """

    member: str
    device: str
    generation: int
    remembered: bool
    language: Language | None
    seen: str = ""


def issue(shop: str, member: str, language: Language | None = None, device: str = "") -> Session:
    """By real time, in a sandbox too: a year tried in a minute must not log anybody out."""
    import jwt

    now = clock.real_time()
    newest = signing_keys()[0]
    claims = {"iss": ISSUER, "aud": shop, "sub": member, "iat": now, "exp": now + LIFETIME}
    if language:
        claims["lang"] = language
    if device:
        claims["dev"] = device
    token = jwt.encode(claims, newest.secret, _ALGORITHM, headers={"kid": newest.id})
    return Session(token, now + LIFETIME)


def verify(token: str) -> SessionOwner | None:
    """Whose session it is, or None if it is anything but one of ours that still holds."""
    # Only a member's request pays for this import: 40 ms, more than all else that is ours.
    import jwt

    try:
        key_id = jwt.get_unverified_header(token).get("kid")
        secret = next((key.secret for key in signing_keys() if key.id == key_id), None)
        if secret is None:
            return None
        options: Any = {"require": _REQUIRED, "verify_aud": False, "verify_exp": False}
        options["verify_iat"] = False
        claims = jwt.decode(token, secret, [_ALGORITHM], options, issuer=ISSUER)
    except jwt.InvalidTokenError:
        return None
    return _owner(claims)


def sealed(shop: str, token: RefreshToken) -> str:
    return seal(msgspec.msgpack.encode(token), _REFRESH, shop)


def unsealed(shop: str, text: str) -> RefreshToken | None:
    content = unseal(text, _REFRESH, shop)
    return msgspec.msgpack.decode(content, type=RefreshToken) if content else None


def _owner(claims: dict[str, Any]) -> SessionOwner | None:
    shop, member, expires = claims["aud"], claims["sub"], claims["exp"]
    if not (isinstance(shop, str) and isinstance(member, str) and isinstance(expires, int)):
        return None
    # Nobody is what the orders of guests belong to.
    if not member or clock.real_time().timestamp() >= expires:
        return None
    spoken, device = claims.get("lang"), claims.get("dev", "")
    language = spoken if spoken in get_args(Language) else None
    return SessionOwner(shop, member, language, device if isinstance(device, str) else "")
