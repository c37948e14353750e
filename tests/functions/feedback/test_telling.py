"""Everybody is told what becomes of what they said: once, in their language, and nobody else is."""

from typing import Any

import pytest

from functions.feedback import escalate_overdue, tell_again, tell_people
from stamkund.local.invocation import Context
from stamkund.rules.errors import Refused
from stamkund.rules.login import Sms
from stamkund.rules.programme_file import Feedback
from stamkund.tables.threads import NOTICE, NoticeItem
from stamkund.web import bus, messages
from stamkund.web.bus import Happened
from stamkund.web.messages import Message
from stamkund.web.metrics import Metric
from tests.builders import Clock, Shop, a_programme, a_shop
from tests.members import a_member
from tests.reliability.till import Till, basket
from tests.reviewing import bought
from tests.talking import RULES, Talk, a_record, open_, opened
from tests.watching import watched

SENT: list[Message] = []
TOLD: list[Happened] = []


@pytest.fixture
def shop(time: Clock) -> Shop:
    SENT.clear()
    TOLD.clear()
    messages.use(SENT.append)
    bus.use(TOLD.append)
    return a_shop(programme=a_programme(feedback=RULES, languages=["sv", "en"]))


def deliver(talk: Talk, *numbers: int) -> list[str]:
    """Which records failed."""
    event = {"Records": [a_record(talk.shop, talk.id, n) for n in numbers]}
    answer = tell_people.handler(event, Context("stream"))  # type: ignore[arg-type]
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def again() -> Any:
    return tell_again.handler({}, Context("timed"))


def status(talk: Talk, n: int) -> str:
    return NoticeItem.get(f"{talk.shop.id}#{talk.id}", f"{NOTICE}{n:06}").status


def test_a_member_is_told_at_every_step_in_their_language(shop: Shop) -> None:
    talk = opened(shop, a_member(shop, email="jonas@example.com", language="fi"))
    talk.answers("Olemme pahoillamme.")
    talk.step("act", text="Uusi laatikko.")
    talk.step("close")
    talk.says("Kiitos?")
    deliver(talk, 1, 2, 3, 4, 5)
    texts = [message.text for message in SENT]
    assert [text.partition("\n")[0] for text in texts] == [
        "Kiitos yhteydenotostasi. Kundklubben on vastaanottanut viestisi ja palaa asiaan.",
        "Kundklubben on vastannut sinulle.",
        "Kundklubben on tehnyt asialle jotakin.",
        texts[3].partition("\n")[0],
        "Kundklubben on avannut asian uudelleen ja palaa siihen.",
    ]
    assert "Olemme pahoillamme." in texts[1]
    assert "Uusi laatikko." in texts[2]
    assert "Kiitos?" not in texts[4]
    assert all(f"https://shop.example/feedback#thread={talk.id}" in text for text in texts)
    assert {message.to for message in SENT} == {"jonas@example.com"}


def test_each_step_is_an_event_with_ids_and_no_words(shop: Shop) -> None:
    talk = opened(shop, a_member(shop, email="jonas@example.com"), text="Secret words")
    talk.answers("More of them")
    deliver(talk, 1, 2)
    assert [event.kind for event in TOLD] == ["thread.received", "thread.answered"]
    assert [event.id for event in TOLD] == [f"{shop.id}.{talk.id}.{n}" for n in (1, 2)]
    assert TOLD[0].detail["member"] == talk.member
    assert "words" not in str(TOLD)
    assert "jonas" not in str(TOLD)


def test_what_stays_among_staff_is_told_to_nobody(shop: Shop) -> None:
    talk = opened(shop, a_member(shop, email="jonas@example.com"))
    talk.step("note", text="Hm.")
    talk.step("claim")
    talk.step("label", tags=["box"])
    talk.says("Hello?")
    deliver(talk, 1, 2, 3, 4, 5)
    assert len(SENT) == len(TOLD) == 1


def test_a_record_that_comes_again_tells_nobody_again(shop: Shop) -> None:
    talk = opened(shop, a_member(shop, email="jonas@example.com"))
    deliver(talk, 1, 1)
    deliver(talk, 1)
    assert again() == {"told": 0, "left": 0, "failed": 0}
    assert (len(SENT), len(TOLD), status(talk, 1)) == (1, 1, "sent")


def test_a_guest_is_told_by_the_mail_of_the_link(shop: Shop) -> None:
    link = {"order": "web:1", "email": "karin@example.com", "language": "da"}
    made = shop.call("POST", "/v1/feedback/guest-links", link).json
    assert made["address"] == f"https://shop.example/feedback#guest={made['link']}"
    thread = open_(shop, "storefront", link=made["link"]).json["thread"]
    deliver(Talk(shop, "", thread), 1)
    assert [(one.to, one.subject) for one in SENT] == [
        ("karin@example.com", "Din henvendelse til Kundklubben")
    ]


def test_a_guest_who_began_on_the_phone_is_told_from_when_they_write_by_their_link(
    shop: Shop,
) -> None:
    till = Till(shop)
    till.buy(basket(10_000))
    about = {"order": till.order}
    thread = open_(shop, "staff", about=about).json["thread"]
    link = {"order": till.order, "email": "karin@example.com", "language": "da"}
    made = shop.call("POST", "/v1/feedback/guest-links", link).json
    said = {"reference": "m-1", "text": "Hej", "link": made["link"]}
    path = f"/v1/feedback/threads/{thread}/messages"
    assert shop.call("POST", path, said, as_="storefront").status == 201
    talk = Talk(shop, "", thread)
    talk.answers("Her er svaret.")
    deliver(talk, 1, 3)
    assert [(one.to, one.subject) for one in SENT] == [
        ("karin@example.com", "Din henvendelse til Kundklubben")
    ] * 2
    assert "Her er svaret." in SENT[1].text


