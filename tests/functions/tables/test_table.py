from datetime import timedelta

import pytest

from stamkund import tables
from stamkund.tables import Access, Append, Read, Update, programmes, shops
from stamkund.tables.cache import Remembered
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import KeyItem, ShopItem
from tests.builders import Clock, a_shop


def test_tables_are_named_by_the_prefix(time: Clock) -> None:
    tables.connect("nord", real_time=time)
    tables.create_all()
    assert Programmes.describe_table()["TableName"] == "nord-programmes"


def test_all_kinds_of_item_share_one_client(time: Clock) -> None:
    a_shop()
    kinds = (ShopItem, KeyItem, Programmes)
    connections = {kind._get_connection().connection for kind in kinds}  # noqa: SLF001
    assert connections == {tables.client()}


def test_creating_what_is_there_changes_nothing(time: Clock) -> None:
    shop = a_shop()
    tables.create_all()
    assert programmes.current(shop.id, time.now).version == 1


def test_every_table_has_a_key_and_a_name_of_its_own() -> None:
    names = [table.short_name() for table in tables.every_table()]
    assert len(names) == len(set(names)) > 0
    assert all("pk" in table.get_attributes() for table in tables.every_table())


def test_only_the_ledger_and_what_people_are_told_have_a_stream(time: Clock) -> None:
    streams = {
        table.short_name(): table.describe_table().get("StreamSpecification", {})
        for table in tables.every_table()
    }
    assert {name for name, stream in streams.items() if stream} == {"ledger", "threads"}
    assert streams["ledger"]["StreamViewType"] == "NEW_IMAGE"


def test_verbs_of_access_combine() -> None:
    both = Read | Update
    assert Read in both
    assert Append not in both
    assert list(both) == [Access.READ, Access.UPDATE]


def test_a_shop_is_registered_once(time: Clock) -> None:
    shop = a_shop()
    with pytest.raises(ValueError, match="already"):
        shops.add_shop(shop.id)


def test_every_shop_is_in_the_registry(time: Clock) -> None:
    opened = {a_shop(sandbox=True).id, a_shop().id}
    assert opened <= {known.shop for known in shops.every_shop()}


def test_what_is_remembered_is_asked_for_again_after_a_minute(time: Clock) -> None:
    asked: list[str] = []
    remembered = Remembered(asked.append)
    for seconds in (0, 59, 60, 30, -30, -31):
        remembered("a", now=time.now + timedelta(seconds=seconds))
    assert len(asked) == 3


def test_only_so_much_is_remembered(time: Clock) -> None:
    asked: list[str] = []
    remembered = Remembered(asked.append, size=2)
    for key in ("a", "b", "c", "c", "a"):
        remembered(key, now=time.now)
    assert asked == ["a", "b", "c", "a"]


def test_absence_is_remembered_too(time: Clock) -> None:
    asked: list[str] = []
    remembered = Remembered(asked.append)
    for _ in range(3):
        remembered("a", now=time.now)
    assert asked == ["a"]


def test_a_sandbox_has_a_clock_of_its_own_and_other_shops_have_not(time: Clock) -> None:
    shops.set_clock_offset("playground", 3600, "2026-03-10")
    assert shops.now_for("playground", True) == time.now + timedelta(hours=1)
    assert shops.now_for("playground", False) == time.now
