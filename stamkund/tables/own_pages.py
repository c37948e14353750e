"""All that a member sees of themself, in one query: profile, consents, wishes, the code by which
they invite."""

from typing import NamedTuple

from stamkund.rules.consents import Consent
from stamkund.rules.errors import Refused
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
