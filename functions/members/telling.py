"""What members are told by e-mail or SMS without having asked for it."""

from stamkund.rules import login, text
from stamkund.rules.errors import Refused
from stamkund.rules.login import Contact
from stamkund.tables.profiles import Profile
from stamkund.web import messages
from stamkund.web.club import Club
from stamkund.web.messages import Message
from stamkund.web.settings import settings


def tell_of_the_end(club: Club, profile: Profile, until: str) -> None:
    """That they will be forgotten, and what to do against it. Who can be written to in no way is
    told in none. Refused: not_sent."""
    contact = _contact_of(club, profile)
    if contact is None:
        return
    words = {"shop": club.programme.name, "day": until}
    kind = "sms" if contact.channel == "sms" else "mail"
    subject = "" if kind == "sms" else text.say("away_subject", profile.language, **words)
    body = text.say(f"away_{kind}", profile.language, **words)
    messages.send(Message(contact.channel, contact.value, club.programme.name, subject, body))


def _contact_of(club: Club, profile: Profile) -> Contact | None:
    if profile.email:
        return Contact("email", profile.email)
    phone = Contact("phone", profile.phone)
    try:
        login.refuse_unreachable(club.file.login, phone, settings().sms_countries)
    except Refused:
        return None
    return phone