def test_of_a_review_nobody_promises_an_answer(shop: Shop) -> None:
    who = bought(shop, member=a_member(shop, email="ellen@example.com", language="en"))
    who.says(text="Warm.")
    deliver(who.talk(), 1)
    assert SENT[0].text.startswith("Thank you! Kundklubben has received your review.\n")


def test_who_has_no_mail_is_told_by_sms_where_the_shop_sends_any(shop: Shop) -> None:
    phone = "+46701740605"
    without = opened(shop, a_member(shop, phone=phone))
    deliver(without, 1)
    assert (SENT, status(without, 1)) == ([], "nobody")
    from stamkund.rules.login import Login

    other = a_shop(programme=a_programme(feedback=RULES, login=Login(sms=Sms(countries=["SWE"]))))
    talk = opened(other, a_member(other, phone=phone))
    talk.answers("A long answer")
    deliver(talk, 1, 2)
    assert [(one.channel, one.to, one.subject) for one in SENT] == [("sms", phone, "")] * 2
    assert "A long answer" not in SENT[1].text


def test_what_cannot_be_sent_is_tried_again_and_given_up_in_the_end(
    shop: Shop, time: Clock
) -> None:
    def refuse(_: Message) -> None:
        raise Refused("not_sent")

    talk = opened(shop, a_member(shop, email="jonas@example.com"))
    messages.use(refuse)
    assert deliver(talk, 1) == ["1"]
    assert status(talk, 1) == "waiting"
    time.advance(minutes=3)
    assert again()["failed"] == 1
    messages.use(SENT.append)
    assert again() == {"told": 1, "left": 0, "failed": 0}
    assert len(SENT) == 1
    messages.use(refuse)
    talk.answers()
    for _ in range(12):
        deliver(talk, 2)
    assert status(talk, 2) == "failed"
    time.advance(minutes=3)
    assert again() == {"told": 0, "left": 0, "failed": 0}


def test_whoever_died_over_it_holds_it_no_longer_than_a_few_minutes(
    shop: Shop, time: Clock
) -> None:
    class Gone(BaseException):
        pass

    def die(_: Message) -> None:
        raise Gone

    talk = opened(shop, a_member(shop, email="jonas@example.com"))
    messages.use(die)
    with pytest.raises(Gone):
        deliver(talk, 1)
    messages.use(SENT.append)
    assert deliver(talk, 1) == []
    assert (SENT, status(talk, 1)) == ([], "taken")
    time.advance(minutes=6)
    assert again()["told"] == 1
    assert (len(SENT), status(talk, 1)) == (1, "sent")


def test_a_member_who_is_gone_is_told_nothing(shop: Shop) -> None:
    from stamkund.tables.profiles import PROFILE, ProfileItem

    talk = opened(shop, a_member(shop, email="jonas@example.com"))
    ProfileItem(f"{shop.id}#{talk.member}", PROFILE).delete()
    deliver(talk, 1)
    assert (SENT, status(talk, 1)) == ([], "nobody")


# Overdue


def escalate() -> Any:
    return escalate_overdue.handler({}, Context("timed"))


def test_what_is_overdue_becomes_more_pressing_and_the_shop_is_told(
    shop: Shop, time: Clock
) -> None:
    talk = opened(shop, a_member(shop, email="jonas@example.com"), text="Secret words")
    time.advance(hours=47)
    assert escalate() == {"escalated": 0, "left": 0, "failed": 0}
    time.advance(hours=1)
    assert escalate() == {"escalated": 1, "left": 0, "failed": 0}
    assert escalate()["escalated"] == 0
    deliver(talk, 2)
    assert (SENT[0].to, SENT[0].subject) == ("team@example.com", "Ett ärende väntar för länge")
    assert talk.id in SENT[0].text
    assert "words" not in str(SENT)
    assert TOLD[0].kind == "thread.escalated"
    thread = talk.staff_sees()["thread"]
    assert (thread["priority"], thread["escalations"], thread["overdue"]) == ("high", 1, True)
    assert [line["what"] for line in talk.seen()["lines"]] == ["opened"]


def test_it_is_told_of_three_times_and_no_more_and_not_when_answered(
    shop: Shop, time: Clock
) -> None:
    talk = opened(shop, a_member(shop))
    other = opened(shop, a_member(shop))
    time.advance(hours=48)
    other.answers()
    found = []
    for _ in range(6):
        found.append(escalate()["escalated"])
        time.advance(hours=24)
    assert found == [1, 1, 1, 0, 0, 0]
    assert talk.staff_sees()["thread"]["escalations"] == 3
    assert talk.seen()["thread"]["state"] == "received"


def test_without_an_address_it_is_an_event_alone(shop: Shop, time: Clock) -> None:
    other = a_shop(programme=a_programme(feedback=Feedback(hours=1)))
    talk = opened(other, a_member(other))
    time.advance(hours=1)
    escalate()
    deliver(talk, 2)
    assert (SENT, [event.kind for event in TOLD]) == ([], ["thread.escalated"])
    assert status(talk, 2) == "nobody"


def test_threads_are_counted_when_they_are_opened_and_when_they_are_overdue(
    shop: Shop, time: Clock
) -> None:
    member = a_member(shop)
    with watched() as log:
        for reference in ("a", "a", "b"):
            open_(shop, member, reference=reference)
        for _ in range(3):
            time.advance(hours=48)
            escalate()
    assert log.counted(Metric.THREADS_OPENED) == 2
    assert log.counted(Metric.THREADS_OVERDUE) == 2
