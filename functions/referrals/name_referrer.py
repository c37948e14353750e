"""Somebody who is a member already says whose code brought them."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from functions.referrals.shown import REPLAYED, BenefitShown, benefit
from stamkund.rules.account import Account, with_entries
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Language
from stamkund.rules.referrals import Carried, Try
from stamkund.rules.suspicions import DOOR_CODES, Suspicion
from stamkund.tables import Append, Read, Update, invitations, referrals, turned_away
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.invitations import Inviter
from stamkund.tables.ledger import Ledger
from stamkund.tables.posting import Conflict, Rewriting
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web import referring
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.referring import Before, Introduced, InvitedBy, Outcome

ROUNDS = 5


class ReferrerNamed(Struct, frozen=True):
    """`outcome` is "looked_at" where the shop looks at it first. `friend`: what is theirs now."""

    outcome: Outcome
    friend: BenefitShown | None


@endpoint(
    "POST",
    "/v1/members/{member}/referrer",
    caller=[Member, Shop],
    access={
        Accounts: Read | Append | Update,
        Identities: Read,
        Profiles: Read | Append,
        Ledger: Append,
        Programmes: Read | Update,
    },
    problems=[
        *MEMBER_PROBLEMS, "referrals_not_available", "invitation_unknown", "own_code",
        "referrer_set", "referrer_joined_later", "not_a_new_customer", "busy",
    ],
    status=(201, 200),
)  # fmt: skip
def name_referrer(
    member: str, request: InvitedBy, caller: Caller, now: datetime
) -> Reply[ReferrerNamed]:
    """Say by whose code a member came, before the first order.

    Once and for good: the same code again is answered the same, another is refused. Whose own
    voucher comes with it can use it in the next quote. What cannot be is refused, and told staff.
    """
    club = club_at(caller.shop, now)
    friend = member_of(caller, member)
    by = referring.introduced(club, request)
    try:
        return _named_once(club, friend, by, caller.language)
    except Refused as refused:
        _tell_staff(club, friend, by, refused)
        raise


def _named_once(
    club: Club, friend: str, by: Introduced, language: Language
) -> Reply[ReferrerNamed]:
    for _ in range(ROUNDS):
        known = referrals.find(club.shop, friend)
        if known:
            return _again(club, known, by, language)
        try:
            carried = _named(club, friend, by)
        except Conflict:
            continue
        return Reply(_shown(club, referring.outcome_of(carried), language), 201)
    raise Refused("busy")


def _tell_staff(club: Club, friend: str, by: Introduced, refused: Refused) -> None:
    """Of what cannot be, which somebody who tries to cheat does first."""
    for code in DOOR_CODES:
        if refused.code == code:
            now, referrer = club.at.at, by.inviter.account.member
            one = Try(code, referrer, by.source, by.visited or now, now)
            turned_away.note(club.shop, friend, one)


def _again(
    club: Club, known: referrals.Known, by: Introduced, language: Language
) -> Reply[ReferrerNamed]:
    if known.referral.referrer != by.inviter.account.member:
        raise Refused("referrer_set", "code")
    outcome: Outcome = "looked_at" if known.referral.state == "held" else "counted"
    return Reply(_shown(club, outcome, language), 200, REPLAYED)


def _named(club: Club, friend: str, by: Introduced) -> Carried:
    """Raises Conflict."""
    person = _person(club, friend)
    before = Before(
        doubts=_refuse_or_doubt(club, person, by),
        signs=invitations.signs_of(club.shop, friend, club.at.at),
        had=sum(person.account.spend.values()),
    )
    carried = referring.begun_by(club, by, friend, person.profile, before)
    write = referring.beginning(club, by, carried)
    changes = [_rewriting(person.account, carried)] if carried.friend else []
    # An offer that they have switched on themselves cannot be given again.
    gives = referrals.not_there(club.shop, write.gives)
    referrals.write(replace(write, changes=changes, gives=gives))
    return carried


def _person(club: Club, friend: str) -> Inviter:
    person = invitations.inviting(club.shop, friend)
    if person is None:
        raise Refused("member_not_found")
    return person


def _refuse_or_doubt(club: Club, friend: Inviter, by: Introduced) -> tuple[Suspicion, ...]:
    """What cannot be is refused; what is only odd is looked at."""
    referrer, rules = by.inviter, club.file.referrals
    if referrer.account.member == friend.account.member:
        raise Refused("own_code", "code")
    referring.refuse_later_referrer(
        referrer.account, referrer.profile.joined_at, friend.account, friend.profile.joined_at
    )
    if rules.existing:
        return ()
    if friend.account.orders:
        raise Refused("not_a_new_customer", "code")
    joined = friend.profile.joined_at
    came_before = by.visited and joined and joined < by.visited.isoformat()
    return ("joined_before_visit",) if came_before else ()


def _rewriting(before: Account, carried: Carried) -> Rewriting:
    return Rewriting(before, with_entries(before, carried.friend), carried.friend)


def _shown(club: Club, outcome: Outcome, language: Language) -> ReferrerNamed:
    given = club.file.referrals.friend if outcome == "counted" else None
    return ReferrerNamed(outcome, benefit(club, given, language))
