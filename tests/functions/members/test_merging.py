"""Two memberships of one person, which become one."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from functions.feedback import tell_people
from functions.members import birthdays, complete_leavings
from stamkund.local.invocation import Context
from stamkund.rules import replaying
from stamkund.rules import threads as rules
from stamkund.rules.programme import Expiry, Offer, Pay, PercentOff, PointRules, Rate, Text
from stamkund.rules.selection import moment
from stamkund.rules.threads import Step, Thread
from stamkund.rules.wishes import MOST_WISHES
from stamkund.tables import ledger, merging, profiles, programmes, threads
from stamkund.tables.posting import Conflict
from stamkund.web import messages
from tests.builders import (
    OUTBOX,
    Answer,
    Clock,
    Shop,
    a_programme,
    a_shop,
    a_voucher,
    everything_kept,
)
from tests.login import Person
from tests.members import a_member, has_bought, the_account
from tests.my_pages import a_club_with_pages, give, wish, withdraw
from tests.reliability.books import benefits_of
from tests.reliability.till import Till, basket
from tests.talking import RULES as RULES_OF_THREADS
from tests.talking import Talk, a_record, opened, opened_late

RULES = PointRules(
    earn=Rate(1, 100), pending_days=14, expiry=Expiry(months=12), pay=Pay(value=Rate(1, 100))
)
NAME: Text = {"sv": "Namn", "en": "Name"}
FEW = Offer(id="few", name=NAME, effect=PercentOff(50), switch_on=True, limit_total=8)


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_programme(points=RULES, offers=[FEW]))


def merge(shop: Shop, survivor: str, gone: str, as_: str = "staff") -> Answer:
    body = {"member": survivor, "merge": gone}
    return shop.call("POST", "/v1/members/merge", body, as_=as_)


def merges(shop: Shop, survivor: str, gone: str) -> None:
    answer = merge(shop, survivor, gone)
    assert answer.status == 201, answer.text
    assert_books_tell(shop, survivor, gone)


def assert_books_tell(shop: Shop, *members: str) -> None:
    """Each account is what its entries make of it."""
    published = programmes.current(shop.id, Clock().now)
    for member in members:
        live = the_account(shop, member)
        entries = ledger.everything(shop.id, member, consistent=True)
        again = replaying.replayed(live, entries, published.setting)
        at = moment(entries[-1].occurred_at, published.programme.time_zone)
        assert replaying.compared(live, again, published.setting, at) == {}


def points(shop: Shop, member: str) -> dict[str, int]:
    return Till(shop, member).points()


def test_points_add_up_with_their_own_days_and_the_other_has_none(shop: Shop) -> None:
    one = a_member(shop, points={">2026-06": 30, "2026-03-20>2027-03": 7})
    other = a_member(shop, points={">2026-06": 4, ">2026-09": 50, "2026-03-21>2027-03": 9})
    merges(shop, one, other)
    assert the_account(shop, one).lots == {
        ">2026-06": 34, ">2026-09": 50, "2026-03-20>2027-03": 7, "2026-03-21>2027-03": 9
    }  # fmt: skip
    gone = the_account(shop, other)
    assert (gone.lots, gone.status, gone.merged_into) == ({}, "merged", one)
    told = [(e.kind, e.points, e.reference) for e in Till(shop, one).entries][-1]
    assert (told[0], told[1], told[2].endswith(f".{other}")) == ("merge", 63, True)
    assert Till(shop, other).entries[-1].points == -63


def test_the_answer_is_the_membership_that_stays(shop: Shop) -> None:
    one, other = a_member(shop, points={">2026-06": 30}), a_member(shop, points={">2026-06": 4})
    answer = merge(shop, one, other)
    account = the_account(shop, one)
    assert answer.json == {
        "member": one, "card_number": account.card, "joined_on": account.joined_on,
        "tier": {"id": "bas", "name": "Bas"}, "available": 34, "pending": 0, "debt": 0,
    }  # fmt: skip


def test_again_changes_nothing(shop: Shop) -> None:
    one, other = a_member(shop, points={">2026-06": 30}), a_member(shop, points={">2026-06": 4})
    first, before = merge(shop, one, other), everything_kept()
    again = merge(shop, one, other)
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert everything_kept() == before


def test_purchases_add_up_to_a_tier_that_neither_had(shop: Shop) -> None:
    one = a_member(shop, spend={"2026-01": 200_000, "2026-03": 10_000})
    other = a_member(shop, spend={"2026-02": 120_000, "2026-03": 10_000})
    merges(shop, one, other)
    account = the_account(shop, one)
    assert account.spend == {"2026-01": 200_000, "2026-02": 120_000, "2026-03": 20_000}
    assert (account.tier, account.tier_since, account.orders) == ("silver", "2026-03-10", 4)
    assert the_account(shop, other).spend == {}


@pytest.mark.parametrize("better", ["one", "other"])
def test_the_better_tier_stays(shop: Shop, better: str, time: Clock) -> None:
    one, other = a_member(shop), a_member(shop)
    has_bought(shop, one if better == "one" else other, month="2026-02", spend=900_000)
    merges(shop, one, other)
    ladder = shop.call("GET", f"/v1/members/{one}/ladder").json
    assert ladder["tier"] == "guld"
    assert the_account(shop, one).review_on > "2026-12"


def test_a_debt_is_repaid_by_what_the_other_has(shop: Shop, time: Clock) -> None:
    one, other = a_member(shop), a_member(shop, points={">2026-09": 700})
    till = Till(shop, one)
    till.buy(basket(50_000))
    time.advance(days=15)
    spent = till.token(basket(60_000), spend_points=500)
    till.buy(basket(60_000), quote=spent)
    first = next(e.order for e in till.entries if e.kind == "earn")
    till.refund("r1", first)
    owed = points(shop, one)["debt"]
    assert owed
    merges(shop, one, other)
    assert points(shop, one)["available"] == 700 - owed


def test_what_had_run_out_does_not_come_back_to_life(time: Clock) -> None:
    idle = PointRules(earn=Rate(1, 100), expiry=Expiry(inactive_months=2), pending_days=0)
    shop = a_shop(programme=a_programme(points=idle))
    one, other = a_member(shop), a_member(shop)
    Till(shop, other).buy(basket(50_000))
    time.advance(days=120)
    Till(shop, one).buy(basket(20_000))
    merges(shop, one, other)
    assert points(shop, one)["available"] == 200
    kinds = [e.kind for e in Till(shop, other).entries]
    assert sorted(kinds) == ["earn", "lapse", "merge"]


def test_limits_are_those_of_both_together(shop: Shop) -> None:
    ten = Offer(id="ten", name=NAME, effect=PercentOff(10), limit_per_member=2)
    shop.publish(a_programme(points=RULES, offers=[ten]))
    one, other = a_member(shop), a_member(shop)
    for member in (one, other):
        Till(shop, member).buy(basket(10_000))
    merges(shop, one, other)
    assert the_account(shop, one).used["ten"] == 2
    assert Till(shop, one).quote(basket(10_000)).json["total"]["saved"] == 0


def test_freezes_and_who_joined_first_stay(shop: Shop, time: Clock) -> None:
    other = a_member(shop)
    time.advance(days=40)
    one = a_member(shop)
    span = {"from_month": "2026-04", "until_month": "2026-06", "reason": "illness"}
    body = {"reference": "f", **span}
    frozen = shop.call("POST", f"/v1/members/{other}/freezes", body, as_="staff")
    assert frozen.status == 201
    merges(shop, one, other)
    account = the_account(shop, one)
    assert account.freezes == [("2026-04", "2026-06")]
    assert account.joined_on == "2026-03-10"


# What leads to a member


def test_both_cards_both_customers_and_both_contacts_lead_to_the_one_that_stays(
    shop: Shop,
) -> None:
    one = a_member(shop, customer_id="1001", email="karin@example.com")
    other = a_member(shop, customer_id="1002", email="k.berg@example.com", phone="0701740611")
    cards = [the_account(shop, member).card for member in (one, other)]
    merges(shop, one, other)
    for card in cards:
        found = shop.call("POST", "/v1/members/lookups", {"number": card}).json
        assert found["member"] == one
    for customer in ("1001", "1002"):
        session = shop.call("POST", "/v1/members/sessions", {"customer_id": customer}).json
        assert session["member"] == one
    for email in ("karin@example.com", "k.berg@example.com"):
        assert Person(shop, email).asks().verify().json["session"]["member"] == one
    me = shop.call("GET", f"/v1/members/{one}").json
    assert (me["email"], me["phone"]) == ("karin@example.com", "+46701740611")


def test_an_old_cards_qr_code_leads_there_as_well(shop: Shop) -> None:
    one, other = a_member(shop), a_member(shop)
    shown = shop.call("GET", "/v1/members/me/card", as_=other).json["qr"]["payload"]
    merges(shop, one, other)
    found = shop.call("POST", "/v1/members/lookups", {"qr": shown}).json
    assert (found["member"], found["may_spend"]) == (one, True)


def test_a_chain_of_mergers_leads_to_its_end(shop: Shop) -> None:
    members = [a_member(shop, customer_id=f"20{n}", points={">2026-06": 1}) for n in range(4)]
    cards = [the_account(shop, member).card for member in members]
    for gone, survivor in pairwise(members):
        merges(shop, survivor, gone)
    for n, card in enumerate(cards):
        found = shop.call("POST", "/v1/members/lookups", {"number": card}).json
        assert (found["member"], found["points"]) == (members[-1], 4)
        session = shop.call("POST", "/v1/members/sessions", {"customer_id": f"20{n}"}).json
        assert session["member"] == members[-1]


def test_who_is_gone_is_no_member_any_more_and_it_is_said_who_it_is_now(shop: Shop) -> None:
    one, other = a_member(shop), a_member(shop)
    merges(shop, one, other)
    for path in ("", "/card", "/points", "/ladder"):
        answer = shop.call("GET", f"/v1/members/{other}{path}")
        assert (answer.status, answer.code) == (409, "member_merged"), path
        assert answer.json["params"] == {"member": one}
    quote = Till(shop, other).quote(basket(10_000))
    assert quote.code == "member_merged"


def test_old_sessions_end(shop: Shop) -> None:
    one = a_member(shop)
    other = a_member(shop, email="k.berg@example.com")
    person = Person(shop, "k.berg@example.com").logs_in()
    merges(shop, one, other)
    assert person.refresh().code == "session_ended"
    assert shop.call("GET", "/v1/members/me/card", as_=other).code == "member_merged"


def test_nothing_personal_of_who_is_gone_is_left_beside_the_one_that_stays(shop: Shop) -> None:
    one = a_member(shop, email="karin@example.com", first_name="Karin")
    other = a_member(shop, email="k.berg@example.com", first_name="Carina", last_name="Berg")
    merges(shop, one, other)
    items = (item for table in everything_kept().values() for item in table)
    kept = str([item for item in items if item["pk"]["S"].startswith(f"{shop.id}#")])
    assert "k.berg@example.com" not in kept
    assert "Carina" not in kept
    assert "Berg" in kept


def test_the_request_that_made_the_other_is_answered_with_the_one_that_stays(shop: Shop) -> None:
    one = a_member(shop)
    body = {"customer_id": "1002", "first_name": "Karin"}
    other = shop.call("POST", "/v1/members", body).json["member"]
    merges(shop, one, other)
    again = shop.call("POST", "/v1/members", body)
    assert (again.status, again.json["member"]) == (200, one)


# What was bought with the one that is gone


def committed(till: Till, amount: int) -> str:
    assert till.commit(basket(amount)).status == 201
    return till.order


def test_its_orders_can_be_confirmed_cancelled_and_returned(shop: Shop) -> None:
    one, other = a_member(shop), a_member(shop)
    till = Till(shop, other)
    held, to_cancel = (committed(till, amount) for amount in (10_000, 20_000))
    sold = till.buy(basket(40_000))
    merges(shop, one, other)
    assert points(shop, one)["pending"] == 700
    assert till.confirm(held).status == 200
    assert till.cancel(to_cancel).json["status"] == "cancelled"
    assert points(shop, one)["pending"] == 500
    assert till.refund("r1", sold).json["refund"]["points"] == 400
    account = the_account(shop, one)
    assert (sum(account.lots.values()), account.spend, account.orders) == (
        100, {"2026-03": 10_000}, 2
    )  # fmt: skip
    assert the_account(shop, other).lots == {}
    assert_books_tell(shop, one, other)


def test_spent_points_come_back_to_the_one_that_stays(shop: Shop) -> None:
    one, other = a_member(shop), a_member(shop, points={">2026-06": 100})
    till = Till(shop, other)
    till.commit(basket(50_000), quote=till.token(basket(50_000), spend_points=100))
    merges(shop, one, other)
    assert points(shop, one)["available"] == 0
    till.cancel()
    assert points(shop, one)["available"] == 100


def test_what_nobody_confirms_is_given_back_to_the_one_that_stays(shop: Shop, time: Clock) -> None:
    from functions.checkout import reverse_unconfirmed

    one, other = a_member(shop), a_member(shop, points={">2026-06": 100})
    till = Till(shop, other)
    till.commit(basket(50_000), quote=till.token(basket(50_000), spend_points=100))
    merges(shop, one, other)
    time.advance(hours=2)
    reverse_unconfirmed.handler({}, None)
    assert points(shop, one)["available"] == 100


def test_a_quote_of_who_is_gone_is_refused_and_an_order_told_again_is_answered(
    shop: Shop,
) -> None:
    one, other = a_member(shop), a_member(shop)
    till = Till(shop, other)
    first = till.commit(basket(10_000), "o1")
    token = till.token(basket(20_000))
    merges(shop, one, other)
    assert till.commit(basket(10_000), "o1").json == first.json
    assert till.commit(basket(20_000), quote=token).code == "member_merged"


def test_the_receipts_are_those_of_who_stays(shop: Shop) -> None:
    one, other, stranger = a_member(shop), a_member(shop), a_member(shop)
    order = Till(shop, other).buy(basket(10_000))
    merges(shop, one, other)
    for path in ("", "/explanation"):
        asked = f"/v1/checkout/orders/{order}{path}"
        assert shop.call("GET", asked, as_=one).status == 200
        assert shop.call("GET", asked, as_=stranger).code == "order_not_found"


def test_a_claim_that_the_other_made_is_answered_to_who_stays(shop: Shop) -> None:
    one, other = a_member(shop), a_member(shop)
    body = {"claim": Till(shop).commit(basket(10_000)).json["claim"]}
    assert shop.call("POST", "/v1/members/claims", body, as_=other).status == 201
    merges(shop, one, other)
    assert shop.call("POST", "/v1/members/claims", body, as_=one).status == 200
    assert points(shop, one)["pending"] == 100


# Vouchers and offers


def test_vouchers_go_along_used_ones_too_and_are_given_back_where_they_are(shop: Shop) -> None:
    one, other = a_member(shop), a_member(shop)
    a_voucher(shop, other, "v1", amount=1_000)
    a_voucher(shop, other, "v2", amount=1_000)
    till = Till(shop, other)
    till.buy(basket(50_000), quote=till.token(basket(50_000), vouchers=["v1"]))
    merges(shop, one, other)
    assert benefits_of(shop, one) == {"v1": ("voucher", "used"), "v2": ("voucher", "open")}
    assert benefits_of(shop, other) == {}
    till.refund("r1")
    assert benefits_of(shop, one)["v1"] == ("voucher", "open")


def test_two_vouchers_of_one_id_are_two(shop: Shop) -> None:
    one, other = a_member(shop), a_member(shop)
    a_voucher(shop, one, "birthday", amount=1_000)
    a_voucher(shop, other, "birthday", amount=2_000)
    till = Till(shop, other)
    till.buy(basket(50_000), quote=till.token(basket(50_000), vouchers=["birthday"]))
    merges(shop, one, other)
    theirs = benefits_of(shop, one)
    assert len(theirs) == 2
    assert theirs.pop("birthday") == ("voucher", "open")
    ((id, _),) = theirs.items()
    till.refund("r1")
    assert benefits_of(shop, one)[id] == ("voucher", "open")
    both = Till(shop, one).quote(basket(50_000), vouchers=["birthday", id]).json
    assert both["total"]["saved"] == 3_000


def test_a_hundred_and_fifty_vouchers_go_along(shop: Shop) -> None:
    one, other = a_member(shop), a_member(shop)
    for n in range(150):
        a_voucher(shop, other, f"v{n}")
    merges(shop, one, other)
    assert (len(benefits_of(shop, one)), benefits_of(shop, other)) == (150, {})


def test_an_offer_that_both_switched_on_is_on_once_and_one_of_them_used_is_used(
    shop: Shop,
) -> None:
    def switch_on(member: str) -> None:
        assert shop.call("PUT", f"/v1/members/{member}/offers/few").status == 200

    one, other = a_member(shop), a_member(shop)
    switch_on(one)
    switch_on(other)
    merges(shop, one, other)
    assert benefits_of(shop, one) == {"few": ("offer", "open")}
    third = a_member(shop)
    switch_on(third)
    Till(shop, third).buy(basket(10_000), quote=Till(shop, third).token(basket(10_000)))
    merges(shop, one, third)
    assert benefits_of(shop, one) == {"few": ("offer", "used")}


# Who may


def proofs(shop: Shop, *contacts: str) -> list[str]:
    return [Person(shop, contact).proof() for contact in contacts]


def test_a_member_who_proves_both_contacts_merges_them(shop: Shop) -> None:
    one = a_member(shop, email="karin@example.com")
    other = a_member(shop, email="k.berg@example.com", phone="0701740611")
    has_bought(shop, other, lots={">2026-06": 9})
    body = {"verified_contacts": proofs(shop, "karin@example.com", "k.berg@example.com")}
    answer = shop.call("POST", "/v1/members/merge", body, as_=one)
    assert (answer.status, answer.json["member"], answer.json["available"]) == (201, one, 9)
    again = shop.call("POST", "/v1/members/merge", body, as_=one)
    assert (again.status, again.json) == (200, answer.json)
    assert the_account(shop, other).merged_into == one


def test_a_member_who_proves_but_one_merges_nothing(shop: Shop) -> None:
    one = a_member(shop, email="karin@example.com")
    a_member(shop, email="k.berg@example.com")
    third = a_member(shop, email="agnes@example.com")
    both = proofs(shop, "karin@example.com", "k.berg@example.com")
    before = everything_kept()
    for body, as_, code in [
        ({"verified_contacts": both}, third, "contact_not_verified"),
        ({"verified_contacts": both[:1]}, one, "missing_field"),
        ({"verified_contacts": [both[0], "x"]}, one, "contact_not_verified"),
        ({"verified_contacts": [both[0], both[0]]}, one, "invalid_field"),
        ({"member": one, "merge": third}, one, "forbidden"),
    ]:
        assert shop.call("POST", "/v1/members/merge", body, as_=as_).code == code
    assert everything_kept() == before


def test_a_contact_that_nobody_has_is_no_membership(shop: Shop) -> None:
    one = a_member(shop, email="karin@example.com")
    body = {"verified_contacts": proofs(shop, "karin@example.com", "new@example.com")}
    answer = shop.call("POST", "/v1/members/merge", body, as_=one)
    assert answer.code == "member_not_found"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"member": "m1"}, "missing_field"),
        ({"merge": "m1"}, "missing_field"),
        ({"member": "m1", "merge": "m1"}, "invalid_field"),
        ({"member": "m1", "merge": "m2", "verified_contacts": ["x"]}, "invalid_field"),
        ({"member": "m1", "merge": "m2"}, "member_not_found"),
    ],
)
def test_what_staff_says_is_two_members(shop: Shop, body: Any, code: str) -> None:
    assert shop.call("POST", "/v1/members/merge", body, as_="staff").code == code


def test_who_is_gone_is_merged_into_nobody_else_and_nobody_into_them(shop: Shop) -> None:
    one, other, third = a_member(shop), a_member(shop), a_member(shop)
    merges(shop, one, other)
    before = everything_kept()
    assert merge(shop, third, other).code == "member_merged"
    assert merge(shop, other, third).code == "member_merged"
    assert merge(shop, other, one).code == "member_merged"
    assert everything_kept() == before


def test_a_member_of_another_shop_is_none(shop: Shop) -> None:
    stranger = a_member(a_shop())
    assert merge(shop, a_member(shop), stranger).code == "member_not_found"


def test_it_is_said_by_whom(shop: Shop) -> None:
    one, other = a_member(shop), a_member(shop)
    merges(shop, one, other)
    key = shop.keys["staff"].split(".")[1]
    assert {Till(shop, member).entries[-1].by for member in (one, other)} == {key}


def test_what_was_said_is_the_survivors(shop: Shop) -> None:
    survivor, gone = a_member(shop), a_member(shop)
    talk = opened(shop, gone)
    merges(shop, survivor, gone)
    listed = shop.call("GET", "/v1/feedback/threads", as_=survivor).json["threads"]
    assert [thread["thread"] for thread in listed] == [talk.id]
    assert shop.call("GET", talk.path, as_=survivor).status == 200


# A thread at that very moment


def threads_of(shop: Shop, member: str) -> list[str]:
    listed = shop.call("GET", "/v1/feedback/threads", as_=member).json["threads"]
    return [one["thread"] for one in listed]


def staffs_step(shop: Shop, thread: Thread) -> Callable[[], None]:
    """Decided on the thread as it is now."""
    step = Step(
        reference="s", what="answered", side="staff", by="k", at=Clock().now, text="We are on it."
    )
    after, event = rules.moved(thread, step, RULES_OF_THREADS)
    return lambda: threads.step(shop.id, thread, after, event)


def test_a_step_that_was_decided_before_the_merger_does_not_give_the_thread_back(
    shop: Shop,
) -> None:
    one, other = a_member(shop), a_member(shop)
    talk = opened(shop, other)
    step = staffs_step(shop, threads.find(shop.id, talk.id))
    merges(shop, one, other)
    with pytest.raises(Conflict):
        step()
    assert threads_of(shop, one) == [talk.id]
    # As an endpoint does, which reads again: the version that staff has seen is still the same.
    assert Talk(shop, one, talk.id).answers(version=1).status == 201
    assert Talk(shop, one, talk.id).state == "answered"
    assert threads_of(shop, one) == [talk.id]


def test_a_thread_is_not_handed_over_as_it_was_before_a_step(shop: Shop) -> None:
    one, other = a_member(shop), a_member(shop)
    talk = opened(shop, other)
    before = threads.find(shop.id, talk.id)
    staffs_step(shop, before)()
    with pytest.raises(Conflict):
        threads.save(shop.id, replace(before, author=replace(before.author, id=one)))
    merges(shop, one, other)
    assert Talk(shop, one, talk.id).state == "answered"


def test_what_was_on_its_way_when_two_became_one_is_handed_over_on_the_day_after(
    shop: Shop, time: Clock
) -> None:
    """A call that had read that there are two, or what the index did not know of yet; and by then
    the one may have become part of a third."""
    one, other, third = (a_member(shop) for _ in range(3))
    merges(shop, one, other)
    merges(shop, third, one)
    thread = opened_late(shop, other, "The box was torn.")
    time.advance(days=1)
    complete_leavings.handler({}, None)
    assert threads_of(shop, third) == [thread]
    assert Talk(shop, third, thread).seen()["lines"][0]["text"] == "The box was torn."
    for member in (one, other):
        assert the_account(shop, member).review_on == ""
    before = everything_kept()
    complete_leavings.handler({}, None)
    assert everything_kept()["threads"] == before["threads"]


def test_of_who_has_left_meanwhile_it_is_forgotten(shop: Shop, time: Clock) -> None:
    one, other = a_member(shop), a_member(shop)
    merges(shop, one, other)
    assert shop.call("POST", f"/v1/members/{one}/leave", {}).status == 204
    thread = opened_late(shop, other, "The box was torn.")
    time.advance(days=1)
    complete_leavings.handler({}, None)
    assert "The box was torn." not in str(everything_kept()["threads"])
    assert threads.find(shop.id, thread).excerpt == ""


def test_an_answer_to_what_was_on_its_way_is_told_to_the_one_that_stays(shop: Shop) -> None:
    messages.use(OUTBOX.append)
    one = a_member(shop, email="karin@example.com")
    other = a_member(shop, email="k.berg@example.com")
    merges(shop, one, other)
    talk = Talk(shop, one, opened_late(shop, other, "The box was torn."))
    talk.answers("We send another.")
    OUTBOX.clear()
    for n in (1, 2):
        tell_people.handler({"Records": [a_record(shop, talk.id, n)]}, Context("tell_people"))  # type: ignore[arg-type]
    assert {message.to for message in OUTBOX} == {"karin@example.com"}
    assert "We send another." in OUTBOX[-1].text


# What the two have said of themselves

Said = Callable[[Shop, str], Answer]


@pytest.fixture
def pages(time: Clock) -> Shop:
    return a_club_with_pages()


def consent_of(shop: Shop, member: str, purpose: str = "newsletter") -> Any:
    found = shop.call("GET", "/v1/members/me/consents", as_=member).json["consents"]
    return next(one for one in found if one["purpose"] == purpose)


def wishes_of(shop: Shop, member: str) -> dict[str, Any]:
    found = shop.call("GET", "/v1/members/me/wishes", as_=member).json["wishes"]
    return {one["article"]: one["price"] for one in found}


@pytest.mark.parametrize("who_is_last", [0, 1])
@pytest.mark.parametrize("last", [give, withdraw])
def test_of_each_consent_what_was_said_last_counts_and_the_history_has_both(
    pages: Shop, time: Clock, last: Said, who_is_last: int
) -> None:
    both = [a_member(pages), a_member(pages)]
    says_last, says_first = both[who_is_last], both[1 - who_is_last]
    acts: dict[Said, list[tuple[str, Said]]] = {
        give: [(says_first, give), (says_first, withdraw), (says_last, give)],
        withdraw: [(says_last, give), (says_first, give), (says_last, withdraw)],
    }
    for who, act in acts[last]:
        act(pages, who)
        time.advance(days=1)
    histories = [consent_of(pages, who)["history"] for who in both]
    merges(pages, *both)
    merged = consent_of(pages, both[0])
    assert merged["given"] is (last is give)
    newest_first = sorted(histories[0] + histories[1], key=lambda line: line["at"], reverse=True)
    assert merged["history"] == newest_first
    # It goes on from there as any consent does.
    assert consent_of(pages, both[0]) == merged
    time.advance(days=1)
    other = withdraw if last is give else give
    assert len(other(pages, both[0]).json["history"]) == len(newest_first) + 1


def test_what_only_one_has_consented_to_goes_along(pages: Shop) -> None:
    one, other = a_member(pages), a_member(pages)
    give(pages, one, "wishes")
    give(pages, other)
    merges(pages, one, other)
    assert [consent_of(pages, one, purpose)["given"] for purpose in ("newsletter", "wishes")] == [
        True, True
    ]  # fmt: skip


def test_wishes_go_along_the_newest_first_as_far_as_there_is_room(pages: Shop, time: Clock) -> None:
    one, other = a_member(pages), a_member(pages)
    wish(pages, one, "both", price=100)
    for number in range(MOST_WISHES - 3):
        wish(pages, one, f"own{number}")
    for article in ("oldest", "older", "both", "newest"):
        time.advance(days=1)
        wish(pages, other, article, price=900)
    merges(pages, one, other)
    found = wishes_of(pages, one)
    assert len(found) == MOST_WISHES
    assert (found["both"], found["newest"], found["older"]) == (100, 900, 900)
    assert "oldest" not in found
    assert wish(pages, one, "more").code == "wish_list_full"
    # And whoever wishes for it is told of it.
    told = pages.call(
        "POST",
        "/v1/members/wishes/news",
        {"article": "newest", "currency": "SEK", "price": 500, "in_stock": True},
    ).json
    assert (told["wishers"], told["news"]) == (1, 1)


def test_details_go_along_where_the_one_that_stays_has_none(pages: Shop, time: Clock) -> None:
    one, other = a_member(pages), a_member(pages)
    address = {"street": "Storgatan 1", "city": "Umeå"}
    for who, said in (
        (one, {"answers": {"sport": "Skidor"}, "address": address}),
        (
            other,
            {
                "answers": {"sport": "Simning", "shoe-size": "43"},
                "address": {"postal_code": "111 22"},
                "birthday": "1984-03-12",
                "last_name": "Berg",
            },
        ),
    ):
        assert pages.call("PATCH", "/v1/members/me/details", said, as_=who).status == 200
    merges(pages, one, other)
    now = pages.call("GET", "/v1/members/me/details", as_=one).json
    assert {answer["id"]: answer["value"] for answer in now["answers"]} == {
        "sport": "Skidor", "shoe-size": "43"
    }  # fmt: skip
    assert now["address"] == {**address, "postal_code": None, "country": None}
    assert (now["birthday"], now["last_name"]) == ("1984-03-12", "Berg")
    # By which the birthday is found.
    assert birthdays.have_it_on(pages.id, "2026-03-12") == [one]


def test_nothing_of_what_was_said_is_left_beside_who_is_gone(pages: Shop) -> None:
    one, other = a_member(pages), a_member(pages)
    for who in (one, other):
        give(pages, who)
        wish(pages, who)
    merges(pages, one, other)
    left = [
        item["sk"]["S"]
        for item in everything_kept()["profiles"]
        if item["pk"]["S"] == f"{pages.id}#{other}"
    ]
    assert left == []
    before = everything_kept()
    merge(pages, one, other)
    assert everything_kept() == before


def test_what_is_said_at_that_very_moment_is_not_lost(pages: Shop) -> None:
    """Read before, and written after it was changed: the merger begins anew."""
    one, other = a_member(pages), a_member(pages)
    stale = [profiles.find_person(pages.id, member) for member in (one, other)]
    said = {"answers": {"shoe-size": "43"}}
    pages.call("PATCH", "/v1/members/me/details", said, as_=other)
    with pytest.raises(Conflict):
        merging.merge(stale[0], stale[1], [], [])
    merges(pages, one, other)
    now = pages.call("GET", "/v1/members/me/details", as_=one).json["answers"]
    assert now[0]["value"] == "43"
