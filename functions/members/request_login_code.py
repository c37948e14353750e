"""Sends somebody a code to log in with, member or not."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

from msgspec import Struct

from functions.members import contacting
from functions.members.contacting import Challenge, Email, Phone, digest_of
from functions.members.letting_in import Place
from functions.members.shown import NOT_KEPT
from stamkund.rules import login, text
from stamkund.rules.contacts import contact_of
from stamkund.rules.login import CODE_LIFETIME, DIGITS, Channel, Contact
from stamkund.rules.programme import Language
from stamkund.tables import Append, Read, Update, clock, login_codes
from stamkund.tables.counting import Count, counted_by
from stamkund.tables.identities import Identities, Identity, owner_of
from stamkund.tables.login_codes import Code
from stamkund.tables.programmes import Programmes
from stamkund.web import messages
from stamkund.web.callers import Caller, Storefront
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.messages import Message
from stamkund.web.secrets import keyed_hash
from stamkund.web.settings import settings


class CodeRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `email` and `phone`. `place`: where in the shop somebody logs in."""

    place: Place
    email: Email | None = None
    phone: Phone | None = None
    language: Language | None = None


class CodeSent(Struct, frozen=True):
    """`login` is needed together with the code: keep it on the page, and nowhere else."""

    login: str
    channel: Channel
    expires_at: datetime


@endpoint(
    "POST",
    "/v1/members/login-codes",
    caller=[Storefront],
    access={Identities: Append | Update, Programmes: Read},
    problems=["no_programme", "sms_not_available", "too_many_attempts", "not_sent", "busy"],
    status=202,
    sends=["email", "sms"],
)
def request_login_code(request: CodeRequest, caller: Caller, now: datetime) -> Reply[CodeSent]:
    """Send a code to log in with.

    Six digits, by e-mail or SMS, for ten minutes and five tries; with a link that does the same,
    if the programme has a page for it. Whether somebody is a member makes no difference here: it
    is not looked up.
    """
    club = club_at(caller.shop, now)
    contact = contact_of(request.email, request.phone, club.programme.currency)
    login.refuse_unreachable(club.file.login, contact, settings().sms_countries)
    challenge = Challenge(secrets.token_hex(16), contact.kind, contact.value)
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    # By real time, as sessions are: nobody shall guess longer because a sandbox stands still.
    real = clock.real_time()
    until = real + CODE_LIFETIME
    code = Code(challenge.id, digest_of(club.shop, challenge.id, digits), request.place, until)
    counts = _counts(club, contact, caller.address, real)
    login_codes.keep(club.shop, code, counts, real)
    messages.send(_message(club, challenge, digits, request.language or caller.language))
    sealed = contacting.sealed(club.shop, challenge, contacting.CODE)
    return Reply(CodeSent(sealed, contact.channel, until), headers=NOT_KEPT)


def _counts(club: Club, contact: Contact, address: str, now: datetime) -> list[Count]:
    """Under keyed hashes, so that nobody reads in the table who asked, or from where."""
    whose = {
        "contact": keyed_hash(club.shop, contact.kind, contact.value),
        "address": keyed_hash(club.shop, "address", login.neighbourhood(address)),
        "shop": "",
    }
    every = login.limits(club.file.login, contact.channel)
    counted = owner_of(Identity(contact.kind, whose["contact"]))
    share = int(whose["contact"], 16)
    return [counted_by(limit, whose[limit.by], share, now, counted) for limit in every]


def _message(club: Club, challenge: Challenge, digits: str, language: Language) -> Message:
    shop, rules = club.programme.name, club.file.login
    minutes = CODE_LIFETIME.seconds // 60
    if challenge.kind == "phone":
        short = [text.say("login_sms", language, digits=digits, shop=shop)]
        if rules.link and rules.sms and rules.sms.link:
            short.append(_link(club, challenge, rules.link))
        if rules.link:
            # By this line browsers know for which page the code is, and fill it in there.
            short.append(f"@{urlsplit(rules.link).hostname} #{digits}")
        return Message("sms", challenge.value, shop, "", "\n\n".join(short))
    parts = [text.say("login_mail", language, digits=digits, shop=shop, minutes=minutes)]
    if rules.link:
        parts += [text.say("login_link", language), _link(club, challenge, rules.link)]
    parts.append(text.say("login_not_you", language, shop=shop))
    subject = text.say("login_subject", language, digits=digits, shop=shop)
    return Message("email", challenge.value, shop, subject, "\n\n".join(parts))


def _link(club: Club, challenge: Challenge, page: str) -> str:
    # Behind a #, so that it is in no server's log and in no Referer.
    return f"{page}#login={contacting.sealed(club.shop, challenge, contacting.LINK)}"
