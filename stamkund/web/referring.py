"""The one place where a friend gets the member who brought them: once, and for good.

Whoever makes somebody a member asks `introduced` who invited them, and puts `beginning` into the
same transaction; whoever is a member already says the code afterwards, and it is the same.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from stamkund.rules import invitations as codes
from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.referral_rules import Source
from stamkund.rules.referrals import Carried, Ground, Invited, begun
from stamkund.rules.suspicions import Known, Sign, SignKind, Suspicion, from_the_start
from stamkund.tables import invitations, referrals
from stamkund.tables.identities import Identity
from stamkund.tables.invitations import Inviter
from stamkund.tables.invite_counters import Funnel
from stamkund.tables.profiles import Profile
from stamkund.tables.referrals import SeenWith, Write
from stamkund.web.club import Club
from stamkund.web.secrets import keyed_hash, seal, unseal

_PURPOSE = "stamkund invitation visit"
VISIT_LASTS = timedelta(days=90)
# What became of an invitation; it is no reason not to become a member that it did not count.
Outcome = Literal["counted", "looked_at", "unknown", "not_available", "member_already"]


class InvitedBy(Struct, frozen=True, forbid_unknown_fields=True):
    """`code` is the friend's, `visit` what the counting of the visit answered, and `device` an id
    that your page keeps where it runs."""

    code: Annotated[str, Meta(min_length=1, max_length=40)]
    visit: Annotated[str, Meta(min_length=1, max_length=500)] | None = None
    device: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class Visit(Struct, frozen=True, array_like=True):
    """Somebody opened a link, from where, and when. Not who."""

    code: str
    source: Source
    at: int


class Introduced(NamedTuple):
    """Who invited somebody, from where, when it was that they met the invitation if that is known,
    and what else the two may have in common."""

    inviter: Inviter
    source: Source
    visited: datetime | None
    signs: frozenset[Sign]
    inviters_signs: frozenset[Sign]


class Before(NamedTuple):
    """What there is to be known of somebody who is a member already: what speaks against it, what
    they were seen with, and for how much they have bought."""

    doubts: tuple[Suspicion, ...] = ()
    signs: frozenset[Sign] = frozenset()
    had: int = 0


def identity_of(shop: str, code: str) -> Identity:
    return Identity("invitation", keyed_hash(shop, "invitation", code))


def ground_of(club: Club) -> Ground:
    return Ground(
        shop=club.shop,
        rules=club.file.referrals,
        points=club.programme.points,
        version=club.published.version,
        zone=club.programme.time_zone,
        return_days=club.programme.late.return_days,
        at=club.at,
    )


def refuse_unavailable(club: Club) -> None:
    """Refused: referrals_not_available."""
    if not club.file.referrals.on:
        raise Refused("referrals_not_available")


def refuse_over(club: Club) -> None:
    """Nor once the campaign has ended. Refused: referrals_not_available."""
    if not club.file.referrals.on or club.file.referrals.over(club.at.at):
        raise Refused("referrals_not_available")


def visited(shop: str, visit: Visit) -> str:
    """A token that says so."""
    return seal(msgspec.msgpack.encode(visit), _PURPOSE, shop)


def _visit_in(shop: str, token: str | None, code: str, now: datetime) -> Visit | None:
    """None for whatever is not one, of another code, or too long ago: then nothing is known."""
    content = unseal(token, _PURPOSE, shop) if token else None
    visit = msgspec.msgpack.decode(content, type=Visit) if content else None
    if visit is None or visit.code != code:
        return None
    at = datetime.fromtimestamp(visit.at, UTC)
    return visit if now - VISIT_LASTS <= at <= now else None


def sign(shop: str, kind: SignKind, value: str) -> Sign:
    return Sign(kind, keyed_hash(shop, f"sign-{kind}", value)[:32])


def introduced(club: Club, said: InvitedBy) -> Introduced:
    """Three reads. Refused: referrals_not_available, invitation_unknown."""
    refuse_over(club)
    code = codes.cleaned(said.code)
    inviter = invitations.inviter(club.shop, identity_of(club.shop, code))
    if inviter is None:
        raise Refused("invitation_unknown", "code")
    visit = _visit_in(club.shop, said.visit, code, club.at.at)
    device = {sign(club.shop, "device", said.device)} if said.device else set[Sign]()
    return Introduced(
        inviter,
        visit.source if visit else "other",
        datetime.fromtimestamp(visit.at, UTC) if visit else None,
        frozenset(device),
        invitations.signs_of(club.shop, inviter.account.member, club.at.at),
    )


def begun_by(
    club: Club,
    by: Introduced,
    friend: str,
    profile: Profile,
    before: Before | None = None,
) -> Carried:
    """`before`: of somebody who has been a member for a while."""
    before = before or Before()
    them = Known(friend, profile.email, profile.phone, by.signs | before.signs)
    referrer = known_as(by.inviter, by.inviters_signs)
    invited = Invited(
        referrer=referrer.member,
        source=by.source,
        since=by.visited or club.at.at,
        had=before.had,
        doubts=(*before.doubts, *from_the_start(them, referrer)),
    )
    return begun(friend, invited, ground_of(club))


def known_as(person: Inviter, signs: frozenset[Sign]) -> Known:
    profile, stopped = person.profile, bool(person.profile.friends_held_by)
    return Known(person.account.member, profile.email, profile.phone, signs, stopped)


def beginning(club: Club, by: Introduced, carried: Carried) -> Write:
    after, benefit = carried.after, carried.gives_friend
    gives = [referrals.gift(after, after.friend, benefit, to_friend=True)] if benefit else []
    remembered = club.file.referrals.guards.signal_days
    return Write(
        shop=club.shop,
        before=None,
        after=after,
        owner=after.referrer,
        at=club.at,
        gives=gives,
        funnel=Funnel(joined=1, held=int(after.state == "held")),
        signs=SeenWith(sorted(by.signs), club.at.at + timedelta(days=remembered)),
    )


def outcome_of(carried: Carried) -> Outcome:
    return "looked_at" if carried.after.state == "held" else "counted"


def known_outcome(shop: str, friend: str) -> Outcome:
    """Of a repeat, or of who was a member before."""
    known = referrals.find(shop, friend)
    if known is None:
        return "member_already"
    return "looked_at" if known.referral.state == "held" else "counted"


def refuse_later_referrer(referrer: Account, since: str, friend: Account, joined: str) -> None:
    """Who brings somebody was there before: so nobody brings, by way of others, themselves.

    `since` and `joined` are the instants, where they are known. Refused: referrer_joined_later.
    """
    both = since and joined
    earlier = since < joined if both else referrer.joined_on < friend.joined_on
    if not earlier:
        raise Refused("referrer_joined_later", "code")
