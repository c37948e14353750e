"""A code, or a link, becomes a session; or the proof of a contact, for who is no member yet."""

import hmac
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from functions.members import contacting
from functions.members.contacting import Challenge, Sealed, digest_of
from functions.members.known_by import known_by
from functions.members.letting_in import (
    DeviceName,
    MemberSession,
    Place,
    a_device,
    month_of,
    session_on,
)
from functions.members.shown import NOT_KEPT, REPLAYED
from stamkund.rules.errors import Refused
from stamkund.rules.login import PROOF_LIFETIME, TRIES
from stamkund.tables import Append, Read, Update, clock, identities, login_codes, profiles
from stamkund.tables.identities import Identities
from stamkund.tables.login_codes import Code
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web import verified_contact
from stamkund.web.callers import Caller, Storefront
from stamkund.web.endpoint import PathId, Reply, endpoint


class Verification(Struct, frozen=True, forbid_unknown_fields=True):
    """`login` as it was answered, with the `code` that was sent; or what the `link` brought after
    `#login=`. `reference` is yours, one for each time somebody enters a code: the same again is
    answered the same way. With `want` "proof" a member gets no session, but a proof as well."""

    reference: PathId
    login: Sealed | None = None
    code: Annotated[str, Meta(pattern=r"^[0-9]{6}$")] | None = None
    link: Sealed | None = None
    want: Literal["session", "proof"] = "session"
    remember: bool = False
    device_name: DeviceName | None = None


class Proof(Struct, frozen=True):
    """Whoever brings it reads what is sent to this contact. For `/v1/members/joinings`."""

    verified_contact: str
    expires_at: datetime


class Verified(Struct, frozen=True):
    """One of the two, and where in the shop the code was asked for."""

    place: Place
    session: MemberSession | None = None
    proof: Proof | None = None


@endpoint(
    "POST",
    "/v1/members/login-codes/verifications",
    caller=[Storefront],
    access={Identities: Read | Update, Profiles: Read | Append | Update, Programmes: Read},
    problems=["login_code_invalid", "busy"],
)
def verify_login_code(request: Verification, caller: Caller, now: datetime) -> Reply[Verified]:
    """Log in by code or link.

    A member gets a session, anybody else the proof to join by. Each code lets in once; which of
    wrong, used, tried too often and run out a code is, is not said.
    """
    real = clock.real_time()
    challenge = _challenge(request, caller.shop)
    known = login_codes.tried(caller.shop, challenge.id, request.reference, TRIES, real)
    if request.link is None:
        _refuse_other(known, digest_of(caller.shop, challenge.id, request.code or ""))
    contact = known_by(caller.shop, challenge.kind, challenge.value)
    wanted = request.want == "session"
    member = identities.find_or_none(caller.shop, contact) if wanted else None
    if member is None:
        return _proof(request, caller.shop, challenge, known)
    return _session(request, caller.shop, member, known, month_of(now), real)


def _challenge(request: Verification, shop: str) -> Challenge:
    if request.link is not None and request.login is None and request.code is None:
        return contacting.unsealed(shop, request.link, contacting.LINK)
    if request.link is not None:
        raise Refused("invalid_field", "link", detail="Give either link or login and code")
    if request.login is None or request.code is None:
        missing = "code" if request.login is not None else "login"
        raise Refused("missing_field", missing, detail="Give login and code, or link")
    return contacting.unsealed(shop, request.login, contacting.CODE)


def _refuse_other(known: Code, digest: bytes) -> None:
    if not hmac.compare_digest(known.digest, digest):
        raise Refused("login_code_invalid")


def _proof(request: Verification, shop: str, challenge: Challenge, known: Code) -> Reply[Verified]:
    login_codes.use(shop, known.id, request.reference)
    until = known.expires_at + PROOF_LIFETIME
    token = verified_contact.prove(shop, known.id, challenge.contact, known.place, until)
    return Reply(_verified(known, proof=Proof(token, until)), headers=NOT_KEPT)


def _session(
    request: Verification, shop: str, member: str, known: Code, month: str, now: datetime
) -> Reply[Verified]:
    language = profiles.language_of(shop, member)
    device = a_device(
        known.id, known.place, now, name=request.device_name, remembered=request.remember
    )
    first = login_codes.use_for_device(shop, known.id, request.reference, member, device, month)
    session = session_on(shop, member, device, language, month, now)
    headers = NOT_KEPT if first else NOT_KEPT | REPLAYED
    return Reply(_verified(known, session=session), headers=headers)


def _verified(
    known: Code, *, session: MemberSession | None = None, proof: Proof | None = None
) -> Verified:
    place: Place = known.place  # type: ignore[assignment]
    return Verified(place, session, proof)
