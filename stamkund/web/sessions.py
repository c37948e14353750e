"""A member's session: a short-lived JWT that says who, in which shop, and until when."""

from datetime import datetime, timedelta
from typing import Any, get_args

from msgspec import Struct

from stamkund.rules.programme import Language
from stamkund.tables import clock
from stamkund.web.secrets import signing_keys

ISSUER = "stamkund"
LIFETIME = timedelta(minutes=15)
_ALGORITHM = "HS256"
_REQUIRED = ["iss", "aud", "sub", "iat", "exp"]


class Session(Struct, frozen=True):
    token: str
    expires_at: datetime


class SessionOwner(Struct, frozen=True):
    """`language`: the member's own, for texts nobody asks for in another."""

    shop: str
    member: str
    language: Language | None


def issue(shop: str, member: str, language: Language | None = None) -> Session:
    """By real time, in a sandbox too: a year tried in a minute must not log anybody out."""
    import jwt

    now = clock.real_time()
    newest = signing_keys()[0]
    claims = {"iss": ISSUER, "aud": shop, "sub": member, "iat": now, "exp": now + LIFETIME}
    if language:
        claims["lang"] = language
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


def _owner(claims: dict[str, Any]) -> SessionOwner | None:
    shop, member, expires = claims["aud"], claims["sub"], claims["exp"]
    if not (isinstance(shop, str) and isinstance(member, str) and isinstance(expires, int)):
        return None
    # Nobody is what the orders of guests belong to.
    if not member or clock.real_time().timestamp() >= expires:
        return None
    spoken = claims.get("lang")
    return SessionOwner(shop, member, spoken if spoken in get_args(Language) else None)
