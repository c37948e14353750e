"""An account is the fold of its entries."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from stamkund.rules.account import Account, with_entries
from stamkund.rules.ledger import CANCELLED, Entry

BLANK = Account(shop="shop", member="m1", card="1234567890128")
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def earned(order: str, minute: int) -> Entry:
    at = NOON + timedelta(minutes=minute)
    return Entry(
        kind="earn", reference=order, order=order, occurred_at=at, month="2026-03", spend=100
    )


def undone(order: str, minute: int, reason: str = CANCELLED) -> Entry:
    bought = earned(order, minute)
    return replace(bought, kind="reverse", reference=f"{order}:r", spend=-100, reason=reason)


def first_order(*entries: Entry) -> tuple[str, str]:
    """All at once, and one after the other."""
    account = BLANK
    for one in entries:
        account = with_entries(account, [one])
    return with_entries(BLANK, entries).first_order, account.first_order


def test_the_first_order_is_the_first_that_came() -> None:
    assert first_order(earned("a", 0), earned("b", 1)) == ("a", "a")


def test_a_first_order_that_was_cancelled_leaves_the_first_still_to_come() -> None:
    assert first_order(earned("a", 0), undone("a", 1)) == ("", "")
    assert first_order(earned("a", 0), undone("a", 1), earned("b", 2)) == ("b", "b")


def test_it_stays_the_first_if_another_came_before_it_was_cancelled() -> None:
    assert first_order(earned("a", 0), earned("b", 1), undone("a", 2)) == ("a", "a")


def test_it_stays_the_first_when_the_goods_come_back() -> None:
    assert first_order(earned("a", 0), undone("a", 1, reason="returned")) == ("a", "a")
