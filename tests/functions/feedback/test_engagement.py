"""How well what people say is answered: made at night, read as numbers and as a page."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from functions.feedback import report_engagement, tell_people
from stamkund.local.invocation import Context
from stamkund.tables import keys
from stamkund.tables.accounts import ACCOUNT, AccountItem
from tests.asking import asking
from tests.builders import Clock, Shop, a_programme, a_shop
from tests.discussing import FORUM, asked, thank
from tests.members import a_member
from tests.reliability.till import Till, basket
from tests.reviewing import Bought
from tests.talking import RULES, Talk, a_record, opened

PATH = "/v1/feedback/engagement"


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_programme(feedback=RULES))


def made() -> Any:
    return report_engagement.handler({}, Context("timed"))


def rows(shop: Shop) -> dict[tuple[str, str], Any]:
    report = shop.call("GET", PATH, as_="staff").json
    return {(row["month"], row["kind"]): row for row in report["rows"]}


def bought(shop: Shop, member: str, day: str) -> None:
    item = AccountItem(keys.of(shop.id, member), ACCOUNT)
    item.update([AccountItem.orders.set(1), AccountItem.active_on.set(day)])


def deliver(talk: Talk, *numbers: int) -> None:
    event = {"Records": [a_record(talk.shop, talk.id, n) for n in numbers]}
    tell_people.handler(event, Context("stream"))  # type: ignore[arg-type]


def test_by_month_and_kind_how_soon_in_time_acted_on_and_told(shop: Shop, time: Clock) -> None:
    one = opened(shop, a_member(shop, email="jonas@example.com"), kind="complaint")
    two = opened(shop, a_member(shop), kind="complaint")  # nobody can be written to
    three = opened(shop, a_member(shop), kind="idea")
    time.advance(hours=2)
    one.answers()
    time.advance(hours=30)
    two.answers()
    one.step("act", text="Done")
    deliver(one, 1, 2, 3, 3)
    deliver(two, 1, 2)
    time.advance(days=30)
    opened(shop, three.member, kind="idea")
    assert made() == {"reported": 1, "failed": 0}
    found = rows(shop)
    complaints = found["2026-03", "complaint"]
    assert (complaints["opened"], complaints["answered"], complaints["late"]) == (2, 2, 1)
    assert (complaints["median_seconds"], complaints["ninetieth_seconds"]) == (7_200, 115_200)
    assert complaints["within_due_percent"] == complaints["acted_on_percent"] == 50
    assert complaints["told_percent"] == 60  # three of five times
    every = found["2026-03", "all"]
    assert (every["opened"], every["waiting"], every["late"]) == (3, 1, 2)
    assert found["2026-04", "idea"]["within_due_percent"] is None
    assert list(found) == sorted(found, key=lambda row: (row[0], row[1] != "all", row[1]))


def test_a_telling_counts_once_however_often_it_is_delivered(shop: Shop, time: Clock) -> None:
    talk = opened(shop, a_member(shop, email="jonas@example.com"))
    for _ in range(3):
        deliver(talk, 1)
    made()
    assert rows(shop)["2026-03", "comment"]["told_percent"] == 100
    from stamkund.tables import engagement

    (told,) = engagement.tellings(shop.id, "2026-01").values()
    assert (told.told, told.nobody) == (1, 0)


def test_who_buys_and_says_nothing_is_counted(shop: Shop, time: Clock) -> None:
    speaks, silent, away, never = (a_member(shop) for _ in range(4))
    bought(shop, speaks, "2026-03-01")
    bought(shop, silent, "2025-05-01")
    bought(shop, away, "2025-03-31")  # before the twelve months
    opened(shop, speaks)
    opened(shop, never)
    other = a_shop()
    bought(other, a_member(other), "2026-03-01")
    assert made() == {"reported": 2, "failed": 0}
    silence = shop.call("GET", PATH, as_="staff").json["silence"]
    assert silence == {"buyers": 2, "silent": 1, "silent_percent": 50}
    assert other.call("GET", PATH, as_="staff").json["silence"]["silent"] == 1


def speaks_in_the_forum(shop: Shop, member: str) -> None:
    asked(shop, member)


def answers_in_the_forum(shop: Shop, member: str) -> None:
    asked(shop, "staff").answered(member)


def reviews(shop: Shop, member: str) -> None:
    who = Bought(shop, Till(shop, member))
    who.till.buy(basket(10_000))
    assert who.says().status == 201


def answers_a_question(shop: Shop, member: str) -> None:
    """With a number, of which there is no thread."""
    till = Till(shop, member)
    till.buy(basket(10_000))
    body = {"survey": "easy", "order": till.order, "score": 4}
    said = shop.call("POST", "/v1/feedback/answers", body, as_=member)
    assert (said.status, said.json["thread"]) == (201, None)


def only_says_thanks(shop: Shop, member: str) -> None:
    assert thank(shop, asked(shop, "staff").id, member).status == 201


@pytest.mark.parametrize(
    ("says", "silent"),
    [
        (speaks_in_the_forum, 0),
        (answers_in_the_forum, 0),
        (reviews, 0),
        (answers_a_question, 0),
        (only_says_thanks, 1),
    ],
)
def test_whoever_says_anything_anywhere_is_not_silent(
    time: Clock, says: Callable[[Shop, str], None], silent: int
) -> None:
    feedback = replace(RULES, forum=FORUM)
    shop = a_shop(programme=asking(feedback=feedback))
    member = a_member(shop)
    bought(shop, member, "2026-03-01")
    says(shop, member)
    made()
    silence = shop.call("GET", PATH, as_="staff").json["silence"]
    assert (silence["buyers"], silence["silent"]) == (1, silent)


def test_who_has_left_is_neither_a_buyer_nor_silent(shop: Shop, time: Clock) -> None:
    member = a_member(shop)
    bought(shop, member, "2026-03-01")
    assert shop.call("POST", f"/v1/members/{member}/leave", {}).status == 204
    made()
    assert shop.call("GET", PATH, as_="staff").json["silence"]["buyers"] == 0


def test_what_is_older_than_a_year_is_no_longer_in_it(shop: Shop, time: Clock) -> None:
    opened(shop, a_member(shop))
    time.advance(days=400)
    made()
    report = shop.call("GET", PATH, as_="staff").json
    assert (report["since"], report["rows"]) == ("2026-05-01", [])


def test_before_the_first_night_there_is_none_and_shops_without_a_programme_have_none(
    shop: Shop, time: Clock
) -> None:
    a_shop(published=False)
    assert shop.call("GET", PATH, as_="staff").code == "no_report"
    assert shop.call("GET", f"{PATH}.html", as_="staff").code == "no_report"
    assert made() == {"reported": 1, "failed": 0}
    assert shop.call("GET", PATH, as_="staff").json["rows"] == []


def test_the_page_has_charts_in_the_language_of_who_reads_it(shop: Shop, time: Clock) -> None:
    talk = opened(shop, a_member(shop, email="jonas@example.com"), kind="idea")
    talk.answers()
    made()
    for language, word in (("sv", "Ärenden per månad"), ("fi", "Yhteydenottoja kuukaudessa")):
        headers = {"accept-language": language}
        page = shop.call("GET", f"{PATH}.html", as_="staff", headers=headers)
        assert page.headers["content-type"] == "text/html"
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert word in page.text
        assert page.text.count("<svg") == 3
        assert "<script" not in page.text


def test_a_page_of_nothing_is_a_page(shop: Shop, time: Clock) -> None:
    made()
    assert shop.call("GET", f"{PATH}.html", as_="staff").text.count("<svg") == 3
