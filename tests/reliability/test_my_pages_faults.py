"""Whatever happens to any call of my pages: the next try completes a change, with one effect; and
of a page the rest comes."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from pynamodb.exceptions import PynamoDBException

from functions.members import give_birthday_points, tell_replaced_contacts
from stamkund.tables import cache, faq
from stamkund.tables.changed_contacts import CHANGED
from stamkund.web import messages
from tests.builders import OUTBOX, Answer, Clock, Shop, everything_kept
from tests.login import Person
from tests.members import a_member, has_bought
from tests.my_pages import ACTIONS, FAQ, a_club_with_pages, give, page, tell, wish, withdraw
from tests.reliability import books, faults

numbers = count(1)
Act = Callable[[], Answer]
# What each try counts anew, and what is drawn anew for each member.
UNLIKE = {"member", "email", "card_number"}


@pytest.fixture
def shop(time: Clock) -> Shop:
    time.set(Clock().now)
    messages.use(OUTBOX.append)
    shop = a_club_with_pages(actions=ACTIONS)
    shop.call("GET", "/v1/members/faq", as_="storefront")  # keys are remembered from here on
    return shop


def member_of(shop: Shop) -> str:
    return a_member(shop, email=f"p{next(numbers)}@example.com")


def change_details(shop: Shop) -> Act:
    member = member_of(shop)
    body = {"birthday": "1984-02-29", "first_name": "Karin", "answers": {"sport": "Skidor"}}
    return lambda: shop.call("PATCH", "/v1/members/me/details", body, as_=member)


def complete_details(shop: Shop) -> Act:
    """Which is worth points."""
    member = member_of(shop)
    names = {"first_name": "Karin", "last_name": "Berg"}
    body = {**names, "answers": {"shoe-size": "43", "sport": "Skidor"}}
    return lambda: shop.call("PATCH", "/v1/members/me/details", body, as_=member)


def change_contact(shop: Shop) -> Act:
    member = member_of(shop)
    body = {"verified_contact": Person(shop, f"n{next(numbers)}@example.com").proof()}
    return lambda: shop.call("PUT", "/v1/members/me/contact", body, as_=member)


def give_consent(shop: Shop) -> Act:
    member = member_of(shop)
    return lambda: give(shop, member)


def withdraw_consent(shop: Shop) -> Act:
    member = member_of(shop)
    give(shop, member)
    return lambda: withdraw(shop, member)


def add_wish(shop: Shop) -> Act:
    member = member_of(shop)
    return lambda: wish(shop, member)


def remove_wish(shop: Shop) -> Act:
    member = member_of(shop)
    wish(shop, member)
    return lambda: shop.call("DELETE", "/v1/members/me/wishes/tent", as_=member)


def publish_faq(shop: Shop) -> Act:
    other = {**FAQ, "entries": FAQ["entries"][: 1 + next(numbers) % 3]}
    shop.call("PUT", "/v1/members/faq", {**FAQ, "entries": []}, as_="staff")
    return lambda: shop.call("PUT", "/v1/members/faq", other, as_="staff")


SCENES = [
    change_details,
    complete_details,
    change_contact,
    give_consent,
    withdraw_consent,
    add_wish,
    remove_wish,
    publish_faq,
]


def told(answer: Answer) -> Any:
    said = json.loads(answer.text) if answer.text else {}
    return {name: value for name, value in said.items() if name not in UNLIKE}


def kept(shop: Shop) -> dict[str, int]:
    """How many items there are of the shop, by table; what somebody has still to be told of has
    tests of its own."""
    return {
        table: len([item for item in items if is_settled(shop, item)])
        for table, items in everything_kept().items()
    }


def is_settled(shop: Shop, item: dict[str, Any]) -> bool:
    own = str(item["pk"]["S"]).startswith(f"{shop.id}#")
    return own and not item.get("sk", {"S": ""})["S"].startswith(CHANGED)


def gained(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {table: after[table] - before[table] for table in after}


@pytest.mark.parametrize("fault", faults.TRIED)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_the_next_try_completes_a_change_with_one_effect(
    scene: Callable[[Shop], Act], fault: str, shop: Shop
) -> None:
    act = scene(shop)
    before = kept(shop)
    with faults.counted() as calls:
        expected = act()
    assert expected.status < 300, expected.text
    added = gained(before, kept(shop))
    for call in range(len(calls.operations)):
        act = scene(shop)
        before = kept(shop)
        with suppress(faults.Killed), faults.at(call, fault):
            act()
        again = act()
        assert again.status < 300, again.text
        if scene is not publish_faq:  # which is another one each time
            assert told(again) == told(expected)
        assert gained(before, kept(shop)) == added
        settled = everything_kept()
        assert told(act()) == told(again)
        assert everything_kept() == settled


def test_of_many_who_wish_at_once_the_list_counts_each_once(shop: Shop) -> None:
    """The number of wishes is what bounds the list: it is never one off."""
    member = member_of(shop)
    articles = [f"a{n}" for n in range(12)] * 2
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda article: patiently(lambda: wish(shop, member, article)), articles))
        removed = [f"/v1/members/me/wishes/a{n}" for n in range(6)] * 2
        list(pool.map(lambda p: patiently(lambda: shop.call("DELETE", p, as_=member)), removed))
    items = everything_kept()["profiles"]
    mine = [item for item in items if item["pk"]["S"] == f"{shop.id}#{member}"]
    (profile,) = [item for item in mine if item["sk"]["S"] == "PROFILE"]
    assert profile["wishes"]["N"] == "6"
    assert len([item for item in mine if item["sk"]["S"].startswith("WISH#")]) == 6


def test_of_many_minds_changed_at_once_none_is_lost(shop: Shop) -> None:
    member = member_of(shop)
    acts: list[Callable[[Shop, str], Answer]] = [give, withdraw] * 8
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda act: patiently(lambda: act(shop, member)), acts))
    changed = [one for one in answers if "idempotent-replayed" not in one.headers]
    found = shop.call("GET", "/v1/members/me/consents", as_=member).json["consents"]
    history = next(one for one in found if one["purpose"] == "newsletter")["history"]
    assert len(history) == len(changed)
    assert [one["given"] for one in reversed(history)] == [n % 2 == 0 for n in range(len(history))]


def patiently(act: Act) -> Answer:
    answer = act()
    return answer if answer.status != 503 else patiently(act)


# Questions


@pytest.mark.parametrize("fault", faults.TRIED)
@pytest.mark.parametrize("earlier", [[], ["opened"]])
def test_an_answer_that_helped_is_counted_once(shop: Shop, fault: str, earlier: list[str]) -> None:
    def say(event: str) -> Answer:
        body = {"event": event, "visitor": f"visitor-{visitor:012}"}
        return shop.call("POST", "/v1/members/faq/sizes/events", body, as_="storefront")

    visitor = next(numbers)
    for event in earlier:
        say(event)
    with suppress(faults.Killed), faults.at(len(earlier), fault):
        say("solved")
    assert say("solved").status in {200, 201}
    assert say("solved").status == 200
    cache.forget()
    asked = faq.known(shop.id, "2026-01", now=Clock().now).asked["sizes"]
    assert asked == (1, 1, 0)


# Telling who was replaced


def replaced(shop: Shop) -> tuple[str, Act]:
    OUTBOX.clear()
    old = f"p{next(numbers)}@example.com"
    member = a_member(shop, email=old)
    body = {"verified_contact": Person(shop, f"n{next(numbers)}@example.com").proof()}
    return old, lambda: shop.call("PUT", "/v1/members/me/contact", body, as_=member)


@pytest.mark.parametrize("fault", faults.TRIED)
@pytest.mark.parametrize("comes_again", [True, False])
def test_the_address_that_was_replaced_is_told_once_whatever_happens(
    fault: str, comes_again: bool, shop: Shop, time: Clock
) -> None:
    """By the next try, or by itself; and twice only if all that was lost is that it was sent."""
    _, act = replaced(shop)
    with faults.counted() as calls:
        assert act().status == 200
    taken, told = calls.operations.index("UpdateItem"), calls.operations.index("DeleteItem")
    for call in range(len(calls.operations)):
        old, act = replaced(shop)
        with suppress(faults.Killed), faults.at(call, fault):
            act()
        if comes_again:
            act()
        time.advance(minutes=20)
        tell_replaced_contacts.handler({}, None)
        sent = [one for one in OUTBOX if one.to == old]
        changed = comes_again or call > taken or (fault == "killed after" and call == taken - 1)
        if changed:
            assert len(sent) == 1 or (len(sent) == 2 and call == told), (call, fault)
            assert len({one.id for one in sent}) == 1
        assert len(sent) <= 2


def test_of_many_who_change_it_at_once_one_tells(shop: Shop) -> None:
    old, act = replaced(shop)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: patiently(act), range(8)))
    assert {answer.status for answer in answers} == {200}
    assert [one.to for one in OUTBOX if one.to == old] == [old]


def test_of_many_members_who_prove_one_address_at_once_one_has_it(shop: Shop) -> None:
    """All of them read what is sent there; whose it is by then, the others are not told."""
    OUTBOX.clear()
    new = f"n{next(numbers)}@example.com"
    proofs = [Person(shop, new).proof() for _ in range(4)]
    members = [member_of(shop) for _ in proofs]

    def change(n: int) -> Answer:
        body = {"verified_contact": proofs[n]}
        path = "/v1/members/me/contact"
        return patiently(lambda: shop.call("PUT", path, body, as_=members[n]))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(change, range(4)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"member_exists"}
    found = [shop.call("GET", "/v1/members/me/details", as_=one).json["email"] for one in members]
    assert found.count(new) == 1
    told = [message.to for message in OUTBOX if message.id.startswith("contact.")]
    assert len(told) == 1
    assert told[0] not in found


# Telling of a price


def calls_of_telling(shop: Shop) -> int:
    with faults.counted() as calls:
        assert tell(shop).json["told"] == 1
    return len(calls.operations)


def a_wisher(shop: Shop) -> None:
    member = member_of(shop)
    wish(shop, member)
    give(shop, member, "wishes")
    OUTBOX.clear()


@pytest.mark.parametrize("fault", faults.TRIED)
def test_who_is_to_be_told_is_told_in_the_end(fault: str, shop: Shop, time: Clock) -> None:
    """Once; and twice only if all that was lost is the note that it was sent."""
    a_wisher(shop)
    number = calls_of_telling(shop)
    assert number == 4
    for call in range(number):
        other = a_club_with_pages()
        a_wisher(other)
        with suppress(faults.Killed), faults.at(call, fault):
            tell(other)
        until_it_is_free(other, time)
        lost = call == number - 1 and len(OUTBOX) == 2
        assert len(OUTBOX) == 1 or lost, (call, len(OUTBOX))
        until_it_is_free(other, time)
        assert tell(other).json == {"wishers": 1, "news": 0, "told": 0, "failed": 0, "next": None}


def until_it_is_free(shop: Shop, time: Clock) -> None:
    """Whoever was cut off in writing to somebody leaves a claim, for a minute."""
    answer = tell(shop)
    if answer.json["failed"]:
        time.advance(seconds=61)
        answer = tell(shop)
    assert answer.json["failed"] == 0, answer.text


def test_of_many_who_tell_the_same_at_once_one_writes(shop: Shop) -> None:
    a_wisher(shop)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: tell(shop), range(8)))
    assert len(OUTBOX) == 1
    assert sum(answer.json["told"] for answer in answers) == 1


# The page

NEEDS = {
    "accounts": {"card", "points", "ladder", "offers", "vouchers", "leave"},
    "profiles": {"wish_list", "newsletter", "details", "consents"},
    "ledger": {"orders"},
    "threads": {"threads", "survey", "news"},
}
FAILING = [name for name in faults.FAULTS if name in {
    "never arrives", "its answers are lost", "fails once it is done", "throttled",
}]  # fmt: skip


@pytest.mark.parametrize("fault", FAILING)
@pytest.mark.parametrize("number", range(4))
def test_what_cannot_be_read_is_left_out_and_named_and_the_rest_comes(
    fault: str, number: int, shop: Shop
) -> None:
    member = member_of(shop)
    has_bought(shop, member, lots={">2027-04": 5})
    whole = page(shop, member)
    with faults.at(number, fault) as calls:
        shown = page(shop, member)
    assert len(calls.operations) == 4
    table = list(NEEDS)[number]
    assert set(shown["left_out"]) == NEEDS[table]
    there = [one["module"] for one in whole["order"] if one["module"] not in NEEDS[table]]
    assert [one["module"] for one in shown["order"]] == there
    for name in set(there) - {"card"}:  # whose code is another every minute
        assert shown["modules"][name] == whole["modules"][name]


@pytest.mark.parametrize("fault", ["throttled once", "one answer is lost", "arrives twice"])
def test_what_the_sdk_mends_is_not_missed(fault: str, shop: Shop) -> None:
    member = member_of(shop)
    for number in range(4):
        with faults.at(number, fault):
            assert page(shop, member)["left_out"] == []


def test_of_a_page_of_which_nothing_can_be_read_nothing_comes(shop: Shop) -> None:
    member = member_of(shop)
    with faults.every("throttled"):
        answer = shop.call("GET", "/v1/members/me/page", as_=member)
    assert (answer.status, answer.code) == (503, "busy")


# A birthday


def somebody_has_a_birthday(time: Clock) -> tuple[Shop, str]:
    """In the only shop there is: a timed function looks at every one."""
    books.wipe()
    shop = a_club_with_pages(actions=ACTIONS)
    member = member_of(shop)
    born = {"birthday": f"1984-{time.now:%m-%d}"}
    assert shop.call("PATCH", "/v1/members/me/details", born, as_=member).status == 200
    return shop, member


@pytest.mark.parametrize("fault", faults.TRIED)
def test_a_birthday_is_worth_its_points_once_whatever_happens(fault: str, time: Clock) -> None:
    time.set(Clock().now)
    somebody_has_a_birthday(time)
    with faults.counted() as calls:
        give_birthday_points.handler({}, None)
    for call in range(len(calls.operations)):
        shop, member = somebody_has_a_birthday(time)
        with suppress(faults.Killed, PynamoDBException), faults.at(call, fault):
            give_birthday_points.handler({}, None)
        for _ in range(2):
            assert give_birthday_points.handler({}, None)["failed"] == 0
        given = [entry.reason for entry in books.entries_of(shop, member)]
        assert given == ["cake"], calls.operations[call]
