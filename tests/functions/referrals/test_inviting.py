"""A member's code and link, what a landing page reads, and how visits are counted."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from stamkund.rules.invitations import cleaned, is_code
from stamkund.rules.referral_rules import SHARE_CHANNELS, SOURCES, Referrals
from stamkund.tables import invite_counters
from stamkund.web.referring import identity_of
from tests.builders import Answer, Clock, everything_kept
from tests.recorder import recorded
from tests.referring import PAGE, RULES, World

ABSENT = "CC2-CC2-CC2"


def invite(world: World, member: str, **body: Any) -> Answer:
    return world.shop.call("POST", "/v1/members/me/invitation", body, as_=member)


def landing(world: World, code: str) -> Answer:
    return world.shop.call("GET", f"/v1/members/referrals/{code}", as_="storefront")


def visit(world: World, code: str, visitor: str = "v" * 20, **body: Any) -> Answer:
    path = f"/v1/members/referrals/{code}/visits"
    return world.shop.call("POST", path, {"visitor": visitor, **body}, as_="storefront")


def test_a_member_has_one_code_however_often_they_ask(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    first, again = invite(world, anna), invite(world, anna)
    assert (first.status, again.status) == (201, 200)
    assert again.headers["idempotent-replayed"] == "true"
    assert first.json == again.json
    assert is_code(cleaned(first.json["code"]))
    assert world.code(world.joins()) != first.json["code"]


def test_a_code_comes_with_a_link_and_words_for_each_channel(time: Clock) -> None:
    own = replace(RULES, share={"sms": {"sv": "Kom hit!"}})
    world = World(time, own)
    made = invite(world, world.joins())
    code = cleaned(made.json["code"])
    assert made.json["link"] == f"{PAGE}?friend={code}&from=link"
    share = {one["channel"]: one for one in made.json["share"]}
    assert list(share) == list(SHARE_CHANNELS)
    assert all(one["link"] in one["text"] and code in one["link"] for one in share.values())
    assert share["sms"]["text"].startswith("Kom hit!")
    assert "50" in share["email"]["text"]  # what is in it for the friend
    assert share["email"]["subject"] == "En inbjudan till Kundklubben"


def test_the_words_are_in_the_language_of_the_member(time: Clock) -> None:
    world = World(time)
    anna = world.joins(language="fi")
    path = "/v1/members/me/invitation"
    made = world.shop.call("POST", path, {}, as_=anna, headers={"accept-language": "fi"})
    assert made.json["share"][0]["subject"] == "Kutsu: Kundklubben"


def test_the_link_is_drawn_as_a_code_that_says_so(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    path = "/v1/members/me/invitation/qr"
    assert world.shop.call("GET", path, as_=anna).code == "no_invitation"
    world.code(anna)
    drawn = world.shop.call("GET", path, as_=anna)
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.text.startswith("<svg")


@pytest.mark.parametrize("shown", [True, False])
def test_a_landing_page_says_who_invites_only_if_they_allow_it(time: Clock, shown: bool) -> None:
    world = World(time)
    anna = world.joins(first_name="Anna", last_name="Ek")
    code = invite(world, anna, show_first_name=not shown).json["code"]
    assert invite(world, anna, show_first_name=shown).json["first_name_shown"] is shown
    answer = landing(world, code.lower())
    assert answer.json["first_name"] == ("Anna" if shown else None)
    friend = answer.json["friend"]
    assert (friend["amount"], friend["min_amount"], friend["valid_days"]) == (5_000, 20_000, 90)
    assert friend["text"] == "Värdecheck på 50\u00a0kr när du handlar för minst 200\u00a0kr"
    assert answer.json["min_order"] == 30_000
    assert "Ek" not in answer.text


def test_a_code_that_nobody_has_is_looked_for_in_the_same_way(time: Clock) -> None:
    world = World(time)
    code = world.code(world.joins())
    asked = []
    for one in (code, ABSENT, code, ABSENT, "x", "KT4"):
        with recorded() as calls:
            answer = landing(world, one)
        asked.append(calls.operations)
        assert answer.status == (200 if one == code else 404)
        assert one == code or answer.code == "invitation_unknown"
    assert asked[2:] == [["GetItem", "TransactGetItems"]] * 4


def test_once_the_campaign_is_over_nobody_is_promised_or_given_anything(time: Clock) -> None:
    end = datetime(2026, 3, 12, tzinfo=UTC)
    world = World(time, replace(RULES, end=end))
    anna = world.joins()
    jonas = world.brings(anna)
    world.buys(jonas)
    world.follow(jonas)
    code = world.code(anna)
    time.advance(days=2)
    for answer in (landing(world, code), visit(world, code), invite(world, anna)):
        assert answer.code == "referrals_not_available"
    late = world.enrolled({"customer_id": "late", "invitation": {"code": code}})
    assert (late.status, late.json["invitation"]) == (201, "not_available")
    assert world.vouchers(late.json["member"]) == {}
    page = world.page(anna)
    assert (page["invitation"], [one["state"] for one in page["friends"]]) == (None, ["pending"])
    world.settle(days=30)
    assert world.referral(jonas).state == "available"


def test_who_has_left_invites_nobody(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    code = world.code(anna)
    assert world.shop.call("POST", f"/v1/members/{anna}/leave", {}).status == 204
    assert landing(world, code).code == "invitation_unknown"
    assert anna not in str(everything_kept()["identities"])


def test_a_visitor_counts_once_a_day_for_each_link_and_source(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    code, other = world.code(anna), world.code(world.joins())
    assert [visit(world, code, source="sms").status for _ in range(3)] == [201, 200, 200]
    assert visit(world, code, "w" * 20, source="qr").status == 201
    assert visit(world, other).status == 201
    time.advance(days=1)
    assert visit(world, code, source="sms").status == 201
    counted = invite_counters.visits_by_link(world.shop.id, link_of(world, code))
    assert {source: n for source, n in counted.items() if n} == {"sms": 2, "qr": 1}
    assert world.page(anna)["visits"] == 3
    month = invite_counters.visits_in(world.shop.id, "2026-03")
    assert {source: n for source, n in month.items() if n} == {"sms": 2, "qr": 1, "link": 1}


def link_of(world: World, code: str) -> str:
    return identity_of(world.shop.id, cleaned(code)).hash[:32]


def test_every_source_is_counted_by_its_name(time: Clock) -> None:
    world = World(time)
    code = world.code(world.joins())
    for source in SOURCES:
        assert visit(world, code, f"{source}-visitor", source=source).status == 201
    assert set(invite_counters.visits_by_link(world.shop.id, link_of(world, code)).values()) == {1}


def test_a_visit_leaves_nothing_that_says_who_or_whose(time: Clock) -> None:
    world = World(time)
    anna = world.joins()
    code = world.code(anna)
    before = str(everything_kept())
    visit(world, code, "visitor-1234567890")
    kept = everything_kept()
    new = [item for items in kept.values() for item in items if str(item) not in before]
    assert len(new) == 3
    for text in (anna, cleaned(code), "visitor-1234567890"):
        assert text not in str(new)


def test_a_visit_by_a_code_that_nobody_has_counts_nothing(time: Clock) -> None:
    world = World(time)
    visit(world, ABSENT)
    before = everything_kept()
    assert visit(world, ABSENT).code == "invitation_unknown"
    assert everything_kept() == before


def test_a_club_that_gives_nothing_for_it_has_none_of_it(time: Clock) -> None:
    world = World(time, Referrals())
    anna = world.joins()
    assert invite(world, anna).code == "referrals_not_available"
    assert landing(world, ABSENT).code == "referrals_not_available"
    assert visit(world, ABSENT).code == "referrals_not_available"
    path = "/v1/members/me/referrer"
    answer = world.shop.call("POST", path, {"code": ABSENT}, as_=anna)
    assert answer.code == "referrals_not_available"
