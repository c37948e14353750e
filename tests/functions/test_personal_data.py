"""Where personal data lies is declared, and of who has left none is anywhere."""

from typing import Any

import pytest
from msgspec.structs import replace

from functions.members import complete_leavings
from functions.members.known_by import known_by
from stamkund.rules.errors import Refused
from stamkund.rules.login import Login, Sms
from stamkund.rules.programme import (
    Cause,
    Charity,
    ExtraPoints,
    Offer,
    Pay,
    Rate,
    Reward,
    Rewards,
)
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.tables import keys
from stamkund.tables.identities import IdentityKind
from stamkund.tables.personal import kind_of
from stamkund.web import messages
from stamkund.web.messages import Message
from tests import dump
from tests.at_the_till import Till as Clerk
from tests.builders import OUTBOX, Clock, Shop, a_shop, everything_kept
from tests.login import Person
from tests.my_pages import ACTIONS, PAGES, give, wish
from tests.nobody import assert_nobody_in
from tests.reliability.till import Till, basket, club
from tests.samples import Club, written
from tests.talking import opened
from tests.watching import watched

FEW: Any = {"sv": "Få"}
GIFT = Offer("gift", FEW, ExtraPoints(5), switch_on=True, limit_total=10)


def programme() -> ProgrammeFile:
    paying = club(pay=Pay(value=Rate(points=1, amount=10)), offers=[GIFT], groups=["offers"])
    sms = Login(link="https://shop.example", sms=Sms(countries=["SWE"], link=True))
    gift = Reward("gift", {"sv": "Gåva"}, 5, Charity(1_000))
    return replace(
        paying,
        login=sms,
        my_pages=PAGES,
        actions=ACTIONS,
        rewards=Rewards([gift], [Cause("sea", {"sv": "Havet"})]),
    )


def nobody_listens(_: Message) -> None:
    raise Refused("not_sent")


class Somebody:
    """A member who does everything there is, under names that nobody else has."""

    def __init__(self, shop: Shop, name: str, phone: str) -> None:
        self.shop, self.name, self.phone = shop, name, phone
        self.email = f"{name}@{name}.example".lower()
        self.customer = f"customer-{name}"
        self.said = {self.name, self.email, self.customer, self.phone}
        self.visitor = f"visitor-{name}-0000000000"
        self.passing = {self.visitor}  # what is kept nowhere even while they are a member
        self.member = self._joins()

    def _joins(self) -> str:
        body = {
            "customer_id": self.customer,
            "first_name": self.name,
            "last_name": f"{self.name}sson",
            "email": self.email,
            "phone": self.phone,
            "channel": f"kanal {self.name}",
            "language": "fi",
        }
        joined = self.shop.call("POST", "/v1/members", body)
        assert joined.status == 201, joined.text
        self.card = str(joined.json["card_number"])
        self.said |= {self.card, f"{self.name}sson"}
        return str(joined.json["member"])

    def lives(self) -> "Somebody":
        self._logs_in()
        self._buys()
        self._is_given_things()
        self._says_things()
        self._changes_their_address()
        self.said |= {*self._hashes(), *self.passing}
        return self

    def _logs_in(self) -> None:
        for contact in (self.email, self.phone):
            person = Person(self.shop, contact).logs_in(
                remember=True, device_name=f"{self.name}s telefon"
            )
            self.passing |= {person.refresh_token, person.login, person.code}
        session = {"customer_id": self.customer, "reference": f"login-{self.name}"}
        assert self.shop.call("POST", "/v1/members/sessions", session).status == 201
        offer = {**basket(10_000), "visitor": self.visitor}
        shown = self.shop.call("POST", "/v1/members/login-offers", offer, as_="storefront")
        event = {"ticket": shown.json["ticket"], "event": "clicked"}
        assert self.shop.call("POST", "/v1/members/login-offers/events", event).status == 201

    def _buys(self) -> None:
        at = Till(self.shop, self.member)
        at.buy(basket(10_000, 5_000))
        at.refund("r", l0=1)
        self.pending = Till(self.shop, self.member)
        token = at.token(basket(9_000), spend_points=20)
        assert self.pending.commit(basket(9_000), quote=token).status == 201
        assert at.commit_paid(basket(7_000)).status == 201

    def _is_given_things(self) -> None:
        path = f"/v1/members/{self.member}"
        month = {"from_month": "2026-03", "until_month": "2026-04"}
        until = {"expires_at": "2026-06-01T00:00:00Z"}
        for what, body in (
            ("adjustments", {"reference": "a1", "points": 25, "reason": "goodwill"}),
            ("adjustments", {"reference": "a2", "points": 9_000, "reason": "goodwill"}),
            ("freezes", {"reference": "f1", "reason": "illness", **month}),
            ("vouchers", {"reference": "v1", "amount": 2_500, **until}),
        ):
            answer = self.shop.call("POST", f"{path}/{what}", body, as_="staff")
            assert answer.status in {201, 202}, answer.text
        assert self.shop.call("PUT", f"{path}/offers/gift").status == 200

    def _says_things(self) -> None:
        street, sport = f"{self.name}gatan 1", f"{self.name}simning"
        thing, text = f"Tält för {self.name}", f"{self.name} har sagt något."
        self.said |= {street, sport, thing, text}
        details = {"address": {"street": street}, "birthday": "1957-08-23"}
        details |= {"answers": {"sport": sport, "shoe-size": "43"}}
        me, shop = self.member, self.shop
        assert shop.call("PATCH", "/v1/members/me/details", details, as_=me).status == 200
        assert give(shop, me).status == 200
        assert wish(shop, me, name=thing).status == 201
        opened(shop, me, text=text)
        given = {"reference": "g1", "reward": "gift", "cause": "sea"}
        assert shop.call("POST", "/v1/members/me/gifts", given, as_=me).status == 201
        assert Clerk(shop).ask(me, points=5).status == 201

    def _changes_their_address(self) -> None:
        """Of which the one before cannot be told just now."""
        new = f"ny.{self.email}"
        body = {"verified_contact": Person(self.shop, new).proof()}
        messages.use(nobody_listens)
        changed = self.shop.call("PUT", "/v1/members/me/contact", body, as_=self.member)
        assert changed.status == 200, changed.text
        messages.use(OUTBOX.append)
        self.said.add(new)
        self.email = new

    def _hashes(self) -> set[str]:
        values: dict[IdentityKind, str] = {
            "customer": self.customer,
            "email": self.email,
            "phone": self.phone,
            "card": self.card,
        }
        return {known_by(self.shop.id, kind, value).hash for kind, value in values.items()}

    def leaves(self) -> None:
        answer = self.shop.call("POST", f"/v1/members/{self.member}/leave", {})
        assert answer.status == 204, answer.text


