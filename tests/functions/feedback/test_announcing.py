"""What was asked for is done, and everybody who asked hears of it: once, and nobody else does."""

from typing import Any

import pytest

from functions.feedback import announce_again, tell_again
from stamkund.local.invocation import Context
from stamkund.local.queues import Queues, record
from stamkund.tables import keys, threads
from stamkund.web import bus, messages
from stamkund.web.bus import Happened
from stamkund.web.messages import Message
from stamkund.web.queue import ATTEMPTS
from tests.announcing import WORDS, a_draft, a_queue, an_id, publish, published, reach, seen, write
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.discussing import a_forum, ask
from tests.members import a_member
from tests.reviewing import bought
from tests.talking import RULES, Talk, open_, opened
from tests.watching import watched

SENT: list[Message] = []
TOLD: list[Happened] = []


@pytest.fixture
def queues(time: Clock) -> Queues:
    return a_queue()


@pytest.fixture
def shop(time: Clock, queues: Queues) -> Shop:
    SENT.clear()
    TOLD.clear()
    messages.use(SENT.append)
    bus.use(TOLD.append)
    return a_shop(programme=a_programme(feedback=RULES, languages=["sv", "en"]))


def tell_all(time: Clock) -> None:
    """Whom nobody has told yet."""
    time.advance(minutes=3)
    tell_again.handler({}, Context("timed"))


def told_of_news() -> list[Message]:
    return [one for one in SENT if "Ny kartong" in one.text or "A new box" in one.text]


def a_talk(shop: Shop, email: str, *tags: str, **fields: Any) -> Talk:
    talk = opened(shop, a_member(shop, email=email, **fields))
    if tags:
        assert talk.step("label", tags=list(tags)).status == 201
    return talk


def test_who_asked_is_told_and_their_thread_is_acted_on(
    shop: Shop, time: Clock, queues: Queues
) -> None:
    named = a_talk(shop, "jonas@example.com", language="sv")
    tagged = a_talk(shop, "karin@example.com", "box", language="fi")
    other = a_talk(shop, "maja@example.com", "late")
    id = published(shop, threads=[named.id], tags=["box"])
    assert queues.drain()
    tell_all(time)
    assert (named.state, tagged.state, other.state) == ("acted_on", "acted_on", "received")
    told = {one.to: one.text for one in told_of_news()}
    assert told.keys() == {"jonas@example.com", "karin@example.com"}
    assert told["jonas@example.com"].split("\n\n") == [
        "Kundklubben har gjort det som du och andra bad om.",
        "Ny kartong",
        "Den håller.\nOch går att återvinna.",
        f"Läs och svara här: https://shop.example/feedback#thread={named.id}",
    ]
    # In Finnish there is none, so it is in the first language that it was written in.
    assert "Ny kartong" in told["karin@example.com"]
    assert reach(shop, id) == (2, 2, 0)
    assert seen(shop, id)["state"] == "published"


def test_it_is_an_event_of_each_thread_and_read_in_it(
    shop: Shop, time: Clock, queues: Queues
) -> None:
    talk = a_talk(shop, "jonas@example.com")
    id = published(shop, threads=[talk.id])
    queues.drain()
    tell_all(time)
    assert [one.kind for one in TOLD if one.detail["n"] == 2] == ["thread.acted_on"]
    line = talk.seen()["lines"][-1]
    assert (line["who"], line["what"], line["announcement"]) == ("shop", "announced", id)
    assert line["text"] == "Ny kartong\n\nDen håller.\nOch går att återvinna."
    event = talk.staff_sees()["events"][-1]
    assert (event["what"], event["side"], event["detail"], event["before"]) == (
        "announced", "club", id, "received",
    )  # fmt: skip


def test_somebody_with_three_threads_is_told_once_and_counted_once(
    shop: Shop, time: Clock, queues: Queues
) -> None:
    first = a_talk(shop, "jonas@example.com", "box")
    more = [opened(shop, first.member) for _ in range(2)]
    id = published(shop, threads=[talk.id for talk in more], tags=["box"])
    queues.drain()
    tell_all(time)
    assert len(told_of_news()) == 1
    assert {talk.state for talk in (first, *more)} == {"acted_on"}
    assert reach(shop, id) == (1, 3, 0)


def test_what_waits_to_be_let_through_goes_on_waiting_for_that(time: Clock, queues: Queues) -> None:
    shop = a_shop(programme=a_forum(languages=["sv", "en"]))
    who = bought(shop)
    assert who.says(text="skit").json["state"] == "waiting"
    review = who.talk()
    post = Talk(shop, who.member, ask(shop, who.member, "skit", name="Ella").json["post"])
    for talk in (review, post):
        talk.step("label", tags=["box"])
    id = published(shop, tags=["box"])
    queues.drain()
    assert reach(shop, id) == (1, 2, 0)
    waiting = shop.call("GET", "/v1/feedback/inbox", as_="staff").json["threads"]
    assert {one["thread"]: one["state"] for one in waiting} == {
        review.id: "received",
        post.id: "received",
    }
    assert waiting[0]["due_at"]
    assert review.seen()["lines"][-1]["announcement"] == id
    for talk in (review, post):
        assert talk.step("publish").json["state"] == "answered"


