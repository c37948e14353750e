"""What members are told by e-mail or SMS without having asked for it."""

from contextlib import suppress
from datetime import datetime

from msgspec.structs import replace

from stamkund.rules import login, text
from stamkund.rules.calendar import day_of
from stamkund.rules.errors import Refused
from stamkund.rules.login import Contact, ContactKind
from stamkund.rules.programme import Language
from stamkund.tables import changed_contacts, clock
from stamkund.tables.changed_contacts import Untold
from stamkund.tables.joining import Also
from stamkund.tables.profiles import Profile
from stamkund.web import messages
from stamkund.web.club import Club
from stamkund.web.messages import Message
from stamkund.web.settings import settings
from stamkund.web.verified_contact import VerifiedContact


def tell_of_the_end(club: Club, profile: Profile, until: str) -> None:
    """That they will be forgotten, and what to do against it. Who can be written to in no way is
    told in none. Refused: not_sent."""
    contact = reachable(club, profile)
    if contact:
        messages.send(_message(club, contact, "away", profile.language, until))


def tell_who_was_replaced(club: Club, member: str, id: str, now: datetime) -> bool:
    """That a member has another contact: to the one that it was before. Whether it was told now.

    Refused, to be tried again: not_sent.
    """
    untold = changed_contacts.take(club.shop, member, id, now)
    if untold is None:
        return False
    day = day_of(untold.since, club.programme.time_zone)
    message = _message(club, untold.contact, "contact_changed", untold.language, day)
    try:
        messages.send(replace(message, id=f"contact.{member}.{id}"))
    except Refused:
        changed_contacts.put_back(club.shop, untold)
        raise
    changed_contacts.told(club.shop, untold)
    return True


def noting_who_is_replaced(
    club: Club, member: str, profile: Profile, contact: VerifiedContact
) -> Also:
    """With the change: that whom the member was reached by before has to be told."""
    known = getattr(profile, contact.kind) == contact.value
    told = None if known else reachable(club, profile, first=contact.kind)
    if told is None:
        return lambda _: None
    untold = Untold(member, contact.id, told, profile.language, clock.real_time())
    return changed_contacts.noting(club.shop, untold)


def tell_who_was_replaced_soon(club: Club, member: str, contact: VerifiedContact) -> None:
    """`tell_replaced_contacts` tells who cannot be told just now."""
    with suppress(Refused):
        tell_who_was_replaced(club, member, contact.id, clock.real_time())


def reachable(club: Club, profile: Profile, first: ContactKind = "email") -> Contact | None:
    """By which of the two they can be written to, the one first that is said."""
    second: ContactKind = "phone" if first == "email" else "email"
    for kind in (first, second):
        contact = Contact(kind, getattr(profile, kind))
        if contact.value and _takes_messages(club, contact):
            return contact
    return None


def _takes_messages(club: Club, contact: Contact) -> bool:
    try:
        login.refuse_unreachable(club.file.login, contact, settings().sms_countries)
    except Refused:
        return False
    return True


def _message(club: Club, to: Contact, said: str, language: Language, day: str) -> Message:
    words = {"shop": club.programme.name, "day": day}
    sms = to.channel == "sms"
    subject = "" if sms else text.say(f"{said}_subject", language, **words)
    body = text.say(f"{said}_{'sms' if sms else 'mail'}", language, **words)
    return Message(to.channel, to.value, club.programme.name, subject, body)