def of(member: str) -> dict[str, list[Any]]:
    """Every item in which a member is named."""
    kept = everything_kept()
    return {table: [i for i in items if member in str(i)] for table, items in kept.items()}


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=programme())


def test_before_somebody_leaves_all_of_it_is_found(shop: Shop) -> None:
    """Else the test after this one would say nothing."""
    somebody = Somebody(shop, "Svartmes", "+46701740633").lives()
    kept = somebody.said - somebody.passing
    assert len(kept) == 15
    assert dump.found_in(dump.said(), kept) == kept


def test_of_who_has_left_nothing_is_found_anywhere(shop: Shop, time: Clock) -> None:
    with watched() as log:
        other = Somebody(shop, "Notskrika", "+46701740622").lives()
        somebody = Somebody(shop, "Zebrafink", "+46701740611").lives()
        before = of(other.member)
        somebody.leaves()
        assert of(other.member) == before
        assert dump.found_in(dump.said(), somebody.said) == set()
        assert somebody.pending.cancel().status == 200
        time.advance(days=1)
        complete_leavings.handler({}, None)
        assert dump.found_in(dump.said(), somebody.said) == set()
        assert of(other.member) == before
    assert_nobody_in(log, somebody.said | other.said)


def test_what_is_left_under_the_members_id_is_what_is_declared_to_be_left(shop: Shop) -> None:
    somebody = Somebody(shop, "Talgoxe", "+46701740644").lives()
    somebody.leaves()
    left = of(somebody.member)
    kinds = {kind_of(table, item) for table, items in left.items() for item in items}
    # Whose a staff key's day was spent on is said by an id that leads to nobody any more.
    assert {(kind.table, kind.prefix, kind.leaving) for kind in kinds if kind} == {
        ("accounts", "ACCOUNT", "emptied"),
        ("accounts", "DECISION#", "kept"),
        ("accounts", "staff.", "kept"),
        ("ledger", "", "kept"),
        ("threads", "NOTICE#", "kept"),
        ("threads", "THREAD", "emptied"),
    }
    assert somebody.member in dump.said({"orders": everything_kept()["orders"]})


@pytest.mark.parametrize("name", written())
def test_every_kind_of_item_that_any_endpoint_writes_is_declared(time: Clock, name: str) -> None:
    before = {table: [str(i) for i in items] for table, items in everything_kept().items()}
    Club().run(name)
    for table, items in everything_kept().items():
        for item in items:
            if str(item) not in before[table]:
                assert kind_of(table, item), f"{table} {item['pk']} {item.get('sk')}"


def test_an_item_of_a_new_kind_would_be_found() -> None:
    item = {"pk": {"S": keys.of("shop", "m1")}, "sk": {"S": "SECRET#1"}}
    assert kind_of("profiles", item) is None
    assert kind_of("accounts", item) is None