def test_a_thread_that_is_linked_in_two_ways_is_moved_once(
    shop: Shop, time: Clock, queues: Queues
) -> None:
    talk = a_talk(shop, "jonas@example.com", "box", "late")
    id = published(shop, threads=[talk.id], tags=["box", "late"])
    queues.drain()
    assert reach(shop, id) == (1, 1, 0)
    assert talk.staff_sees()["thread"]["version"] == 3


def test_a_guest_with_two_orders_and_one_address_is_told_once(
    shop: Shop, time: Clock, queues: Queues
) -> None:
    threads = []
    for order in ("web:1", "web:2"):
        body = {"order": order, "email": "guest@example.com", "language": "en"}
        link = shop.call("POST", "/v1/feedback/guest-links", body).json["link"]
        threads.append(open_(shop, "storefront", link=link).json["thread"])
    id = published(shop, threads=threads)
    queues.drain()
    tell_all(time)
    (told,) = told_of_news()
    assert (told.to, "A new box" in told.text) == ("guest@example.com", True)
    assert reach(shop, id) == (1, 2, 0)


def moved(talk: Talk, do: str) -> Answer:
    return talk.step(do, text="Done.") if do == "act" else talk.step(do)


@pytest.mark.parametrize("state", ["answered", "acted_on", "closed", "reopened"])
def test_wherever_a_thread_is_it_is_acted_on_and_told(
    shop: Shop, time: Clock, queues: Queues, state: str
) -> None:
    talk = a_talk(shop, "jonas@example.com")
    talk.answers()
    if state != "answered":
        do = {"acted_on": "act", "closed": "close", "reopened": "reopen"}[state]
        assert moved(talk, do).status == 201
    published(shop, threads=[talk.id])
    queues.drain()
    tell_all(time)
    assert talk.state == "acted_on"
    assert len(told_of_news()) == 1


def test_a_message_that_comes_again_changes_nothing(
    shop: Shop, time: Clock, queues: Queues
) -> None:
    talk = a_talk(shop, "jonas@example.com")
    id = published(shop, threads=[talk.id])
    queues.drain()
    before = reach(shop, id)
    for part in (0, 1, 1, 0, 2):
        text = f'{{"shop":"{shop.id}","announcement":"{id}","part":{part}}}'
        queues.put("announcements", text)
    queues.drain()
    tell_all(time)
    assert reach(shop, id) == before
    assert len(told_of_news()) == 1


def test_one_thread_that_always_fails_keeps_no_other_waiting_and_is_told_once_it_can_be(
    shop: Shop, time: Clock, queues: Queues
) -> None:
    talks = [a_talk(shop, f"p{n}@example.com") for n in range(3)]
    tagged = a_talk(shop, "tagged@example.com", "box")
    # In its way lies what nobody could have written.
    first = threads.find(shop.id, talks[0].id)
    place = threads.notice_key(first.version + 1)
    stuck = threads.NoticeItem(keys.of(shop.id, first.id), place, event="", audience="author")
    stuck.save()
    id = published(shop, threads=[talk.id for talk in talks], tags=["box"])
    with watched() as log:
        queues.drain()
    assert [talk.state for talk in (*talks, tagged)] == ["received", *["acted_on"] * 3]
    assert seen(shop, id)["state"] == "publishing"
    named = [(one["thread_id"], one["part"]) for one in log.lines if "thread_id" in one]
    assert named == [(first.id, "1")] * ATTEMPTS
    stuck.delete()
    time.advance(minutes=11)
    assert announce_again.handler({}, None)["sent"] == 1
    queues.drain()
    assert (seen(shop, id)["state"], seen(shop, id)["asked"]) == ("published", 4)
    tell_all(time)
    assert len(told_of_news()) == 4


def test_whoever_becomes_part_of_another_between_two_parts_is_told_once(
    shop: Shop, time: Clock, queues: Queues
) -> None:
    talk = a_talk(shop, "gone@example.com")
    gone = threads.find(shop.id, talk.id).author.id
    other = opened(shop, gone, text="The same again")
    assert other.step("label", tags=["box"]).status == 201
    heirs = a_talk(shop, "heir@example.com", "box")
    heir = threads.find(shop.id, heirs.id).author.id
    id = published(shop, threads=[talk.id], tags=["box"])
    for _ in range(2):
        assert queues.bring_one()
    assert talk.state == "acted_on"
    both = {"member": heir, "merge": gone}
    assert shop.call("POST", "/v1/members/merge", both, as_="staff").status == 201
    queues.drain()
    states = {one.staff_sees()["thread"]["state"] for one in (talk, other, heirs)}
    assert states == {"acted_on"}
    assert reach(shop, id) == (1, 3, 0)
    tell_all(time)
    assert len(told_of_news()) == 1
    news = shop.call("GET", "/v1/feedback/news", as_=heir).json["news"]
    assert [one["mine"] for one in news] == [True]


