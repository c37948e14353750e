import pytest

from stamkund.rules.errors import Refused
from stamkund.web.callers import (
    Caller,
    CallerKind,
    Member,
    Shop,
    Staff,
    Storefront,
    language_of,
    member_of,
)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "fi"),
        ("sv", "sv"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("en;q=0.5, da", "da"),
        ("nn-NO", "nb"),
        ("no", "nb"),
        ("de, *;q=0.1", "fi"),
        ("EN-GB", "en"),
        ("sv;q=x", "sv"),
        (",;=," * 1000, "fi"),
    ],
)
def test_the_language_is_the_first_that_there_are_texts_in(accepted: str, language: str) -> None:
    assert language_of(accepted, "fi") == language


def a_caller(kind: CallerKind, member: str | None = None) -> Caller:
    return Caller("nord", kind, member, "", "sv", sandbox=False)


def test_a_member_is_me() -> None:
    assert member_of(a_caller(Member, "m1"), "me") == "m1"


@pytest.mark.parametrize("kind", [Shop, Staff])
def test_shop_and_staff_say_who(kind: CallerKind) -> None:
    assert member_of(a_caller(kind), "m1") == "m1"


@pytest.mark.parametrize(
    ("kind", "member"),
    [(Member, "m1"), (Member, "m2"), (Shop, "me"), (Staff, "me"), (Storefront, "m1")],
)
def test_everything_else_looks_like_nobody(kind: CallerKind, member: str) -> None:
    own = "m1" if kind is Member else None
    with pytest.raises(Refused, match="not_found"):
        member_of(a_caller(kind, own), member)
