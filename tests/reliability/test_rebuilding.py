"""Accounts made again from an export of the ledger are those that the club has; and what the
nightly look finds when they are not."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from functions.operations import reconcile
from stamkund import tables
from stamkund.rules.ledger import KINDS, Brought, Entry, entry
from stamkund.rules.programme import Expiry
from stamkund.rules.tiers import Pin
from stamkund.tables import exported, keys, sampling
from stamkund.tables.accounts import ACCOUNT, AccountItem, Accounts
from stamkund.tables.ledger import EntryItem, item_from
from stamkund.web.metrics import Metric
from tests.builders import Clock, Shop, a_shop, a_voucher
from tests.members import a_member
from tests.operations_desk import Desk
from tests.reliability import books, faults, life
from tests.reliability.till import Till, basket
from tests.watching import watched


@pytest.fixture(scope="module")
def lived(time: Clock) -> tuple[Shop, list[Till]]:
    """Two shops: where points end on a day, and where they end for want of a purchase."""
    other = a_shop(programme=life.programme(Expiry(inactive_months=2)))
    life.lived(other, time, members=2)
    shop = a_shop(programme=life.programme())
    tills = life.lived(shop, time, members=2)
    a_voucher(shop, str(tills[0].member))
    return shop, tills


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], lived: tuple[Shop, list[Till]]) -> Desk:
    return Desk(capsys)


def account(till: Till) -> AccountItem:
    return AccountItem(keys.of(till.shop.id, str(till.member)), ACCOUNT)


def items_there() -> int:
    """Accounts, and what lies beside them."""
    return len(list(exported.items_of(Accounts)))


def test_a_life_has_every_kind_of_entry(lived: tuple[Shop, list[Till]]) -> None:
    items = list(exported.items_of(EntryItem))
    assert {item["kind"]["S"] for item in items} == set(KINDS)
    assert sum("debt" in item for item in items) >= 2


def test_the_accounts_made_from_the_ledger_are_those_there_are(told: Desk, tmp_path: Path) -> None:
    counts = told("export", str(tmp_path))
    for more in ([], ["--accounts", str(tmp_path / "accounts")], ["--parts", "3"]):
        found = told("rebuild", str(tmp_path / "ledger"), *more)
        assert (found["different"], found["same"]) == (0, found["members"])
        assert found["entries"] == counts["ledger"]
        assert found["members"] == 4


def test_what_is_written_into_new_tables_serves_as_the_old_did(
    told: Desk, tmp_path: Path, lived: tuple[Shop, list[Till]], prefix: str
) -> None:
    shop, tills = lived
    told("export", str(tmp_path), "ledger")
    before = {till.member: (till.points(), till.account.card) for till in tills}
    vouchers = books.benefits_of(shop, str(tills[0].member))
    found = told("rebuild", str(tmp_path / "ledger"), "--into", f"{prefix}-again")
    assert found["written"] == items_there()
    names = [table.short_name() for table in tables.every_table()]
    copied = [each for each in tables.every_table() if each.short_name() != "accounts"]
    for table in copied:
        items = list(exported.items_of(table))
        with tables.others(f"{prefix}-again"):
            table.create_table(wait=True, billing_mode="PAY_PER_REQUEST")
        exported.put_all(table.full_name(f"{prefix}-again"), items)
    assert len(copied) == len(names) - 1
    with tables.others(f"{prefix}-again"):
        assert {till.member: (till.points(), till.account.card) for till in tills} == before
        assert books.benefits_of(shop, str(tills[0].member)) == vouchers
        assert told("reconcile")["different"] == 0
        tills[0].buy(basket(1_000))
        assert told("reconcile")["different"] == 0


def test_the_tables_in_use_are_not_written_into(told: Desk, tmp_path: Path, prefix: str) -> None:
    told("export", str(tmp_path), "ledger")
    assert "in use" in told.refusal("rebuild", str(tmp_path / "ledger"), "--into", prefix)
    assert "no export" in told.refusal("rebuild", str(tmp_path / "nothing"))


WRONG = {
    "wallet": AccountItem.debt.set(7),
    "spend": AccountItem.spend["2026-08"].set(1),
    "active_on": AccountItem.active_on.set("2026-01-01"),
    "tier": AccountItem.tier.set("guld"),
    "used": AccountItem.used["first"].set(2),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_account_that_differs_is_found_by_all_three(
    told: Desk, tmp_path: Path, lived: tuple[Shop, list[Till]], what: str
) -> None:
    till = lived[1][1]
    before = account(till)
    before.refresh(consistent_read=True)
    account(till).update([WRONG[what]])
    try:
        key = before.pk
        told("export", str(tmp_path), "ledger")
        assert told("rebuild", str(tmp_path / "ledger"))["differ"] == {key: [what]}
        assert told("reconcile")["differ"] == {key: [what]}
        assert told("reconcile", "--shop", till.shop.id)["different"] == 1
        with watched() as log:
            counts = reconcile.handler({}, None)
        assert counts == {"agree": 3, "differ": 1, "moving": 0, "failed": 0}
        (line,) = [line for line in log.lines if line["message"] == "books differ"]
        assert (line["member"], line["differ"]) == (till.member, [what])
        assert log.counted(Metric.BOOKS_DIFFER) == 1
    finally:
        before.save()


def test_entries_of_somebody_without_an_account_are_told(
    told: Desk, tmp_path: Path, lived: tuple[Shop, list[Till]], time: Clock
) -> None:
    lost = item_from(
        lived[0].id, "nobody", entry("bonus", {">never": 1}, reference="r", occurred_at=time.now)
    )
    lost.save()
    told("export", str(tmp_path), "ledger")
    found = told("rebuild", str(tmp_path / "ledger"))
    lost.delete()
    assert found["differ"] == {f"{lived[0].id}#nobody": ["account"]}


@pytest.mark.parametrize("fault", ["killed before", "killed after", "throttled", "arrives twice"])
def test_a_rebuild_that_is_killed_while_it_writes_is_run_again(
    told: Desk, tmp_path: Path, lived: tuple[Shop, list[Till]], prefix: str, fault: str
) -> None:
    told("export", str(tmp_path), "ledger")
    into = f"{prefix}-{fault.replace(' ', '-')}"
    words = ["rebuild", str(tmp_path / "ledger"), "--into", into]
    with faults.counted() as whole:
        told(*words[:3], f"{prefix}-once")
    for call in range(2, len(whole.operations)):
        try:
            with faults.at(call, fault):
                told.tries(*words)
        except faults.Killed:
            pass
    assert told(*words)["written"] == items_there()
    with tables.others(into):
        written = sorted(map(str, exported.items_of(AccountItem)))
    with tables.others(f"{prefix}-once"):
        assert sorted(map(str, exported.items_of(AccountItem))) == written


# --- a sample --------------------------------------------------------------------------------


def test_the_same_day_looks_at_the_same_members_and_another_at_others(time: Clock) -> None:
    shop = a_shop()
    everybody = {a_member(shop) for _ in range(40)}
    days = [f"2026-03-{day:02}" for day in range(1, 21)]
    samples = [sampling.members_on(day, [shop.id], 5)[shop.id] for day in days]
    assert samples == [sampling.members_on(day, [shop.id], 5)[shop.id] for day in days]
    assert all(len(set(sample)) == 5 for sample in samples)
    assert len({tuple(sample) for sample in samples}) > 5
    assert len(set().union(*samples)) > 20
    assert set(sampling.members_on("2026-03-01", [shop.id], 100)[shop.id]) == everybody


def test_of_two_that_became_one_both_are_made_from_the_ledger(
    told: Desk, tmp_path: Path, lived: tuple[Shop, list[Till]], prefix: str
) -> None:
    """After a life each, with standings and debts of their own."""
    shop, tills = lived
    one, other = (str(till.member) for till in tills[:2])
    body = {"member": one, "merge": other}
    assert shop.call("POST", "/v1/members/merge", body, as_="staff").status == 201
    counts = told("export", str(tmp_path))
    assert counts["ledger"]
    found = told("rebuild", str(tmp_path / "ledger"), "--into", f"{prefix}-merged")
    assert (found["different"], found["same"]) == (0, found["members"])
    with tables.others(f"{prefix}-merged"):
        gone = books.account_of(shop, other)
    assert (gone.status, gone.merged_into, gone.lots) == ("merged", one, {})


# --- the format ------------------------------------------------------------------------------


def test_a_line_says_of_an_entry_what_the_table_does(time: Clock) -> None:
    fields: dict[str, Any] = {
        "points": 5, "lots": {"2026-05-15>2028-04": 5}, "month": "2026-03", "spend": 100,
        "qualifying": 5, "amount": 100, "currency": "SEK", "reason": "r", "order": "web:1",
        "reverses": "x", "tier_from": "a", "tier_to": "b", "tier_since": "2026-03-01",
        "frozen_from": "2026-03", "frozen_until": "2026-04", "active_on": "2026-03-10",
        "brought": Brought(spend={"2026-02": 7}, orders=3, pins=[Pin("guld", "2026-02")]),
        "used": {"a": 1}, "by": "k", "version": 3, "debt": 0,
    }  # fmt: skip
    whole = Entry(kind="earn", reference="web:1", occurred_at=time.now, **fields)
    item = item_from("shop", "m1", whole)
    line = exported.line_of(item.serialize())
    assert exported.entry_in(line) == ("shop#m1", whole.id, whole)
    assert set(fields) | {"kind", "reference", "occurred_at"} == set(exported.FIELDS)


def test_an_item_with_bytes_comes_back_from_its_line(lived: tuple[Shop, list[Till]]) -> None:
    for table in tables.every_table():
        for item in exported.items_of(table):
            assert exported.item_in(exported.line_of(item)) == item


def test_an_export_is_what_dynamodb_writes(told: Desk, tmp_path: Path) -> None:
    """As its documentation shows: gzipped lines, an item each, bytes in base64."""
    told("export", str(tmp_path), "accounts")
    (file,) = (tmp_path / "accounts" / "data").glob("*.json.gz")
    with gzip.open(file) as written:
        lines = [json.loads(line) for line in written]
    assert {tuple(line) for line in lines} == {("Item",)}
    one = next(line["Item"] for line in lines if "standing" in line["Item"])
    assert list(one["standing"]) == ["B"]
    assert base64.b64decode(one["standing"]["B"], validate=True)
