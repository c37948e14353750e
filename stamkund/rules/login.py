"""The way in: what a shop says about it, how often anybody may try, which phones are written to."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct

from stamkund.rules.errors import Refused

Channel = Literal["email", "sms"]
ContactKind = Literal["email", "phone"]
# By three letters: in YAML, NO means false.
Country = Literal["SWE", "NOR", "DNK", "FIN"]
CountedBy = Literal["contact", "address", "shop", "till", "member", "speaker"]

CODE_LIFETIME = timedelta(minutes=10)
PROOF_LIFETIME = timedelta(minutes=30)
TRIES = 5
DIGITS = 6

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
# A counter of a whole shop is one item that everybody writes: shared out, they seldom meet.
SHARES = 8

# Only what can be a mobile phone: a message to a service number can cost the shop a fortune, and
# share it with whoever asked for it. Denmark has no range of its own for them, and 80 and 90 are
# such numbers.
MOBILE: dict[Country, tuple[str, ...]] = {
    "SWE": ("+467",),
    "NOR": ("+474", "+479"),
    "DNK": ("+452", "+453", "+454", "+455", "+456", "+457", "+4581", "+459"),
    "FIN": ("+3584", "+35850"),
}
NOT_MOBILE = ("+4590",)

Link = Annotated[
    str,
    Meta(
        pattern=r"^(https://[A-Za-z0-9.-]+|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?(/[^\s#]*)?$",
        max_length=300,
        description="https, or http on this machine, and without a fragment",
        extra={"words": "an address with https, or http on this machine, without a fragment"},
    ),
]


class Sms(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Codes by SMS. A programme without this section sends none."""

    countries: Annotated[list[Country], Meta(min_length=1, max_length=4)]
    a_day: Annotated[int, Meta(ge=1, le=1_000_000)] = 500
    link: bool = False


class Login(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How members are let in by code."""

    link: Link | None = None
    codes_an_hour: Annotated[int, Meta(ge=SHARES, le=10_000_000)] = 10_000
    sms: Sms | None = None


class Contact(NamedTuple):
    """In the form in which contacts are compared."""

    kind: ContactKind
    value: str

    @property
    def channel(self) -> Channel:
        return "sms" if self.kind == "phone" else "email"


class Limit(NamedTuple):
    """So many codes, counted by what, in a window of what length."""

    by: CountedBy
    window: timedelta
    most: int
    shared: bool = False


def limits(login: Login, channel: Channel) -> list[Limit]:
    """All that hold. A daily limit of codes is what keeps guessing hopeless: five tries each."""
    always = [
        Limit("contact", QUARTER, 5),
        Limit("contact", DAY, 20),
        Limit("address", HOUR, 60),
        Limit("shop", HOUR, login.codes_an_hour, shared=True),
    ]
    if channel != "sms" or login.sms is None:
        return always
    dear = [
        Limit("contact", DAY, 5),
        Limit("address", DAY, 15),
        Limit("shop", DAY, login.sms.a_day),
    ]
    return [*always[:1], *always[2:], *dear]


def window(limit: Limit, now: datetime) -> tuple[int, datetime]:
    """The number of the window that we are in, and when it ends."""
    seconds = int(limit.window.total_seconds())
    number = int(now.timestamp()) // seconds
    return number, datetime.fromtimestamp((number + 1) * seconds, UTC)


def neighbourhood(address: str) -> str:
    """Who has one address of IPv6 has 2^64 of them: they count as one."""
    # Every function reads programmes, and only one asks for this.
    from ipaddress import IPv6Address, ip_address

    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))


def refuse_unreachable(login: Login, contact: Contact, allowed: frozenset[str]) -> None:
    """`allowed`: the countries that whoever runs this pays for. Refused: sms_not_available."""
    if contact.kind != "phone":
        return
    countries = [one for one in (login.sms.countries if login.sms else []) if one in allowed]
    prefixes = tuple(prefix for country in countries for prefix in MOBILE[country])
    if not contact.value.startswith(prefixes) or contact.value.startswith(NOT_MOBILE):
        raise Refused("sms_not_available", "phone")
