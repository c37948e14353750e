import pytest

from stamkund.operations.__main__ import main
from stamkund.tables import programmes, shops
from tests.builders import Clock, a_member, a_programme, a_shop, send
from tests.operations_desk import Desk


def status(key: str) -> int:
    headers = {"authorization": f"Bearer {key}"}
    return send("GET", "/v1/programme", None, headers).status


def test_a_shop_that_is_added_works_once_it_has_a_key_and_a_programme(
    told: Desk, time: Clock
) -> None:
    told("shop", "add", "nordfjell", "--language", "nb")
    added = told("key", "add", "nordfjell", "shop", "--label", "the first")
    programmes.publish("nordfjell", a_programme(), "test", time.now)
    assert status(added["key"]) == 200
    assert {"shop": "nordfjell", "sandbox": False, "language": "nb"} in told("shop", "list")


def test_a_key_that_is_revoked_is_refused_and_listed(told: Desk, time: Clock) -> None:
    shop = a_shop()
    added = told("key", "add", shop.id, "staff", "--label", "till")
    assert told("key", "revoke", shop.id, added["id"])["revoked"]
    time.advance(seconds=61)
    assert status(added["key"]) == 401
    (listed,) = [key for key in told("key", "list", shop.id) if key["label"] == "till"]
    assert listed["revoked"]
    assert added["key"].rpartition(".")[2] not in str(told("key", "list", shop.id))


def test_a_storefront_key_may_be_tied_to_websites(told: Desk) -> None:
    shop = a_shop()
    told(
        "key", "add", shop.id, "storefront", "--origin", "https://a.se", "--origin", "https://b.se"
    )
    (tied,) = [key for key in told("key", "list", shop.id) if key["origins"]]
    assert tied["origins"] == ["https://a.se", "https://b.se"]
    assert "for no other" in told.refusal("key", "add", shop.id, "shop", "--origin", "https://a.se")


def test_a_till_key_is_for_one_store(told: Desk) -> None:
    shop = a_shop()
    added = told("key", "add", shop.id, "till", "--store", "lund", "--label", "by the door")
    assert added["key"].startswith(f"tk_{shop.id}.")
    (listed,) = [key for key in told("key", "list", shop.id) if key["label"] == "by the door"]
    assert (listed["kind"], listed["store"]) == ("till", "lund")
    assert "one store" in told.refusal("key", "add", shop.id, "till")
    assert "one store" in told.refusal("key", "add", shop.id, "staff", "--store", "lund")
    for name in ("web", "return", "a#b", ".."):
        assert "cannot be called" in told.refusal("key", "add", shop.id, "till", "--store", name)


def test_what_is_not_there_is_said_and_nothing_changes(told: Desk) -> None:
    shop = a_shop()
    assert "no shop nobody" in told.refusal("key", "add", "nobody", "shop")
    assert "no key 99" in told.refusal("key", "revoke", shop.id, "99")
    assert "already" in told.refusal("shop", "add", shop.id)
    assert "cannot be" in told.refusal("shop", "add", "a#b")


@pytest.mark.parametrize("words", [["--help"], ["shop", "--help"], ["key", "add", "--help"]])
def test_every_command_explains_itself(words: list[str], told: Desk) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 0


def test_it_speaks_of_keys_to_nobody_else(told: Desk) -> None:
    """A member's session is none of them."""
    shop = a_shop()
    a_member(shop)
    assert {key["kind"] for key in told("key", "list", shop.id)} == set(shops.PREFIXES)
