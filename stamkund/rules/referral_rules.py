"""What a shop says about members who bring friends: a section of the programme file."""

from datetime import datetime
from typing import Annotated, Literal, get_args

from msgspec import Meta, field

from stamkund.rules.login import Link
from stamkund.rules.programme import Count, Gives, Id, Inviting, Match, Minor, Part, Text

# Where somebody met the invitation: what a link says of itself, and visits are counted by.
Source = Literal["link", "qr", "email", "sms", "whatsapp", "messenger", "social", "card", "other"]
SOURCES: tuple[Source, ...] = get_args(Source)
# For which of them there are words to send along.
ShareChannel = Literal["email", "sms", "whatsapp", "messenger", "social"]
SHARE_CHANNELS: tuple[ShareChannel, ...] = get_args(ShareChannel)


class PointsGiven(Part, frozen=True, tag_field="kind", tag="points"):
    """Points, pending until the friend can no longer return what was bought."""

    points: Count


class VoucherGiven(Part, frozen=True, tag_field="kind", tag="voucher"):
    """A voucher, which lives for `valid_days` from the day on which it can be used.

    `if_used`: what becomes of it when the friend's order comes back, and the referrer has used it
    already. It is theirs to keep, or as many points as it was worth are taken back.
    """

    gives: Gives
    min_amount: Minor = 0
    valid_days: Annotated[int, Meta(ge=1, le=3_650)] = 90
    if_used: Literal["keep", "points"] = "keep"


class OfferGiven(Part, frozen=True, tag_field="kind", tag="offer"):
    """One of the programme's offers, switched on."""

    offer: Id


Benefit = PointsGiven | VoucherGiven | OfferGiven


class SpecialBenefit(Part, frozen=True):
    """What the referrer is given instead, where everything that is said here holds: the friend
    bought one of these goods, in this window, and is at least the so-manieth friend."""

    id: Id
    name: Text
    referrer: Benefit
    match: Match | None = None
    start: datetime | None = None
    end: datetime | None = None
    from_friends: Count = 1


class Guards(Part, frozen=True):
    """From when on a person in the shop looks at it first: so many friends of one member in a day,
    so many at one address or on one device in `window_days`, so many orders of one friend that came
    back. What was learnt of addresses, cards and devices is forgotten after `signal_days`."""

    per_referrer: Count = 10
    per_address: Count = 5
    per_device: Count = 3
    returned: Count = 2
    window_days: Annotated[int, Meta(ge=1, le=366)] = 30
    signal_days: Annotated[int, Meta(ge=1, le=1_100)] = 400


class Referrals(Inviting, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Bring a friend. A club in which neither side is given anything has none of it.

    `page` is where links lead. The first order of at least `min_order` counts, made between `start`
    and `end`; what it brings can be used once the order can no longer be returned, and not before
    `hold_days` have passed. `existing`: whether somebody counts who was a customer before.
    """

    referrer: Benefit | None = None
    friend: Benefit | None = None
    special: Annotated[list[SpecialBenefit], Meta(max_length=50)] = field(default_factory=list)
    min_order: Minor = 0
    start: datetime | None = None
    end: datetime | None = None
    per_month: Count | None = None
    per_year: Count | None = None
    hold_days: Annotated[int, Meta(ge=0, le=365)] = 0
    existing: bool = False
    page: Link | None = None
    share: dict[ShareChannel, Text] = field(default_factory=dict)
    guards: Guards = Guards()

    @property
    def on(self) -> bool:
        return bool(self.referrer or self.friend or self.special)

    def over(self, at: datetime) -> bool:
        """Whoever comes now can count no more, so nobody is promised or given anything for it."""
        return self.end is not None and at >= self.end
