"""What an endpoint declares it uses: no right is kept that is never needed. That none is exceeded
is looked at in every test that sends anything."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from msgspec.structs import replace

from functions.feedback import draw_lottery
from functions.members.known_by import known_by
from stamkund.local.functions import run_by
from stamkund.local.invocation import Context
from stamkund.rules.consents import Change
from stamkund.rules.login import PROOF_LIFETIME, Contact, Login, Sms
from stamkund.rules.programme import AmountOff, ExtraPoints, Offer, PointRules, Rate
from stamkund.rules.programme_file import Action, MyPages, Purpose
from stamkund.rules.referral_rules import VoucherGiven
from stamkund.rules.retention import Retention
from stamkund.rules.review_rules import Lottery, ReviewRules
from stamkund.tables import (
    Access,
    Append,
    Delete,
    Read,
    Update,
    actions_of,
    cache,
    changed_contacts,
    devices,
    identities,
    keys,
    profiles,
    transact,
)
from stamkund.tables.accounts import ACCOUNT, AccountItem
from stamkund.tables.changed_contacts import Untold
from stamkund.tables.consents import CONSENT, ConsentItem
from stamkund.tables.devices import Device
from stamkund.tables.identities import IdentityItem
from stamkund.tables.profiles import PROFILE, Profile, ProfileItem, Profiles
from stamkund.web import verified_contact
from stamkund.web.background import OnEntries, Timed
from stamkund.web.endpoint import Endpoint
from tests.access import Asked, declared, noted
from tests.asking import asking, heard_of, purchase
from tests.builders import (
    Answer,
    Clock,
    Shop,
    a_member,
    a_programme,
    a_shop,
    a_voucher,
    endpoint_at,
    every_app,
)
from tests.discussing import FORUM, a_forum, asked, report, thank, written_late
from tests.login import Person
from tests.members import a_member as with_an_address
from tests.my_pages import give
from tests.referring import RULES as BRINGING
from tests.referring import World
from tests.reviewing import Bought, a_club, bought, reversal, settle
from tests.samples import JONAS, Club, filled, operation, sample, written
from tests.talking import RULES, a_reference, open_, opened, opened_late

LINE = {"id": "1", "article": "a", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500}
EVERY = [one for app in every_app() for one in app.endpoints]


def the_endpoint(name: str) -> Endpoint:
    one = operation(name)
    found = endpoint_at(one.method, filled(one, sample(name)))
    assert found
    return found


def verbs(asked: set[Asked]) -> set[tuple[str, Access]]:
    return {(one.table, verb) for one in asked for verb in Access if one.action in actions_of(verb)}


def commit_late(club: Club, time: Clock) -> Iterator[Answer]:
    """Without a quote the account is read; a repeat after the quote has run out reads the order."""
    body = club.body("checkout/commit")
    without = {name: value for name, value in body.items() if name != "quote"}
    yield club.send("checkout/commit", body={**without, "order_id": "1002"})
    time.advance(hours=2)
    yield club.send("checkout/commit", body=body)
    shop, order = told_late(time)
    yield shop.call("POST", "/v1/checkout/orders", order)


def told_late(time: Clock) -> tuple[Shop, dict[str, Any]]:
    """Of a member whose tier has changed since: which it was then, the ledger knows."""
    shop = a_shop()
    member = a_member(shop, tier="silver", tier_since=time.now.date().isoformat())
    sold = time.now - timedelta(hours=1)
    lines = [{**LINE, "charged": 10_000}]
    order = {"order_id": "1", "currency": "SEK", "lines": lines, "member": member, "paid": True}
    return shop, {**order, "occurred_at": sold.isoformat()}


def batch_late(club: Club, time: Clock) -> Iterator[Answer]:
    """A batch that comes again when it is too late for it."""
    shop, order = told_late(time)
    yield shop.call("POST", "/v1/checkout/batches", {"orders": [order]})
    time.advance(days=30)
    yield club.send("checkout/batch")


def refund_late(club: Club, time: Clock) -> Iterator[Answer]:
    """Where only pending points may be taken back, and these no longer are, the account is read."""
    points = PointRules(earn=Rate(1, 100), pending_days=0, claw_back="only_pending")
    shop = a_shop(programme=a_programme(points=points))
    order: dict[str, Any] = {
        "order_id": "1",
        "currency": "SEK",
        "lines": [{**LINE, "charged": 10_000}],
    }
    shop.call("POST", "/v1/checkout/orders", {**order, "member": a_member(shop), "paid": True})
    yield shop.call("POST", "/v1/checkout/orders/web:1/refunds", {"reference": "r1"})


def again(name: str) -> Callable[[Club, Clock], Iterator[Answer]]:
    def repeat(club: Club, time: Clock) -> Iterator[Answer]:
        yield club.send(name)

    return repeat


def a_small_one(club: Club, time: Clock) -> Iterator[Answer]:
    """What one person may adjust alone is done at once."""
    yield club.send(
        "members/adjust_points", body={"reference": "a", "points": 5, "reason": "goodwill"}
    )


def a_voucher_by_staff(club: Club, time: Clock) -> Iterator[Answer]:
    """What a staff key gives is counted."""
    body = {"reference": "s", "amount": 100, "expires_at": "2026-05-01T00:00:00Z"}
    yield club.send("members/give_voucher", as_="staff", body=body)


def of_a_few(method: str) -> Callable[[Club, Clock], Iterator[Answer]]:
    """An offer that there is only one of, for two: it is counted, and that it is gone is told."""

    def switch(club: Club, time: Clock) -> Iterator[Answer]:
        few = Offer("few", {"sv": "Få"}, ExtraPoints(5), switch_on=True, limit_total=1)
        shop = a_shop(programme=a_programme(offers=[few], groups=["offers"], languages=["sv"]))
        path, other = (f"/v1/members/{a_member(shop)}/offers/few" for _ in range(2))
        answers = [shop.call("PUT", path), shop.call("PUT", other), shop.call("DELETE", path)]
        yield from answers[2:] if method == "DELETE" else answers[:2]

    return switch


def refresh_by_a_stolen_token(club: Club, time: Clock) -> Iterator[Answer]:
    """What was used long ago ends the session."""
    time.advance(minutes=1)
    yield club.send("members/refresh_session")


def step_by_step(club: Club, time: Clock) -> Iterator[Answer]:
    """A template is in the language of the member, and a tag that goes is deleted."""
    shop = a_shop(programme=a_programme(feedback=RULES))
    talk = opened(shop, a_member(shop))
    yield talk.step("label", tags=["box"])
    yield talk.step("label", tags=[])
    yield talk.step("answer", template="sorry")
    yield from let_through_and_refused()


def let_through_and_refused() -> Iterator[Answer]:
    """A review that is shown is counted, and one that is refused is shown no more."""
    shop = a_shop(programme=a_club(reviews=ReviewRules()))
    who = bought(shop)
    who.says()
    yield who.talk().step("publish", version=1)
    yield who.talk().step("refuse", version=2, template="sorry")
    topic = asked(a_shop(programme=a_forum()), "staff")
    yield topic.talk().step("refuse", text="No")


def the_report_that_hides(club: Club, time: Clock) -> Iterator[Answer]:
    shop = a_shop(programme=a_forum(replace(FORUM, reports_to_hide=1)))
    yield report(shop, asked(shop, "staff").id, a_member(shop))


def said_anew(club: Club, time: Clock) -> Iterator[Answer]:
    """In words that have to be looked at, so that it is shown no more."""
    who = bought(a_shop(programme=a_club()))
    who.says()
    yield who.says(text="skit")


def an_answer_with_points(club: Club, time: Clock) -> Iterator[Answer]:
    who = bought(a_shop(programme=asking()))
    body = {"survey": "recommend", "order": who.till.order, "score": 9}
    yield who.shop.call("POST", "/v1/feedback/answers", body, as_=who.member)


def news_of_mine(club: Club, time: Clock) -> Iterator[Answer]:
    """In a session what somebody asked for is marked."""
    yield club.send("feedback/read_news", as_="member")


def many_steps(club: Club, time: Clock) -> Iterator[Answer]:
    shop = a_shop(programme=a_programme(feedback=RULES))
    talk = opened(shop, a_member(shop))
    steps = [{"do": "label", "tags": ["box"]}, {"do": "label", "tags": []}]
    for step in [*steps, {"do": "answer", "template": "sorry"}]:
        which = {"thread": talk.id, "version": talk.staff_sees()["thread"]["version"]}
        body = {"reference": a_reference(), "threads": [which], "step": step}
        yield shop.call("POST", "/v1/feedback/steps", body, as_="staff")
    yield from moderated_together()


def moderated_together() -> Iterator[Answer]:
    shop = a_shop(programme=a_club(reviews=ReviewRules()))
    who = bought(shop)
    who.says()
    for version, step in enumerate([{"do": "publish"}, {"do": "refuse", "text": "No"}], start=1):
        which = {"thread": who.talk().id, "version": version}
        body = {"reference": a_reference(), "threads": [which], "step": step}
        yield shop.call("POST", "/v1/feedback/steps", body, as_="staff")


def a_typed_number(club: Club, time: Clock) -> Iterator[Answer]:
    """Counted as wrong until somebody is found."""
    body = {"phone": JONAS.phone}
    yield club.send("members/look_up", body=body)


def answered_in_another_way(club: Club, time: Clock) -> Iterator[Answer]:
    """Why it is refused is read."""
    yield club.send("members/answer_spending", body={"answer": "refused"})


def of_who_left(name: str) -> Callable[[Club, Clock], Iterator[Answer]]:
    """Where there is no profile the account is asked why."""

    def ask(club: Club, time: Clock) -> Iterator[Answer]:
        key = keys.of(club.shop.id, club.member)
        for item in list(Profiles.query(key, consistent_read=True)):
            item.delete()
        AccountItem(key, ACCOUNT).update([AccountItem.status.set("closed")])
        yield club.send(name)

    return ask


def an_order_of_nobody(name: str) -> Callable[[Club, Clock], Iterator[Answer]]:
    """Whose it is now is looked up where it is not the member's own."""

    def ask(club: Club, time: Clock) -> Iterator[Answer]:
        path = {"receipt": "", "explain": "/explanation"}[name]
        yield club.shop.call("GET", f"/v1/checkout/orders/web:none{path}", as_=club.member)

    return ask


