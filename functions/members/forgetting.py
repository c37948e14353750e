"""Makes a club forget somebody: what leaving, and being away for too long, have in common."""

from contextlib import suppress

from functions.members.enrol import identities_of
from functions.members.known_by import known_by
from stamkund.rules import leaving as rules
from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.selection import Moment
from stamkund.tables import (
    accounts,
    identities,
    leaving,
    merging,
    personal,
    posting,
    profiles,
    threads,
    work,
)
from stamkund.tables.posting import Conflict
from stamkund.tables.profiles import Profile
from stamkund.web import pictures

ROUNDS = 8


def forget(shop: str, member: str, at: Moment) -> None:
    """Whatever was left undone by a try before is done now. Refused: member_not_found,
    member_merged, busy."""
    account = accounts.find(shop, member)
    for _ in range(ROUNDS):
        if account.status == "closed":
            sweep(shop, member)
            return
        accounts.refuse_inactive(account)
        with suppress(Conflict):
            close(account, profiles.find_or_none(shop, member), at)
        account = accounts.find(shop, member)
    raise Refused("busy")


def close(account: Account, profile: Profile | None, at: Moment, seen: str | None = None) -> None:
    """From here on there is no member. `seen`: unless they were seen since. Raises Conflict."""
    leads = _leads(account, profile)
    leaving.forget_counts(account.shop, leads)
    closed, erased = rules.left(account, at)
    leaving.close(account, closed, erased, leads, seen)
    # Whoever restores tables from a backup brings them back, and has to know whom.
    work.mention("left", account.member)


def _leads(account: Account, profile: Profile | None) -> set[str]:
    """What the index says, and what is known here: an index may be a moment behind."""
    known = [known_by(account.shop, "card", account.card)]
    known += identities_of(account.shop, profile) if profile else []
    found = personal.leads_to(account.shop, account.member)
    return {*found, *(identities.key_of(account.shop, identity) for identity in known)}


def sweep(shop: str, member: str) -> None:
    """All that lies around. Pictures first: what leads to them goes with the rest.

    Refused: busy.
    """
    for thread, picture in threads.pictures_of(shop, member):
        pictures.forget(shop, thread, picture)
        threads.forget_picture(shop, thread, picture)
    leaving.sweep(shop, member)


def look_last(shop: str, member: str) -> None:
    """On the day after somebody has left, or become part of somebody else: by now nobody can have
    anything on its way. Raises Conflict. Refused: busy."""
    account = accounts.find(shop, member)
    heir = accounts.surviving(account)
    if heir is not account and heir.status == "active":
        merging.finish(shop, heir.member, member)
    else:
        sweep(shop, member)
    if account.status != "active":
        posting.rewrite_account(account, rules.done_with(account))
