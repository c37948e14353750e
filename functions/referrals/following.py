"""Looks at a friend again: what the stream, the night, and staff's decisions have in common.

Nothing is taken from what has just happened. Order, friend, referrer and referral are read, the
pure rule decides, and one transaction under their versions does it; whoever is second finds it
done. So one order is credited once, however often and in whatever order anybody is told of it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from stamkund.rules.account import Account, with_entries
from stamkund.rules.ledger import Entry
from stamkund.rules.referral_rules import Guards, PointsGiven
from stamkund.rules.referrals import (
    Bought,
    Carried,
    Decision,
    Purchase,
    Qualify,
    Referral,
    Seen,
    Sides,
    Withdraw,
    bought_by,
    carried_out,
    counters,
    decided,
    purchase_of,
)
from stamkund.rules.suspicions import Crowd, Known, Sign, SignKind, Suspicion, suspicions
from stamkund.tables import accounts, crowds, invitations, ledger, orders, referrals
from stamkund.tables.invite_counters import Funnel
from stamkund.tables.posting import Conflict, Rewriting
from stamkund.tables.referrals import Gift, Taking, Write
from stamkund.web.club import Club
from stamkund.web.referring import ground_of, known_as

ROUNDS = 16
# Of a friend who has not been credited; after that only the one order is looked at.
MOST_ORDERS = 50


class Scene(NamedTuple):
    """Everything as it was read; the accounts are those of who the two are now."""

    known: referrals.Known
    seen: Seen
    referrer: Account | None
    friend: Account | None
    signs: frozenset[Sign]
    bought: Bought


def look_at(club: Club, friend: str) -> bool:
    """Whether anything was written. Raises Conflict when others were faster all the time."""
    changed = False
    for _ in range(ROUNDS):
        known = referrals.find(club.shop, friend)
        if known is None:
            return changed
        scene = _scene(club, known)
        decision = _decided(club, known.referral, scene)
        step = _step(club, scene, decision) if decision else _worth(club, scene)
        if step is None:
            return changed
        try:
            referrals.write(step)
        except Conflict:
            continue
        if _is_all(known.referral, step.after) and _decided(club, step.after, scene) is None:
            return True  # nothing of what was read asks for more, so nothing is read again
        changed = True
    raise Conflict


def _is_all(before: Referral, after: Referral) -> bool:
    """Of who was credited only that one order was read: once it is gone, another may count."""
    return before.credit is None or after.credit is not None


def _decided(club: Club, referral: Referral, scene: Scene) -> Decision | None:
    return decided(referral, scene.seen, club.file.referrals, club.at.day)


# What there is to be seen


def _scene(club: Club, known: referrals.Known) -> Scene:
    referral = known.referral
    referrer = accounts.surviving_or_none(club.shop, referral.referrer)
    friend = accounts.surviving_or_none(club.shop, referral.friend)
    signs = invitations.signs_of(club.shop, friend.member, club.at.at) if friend else frozenset()
    active = referrer if referrer and referrer.status == "active" else None
    seen = Seen(
        purchases=list(_purchases(club.shop, referral, friend)),
        suspicions=_doubts(club, referral, active, friend, signs) if active else [],
        used=referrer.used if referrer else {},
        gone=active is None,
    )
    them = friend if friend and friend.status == "active" else None
    bought = bought_by(referral.bought, them) if them else referral.bought
    return Scene(known, seen, referrer, friend, signs, bought)


def _purchases(shop: str, referral: Referral, friend: Account | None) -> Iterator[Purchase]:
    """The one that was credited, or else all since the friend was invited."""
    for key in _orders(shop, referral, friend):
        placed = orders.look_up(shop, key)
        if placed:
            yield purchase_of(placed.order, placed.status, placed.refunds)


def _orders(shop: str, referral: Referral, friend: Account | None) -> list[str]:
    if referral.credit:
        return [referral.credit.order]
    if referral.state in {"held", "refused"}:
        return []
    members = {referral.friend, friend.member} if friend else {referral.friend}
    found = [ledger.orders_since(shop, one, referral.since, MOST_ORDERS) for one in sorted(members)]
    return [order for some in found for order in some]


def _doubts(
    club: Club,
    referral: Referral,
    referrer: Account,
    friend: Account | None,
    signs: frozenset[Sign],
) -> list[Suspicion]:
    """Asked where it makes a difference: before the credit can be used."""
    if referral.cleared or referral.state not in {"joined", "reversed", "pending"}:
        return []
    them = _known(club, friend.member if friend else referral.friend, signs)
    theirs = invitations.signs_of(club.shop, referrer.member, club.at.at)
    crowd = _crowd(club, referral, referrer, signs)
    return suspicions(
        them, _known(club, referrer.member, theirs), crowd, club.file.referrals.guards
    )


def _known(club: Club, member: str, signs: frozenset[Sign]) -> Known:
    person = invitations.inviting(club.shop, member)
    return known_as(person, signs) if person else Known(member, "", "", signs)


def _crowd(club: Club, referral: Referral, referrer: Account, signs: frozenset[Sign]) -> Crowd:
    """Who is counted already does not count against themselves."""
    if referral.state == "pending":
        return Crowd(0, {}, referral.returned)
    today = referrer.used.get(counters(club.at.day)[0], 0)
    window = club.file.referrals.guards.window_days
    at: dict[SignKind, int] = {}
    for one in signs:
        if one.kind != "payment":
            number = crowds.count_of(club.shop, one, club.at.day, window)
            at[one.kind] = max(at.get(one.kind, 0), number)
    return Crowd(today, at, referral.returned)


# What is done about it


def _step(club: Club, scene: Scene, decision: Decision) -> Write:
    referral = scene.known.referral
    had = _voucher_of(club, scene, decision)
    sides = Sides(scene.referrer, scene.friend, had is not None and had.status == "used")
    carried = carried_out(referral, decision, ground_of(club), sides)
    write = written(club, scene.known, carried, scene.referrer, scene.friend)
    if carried.takes and had:
        write = replace(write, takes=had)
    if isinstance(decision, Qualify):
        guards = club.file.referrals.guards
        write = replace(write, crowd=_crowd_of(guards, scene), window=guards.window_days)
    return _valued(scene, write)


def _voucher_of(club: Club, scene: Scene, decision: Decision) -> Taking | None:
    """What the referrer has had for this friend besides points, where it is to be taken back, and
    what has become of it."""
    referral, referrer = scene.known.referral, scene.referrer
    benefit = referral.credit.referrer if referral.credit else None
    if not isinstance(decision, Withdraw) or referral.state != "available":
        return None
    if referrer is None or scene.seen.gone:
        return None
    if benefit is None or isinstance(benefit, PointsGiven):
        return None
    gift = referrals.gift(referral, referrer.member, benefit, to_friend=False)
    status = referrals.statuses_of(club.shop, [gift])[gift]
    return Taking(gift.id, status) if status in {"open", "used"} else None


def _crowd_of(guards: Guards, scene: Scene) -> list[tuple[Sign, int | None]]:
    """What the friend counts in; of one who was found honest, however many there are."""
    most: dict[SignKind, int] = {"address": guards.per_address, "device": guards.per_device}
    cleared = scene.known.referral.cleared
    return [
        (one, None if cleared else most[one.kind])
        for one in sorted(scene.signs)
        if one.kind in most
    ]


def written(
    club: Club,
    known: referrals.Known | None,
    carried: Carried,
    referrer: Account | None,
    friend: Account | None,
) -> Write:
    """The step as one transaction; the first, where nothing was known."""
    active = referrer if referrer and referrer.status == "active" else None
    return Write(
        shop=club.shop,
        before=known,
        after=carried.after,
        owner=active.member if active else None,
        at=club.at,
        listed=active is not None,
        changes=_changes((active, carried.referrer), (friend, carried.friend)),
        gives=_gives(club, carried, active, friend),
        funnel=_funnel(known.referral, carried.after) if known else Funnel(joined=1),
    )


def _changes(*sides: tuple[Account | None, list[Entry]]) -> list[Rewriting]:
    """By account: the two may have become one member."""
    found: dict[str, Rewriting] = {}
    for account, entries in sides:
        if account is None or account.status != "active" or not entries:
            continue
        known = found.get(account.member)
        before, earlier = (known.before, known.entries) if known else (account, [])
        every = [*earlier, *entries]
        found[account.member] = Rewriting(before, with_entries(before, every), every)
    return list(found.values())


def _gives(
    club: Club, carried: Carried, referrer: Account | None, friend: Account | None
) -> list[Gift]:
    """An offer that somebody has switched on already cannot be given again."""
    wanted = [(referrer, carried.gives_referrer, False), (friend, carried.gives_friend, True)]
    gifts = [
        referrals.gift(carried.after, account.member, benefit, to_friend=to_friend)
        for account, benefit, to_friend in wanted
        if account and benefit and account.status == "active"
    ]
    return referrals.not_there(club.shop, gifts)


def _funnel(before: Referral, after: Referral) -> Funnel:
    """How often each state was come to; who bought, only once."""
    if before.state == after.state:
        return Funnel()
    return Funnel(
        bought=int(after.state == "pending" and after.count == 1),
        credited=int(after.state == "available"),
        reversed=int(after.state == "reversed"),
        held=int(after.state == "held"),
        refused=int(after.state == "refused"),
    )


def _worth(club: Club, scene: Scene) -> Write | None:
    """What the friend has bought for in all, where that has changed."""
    referral = scene.known.referral
    write = Write(
        shop=club.shop,
        before=scene.known,
        after=referral,
        owner=None,
        at=club.at,
        listed=not scene.seen.gone,
    )
    valued = _valued(scene, write)
    return None if valued.after.worth == referral.worth else valued


def _valued(scene: Scene, write: Write) -> Write:
    """What the friend has bought for goes along with whatever is written."""
    worth = max(scene.bought.amount - write.after.had, 0)
    more = worth - scene.known.referral.worth
    return replace(
        write,
        after=replace(write.after, worth=worth, bought=scene.bought),
        funnel=replace(write.funnel, worth=more),
    )