BY_PROFILE_ALONE = (
    "members/link_membership",
    "members/name_device",
    "members/read_devices",
    "members/revoke_device",
)


def merge_with_vouchers(club: Club, time: Clock) -> Iterator[Answer]:
    """They are given to the one and taken from the other, whose devices are logged out; an offer
    that both have is given back, and what both thanked for is thanked for once."""
    few = Offer("few", {"sv": "Få"}, ExtraPoints(5), switch_on=True, limit_total=8)
    shop = a_shop(programme=a_programme(offers=[few], groups=["offers"], languages=["sv"]))
    one, other = a_member(shop), a_member(shop, voucher=5_000)
    for member in (one, other):
        assert shop.call("PUT", f"/v1/members/{member}/offers/few").status == 200
    phone = Device(id="d", place="header", since=time.now, seen_at=time.now, remembered=False)
    devices.let_in(shop.id, other, phone, "2026-03")
    shop.publish(a_forum())
    topic = asked(shop, "staff").id
    assert [thank(shop, topic, member).status for member in (one, other)] == [201, 201]
    open_(shop, other)
    pages = MyPages(purposes=[Purpose("letters", {"sv": "Brev"}, {"sv": "Ja"}, "1")])
    shop.publish(a_programme(offers=[few], groups=["offers"], languages=["sv"], my_pages=pages))
    assert give(shop, other, "letters").status == 200
    body = {"member": one, "merge": other}
    yield shop.call("POST", "/v1/members/merge", body, as_="staff")
    second, until = Contact("phone", JONAS.phone), time.now + PROOF_LIFETIME
    proofs = [
        club.body("members/link_membership")["verified_contact"],
        verified_contact.prove(club.shop.id, "0" * 32, second, "basket", until),
    ]
    yield club.shop.call(
        "POST", "/v1/members/merge", {"verified_contacts": proofs}, as_=club.member
    )


