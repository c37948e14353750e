"""Tells somebody what has become of a thread: an event for other systems, a message for people.

A notice is an item that the step itself has written, so none is lost; who tells it takes it first,
and marks it when it is told, so that none is told twice.
"""

from functions.feedback.announcing import said_of
from stamkund.rules import text
from stamkund.rules.calendar import month_of
from stamkund.rules.errors import Refused
from stamkund.rules.login import Channel
from stamkund.rules.programme import Language
from stamkund.tables import clock, consents, forum, notices, shops
from stamkund.tables.leases import MOST_ATTEMPTS
from stamkund.tables.notices import Notice
from stamkund.tables.shops import RegisteredShop
from stamkund.web import bus, messages
from stamkund.web.bus import Happened
from stamkund.web.club import Club, club_at
from stamkund.web.messages import Message

# By what happened, the text for it; what staff wrote stands in it.
TEXTS = {
    "opened": "thread_received",
    "said": "thread_reopened",
    "answered": "thread_answered",
    "acted_on": "thread_acted_on",
    "closed": "thread_closed",
    "reopened": "thread_reopened",
    "escalated": "thread_overdue",
    "published": "review_published",
    "refused": "review_refused",
    "withdrawn": "review_withdrawn",
    "won": "lottery_won",
    "announced": "thread_announced",
}

# Of what stands in the forum, and of reviews, the same is said in other words.
IN_FORUM = {"published": "forum_published", "refused": "forum_refused"}
OF_REVIEW = {"opened": "review_received"}  # which nobody has to answer
OTHERWISE = {"forum": IN_FORUM, "review": OF_REVIEW}

# What an event is called by, where the state that a thread has after it does not say it.
BY_ITS_NAME = frozenset({"escalated", "published", "refused", "withdrawn", "won"})
# Whose words stand in a message.
SHOP = frozenset({"staff", "club"})


def tell(shop: RegisteredShop, thread: str, n: int) -> bool:
    """Whether it was told now. Refused, to be tried again: not_sent."""
    notice = notices.take(shop.shop, thread, n, clock.real_time())
    if notice is None:
        return False
    club = club_at(shop.shop, shop.now())
    try:
        bus.tell(_happened(club, notice))
        message = _message(club, shop, notice)
        if message:
            messages.send(message)
    except Refused:
        _put_back(club, notice)
        raise
    notices.sent(club.shop, notice, _month(club, notice), nobody=message is None)
    return True


def _put_back(club: Club, notice: Notice) -> None:
    """An address that takes nothing is not tried for ever."""
    if notice.attempts >= MOST_ATTEMPTS:
        notices.give_up(club.shop, notice, _month(club, notice))
    else:
        notices.put_back(club.shop, notice)


def _month(club: Club, notice: Notice) -> str:
    return month_of(notice.thread.opened_at, club.programme.time_zone)


def _happened(club: Club, notice: Notice) -> Happened:
    thread, event = notice.thread, notice.event
    detail = {
        "thread": thread.id,
        "kind": thread.kind,
        "state": event.after,
        "n": event.n,
        "member": _member(notice),
        "tags": thread.tags,
    }
    id = f"{club.shop}.{notice.id}"
    return Happened(id, f"thread.{_kind(notice)}", club.shop, event.at, detail)


def _kind(notice: Notice) -> str:
    if notice.audience == "asker":
        return "answered_in_forum"
    event = notice.event
    return event.what if event.what in BY_ITS_NAME else event.after


def _member(notice: Notice) -> str | None:
    """Whom it concerns: who wrote it, or who asked."""
    if notice.audience == "asker":
        return notice.reader.member if notice.reader else None
    author = notice.thread.author
    return author.id if author.side == "member" else None


def _message(club: Club, shop: RegisteredShop, notice: Notice) -> Message | None:
    """None where there is nobody to send it to, or no way."""
    if notice.audience == "team":
        return _to_team(club, shop, notice)
    if notice.audience == "asker":
        return _to_asker(club, notice)
    author = notice.thread.author
    if author.side == "guest":
        return _to(club, notice, "email", author.email, author.language)
    if notice.reader is None:
        return None
    profile = notice.reader.profile
    if profile.email:
        return _to(club, notice, "email", profile.email, profile.language)
    return _to(club, notice, "sms", profile.phone, profile.language)


def _to(
    club: Club, notice: Notice, channel: Channel, to: str, language: Language
) -> Message | None:
    if not to or (channel == "sms" and club.file.login.sms is None):
        return None
    name, event = club.programme.name, notice.event
    texts = TEXTS | OTHERWISE.get(notice.thread.kind, {})
    said = text.say(texts[event.what], language, shop=name)
    parts = [said, *_read_it(club, notice, language)]
    if channel == "email":
        parts[1:1] = _what_was_said(club, notice, language)
    subject = text.say("thread_subject", language, shop=name) if channel == "email" else ""
    return Message(channel, to, name, subject, "\n\n".join(parts), _id(club, notice))


def _what_was_said(club: Club, notice: Notice, language: Language) -> list[str]:
    """By the shop: what somebody wrote themself, they know."""
    event = notice.event
    if event.what == "announced":
        words = said_of(club.shop, event.detail, language, clock.real_time())
        return [words.title, words.text] if words else []
    return [event.text] if event.side in SHOP and event.what != "opened" and event.text else []


def _read_it(club: Club, notice: Notice, language: Language) -> list[str]:
    page = club.file.feedback.page
    if not page:
        return []
    return [f"{text.say('thread_read', language)} {page}#thread={notice.thread.id}"]


def _to_asker(club: Club, notice: Notice) -> Message | None:
    """Of an answer in their topic, while it is there: to who has said that they want to be told. In
    whose words it is they read in the forum, where the shop may still take them away."""
    reader, purpose = notice.reader, club.file.my_pages.forum
    if reader is None or not reader.profile.email or not purpose:
        return None
    known = forum.find(club.shop, notice.thread.id)
    if known is None or not known.post.shown:
        return None
    if not consents.find(club.shop, reader.member, purpose).given:
        return None
    language, name = reader.profile.language, club.programme.name
    page = club.file.feedback.page
    parts = [
        text.say("forum_answered", language, shop=name),
        *([f"{text.say('thread_read', language)} {page}#topic={known.topic}"] if page else []),
        text.say("wish_why", language, shop=name),
    ]
    subject = text.say("forum_answered_subject", language, shop=name)
    to = reader.profile.email
    return Message("email", to, name, subject, "\n\n".join(parts), _id(club, notice))


def _to_team(club: Club, shop: RegisteredShop, notice: Notice) -> Message | None:
    """In the shop's language, with nothing that anybody said."""
    to = club.file.feedback.escalate_to
    if not to:
        return None
    thread, name = notice.thread, club.programme.name
    said = text.say("thread_overdue", shop.language, thread=thread.id)
    subject = text.say("thread_overdue_subject", shop.language)
    return Message("email", to, name, subject, said, _id(club, notice))


def _id(club: Club, notice: Notice) -> str:
    return f"{club.shop}.{notice.id}"


def shop_of(shop: str) -> RegisteredShop | None:
    return shops.find_shop(shop, now=clock.real_time())
