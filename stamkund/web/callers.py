"""Who asks: told by the credential alone, never by the path or the body."""

import hmac
from collections.abc import Mapping
from enum import StrEnum
from string import ascii_letters, digits

from msgspec import Struct

from stamkund.rules.errors import Refused
from stamkund.rules.programme import Language
from stamkund.tables import clock, shops
from stamkund.tables.shops import Key, RegisteredShop
from stamkund.web import sessions


class CallerKind(StrEnum):
    """A shop's server, a shop's pages in a browser, a member who is logged in, the shop's staff,
    and a till in one of its stores."""

    SHOP = "shop"
    STOREFRONT = "storefront"
    MEMBER = "member"
    STAFF = "staff"
    TILL = "till"


Shop, Storefront, Member, Staff, Till = CallerKind


class Caller(Struct, frozen=True):
    """`key` is the id of the key, for the audit log; a member has none. `member` only a member,
    and `device` where they are logged in on one. `store` only a till: its key is for that alone."""

    shop: str
    kind: CallerKind
    member: str | None
    key: str
    language: Language
    sandbox: bool
    address: str = ""
    device: str = ""
    store: str = ""


def identify(headers: Mapping[str, str], address: str = "") -> Caller:
    """The caller that the headers (with lower-case names) prove."""
    scheme, _, credential = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credential.isascii():
        raise Refused("unauthenticated")
    if credential[:3] in _KINDS:
        return _holder_of_key(credential.strip(), headers, address)
    return _member(credential.strip(), headers, address)


def member_of(caller: Caller, member: str) -> str:
    """The member that `/v1/members/{member}` means: `me` in a session, an id for anybody else.

    Whatever else is tried looks exactly like a member that does not exist.
    """
    if caller.kind is Member and member == "me" and caller.member:
        return caller.member
    if caller.kind in {Shop, Staff, Till} and member != "me":
        return member
    raise Refused("not_found")


# Of a credential: a shop's id may contain dots; a key's id and its secret never do. To compile a
# pattern takes longer than a thousand such looks at the letters, at each start of a function.
_ID = frozenset(ascii_letters + digits)
_SECRET = _ID | {"_", "-"}
_SHOP = _SECRET | {"."}
_KINDS = {prefix: CallerKind(kind) for kind, prefix in shops.PREFIXES.items()}


def _holder_of_key(credential: str, headers: Mapping[str, str], address: str) -> Caller:
    key = _key(credential)
    registered = shops.find_shop(key.shop, now=clock.real_time())
    if registered is None:
        raise Refused("unauthenticated")
    origin = headers.get("origin")
    if key.origins and origin and origin not in key.origins:
        raise Refused("origin_not_allowed")
    language = language_of(headers.get("accept-language", ""), registered.language)
    kind = CallerKind(key.kind)
    return Caller(
        key.shop, kind, None, key.id, language, registered.sandbox, address, store=key.store
    )


def _key(credential: str) -> Key:
    shop, id, secret = _parts(credential[3:])
    key = shops.find_key(shop, id, now=clock.real_time())
    if key is None or key.revoked or _KINDS[credential[:3]] != key.kind:
        raise Refused("unauthenticated")
    if not hmac.compare_digest(key.digest, shops.digest_of(secret)):
        raise Refused("unauthenticated")
    return key


def _parts(credential: str) -> list[str]:
    """Shop, id, secret."""
    parts = credential.rsplit(".", 2)
    rules = zip(parts, (_SHOP, _ID, _SECRET), (64, 32, 128), strict=False)
    well_formed = all(
        0 < len(part) <= most and letters.issuperset(part) for part, letters, most in rules
    )
    if len(parts) != 3 or not well_formed:
        raise Refused("unauthenticated")
    return parts


def _member(token: str, headers: Mapping[str, str], address: str) -> Caller:
    owner = sessions.verify(token)
    registered: RegisteredShop | None = None
    if owner:
        registered = shops.find_shop(owner.shop, now=clock.real_time())
    if owner is None or registered is None:
        raise Refused("unauthenticated")
    own = owner.language or registered.language
    language = language_of(headers.get("accept-language", ""), own)
    return Caller(
        owner.shop,
        Member,
        owner.member,
        "",
        language,
        registered.sandbox,
        address,
        owner.device,
    )


_LANGUAGES: dict[str, Language] = {
    "sv": "sv",
    "nb": "nb",
    "no": "nb",
    "nn": "nb",
    "da": "da",
    "fi": "fi",
    "en": "en",
}


def language_of(accepted: str, otherwise: Language) -> Language:
    """The first language of an Accept-Language header, by its weights, that there are texts in."""
    for tag in sorted(accepted[:200].split(","), key=_weight):
        language = _LANGUAGES.get(tag.strip()[:2].lower())
        if language:
            return language
    return otherwise


def _weight(tag: str) -> float:
    try:
        return -float(tag.partition("q=")[2] or 1)
    except ValueError:
        return 0.0