def leave_with_a_picture(club: Club, time: Clock) -> Iterator[Answer]:
    shop = a_shop(programme=a_programme(feedback=RULES))
    member = a_member(shop)
    opened_late(shop, member, "With a picture")
    shop.publish(a_forum())
    asked(shop, member)
    yield shop.call("POST", f"/v1/members/{member}/leave", {})


def enrol_who_has_joined(club: Club, time: Clock) -> Iterator[Answer]:
    """Again; and a customer who was a member by a proven contact before, and is linked."""
    yield club.send("members/enrol")
    proof = club.body("members/link_membership")["verified_contact"]
    shop, customer = club.shop.id, JONAS.customer_id
    IdentityItem(identities.key_of(shop, known_by(shop, "customer", customer))).delete()
    ProfileItem(keys.of(shop, club.member), PROFILE).update([ProfileItem.customer_id.remove()])
    body = {"customer_id": customer, "verified_contact": proof}
    yield club.shop.call("POST", "/v1/members", body)


def bring_by_enrolling(club: Club, time: Clock) -> Iterator[Answer]:
    yield from enrol_who_has_joined(club, time)
    world = World(time)
    invitation = {"code": world.code(world.joins()), "device": "d"}
    yield world.enrolled({"customer_id": "brought", "invitation": invitation})


