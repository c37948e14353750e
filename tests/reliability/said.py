"""What members say of themselves: how they should be known, and how they are.

Of two memberships that become one the survivor's own words count, of each consent the newer one;
nothing else is lost. `kept` is read past every endpoint.
"""

from dataclasses import dataclass, field
from datetime import datetime

from stamkund.rules.wishes import Wish
from stamkund.tables import keys
from stamkund.tables.consents import CONSENT, ConsentItem, consent_from
from stamkund.tables.profiles import PROFILE, ProfileItem, profile_from
from stamkund.tables.wishes import WISH, WishItem, wish_from
from tests.builders import Shop
from tests.reliability.books import Books


@dataclass
class Said:
    """`consents` by purpose: since when, and whether it is given; `wishes` the names by article."""

    first_name: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    consents: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    wishes: dict[str, str] = field(default_factory=dict)

    def consents_to(self, purpose: str, at: datetime, *, given: bool) -> None:
        """Who says the same again has said nothing new."""
        _, before = self.consents.get(purpose, (at, False))
        if given != before:
            self.consents[purpose] = at, given

    def takes_over(self, other: "Said") -> None:
        self.first_name = self.first_name or other.first_name
        self.answers = {**other.answers, **self.answers}
        self.wishes = {**other.wishes, **self.wishes}
        for purpose, (at, given) in other.consents.items():
            own = self.consents.get(purpose)
            if own is None or own[0] < at:
                self.consents[purpose] = at, given


def kept(books: Books, shop: Shop, member: str) -> Said | None:
    """None where nothing at all lies there."""
    key = keys.of(shop.id, member)
    mine = [item for item in books.items["profiles"] if item["pk"]["S"] == key]
    if not mine:
        return None
    said = Said()
    for item in mine:
        sk = item["sk"]["S"]
        if sk == PROFILE:
            profile = profile_from(ProfileItem.from_raw_data(item))
            said.first_name, said.answers = profile.first_name, dict(profile.details.answers)
        elif sk.startswith(CONSENT):
            consent = consent_from(ConsentItem.from_raw_data(item))
            said.consents[consent.purpose] = consent.history[-1].at, consent.given
        elif sk.startswith(WISH):
            wish: Wish = wish_from(WishItem.from_raw_data(item))
            said.wishes[wish.article] = wish.name
    counted = next((int(i["wishes"]["N"]) for i in mine if "wishes" in i), 0)
    assert counted == len(said.wishes)
    return said
