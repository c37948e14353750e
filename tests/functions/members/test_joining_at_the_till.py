"""A clerk types a number, the person presses a link: one membership, whoever they were before."""

import re

import pytest

from stamkund.rules.login import Login, Sms
from stamkund.rules.till import TillRules
from stamkund.tables import shops
from tests.at_the_till import Till
from tests.builders import OUTBOX, Answer, Clock, Shop, a_programme, a_shop, everything_kept
from tests.login import Person, last_sent
from tests.members import a_member
from tests.recorder import recorded

PHONE, TYPED = "+46701740600", "070-174 06 00"
PAGE = "https://fjallsport.example/klubben"
LOGIN = Login(link=PAGE, sms=Sms(countries=["SWE"], a_day=500))


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_programme(login=LOGIN))


@pytest.fixture
def till(shop: Shop) -> Till:
    return Till(shop)


def link_sent(to: str = PHONE) -> str:
    found = re.search(re.escape(PAGE) + r"#join=(\S+)", last_sent(to).text)
    assert found
    return found[1]


def press(shop: Shop, link: str, **more: str) -> Answer:
    return Person(shop, PHONE).join(link, **more)


def test_somebody_joins_by_one_press(till: Till) -> None:
    sent = till.invite(TYPED, order_id="17", language="en")
    assert (sent.status, sent.json) == (202, {"expires_at": "2026-03-10T13:00:00Z"})
    assert last_sent(PHONE).text.startswith("Kundklubben: open the link to become a member")
    joined = press(till.shop, link_sent(), first_name="Jonas")
    assert (joined.status, joined.json["new"]) == (201, True)
    assert joined.json["order"] == f"{till.store}:17"
    found = till.find(phone=TYPED).json
    assert (found["member"], found["first_name"]) == (joined.json["member"], "Jonas")


def test_who_is_a_member_is_logged_in_to_that_membership(till: Till) -> None:
    jonas = a_member(till.shop, phone=PHONE, first_name="Jonas")
    till.invite(TYPED)
    joined = press(till.shop, link_sent(), first_name="Somebody else")
    assert (joined.status, joined.json["new"], joined.json["member"]) == (200, False, jonas)
    assert till.find(phone=TYPED).json["first_name"] == "Jonas"


def test_the_clerk_is_answered_alike_after_the_same_calls(till: Till) -> None:
    a_member(till.shop, phone=PHONE)
    till.invite("+46701740611")  # so that key and programme are remembered
    with recorded() as known:
        there = till.invite(PHONE)
    with recorded() as unknown:
        nobody = till.invite("+46701740622")
    assert (there.status, there.text) == (nobody.status, nobody.text)
    assert known.operations == unknown.operations == ["TransactWriteItems"]


def test_two_presses_are_one_membership(till: Till) -> None:
    till.invite(TYPED)
    first, second = press(till.shop, link_sent()), press(till.shop, link_sent())
    assert (first.status, second.status) == (201, 200)
    assert first.json["member"] == second.json["member"]
    till.invite(TYPED)
    assert press(till.shop, link_sent()).json["member"] == first.json["member"]


def test_the_link_holds_for_an_hour_of_real_time(till: Till, time: Clock) -> None:
    till.invite(TYPED)
    time.advance(minutes=59, seconds=59)
    assert press(till.shop, link_sent()).status == 201
    till.invite(TYPED)
    time.advance(hours=1)
    late = press(till.shop, link_sent())
    assert (late.status, late.code) == (403, "contact_not_verified")


def test_without_a_page_nobody_can_be_invited(time: Clock) -> None:
    shop = a_shop(programme=a_programme(login=Login(sms=Sms(countries=["SWE"]))))
    answer = Till(shop).invite(TYPED)
    assert (answer.status, answer.code) == (409, "joining_not_available")


@pytest.mark.parametrize("phone", ["+4790112233", "+46900123456", "+3584012345"])
def test_only_mobile_phones_of_the_shops_countries_are_written_to(till: Till, phone: str) -> None:
    sent = len(OUTBOX)
    answer = till.invite(phone)
    assert (answer.status, answer.code) == (422, "sms_not_available")
    assert len(OUTBOX) == sent


def test_a_number_is_written_to_five_times_a_day_codes_among_them(till: Till, time: Clock) -> None:
    for _ in range(2):
        assert Person(till.shop, PHONE).ask().status == 202
    for _ in range(3):
        assert till.invite(TYPED).status == 202
    time.advance(hours=1)
    refused = till.invite(TYPED)
    assert (refused.status, refused.code) == (429, "too_many_attempts")


def test_a_store_invites_only_so_many_in_a_day_and_not_for_another(time: Clock) -> None:
    rules = TillRules(joinings_a_day=2)
    shop = a_shop(programme=a_programme(login=LOGIN, till=rules))
    shop.keys["lund"] = shops.add_key(shop.id, "till", store="lund")
    sent = [Till(shop).invite(f"+4670174070{n}").status for n in range(3)]
    assert sent == [202, 202, 429]
    assert Till(shop, "lund").invite("+46701740709").status == 202


def test_everybody_in_a_store_has_its_address(till: Till) -> None:
    """Of codes there are 15 in a day for one address; a store has more customers."""
    assert {till.invite(f"+467017407{n:02}").status for n in range(20)} == {202}


def test_the_budget_of_the_shop_holds_for_both(time: Clock) -> None:
    login = Login(link=PAGE, sms=Sms(countries=["SWE"], a_day=2))
    shop = a_shop(programme=a_programme(login=login))
    assert Person(shop, "+46701740701").ask().status == 202
    assert Till(shop).invite("+46701740702").status == 202
    assert Till(shop).invite("+46701740703").status == 429


def test_no_number_is_kept(till: Till) -> None:
    till.invite(TYPED)
    ours = [item for items in everything_kept().values() for item in items
            if item["pk"]["S"].startswith(f"{till.shop.id}#")]  # fmt: skip
    assert ours
    assert "701740600" not in str(ours)