def bring_by_joining(club: Club, time: Clock) -> Iterator[Answer]:
    yield club.send("members/join")
    world = World(time)
    invitation = {"code": world.code(world.joins()), "device": "d"}
    proof = verified_contact.prove(
        world.shop.id, "1", Contact("email", "e@example.com"), "basket", time.now + timedelta(1)
    )
    body = {"verified_contact": proof, "invitation": invitation}
    yield world.shop.call("POST", "/v1/members/joinings", body, as_="storefront")


def invite_for_the_first_time(club: Club, time: Clock) -> Iterator[Answer]:
    path = f"/v1/members/{club.member}/invitation"
    yield club.shop.call("POST", path, {})
    yield club.shop.call("POST", path, {"show_first_name": True})


def of_one_who_is_held(time: Clock) -> tuple[World, str]:
    """And has bought."""
    world = World(time)
    anna = world.joins()
    world.signs(anna, device="d")
    friend = world.joins({"code": world.code(anna), "device": "d"})
    world.buys(friend)
    return world, friend


def release_who_is_held(club: Club, time: Clock) -> Iterator[Answer]:
    world, friend = of_one_who_is_held(time)
    yield world.decide(friend, "release")


def credited_by_a_sign(club: Club, time: Clock) -> Iterator[Answer]:
    """Nobody had looked since the order."""
    world = World(time)
    friend = world.brings(world.joins())
    world.buys(friend)
    yield world.shop.call("POST", f"/v1/members/{friend}/signs", {"address": "Storgatan 1"})


def completed_by(name: str) -> Callable[[Club, Clock], Iterator[Answer]]:
    """What was missing of a profile is there, which is worth points."""

    def complete(club: Club, time: Clock) -> Iterator[Answer]:
        action = Action("profile", {"sv": "Tack"}, 10, "profile")
        points = PointRules(earn=Rate(1, 100))
        programme = a_programme(actions=[action], points=points, languages=["sv"])
        club.shop.publish(programme)
        member = a_member(club.shop, profile=Profile(language="sv", joined_as=b"", customer_id="7"))
        path = f"/v1/members/{member}/details"
        names = {"first_name": "Jonas", "last_name": "Holm"}
        if name == "change_details":
            link = {"verified_contact": club.body("members/change_contact")["verified_contact"]}
            club.shop.call("POST", f"/v1/members/{member}/links", link)
            yield club.shop.call("PATCH", path, names)
        else:
            club.shop.call("PATCH", path, names)
            body = {"verified_contact": Person(club.shop, "holm@example.com").proof()}
            yield club.shop.call("PUT", "/v1/members/me/contact", body, as_=member)

    return complete


