"""Of a shop that was deleted not a byte is left, and of every other all of them."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from functions.feedback import scheduling
from functions.members import review_accounts
from functions.operations import follow_up
from stamkund.operations import delete_shop, picture_keys
from stamkund.operations.__main__ import _parser
from stamkund.rules.login import Contact
from stamkund.rules.programme import ExtraPoints, Offer
from stamkund.tables import (
    Table,
    cache,
    changed_contacts,
    clock,
    engagement,
    every_table,
    exported,
    programmes,
    shops,
    surveys,
    threads,
    transact,
)
from stamkund.tables.changed_contacts import Untold
from stamkund.tables.ledger import Ledger
from stamkund.web import merits, messages, pictures
from stamkund.web.club import club_at
from tests.builders import (
    OUTBOX,
    Clock,
    Shop,
    a_programme,
    a_shop,
    a_voucher,
    everything_kept,
    keep_pictures,
)
from tests.members import a_member
from tests.operations_desk import Desk
from tests.reliability import books, faults
from tests.reliability.till import Till, basket
from tests.samples import INVITER, INVITERS_CODE, Club, written
from tests.talking import open_

# Who leaves takes along what is looked for; and a gift link needs the reward that another sample
# releases, and leaves nothing more behind than a voucher.
APART = {
    "members/leave", "members/make_gift_link", "members/revoke_gift_link", "members/take_gift",
}  # fmt: skip
EVERY_FAULT = ["killed before", "killed after"]


@pytest.fixture
def told(time: Clock, capsys: pytest.CaptureFixture[str]) -> Desk:
    books.wipe()
    return Desk(capsys)


KEYS = len(shops.PREFIXES)


def opened() -> Shop:
    """With something of every kind in every table."""
    shop = a_shop(sandbox=True)
    till = Till(shop, a_member(shop, email="a@example.com", phone="+46701740605"))
    till.buy(basket(10_000))
    till.commit(basket(5_000))  # held: it is in the index
    a_voucher(shop, str(till.member))
    body = {"reference": "d1", "points": 5, "reason": "goodwill"}
    shop.call("POST", f"/v1/members/{till.member}/adjustments", body, as_="staff")
    open_(shop, str(till.member))
    return shop


def with_everything() -> Shop:
    """Every sample has happened, and beside them what none of them leaves behind."""
    messages.use(OUTBOX.append)
    club = Club()
    for name in written():
        if name not in club.answers and name not in APART:
            club.run(name)
    club.run("members/add_wish")  # another sample has removed it
    asked = {"reference": "s2", "order_id": "0118", "points": 1}
    assert club.send("members/ask_to_spend", body=asked).status == 201
    small = {"reference": "small", "points": 5, "reason": "goodwill"}
    assert club.send("members/adjust_points", body=small).status == 201
    brings_a_friend(club)
    few = Offer("few", {"sv": "Få"}, ExtraPoints(5), switch_on=True, limit_total=1)
    club.shop.publish(a_programme(offers=[few], groups=["offers"], languages=["sv"]))
    cache.forget()
    switched = club.shop.call("PUT", f"/v1/members/{a_member(club.shop)}/offers/few")
    assert switched.status == 200, switched.text
    review_accounts.handler({}, None)
    contact = Contact("email", "before@example.com")
    now = clock.real_time()
    untold = Untold(club.member, "c1", contact, "sv", now)
    transact.write(changed_contacts.noting(club.shop.id, untold))
    thread = threads.find(club.shop.id, club.answers["feedback/open_thread"].json["thread"])
    told = partial(engagement.count, shop=club.shop.id, thread=thread, month="2026-03")
    transact.write(partial(told, reached=True))
    threads.told_item(club.shop.id, club.member, "news", thread.id).save()
    return club.shop


def brings_a_friend(club: Club) -> None:
    """Who buys, is seen with a device, and will be asked how it was."""
    # Another sample has stopped who brings them.
    assert club.send("referrals/allow_referrer").status == 204
    invitation = {"code": INVITERS_CODE, "device": "d-9"}
    body = {"customer_id": "brought", "invitation": invitation}
    friend = club.shop.call("POST", "/v1/members", body).json["member"]
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 49_900, "vat_rate": 2500}
    order = {"order_id": "by-a-friend", "currency": "SEK", "lines": [line], "member": friend}
    assert club.shop.call("POST", "/v1/checkout/orders", order).status == 201
    assert follow_up.looked_at(club.shop.id, friend)
    now = club_at(club.shop.id, clock.real_time())
    assert scheduling.plan(now, friend, "web:by-a-friend")
    assert merits.for_doing(now, INVITER, "answer", "a-1")
    taken = surveys.take(club.shop.id, "web:by-a-friend", "007", clock.real_time())
    assert taken
    surveys.asked(club.shop.id, taken[0], ["first-order"], clock.real_time())


def kinds(of: type[Table]) -> Iterator[type[Table]]:
    """Of items, each a class of its own."""
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def is_one(item: dict[str, Any], kind: type[Table]) -> bool:
    """It has what an item of this kind must have, and nothing that none has."""
    attributes = {one.attr_name: one for one in kind.get_attributes().values()}
    must = {n for n, one in attributes.items() if not one.null and one.default is None}
    return must <= item.keys() <= attributes.keys()


def test_nothing_of_any_kind_is_left_that_the_code_can_write(told: Desk, tmp_path: Path) -> None:
    shop, neighbour = with_everything(), with_everything()
    kept = everything_kept()
    for table in every_table():
        items = [item for item in kept[table.short_name()] if exported.belongs(item, shop.id)]
        for kind in kinds(table):
            assert any(is_one(item, kind) for item in items), f"there is no {kind.__name__} to try"
    assert sum(map(len, kept.values())) == len(of(shop, kept)) + len(of(neighbour, kept))
    deleted(shop, tmp_path)
    left = everything_kept()
    assert of(shop, left) == []
    assert of(neighbour, left) == of(neighbour, kept)


def of(shop: Shop, kept: dict[str, list[Any]]) -> list[str]:
    """Every item in which the shop is named anywhere, which what only begins like it is not."""
    named = re.compile(rf"(?<![\w-]){shop.id}(?![\w-])")
    return [str(item) for items in kept.values() for item in items if named.search(str(item))]


def deleted(shop: Shop, folder: Path) -> delete_shop.Counted:
    words = ["delete-shop", shop.id, "--export", str(folder), "--confirm", shop.id]
    options = _parser().parse_args(words)
    options.sleep = lambda seconds: None
    return delete_shop.run(options)


def test_not_a_byte_is_left_and_the_neighbour_has_all_of_theirs(told: Desk, tmp_path: Path) -> None:
    shop, neighbour = opened(), opened()
    for alike in (f"{shop.id}0", f"0{shop.id}", f"{shop.id}-{shop.id}"):
        shops.add_shop(alike)
        shops.add_key(alike, "shop")
    kept = everything_kept()
    counts = told("delete-shop", shop.id, "--dry-run")
    assert min(counts["items"].values()) > 0
    assert everything_kept() == kept
    done = deleted(shop, tmp_path)
    assert done.items == {**counts["items"], "programmes": counts["items"]["programmes"] - KEYS}
    left = everything_kept()
    assert of(shop, left) == []
    assert of(neighbour, left) == of(neighbour, kept)
    assert sum(map(len, left.values())) == sum(map(len, kept.values())) - sum(
        counts["items"].values()
    )


def test_its_pictures_go_and_no_others(told: Desk, tmp_path: Path) -> None:
    shop, neighbour = opened(), opened()
    for one in (shop.id, neighbour.id, f"{shop.id}0"):
        for key in (pictures.incoming(one, "p1"), pictures.kept(one, "t1", "p1")):
            pictures.store().keep(key, b"a picture", "image/png")
    assert told("delete-shop", shop.id, "--dry-run")["pictures"] == 2
    assert deleted(shop, tmp_path).pictures == 2
    assert list(picture_keys.of_shop(shop.id)) == []
    for other in (neighbour.id, f"{shop.id}0"):
        assert len(list(picture_keys.of_shop(other))) == 2


def test_it_has_to_be_known_where_pictures_lie(told: Desk) -> None:
    shop = opened()
    pictures.use(pictures.Bucket())
    try:
        assert told("delete-shop", shop.id, "--dry-run")["pictures"] is None
        confirmed = ("delete-shop", shop.id, "--confirm", shop.id)
        assert "STAMKUND_PICTURES" in told.refusal(*confirmed)
    finally:
        keep_pictures()


def test_its_ledger_is_kept_first(told: Desk, tmp_path: Path) -> None:
    shop, _ = opened(), opened()
    entries = list(exported.items_of(Ledger, shop.id))
    deleted(shop, tmp_path)
    lines = exported.lines_in(tmp_path / "ledger")
    assert sorted(map(str, map(exported.item_in, lines))) == sorted(map(str, entries))


def test_it_is_not_done_by_accident(told: Desk, tmp_path: Path) -> None:
    shop = opened()
    kept = everything_kept()
    assert "--confirm" in told.refusal("delete-shop", shop.id)
    assert "--confirm" in told.refusal("delete-shop", shop.id, "--confirm", "another")
    assert "--export" in told.refusal("delete-shop", shop.id, "--confirm", shop.id)
    assert "no shop" in told.refusal("delete-shop", "another")
    assert everything_kept() == kept


def test_nobody_can_write_for_it_once_it_is_being_deleted(told: Desk, tmp_path: Path) -> None:
    shop = opened()
    words = ["delete-shop", shop.id, "--export", str(tmp_path), "--confirm", shop.id]
    options = _parser().parse_args(words)
    seen = []
    options.sleep = lambda seconds: seen.append(
        (seconds, [key["revoked"] for key in told("key", "list", shop.id)])
    )
    delete_shop.run(options)
    assert seen == [(delete_shop.KEYS_FORGOTTEN, [True] * KEYS)]


@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_killed_at_any_call_and_run_again_it_is_deleted_whole(
    told: Desk, tmp_path: Path, fault: str
) -> None:
    neighbour, call = opened(), 0
    while True:
        shop = opened()
        entries, folder = list(exported.items_of(Ledger, shop.id)), tmp_path / str(call)
        kept = of(neighbour, everything_kept())
        try:
            with faults.at(call, fault) as calls:
                deleted(shop, folder)
        except faults.Killed:
            pass
        if any(exported.items_of(programmes.Programmes, shop.id)):
            deleted(shop, folder)
        left = everything_kept()
        assert of(shop, left) == []
        assert of(neighbour, left) == kept
        assert len(list(exported.lines_in(folder / "ledger"))) == len(entries)
        if len(calls.operations) <= call:
            return
        call += 1
