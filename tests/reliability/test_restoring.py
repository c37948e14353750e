"""Tables filled from an export, and a club that goes on in them."""

from pathlib import Path

import pytest

from stamkund import tables
from stamkund.tables import exported
from tests.builders import Clock, a_shop, everything_kept
from tests.members import a_member
from tests.operations_desk import Desk
from tests.reliability import books, faults
from tests.reliability.till import Till, basket, club


@pytest.fixture
def told(time: Clock, capsys: pytest.CaptureFixture[str]) -> Desk:
    books.wipe()
    return Desk(capsys)


def test_the_club_goes_on_in_the_new_tables_from_where_it_was(
    told: Desk, tmp_path: Path, prefix: str
) -> None:
    till = Till(shop := a_shop(programme=club()), a_member(shop))
    till.buy(basket(10_000))
    kept, points = everything_kept(), till.points()
    told("export", str(tmp_path))
    till.buy(basket(77_700))  # which is what shall not have been
    restored = told("restore", f"{prefix}-before", "--export", str(tmp_path))
    assert restored["reconciled"] | {"seconds": 0} == {
        "members": 1, "agree": 1, "different": 0, "moving": 0, "differ": {}, "seconds": 0,
    }  # fmt: skip
    with tables.others(f"{prefix}-before"):
        assert everything_kept() == kept
        assert till.points() == points
        till.buy(basket(10_000))
        assert till.available == 2 * points["available"]
        assert told("reconcile")["different"] == 0


@pytest.mark.parametrize("fault", ["killed before", "killed after", "fails once it is done"])
def test_killed_at_any_call_and_run_again_it_is_whole(
    told: Desk, tmp_path: Path, prefix: str, fault: str
) -> None:
    a_member(a_shop(programme=club()))
    kept = everything_kept()
    told("export", str(tmp_path))
    into = f"{prefix}-{fault.replace(' ', '-')}"
    with faults.counted() as whole:
        told("restore", f"{into}-once", "--export", str(tmp_path))
    for call in range(0, len(whole.operations), 2):
        try:
            with faults.at(call, fault):
                told.tries("restore", into, "--export", str(tmp_path))
        except faults.Killed:
            pass
    told("restore", into, "--export", str(tmp_path))
    with tables.others(into):
        assert everything_kept() == kept


def test_half_an_export_is_refused(told: Desk, tmp_path: Path, prefix: str) -> None:
    told("export", str(tmp_path), "ledger", "accounts")
    assert "orders" in told.refusal("restore", f"{prefix}-half", "--export", str(tmp_path))
    assert list(exported.lines_in(tmp_path / "orders")) == []