def link_a_contact(club: Club, time: Clock) -> Iterator[Answer]:
    """Which completes a profile, and somebody was reached by another one before; and who left."""
    action = Action("profile", {"sv": "Tack"}, 10, "profile")
    points = PointRules(earn=Rate(1, 100))
    programme = a_programme(
        actions=[action], points=points, languages=["sv"], login=Login(sms=Sms(["SWE"]))
    )
    club.shop.publish(programme)
    known = Profile(language="sv", joined_as=b"", customer_id="7", first_name="J", last_name="H")
    member = a_member(club.shop, profile=replace(known, phone="+46701740699"))
    body = {"verified_contact": Person(club.shop, "holm@example.com").proof()}
    yield club.shop.call("POST", "/v1/members/me/links", body, as_=member)
    yield from of_who_left("members/link_membership")(club, time)


def stopped_with_friends(club: Club, time: Clock) -> Iterator[Answer]:
    """One is held; another, whom staff has found honest before, is credited all the same."""
    world = World(time)
    anna = world.joins()
    world.signs(anna, device="d")
    jonas, karin = (world.joins({"code": world.code(anna), "device": d}) for d in ("d", "e"))
    world.decide(jonas, "release")
    for friend in (jonas, karin):
        world.buys(friend)
    yield world.shop.call("PUT", f"/v1/referrals/referrers/{anna}/stop", as_="staff")


def turned_away(club: Club, time: Clock) -> Iterator[Answer]:
    yield club.send("referrals/name_referrer")
    world = World(time)
    anna = world.joins()
    said = {"code": world.code(anna)}
    yield world.shop.call("POST", f"/v1/members/{anna}/referrer", said)


MORE: dict[str, Callable[[Club, Clock], Iterator[Answer]]] = {
    "checkout/commit": commit_late,
    "checkout/batch": batch_late,
    "checkout/refund": refund_late,
    "feedback/take_step": step_by_step,
    "feedback/take_steps": many_steps,
    "feedback/report_post": the_report_that_hides,
    "feedback/write_review": said_anew,
    "feedback/answer_survey": an_answer_with_points,
    "feedback/read_news": news_of_mine,
    "checkout/receipt": an_order_of_nobody("receipt"),
    "checkout/explain": an_order_of_nobody("explain"),
    "members/merge_memberships": merge_with_vouchers,
    "members/enrol": bring_by_enrolling,
    "members/join": bring_by_joining,
    "members/leave": leave_with_a_picture,
    "referrals/make_invitation": invite_for_the_first_time,
    "referrals/decide_referral": release_who_is_held,
    "referrals/note_signs": credited_by_a_sign,
    "referrals/stop_referrer": stopped_with_friends,
    "referrals/name_referrer": turned_away,
    "members/change_contact": completed_by("change_contact"),
    "members/change_details": completed_by("change_details"),
    "members/look_up": a_typed_number,
    "members/answer_spending": answered_in_another_way,
    "members/refresh_session": refresh_by_a_stolen_token,
    "members/adjust_points": a_small_one,
    "members/give_voucher": a_voucher_by_staff,
    "members/switch_on_offer": of_a_few("PUT"),
    "members/switch_off_offer": of_a_few("DELETE"),
    **{name: of_who_left(name) for name in BY_PROFILE_ALONE},
    "members/link_membership": link_a_contact,
}


REFUSED_AS_WELL = {
    "checkout/batch",
    "checkout/receipt",
    "checkout/explain",
    "members/answer_spending",
    "members/refresh_session",
    "members/switch_on_offer",
    "referrals/name_referrer",
}
REFUSED_AS_WELL |= set(BY_PROFILE_ALONE)


@pytest.mark.parametrize("name", written())
def test_every_right_is_used(time: Clock, name: str) -> None:
    cache.forget()
    club = Club(sandbox=name == "programme/set_clock")
    asked = set(club.run(name).asked)
    for answer in MORE[name](club, time) if name in MORE else ():
        assert answer.status < 400 or name in REFUSED_AS_WELL, answer.text
        cache.forget()
        asked |= answer.asked
    one = the_endpoint(name)
    # Who asks, and by which programme, is remembered from the samples before.
    assert verbs(asked) | {("programmes", Read)} == verbs(declared(one))


