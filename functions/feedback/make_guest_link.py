"""A link by which a guest can say something about an order."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from functions.feedback.guests import Guest, link_for
from stamkund.rules import contacts
from stamkund.rules.ids import OrderKey
from stamkund.rules.programme import Language
from stamkund.tables import Read, clock
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint

LIFETIME = timedelta(days=90)


class GuestLinkRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`email` is where they are told what becomes of it; without it nobody can be."""

    order: OrderKey
    email: Annotated[str, Meta(max_length=320)] | None = None
    language: Language | None = None


class GuestLinkMade(Struct, frozen=True):
    """`address` leads to the programme's page, and is null where it names none."""

    link: str
    address: str | None
    expires_at: datetime


@endpoint(
    "POST",
    "/v1/feedback/guest-links",
    caller=[Shop],
    access={Programmes: Read},
    problems=["no_programme"],
)
def make_guest_link(request: GuestLinkRequest, caller: Caller, now: datetime) -> GuestLinkMade:
    """Ask for a link for a guest.

    Who has it may say something about this order, and read what is answered, for 90 days. Send it
    to who bought, with the order confirmation or when it is delivered. Nothing is written.
    """
    email = contacts.email(request.email) if request.email is not None else ""
    club = club_at(caller.shop, now)
    until = clock.real_time() + LIFETIME
    language = request.language or caller.language
    link = link_for(caller.shop, Guest(request.order, email, language, int(until.timestamp())))
    page = club.file.feedback.page
    # Behind a #, so that it is in no server's log and in no Referer.
    return GuestLinkMade(link, f"{page}#guest={link}" if page else None, until)
