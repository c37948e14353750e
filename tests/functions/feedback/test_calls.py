"""How often what people say asks the database, once keys and programme are remembered."""

from collections.abc import Callable

import pytest

from functions.feedback import announce, tell_people
from stamkund.local.invocation import Context
from stamkund.local.queues import record
from tests.announcing import a_queue, published
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.discussing import TOPICS, a_forum, asked, thank
from tests.members import a_member
from tests.recorder import Calls, recorded
from tests.talking import RULES, Talk, a_record, open_, opened

READ, WRITE = "TransactGetItems", "TransactWriteItems"


@pytest.fixture
def shop(clock: Clock) -> Shop:
    return a_shop(programme=a_programme(feedback=RULES))


@pytest.fixture
def talk(shop: Shop) -> Talk:
    talk = opened(shop, a_member(shop))
    talk.answers()
    return talk


def during(ask: Callable[[], Answer], status: int = 200) -> Calls:
    ask()  # keys and programme are remembered
    with recorded() as calls:
        answer = ask()
    assert answer.status == status, answer.text
    return calls


@pytest.mark.parametrize("as_", ["member", "storefront", "staff"])
def test_a_thread_is_opened_in_one_transaction_after_one_read(shop: Shop, as_: str) -> None:
    member = a_member(shop)
    more = {}
    if as_ == "staff":
        more["member"] = member
    if as_ == "storefront":
        body = {"order": "web:1", "email": "guest@example.com"}
        more["link"] = shop.call("POST", "/v1/feedback/guest-links", body).json["link"]
    who = member if as_ == "member" else as_
    calls = during(lambda: open_(shop, who, **more), 201)
    assert calls.operations == [READ, WRITE]


def test_the_forum_asks_once_to_be_read_and_twice_to_be_written(clock: Clock) -> None:
    shop = a_shop(programme=a_forum())
    topic = asked(shop, a_member(shop))
    posts = [topic.answered("staff") for _ in range(2)]
    member = a_member(shop)
    for path in (topic.path, TOPICS, f"{TOPICS}?order=most_thanked"):
        calls = during(lambda path=path: shop.call("GET", path, as_="storefront"))  # type: ignore[misc]
        assert calls.operations == ["Query"]
    assert during(lambda: topic.answer(member), 201).operations == [READ, WRITE]
    assert during(lambda: thank(shop, posts.pop(), member), 201).operations == [READ, WRITE]


@pytest.mark.parametrize(
    "query", ["", "?overdue=true", "?state=received", "?kind=comment", "?tag=box"]
)
def test_a_page_of_the_inbox_is_one_query(shop: Shop, talk: Talk, query: str) -> None:
    calls = during(lambda: shop.call("GET", f"/v1/feedback/inbox{query}", as_="staff"))
    assert calls.operations == ["Query"]


def test_more_is_said_and_a_step_is_taken_after_one_read_in_one_transaction(
    shop: Shop, talk: Talk
) -> None:
    assert during(talk.says, 201).operations == [READ, WRITE]
    version = talk.staff_sees()["thread"]["version"]
    with recorded() as calls:
        assert talk.step("claim", version=version).status == 201
    assert calls.operations == [READ, WRITE]


def test_the_shops_page_is_one_query_and_mine_two_more_reads(shop: Shop, talk: Talk) -> None:
    published(shop)
    page = "/v1/feedback/news"
    assert during(lambda: shop.call("GET", page, as_="storefront")).operations == ["Query"]
    mine = during(lambda: shop.call("GET", page, as_=talk.member))
    assert mine.operations == ["Query", "GetItem", "Query"]


def test_each_thread_of_an_announcement_takes_one_transaction(shop: Shop) -> None:
    a_queue()
    threads = [opened(shop, a_member(shop)).id for _ in range(25)]
    id = published(shop, threads=threads)
    calls = []
    for part in (0, 1):
        text = f'{{"shop":"{shop.id}","announcement":"{id}","part":{part}}}'
        with recorded() as of_part:
            announce.handler({"Records": [record(text)]}, Context("queue"))  # type: ignore[arg-type]
        calls.append(of_part.operations)
    # The part, the one after it, the end of it.
    assert calls[0] == [READ, WRITE, WRITE]
    assert calls[1] == [READ, READ, *[WRITE] * 25, WRITE]


def test_somebody_is_told_in_three_calls(shop: Shop, talk: Talk) -> None:
    event = {"Records": [a_record(shop, talk.id, 1)]}
    with recorded() as calls:
        tell_people.handler(event, Context("stream"))  # type: ignore[arg-type]
    assert calls.operations == ["UpdateItem", READ, WRITE]
