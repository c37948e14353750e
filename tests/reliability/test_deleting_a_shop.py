"""Of a shop that was deleted not a byte is left, and of every other all of them."""

import re
from pathlib import Path
from typing import Any

import pytest

from stamkund.operations import delete_shop
from stamkund.operations.__main__ import _parser
from stamkund.tables import exported, programmes, shops
from stamkund.tables.ledger import Ledger
from tests.builders import Clock, Shop, a_shop, a_voucher, everything_kept
from tests.members import a_member
from tests.operations_desk import Desk
from tests.reliability import books, faults
from tests.reliability.till import Till, basket

EVERY_FAULT = ["killed before", "killed after"]


@pytest.fixture
def told(time: Clock, capsys: pytest.CaptureFixture[str]) -> Desk:
    books.wipe()
    return Desk(capsys)


def opened() -> Shop:
    """With something of every kind in every table."""
    shop = a_shop(sandbox=True)
    till = Till(shop, a_member(shop, email="a@example.com", phone="+46701740605"))
    till.buy(basket(10_000))
    till.commit(basket(5_000))  # held: it is in the index
    a_voucher(shop, str(till.member))
    body = {"reference": "d1", "points": 5, "reason": "goodwill"}
    shop.call("POST", f"/v1/members/{till.member}/adjustments", body, as_="staff")
    return shop


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
    assert done.items == {**counts["items"], "programmes": counts["items"]["programmes"] - 3}
    left = everything_kept()
    assert of(shop, left) == []
    assert of(neighbour, left) == of(neighbour, kept)
    assert sum(map(len, left.values())) == sum(map(len, kept.values())) - sum(
        counts["items"].values()
    )


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
    assert seen == [(delete_shop.KEYS_FORGOTTEN, [True] * 3)]


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