def somebody_was_brought(time: Clock) -> list[dict[str, Any]]:
    """What one had brought is returned; of another it is one order of two; and one was found
    honest before they bought. What the stream would tell of them."""
    world = World(time, replace(BRINGING, referrer=VoucherGiven(AmountOff(5_000))))
    anna = world.joins()
    world.signs(anna, device="d")
    other = world.brings(world.joins())
    order = world.buys(other)
    world.follow(other)
    world.settle(days=30)
    world.returns(order)
    another = world.joins({"code": world.code(anna), "device": "e"})
    order = world.buys(another)
    world.follow(another)
    world.buys(another)
    world.returns(order)
    time.advance(days=30)
    friend = world.joins({"code": world.code(anna), "device": "d"})
    assert world.decide(friend, "release").status == 200
    world.buys(friend)
    return [a_record(world.shop.id, one) for one in (friend, other, another)]


FORGETTING = {"functions.members.complete_leavings", "functions.members.forget_inactive"}
TO_TABLES = [one.module for kind in (OnEntries, Timed) for one in run_by(kind)]


def a_record(shop: str, member: str) -> dict[str, Any]:
    image = {"pk": {"S": keys.of(shop, member)}, "sk": {"S": "1"}, "kind": {"S": "earn"}}
    return {"eventID": "1", "dynamodb": {"NewImage": image, "SequenceNumber": "1"}}


def somebody_has_left_and_somebody_is_away(club: Club, time: Clock) -> None:
    """Of the first, some calls came late; of the others one was told, and one has yet to be."""
    shop = club.shop
    shop.publish(a_programme(retention=Retention(months=6, notice_days=14)))
    gone = a_member(shop)
    assert shop.call("POST", f"/v1/members/{gone}/leave", {}).status == 204
    left_behind(shop, gone)
    written_late(shop, gone)
    somebody_has_become_part_of_somebody(club)
    time.set(datetime(2026, 11, 10, 12, tzinfo=UTC))
    told = a_member(shop, profile=replace(JONAS, customer_id="1001", email="", phone=""))
    profiles.move(shop.id, told, "2026-01", "told.2026-11-10")
    a_voucher(shop, told)
    opened_late(shop, told, "With a picture")
    written_late(shop, told)
    profiles.move(shop.id, club.member, "2026-01", "2026-03")


def somebody_has_become_part_of_somebody(club: Club) -> None:
    """And was saying something at that moment."""
    shop, gone = club.shop, a_member(club.shop)
    body = {"member": club.member, "merge": gone}
    assert shop.call("POST", "/v1/members/merge", body, as_="staff").status == 201
    a_voucher(shop, gone, "late")
    opened_late(shop, gone, "Hello")
    said = Change(True, "1", "my_pages", "member", "sv", datetime.now(UTC))
    ConsentItem(keys.of(shop.id, gone), f"{CONSENT}letters", changes=1, history=[said]).save()


def left_behind(shop: Shop, member: str) -> None:
    key = keys.of(shop.id, member)
    a_voucher(shop, member)
    opened_late(shop, member, "Good-bye")
    Profiles(key, "DEVICE#1").save()
    IdentityItem(keys.of(shop.id, "email#1"), member=member, owner=key).save()


def an_answer_that_was_chosen(club: Club, time: Clock) -> None:
    """And thanked for."""
    shop = club.shop
    shop.publish(a_forum(referrals=BRINGING))
    topic = asked(shop, a_member(shop))
    answer = topic.answered(a_member(shop))
    assert topic.accept(answer).status == 200
    assert thank(shop, answer, topic.member).status == 201


def reviews_to_see_to(shop: Shop) -> Bought:
    """One that has its points and its merit, was said anew, and whose goods are back."""
    shop.publish(a_club(referrals=BRINGING))
    who = bought(shop, 10_000, 20_000)
    assert who.says().status == 201
    settle()
    who.says(5)
    who.till.refund("r", l0=1)
    return who