def test_a_lost_message_is_sent_again_by_the_time(shop: Shop, time: Clock, queues: Queues) -> None:
    talk = a_talk(shop, "jonas@example.com")
    id = published(shop, threads=[talk.id])
    a_queue()  # all that was in the other is gone
    again = a_queue()
    assert announce_again.handler({}, Context("timed")) == {"sent": 0, "left": 0, "failed": 0}
    time.advance(minutes=11)
    assert announce_again.handler({}, Context("timed")) == {"sent": 1, "left": 0, "failed": 0}
    again.drain()
    assert (talk.state, reach(shop, id)) == ("acted_on", (1, 1, 0))
    time.advance(minutes=11)
    assert announce_again.handler({}, Context("timed")) == {"sent": 0, "left": 0, "failed": 0}


def test_a_message_about_nothing_is_put_away(shop: Shop, queues: Queues) -> None:
    from functions.feedback import announce

    text = f'{{"shop":"{shop.id}","announcement":"none","part":0}}'
    event = {"Records": [record(text)]}
    answer = announce.handler(event, Context("queue"))  # type: ignore[arg-type]
    assert answer == {"batchItemFailures": []}


# Writing and publishing


def test_a_draft_is_written_anew_until_it_is_published(shop: Shop) -> None:
    id = a_draft(shop)
    changed = [{"language": "en", "title": "Another", "text": "Text"}]
    assert write(shop, id, words=changed).json["words"] == changed
    assert seen(shop, id)["state"] == "draft"
    assert publish(shop, id).status == 202
    assert write(shop, id, words=changed).status == 200  # the same is not another
    assert write(shop, id, words=WORDS).code == "announcement_published"
    again = publish(shop, id)
    assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")
    assert publish(shop, an_id()).code == "announcement_not_found"


def test_drafts_are_listed_in_pages_for_staff_and_shown_to_nobody_else(shop: Shop) -> None:
    ids = sorted(a_draft(shop) for _ in range(3))
    first = shop.call("GET", "/v1/feedback/announcements?limit=2", as_="staff").json
    path = f"/v1/feedback/announcements?limit=2&cursor={first['next']}"
    rest = shop.call("GET", path, as_="staff").json
    found = [one["announcement"] for one in first["announcements"] + rest["announcements"]]
    assert (found, rest["next"]) == (ids, None)
    assert shop.call("GET", "/v1/feedback/news", as_="storefront").json["news"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"picture": "http://shop.example/a.jpg"},
        {"picture": "javascript:alert(1)"},
        {"words": []},
        {"words": [{"language": "sv", "title": "A", "text": "\u202eevil"}]},
        {"words": [{"language": "de", "title": "A", "text": "B"}]},
        {"words": [WORDS[0], WORDS[1], WORDS[0]]},
        {"tags": ["A B"]},
    ],
    ids=str,
)
def test_what_cannot_be_announced_is_refused(shop: Shop, wrong: dict[str, object]) -> None:
    answer = write(shop, an_id(), **wrong)
    assert (answer.status, answer.code) == (422, "invalid_field")


# What is shown


def test_the_page_of_the_shop_has_what_is_published_and_may_be_kept(
    shop: Shop, time: Clock, queues: Queues
) -> None:
    talk = a_talk(shop, "jonas@example.com")
    first = published(shop, threads=[talk.id], picture="https://shop.example/box.jpg")
    time.advance(days=1)
    second = published(shop)
    queues.drain()
    answer = shop.call(
        "GET", "/v1/feedback/news", as_="storefront", headers={"accept-language": "en"}
    )
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["vary"] == "Accept-Language, Authorization"
    news = answer.json["news"]
    assert [(one["announcement"], one["asked"], one["mine"]) for one in news] == [
        (second, 0, None),
        (first, 1, None),
    ]
    assert (news[1]["title"], news[1]["picture"]) == ("A new box", "https://shop.example/box.jpg")


def test_pages_of_news_together_are_all_news(shop: Shop, time: Clock) -> None:
    ids = []
    for _ in range(5):
        ids.append(published(shop))
        time.advance(hours=1)
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = shop.call("GET", f"/v1/feedback/news?limit=2&cursor={cursor}", as_="storefront").json
        found += [one["announcement"] for one in page["news"]]
        cursor = page["next"]
    assert found == ids[::-1]


def test_my_pages_mark_what_i_asked_for_and_are_kept_by_nobody(
    shop: Shop, time: Clock, queues: Queues
) -> None:
    talk = a_talk(shop, "jonas@example.com")
    mine = published(shop, threads=[talk.id])
    other = published(shop)
    queues.drain()
    answer = shop.call("GET", "/v1/feedback/news", as_=talk.member)
    assert {one["announcement"]: one["mine"] for one in answer.json["news"]} == {
        mine: True,
        other: False,
    }
    assert answer.headers["cache-control"] == "no-store"
