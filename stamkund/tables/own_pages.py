"""All that a member sees of themself, in one query: profile, consents, wishes, the code by which
they invite; and in another what they have said, and are asked."""

from typing import NamedTuple

from stamkund.rules.consents import Consent
from stamkund.rules.errors import Refused
from stamkund.rules.surveys import Open
from stamkund.rules.threads import Thread
from stamkund.rules.wishes import Wish
from stamkund.tables import keys, mixed
from stamkund.tables.consents import CONSENT, ConsentItem, consent_from
from stamkund.tables.invitations import (
    INVITATION,
    Invitation,
    InvitationItem,
    invitation_from,
)
from stamkund.tables.profiles import PROFILE, Profile, ProfileItem, Profiles, profile_from
from stamkund.tables.surveys import OPEN, OpenItem, open_from
from stamkund.tables.threads import ThreadItem, Threads
from stamkund.tables.wishes import WISH, WishItem, wish_from


class Personal(NamedTuple):
    """Wishes in the order in which they were made."""

    profile: Profile
    consents: list[Consent]
    wishes: list[Wish]
    invitation: Invitation | None = None


def find(shop: str, member: str) -> Personal:
    """Refused: member_not_found."""
    # Consents, devices, the profile, wishes: there is no way past the devices, which are few.
    everything = Profiles.sk >= CONSENT
    profile, consents, wishes = None, list[Consent](), list[Wish]()
    invitation: Invitation | None = None
    for raw in mixed.items(Profiles, keys.of(shop, member), everything, consistent=True):
        sk = raw["sk"]["S"]
        if sk == PROFILE:
            profile = profile_from(ProfileItem.from_raw_data(raw))
        elif sk == INVITATION:
            invitation = invitation_from(InvitationItem.from_raw_data(raw))
        elif sk.startswith(CONSENT):
            consents.append(consent_from(ConsentItem.from_raw_data(raw)))
        elif sk.startswith(WISH):
            wishes.append(wish_from(WishItem.from_raw_data(raw)))
    if profile is None:
        raise Refused("member_not_found")
    in_order = sorted(wishes, key=lambda wish: wish.added_at)
    return Personal(profile, consents, in_order, invitation)


class Said(NamedTuple):
    """The latest threads of a member, and the question that is open on their page."""

    threads: list[Thread]
    asked: Open | None


def said(shop: str, member: str, limit: int) -> Said:
    """One query, of an index, which may be a moment behind."""
    page = Threads._get_connection().query(  # noqa: SLF001 -- of two kinds
        keys.of(shop, member), index_name="author", limit=limit + 1, scan_index_forward=False
    )
    items = page["Items"]
    first = bool(items) and items[0]["sk"]["S"] == OPEN
    asked = open_from(OpenItem.from_raw_data(items[0])) if first else None
    rest = items[1:] if first else items[:limit]
    return Said([ThreadItem.from_raw_data(item).thread for item in rest], asked)