def a_question_that_is_due(shop: Shop, time: Clock) -> None:
    shop.publish(asking())
    heard_of(shop, bought(shop, member=with_an_address(shop, email="ellen@example.com")))
    time.advance(days=20)


def a_draw_that_is_due(shop: Shop, time: Clock) -> None:
    shop.publish(a_club(lottery=Lottery(prize={"sv": "Ett tält", "en": "A tent"})))
    bought(shop).says()
    draw_lottery.handler({}, Context("timed"))
    time.advance(days=30)


def a_birthday(club: Club, time: Clock) -> None:
    cake = Action("cake", {"sv": "Tårta"}, 10, "birthday")
    points = PointRules(earn=Rate(1, 100))
    club.shop.publish(a_programme(actions=[cake], points=points, languages=["sv"]))
    born = {"birthday": f"1984-{time.now:%m-%d}"}
    path = f"/v1/members/{club.member}/details"
    assert club.shop.call("PATCH", path, born).status == 200


def a_contact_that_nobody_could_tell(club: Club, time: Clock) -> None:
    member, since = club.member, time.now - timedelta(hours=1)
    contact = Contact("email", JONAS.email)
    untold = Untold(member, "1", contact, "sv", since)
    transact.write(changed_contacts.noting(club.shop.id, untold))


def a_thread_of_who_is_somebody_else_by_now(club: Club, time: Clock) -> None:
    somebody_has_become_part_of_somebody(club)
    time.advance(minutes=10)


FEEDBACK = {"functions.operations.follow_up", "functions.feedback.settle_reviews"}
REFERRALS = {"functions.operations.follow_up", "functions.referrals.settle_referrals"}
SCENES: dict[str, Callable[[Club, Clock], None]] = {
    "functions.feedback.ask_surveys": lambda club, time: a_question_that_is_due(club.shop, time),
    "functions.feedback.draw_lottery": lambda club, time: a_draw_that_is_due(club.shop, time),
    "functions.feedback.reward_answers": an_answer_that_was_chosen,
    "functions.feedback.tell_again": a_thread_of_who_is_somebody_else_by_now,
    "functions.members.give_birthday_points": a_birthday,
    "functions.members.tell_replaced_contacts": a_contact_that_nobody_could_tell,
}


@pytest.mark.parametrize("module", TO_TABLES)
def test_functions_that_nobody_calls_use_every_right_and_no_other(time: Clock, module: str) -> None:
    club = Club()
    club.run("feedback/open_thread")
    member = a_member(club.shop, spend={"2026-03": 900_000}, review_on="2026-03-10")
    time.advance(days=3)
    records = [a_record(club.shop.id, member)]
    if module in FORGETTING:
        somebody_has_left_and_somebody_is_away(club, time)
    if module in SCENES:
        SCENES[module](club, time)
    if module in FEEDBACK:
        who = reviews_to_see_to(club.shop)
        records += reversal(club.shop, who)["Records"] + purchase(club.shop, who)["Records"]
    if module in REFERRALS:
        records += somebody_was_brought(time)
    cache.forget()
    with noted() as asked:
        event = {"Records": records}
        import_module(module).handler(event, Context(module))
    rights = {
        (table.short_name(), verb)
        for table, access in import_module(module).ACCESS.items()
        for verb in access
    }
    assert verbs(asked) == rights
    assert {one.action for one in asked} <= actions_of(~Access(0))


def test_the_checkout_knows_nobody_by_name() -> None:
    personal = {"profiles", "identities"}
    for one in EVERY:
        if one.path.startswith("/v1/checkout"):
            assert not {table.short_name() for table in one.access} & personal, one.name


def test_nobody_changes_or_deletes_what_is_in_the_ledger() -> None:
    for one in EVERY:
        for table, access in one.access.items():
            if table.short_name() == "ledger":
                assert not access & (Update | Delete), one.name


def test_each_verb_is_an_action_of_its_own() -> None:
    assert actions_of(Read) == {"BatchGetItem", "GetItem", "Query"}
    assert actions_of(Append | Update) == {"PutItem", "UpdateItem"}
    assert sum(len(actions_of(verb)) for verb in Access) == len(actions_of(~Access(0)))
