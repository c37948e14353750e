from hypothesis import given
from hypothesis import strategies as st

from stamkund.local.mischief import Mischief
from stamkund.local.stream import Record
from tests.unit.local.streams import a_record, item_of

Items = st.lists(st.sampled_from("abcd"), min_size=1, max_size=20)
Seeds = st.integers(0, 10_000)


def records_of(items: list[str]) -> list[Record]:
    return [a_record(item, number) for number, item in enumerate(items, 1)]


@given(Items, Seeds)
def test_nothing_is_lost_and_the_records_of_an_item_first_come_in_order(
    items: list[str], seed: int
) -> None:
    sent = records_of(items)
    heard = [record for batch in Mischief(seed)(sent) for record in batch]
    first = list({record["eventID"]: record for record in heard}.values())
    for item in items:
        assert [one for one in first if item_of(one) == item] == [
            one for one in sent if item_of(one) == item
        ]


@given(Items, Seeds)
def test_a_seed_replays(items: list[str], seed: int) -> None:
    sent = records_of(items)
    assert list(Mischief(seed)(sent)) == list(Mischief(seed)(sent))


def test_it_does_repeat_and_does_reorder() -> None:
    sent = records_of(list("abcd"))
    heard = [[one for batch in Mischief(seed)(sent) for one in batch] for seed in range(20)]
    assert any(len(one) > len(sent) for one in heard)
    assert any(one[: len(sent)] != sent for one in heard)
