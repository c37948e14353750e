"""A clerk types somebody's phone number, and they confirm on that phone that they want to join."""

import secrets
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from functions.members.contacting import Phone
from functions.members.shown import NOT_KEPT
from stamkund.rules import contacts, login, text, till
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OutsideId
from stamkund.rules.login import Contact, Link
from stamkund.rules.programme import Language
from stamkund.tables import Read, Update, clock, counting
from stamkund.tables.counting import Count, counted_by
from stamkund.tables.identities import Identities, Identity, owner_of
from stamkund.tables.programmes import Programmes
from stamkund.web import messages, verified_contact
from stamkund.web.callers import Caller, Till
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.messages import Message
from stamkund.web.secrets import keyed_hash
from stamkund.web.settings import settings
from stamkund.web.verified_contact import AT_THE_TILL


class TillJoining(Struct, frozen=True, forbid_unknown_fields=True):
    """`order_id`: of what is being bought, if it shall be told to the page that is joined on.
    `invited_by`: the code of a friend that they say."""

    phone: Phone
    order_id: OutsideId | None = None
    language: Language | None = None
    invited_by: Annotated[str, Meta(min_length=1, max_length=40)] | None = None


class TillJoiningSent(Struct, frozen=True):
    """Until when the link in the message holds."""

    expires_at: datetime


@endpoint(
    "POST",
    "/v1/members/till-joinings",
    caller=[Till],
    access={Identities: Update, Programmes: Read},
    problems=[
        "no_programme", "joining_not_available", "sms_not_available", "too_many_attempts",
        "not_sent", "busy",
    ],
    status=202,
    sends=["sms"],
)  # fmt: skip
def start_till_joining(
    request: TillJoining, caller: Caller, now: datetime
) -> Reply[TillJoiningSent]:
    """Send somebody at the till a link to join by.

    It opens the programme's page on the phone, where one press joins, or logs in who is a member
    already. Which of the two it will be is not looked up, and the clerk is answered alike.
    """
    club = club_at(caller.shop, now)
    if club.file.login.link is None:
        raise Refused("joining_not_available")
    contact = Contact("phone", contacts.phone(request.phone, club.programme.currency))
    login.refuse_unreachable(club.file.login, contact, settings().sms_countries)
    real = clock.real_time()
    counting.add_all(club.shop, _counts(club, contact, caller.store, real), real)
    until = real + till.JOINING
    order = f"{caller.store}:{request.order_id}" if request.order_id else ""
    token = verified_contact.prove(
        club.shop,
        secrets.token_hex(16),
        contact,
        AT_THE_TILL,
        until,
        order=order,
        invited_by=request.invited_by or "",
    )
    language = request.language or caller.language
    messages.send(_message(club, contact, f"{club.file.login.link}#join={token}", language))
    return Reply(TillJoiningSent(until), headers=NOT_KEPT)


def _counts(club: Club, contact: Contact, store: str, now: datetime) -> list[Count]:
    """Under the same keys as codes: whoever got a code and a link got two messages."""
    whose = {
        "contact": keyed_hash(club.shop, contact.kind, contact.value),
        "till": keyed_hash(club.shop, "till", store),
        "shop": "",
    }
    share = int(whose["contact"], 16)
    counted = owner_of(Identity(contact.kind, whose["contact"]))
    every = till.joining_limits(club.file.till, club.file.login)
    return [counted_by(limit, whose[limit.by], share, now, counted) for limit in every]


def _message(club: Club, contact: Contact, link: Link, language: Language) -> Message:
    shop = club.programme.name
    said = text.say("till_joining_sms", language, shop=shop)
    return Message("sms", contact.value, shop, "", f"{said}\n\n{link}")
