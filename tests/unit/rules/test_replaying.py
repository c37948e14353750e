from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules.account import with_entries
from stamkund.rules.ledger import entry
from stamkund.rules.membership import settled
from stamkund.rules.replaying import compared, replayed, with_lots_netted
from tests.strategies import a_member
from tests.unit.rules.test_membership import NOON, at, setting

DAY = "2026-03-10"
LOTS = st.builds(
    "{}>{}".format,
    st.sampled_from(["2026-01-16", "2026-03-09", "2026-03-10", "2026-05-01"]),
    st.sampled_from(["2026-03", "2026-12", "never"]),
)
ARRIVALS = st.lists(st.tuples(LOTS, st.integers(1, 90), st.booleans()), max_size=6)


@given(ARRIVALS, st.integers(0, 120))
def test_by_what_a_debt_was_repaid_is_told_by_the_entries_alone(
    arrivals: list[tuple[str, int, bool]], owed: int
) -> None:
    """Points may be entered late, before others that have paid already."""
    live = a_member(tier="bas", tier_since="2024-06-15")
    entries = [entry("reverse", {}, owed, reference="r", occurred_at=NOON)]
    live = with_entries(live, entries)
    for number, (lot, points, look) in enumerate(arrivals):
        day = min(lot[:10], DAY)
        happened = datetime.fromisoformat(f"{day}T12:00:00+00:00") + timedelta(seconds=number)
        came = entry("adjust", {lot: points}, reference=str(number), occurred_at=happened)
        entries.append(came)
        live = replace(with_entries(live, [came]), version=live.version + 1)
        if look:
            live, made = settled(live, setting(), at(DAY))
            live = replace(live, version=live.version + 1)
            entries += made
    again = replayed(live, sorted(entries, key=lambda each: each.id), setting())
    assert "wallet" not in compared(live, again, setting(), at(DAY))


def test_what_was_taken_of_lots_put_together_is_taken_of_the_first_to_mature() -> None:
    summed = a_member(lots={"2026-02-01>never": 30, "2026-01-01>never": 20, ">never": -25})
    assert with_lots_netted(summed).lots == {"2026-02-01>never": 25}


def test_more_taken_than_there_was_stays_less_than_nothing() -> None:
    """For whoever compares to see it."""
    wrong = a_member(lots={"2026-01-01>never": 20, ">never": -25, ">2026-12": 9})
    assert with_lots_netted(wrong).lots == {">never": -5, ">2026-12": 9}
