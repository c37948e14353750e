"""Birthdays, and how they are found without looking at everybody.

The index has the day without its year, as a keyed hash: keys are seen where items are not.
"""

from stamkund.rules.calendar import birthdays_on
from stamkund.tables import profiles
from stamkund.tables.profiles import Profile
from stamkund.web import secrets


def hash_of(shop: str, birthday: str) -> str:
    """Nothing for a day that is not known."""
    return secrets.keyed_hash(shop, "birthday", birthday[5:]) if birthday else ""


def have_it_on(shop: str, day: str) -> list[str]:
    """The members whose birthday the index has on a day. It may be a moment behind."""
    hashes = [hash_of(shop, f"0000-{born}") for born in birthdays_on(day)]
    return [member for hash in hashes for member in profiles.born_on(shop, hash)]


def has_it_on(profile: Profile, day: str) -> bool:
    return profile.details.birthday[5:] in birthdays_on(day)
