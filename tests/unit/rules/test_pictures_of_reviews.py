"""Which pictures of a review everybody sees, and which go by what becomes of it."""

from datetime import UTC, datetime

from msgspec.structs import replace

from stamkund.rules.reviews import (
    Bought,
    Review,
    Written,
    forgotten,
    gone_between,
    published,
    refused,
    with_pictures,
    withdrawn,
    without_picture,
    written_down,
)

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
BOUGHT = Bought("shoe", "", "web:1", "l0")


def said(*pictures: str) -> Written:
    return Written(4, "Sitter bra.", "", "sv", list(pictures))


def a_review(*pictures: str, approved: tuple[str, ...] = ()) -> Review:
    written = written_down(None, said(*pictures), BOUGHT, [], NOON)
    return published(replace(written, approved=list(approved)), NOON, None)


def test_it_waits_for_somebody_while_one_of_its_pictures_is_undecided() -> None:
    assert not a_review().undecided
    assert a_review("a", "b", approved=("a",)).undecided
    assert not a_review("a", approved=("a",)).undecided
    assert not refused(a_review("a")).undecided


def test_what_staff_names_is_all_there_is_of_it() -> None:
    before = a_review("a", "b", "c", approved=("a",))
    after = with_pictures(before, ["b"])
    assert (after.written.pictures, after.approved) == (["b"], ["b"])
    assert gone_between(before, after) == ["a", "c"]


def test_what_is_said_anew_keeps_the_approval_of_what_stays_and_of_nothing_else() -> None:
    before = a_review("a", "b", approved=("a", "b"))
    after = written_down(before, said("b", "c"), BOUGHT, [], NOON)
    assert (after.approved, gone_between(before, after)) == (["b"], ["a"])
    back = written_down(after, said("a", "b"), BOUGHT, [], NOON)
    assert back.approved == ["b"]


def test_one_that_is_removed_leaves_the_others() -> None:
    after = without_picture(a_review("a", "b", approved=("a", "b")), "a")
    assert (after.written.pictures, after.approved, after.shown) == (["b"], ["b"], True)


def test_nothing_is_left_of_what_has_come_back_or_whose_writer_has_left() -> None:
    before = a_review("a", "b", approved=("a",))
    for after in (withdrawn(before), forgotten(before)):
        assert (after.written.pictures, after.approved) == ([], [])
        assert gone_between(before, after) == ["a", "b"]
        assert after.version == before.version + 1
    assert refused(before).written == before.written
