"""What moto cannot prove of my pages: how many calls are made, and a page of many wishers."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from stamkund.tables import cache, devices, keys
from stamkund.tables.devices import Device
from stamkund.tables.surveys import OPEN, OpenItem
from stamkund.tables.threads import BEFORE_ALL
from stamkund.web import messages
from tests.builders import OUTBOX, Answer, Clock, Shop, a_voucher
from tests.members import a_member, has_bought
from tests.my_pages import a_club_with_pages, give, page, tell, wish, withdraw
from tests.recorder import recorded
from tests.talking import opened


@pytest.fixture
def shop(clock: Clock) -> Shop:
    messages.use(OUTBOX.append)
    OUTBOX.clear()
    return a_club_with_pages()


def during(ask: Callable[[], Answer]) -> list[str]:
    with recorded() as calls:
        answer = ask()
    assert answer.status < 300, answer.text
    return calls.operations


def a_full_member(shop: Shop) -> str:
    member = a_member(shop, email="karin@example.com")
    for number in range(60):
        has_bought(shop, member, lots={f"2026-03-{number % 28 + 1:02}>2027-04": 5})
        wish(shop, member, f"a{number}")
        a_voucher(shop, member, f"v{number}")
        a_device(shop, member, number)
    for _ in range(12):
        opened(shop, member)
    is_asked(shop, member)
    for purpose in ("newsletter", "wishes"):
        give(shop, member, purpose)
        withdraw(shop, member, purpose)
    return member


def is_asked(shop: Shop, member: str) -> None:
    key, until = keys.of(shop.id, member), "2026-04-10T12:00:00+00:00"
    item = OpenItem(key, OPEN, author_key=key, opened=BEFORE_ALL, order="web:1", until=until)
    item.left = {"first-order"}
    item.save()


def a_device(shop: Shop, member: str, number: int) -> None:
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    one = Device(id=f"d{number}", place="header", since=now, seen_at=now, remembered=True)
    devices.let_in(shop.id, member, one, "2026-03")


def test_a_page_is_four_calls_whatever_is_in_it(shop: Shop) -> None:
    empty, full = a_member(shop), a_full_member(shop)
    for member in (empty, full):
        cache.forget()
        with recorded() as first:
            page(shop, member)
        with recorded() as calls:
            shown = page(shop, member)
        # Who asks, and the programme, are read by everybody in the first call of a minute.
        assert first.operations == ["GetItem", "BatchGetItem", *calls.operations]
        assert calls.operations == ["Query"] * 4
        assert shown["left_out"] == []
    assert len(shown["modules"]["threads"]) == 10
    assert shown["modules"]["survey"]["order"] == "web:1"
    assert len(shown["modules"]["wish_list"]) == len(shown["modules"]["vouchers"]) == 60


@pytest.mark.parametrize(
    ("act", "operations"),
    [
        (give, ["GetItem", "TransactWriteItems"]),
        (wish, ["TransactWriteItems"]),
    ],
)
def test_what_a_change_costs(shop: Shop, act: Any, operations: list[str]) -> None:
    member = a_member(shop)
    assert during(lambda: act(shop, member)) == operations
    # And once more, which changes nothing.
    assert during(lambda: act(shop, member)) == operations[:1]


def test_wishers_are_told_with_two_reads_and_two_writes_each(shop: Shop) -> None:
    member = a_member(shop, email="karin@example.com")
    wish(shop, member)
    assert during(lambda: tell(shop, price=99_000)) == ["Query", "TransactGetItems", "UpdateItem"]
    give(shop, member, "wishes")
    told = ["Query", "TransactGetItems", "UpdateItem", "UpdateItem"]
    assert during(lambda: tell(shop)) == told
    assert during(lambda: tell(shop)) == ["Query", "TransactGetItems"]
    assert during(lambda: tell(shop, "nobody-wishes")) == ["Query"]


def test_all_who_wish_are_met_once_page_by_page(shop: Shop) -> None:
    members = [a_member(shop, email=f"m{n}@example.com") for n in range(30)]
    for one in members:
        wish(shop, one)
        give(shop, one, "wishes")
    wish(shop, members[0], "boots")
    first = tell(shop).json
    assert (first["told"], first["next"] is None) == (25, False)
    last = tell(shop, cursor=first["next"]).json
    assert (last["told"], last["next"]) == (5, None)
    assert sorted(one.to for one in OUTBOX) == sorted(f"m{n}@example.com" for n in range(30))
    assert tell(shop, "boots", cursor=first["next"]).code == "invalid_field"
