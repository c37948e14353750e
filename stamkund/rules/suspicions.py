"""What makes a referral look as if nobody had brought anybody: it is held, and a person looks.

An address alone is none: families live together, and are who invites whom. A card, a device or a
mailbox that both have is one.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from stamkund.rules.referral_rules import Guards

Suspicion = Literal[
    "same_member",
    "same_email",
    "same_phone",
    "same_payment",
    "same_device",
    "many_of_referrer",
    "many_at_address",
    "many_on_device",
    "returned_again",
    "joined_before_visit",
    "stopped_by_staff",
]
SUSPICIONS: tuple[Suspicion, ...] = get_args(Suspicion)
# What cannot be, and is turned away at the door; staff is told of it all the same.
DoorCode = Literal["own_code", "referrer_set", "referrer_joined_later", "not_a_new_customer"]
DOOR_CODES: tuple[DoorCode, ...] = get_args(DoorCode)
SignKind = Literal["payment", "address", "device"]
SIGN_KINDS: tuple[SignKind, ...] = get_args(SignKind)

# Who writes to one of these domains is met whatever dots they put into their name.
DOTS_MEAN_NOTHING = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


class Sign(NamedTuple):
    """Something that a shop saw somebody use: its keyed hash."""

    kind: SignKind
    hash: str


class Known(NamedTuple):
    """One of the two people: who they are now, by which contacts, and what they were seen with;
    and whether staff holds everybody whom they bring."""

    member: str
    email: str
    phone: str
    signs: frozenset[Sign]
    stopped: bool = False


class Crowd(NamedTuple):
    """How many friends there were already: today of this member, and lately at what the friend
    was seen with, by the kind of it; and how many orders of this friend came back."""

    of_referrer: int
    at: Mapping[SignKind, int]
    returned: int


def suspicions(friend: Known, referrer: Known, crowd: Crowd, guards: Guards) -> list[Suspicion]:
    """Everything that speaks against it."""
    return [*from_the_start(friend, referrer), *_crowded(crowd, guards)]


def from_the_start(friend: Known, referrer: Known) -> Iterator[Suspicion]:
    """What is known of the two before anything is bought."""
    yield from same_person(friend, referrer)
    if referrer.stopped:
        yield "stopped_by_staff"


def same_person(friend: Known, referrer: Known) -> Iterator[Suspicion]:
    if friend.member == referrer.member:
        yield "same_member"
        return
    if friend.email and mailbox(friend.email) == mailbox(referrer.email):
        yield "same_email"
    if friend.phone and friend.phone == referrer.phone:
        yield "same_phone"
    shared = {sign.kind for sign in friend.signs & referrer.signs}
    if "payment" in shared:
        yield "same_payment"
    if "device" in shared:
        yield "same_device"


def _crowded(crowd: Crowd, guards: Guards) -> Iterator[Suspicion]:
    if crowd.of_referrer >= guards.per_referrer:
        yield "many_of_referrer"
    if crowd.at.get("address", 0) >= guards.per_address:
        yield "many_at_address"
    if crowd.at.get("device", 0) >= guards.per_device:
        yield "many_on_device"
    if crowd.returned >= guards.returned:
        yield "returned_again"


def mailbox(email: str) -> str:
    """Where a letter to this address arrives: without the tag that people put behind a plus."""
    local, _, domain = email.rpartition("@")
    local = local.partition("+")[0]
    if domain in DOTS_MEAN_NOTHING:
        return f"{local.replace('.', '')}@{DOTS_MEAN_NOTHING[domain]}"
    return f"{local}@{domain}"


def address_words(address: Sequence[str] | str) -> str:
    """A delivery address as it is compared: only its letters and digits, in small."""
    text = address if isinstance(address, str) else " ".join(address)
    return "".join(one for one in text.casefold() if one.isalnum())
