"""What makes two people look like one, and a few like many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.referral_rules import Guards
from stamkund.rules.suspicions import (
    SUSPICIONS,
    Crowd,
    Known,
    Sign,
    address_words,
    mailbox,
    suspicions,
)

GUARDS = Guards(per_referrer=3, per_address=4, per_device=2, returned=2)
NOBODY = Crowd(0, {}, 0)


def somebody(member: str, *signs: Sign, email: str = "", phone: str = "") -> Known:
    return Known(member, email, phone, frozenset(signs))


CARD, HOME, PHONE = Sign("payment", "c"), Sign("address", "h"), Sign("device", "p")
ANNA, JONAS = somebody("m1"), somebody("m2")


@pytest.mark.parametrize(
    ("friend", "referrer", "found"),
    [
        (JONAS, ANNA, []),
        (ANNA, ANNA, ["same_member"]),
        (somebody("m2", email="a+x@b.se"), somebody("m1", email="a@b.se"), ["same_email"]),
        (somebody("m2", email="a@b.se"), somebody("m1", email="b@b.se"), []),
        (somebody("m2", phone="+461"), somebody("m1", phone="+461"), ["same_phone"]),
        (somebody("m2", CARD), somebody("m1", CARD), ["same_payment"]),
        (somebody("m2", PHONE), somebody("m1", PHONE), ["same_device"]),
        # A family.
        (somebody("m2", HOME), somebody("m1", HOME), []),
        (somebody("m2", CARD, HOME, PHONE), somebody("m1"), []),
        # The same value of another kind is another thing.
        (somebody("m2", Sign("device", "c")), somebody("m1", CARD), []),
    ],
)
def test_who_shares_what_looks_like_one(friend: Known, referrer: Known, found: list[str]) -> None:
    assert suspicions(friend, referrer, NOBODY, GUARDS) == found


@pytest.mark.parametrize(
    ("crowd", "found"),
    [
        (Crowd(2, {"address": 3, "device": 1}, 1), []),
        (Crowd(3, {}, 0), ["many_of_referrer"]),
        (Crowd(0, {"address": 4}, 0), ["many_at_address"]),
        (Crowd(0, {"device": 2}, 0), ["many_on_device"]),
        (Crowd(0, {}, 2), ["returned_again"]),
        (Crowd(9, {"address": 9, "device": 9}, 9),
         ["many_of_referrer", "many_at_address", "many_on_device", "returned_again"]),
    ],
)  # fmt: skip
def test_so_many_look_like_a_crowd(crowd: Crowd, found: list[str]) -> None:
    assert suspicions(JONAS, ANNA, crowd, GUARDS) == found
    assert set(found) <= set(SUSPICIONS)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("anna@example.com", "anna+shop@example.com", True),
        ("a.n.n.a@gmail.com", "anna+1@googlemail.com", True),
        ("a.nna@example.com", "anna@example.com", False),
        ("anna@example.com", "anna@example.org", False),
    ],
)
def test_a_letter_arrives_in_the_same_mailbox_whatever_tag_it_has(
    one: str, other: str, same: bool
) -> None:
    assert (mailbox(one) == mailbox(other)) is same


@given(st.emails())
def test_a_mailbox_is_its_own(email: str) -> None:
    assert mailbox(mailbox(email)) == mailbox(email)


def test_an_address_is_the_same_however_it_is_written() -> None:
    assert address_words("Storgatan 1, 123 45 ORT") == address_words("storgatan 1\n12345 Ort")
    assert address_words("Storgatan 1") != address_words("Storgatan 11")
