"""Everything about a member, as data and as a page."""

from html.parser import HTMLParser
from typing import Any

import pytest

from stamkund.rules.programme import FreeShipping
from stamkund.rules.text import is_code
from stamkund.tables import personal, taking_along
from tests.builders import Clock, Shop, a_shop, a_voucher
from tests.functions.test_personal_data import Somebody, programme
from tests.members import a_member, with_a_long_past
from tests.reliability.till import Till, basket, club
from tests.talking import opened


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=programme())


def parts(shop: Shop, member: str, as_: str = "shop") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        path = f"/v1/members/{'me' if as_ == member else member}/export?cursor={cursor}"
        answer = shop.call("GET", path, as_=as_)
        assert answer.status == 200, answer.text
        found.append(answer.json)
        cursor = answer.json["next"]
    return found


# Of which tests/functions/referrals/test_bringing.py has a life of its own.
OF_FRIENDS = {"friend", "invitation", "sign", "ambassador"}
# And tests/functions/feedback/test_forum.py.
OF_THE_FORUM = {"writer", "thanks"}


def test_everything_that_is_declared_and_there_is_in_it(shop: Shop) -> None:
    somebody = Somebody(shop, "Koltrast", "+46701740655").lives()
    (part,) = parts(shop, somebody.member, as_=somebody.member)
    declared = {kind.record for kind in personal.KINDS if kind.whose == "member"}
    declared -= {""}  # is part of another
    assert {record["kind"] for record in part["records"]} == declared - OF_FRIENDS - OF_THE_FORUM
    assert {kind["kind"] for kind in part["kinds"]} == declared
    # What is packed is unpacked, and nothing is left of which only its name would be told.
    assert all(each is not None for one in part["records"] for each in one["data"].values())
    text = str(part)
    hashes = {one for one in somebody.said if len(one) == 64}
    for one in somebody.said - somebody.passing - hashes:
        assert one in text
    assert not any(one in text for one in hashes)


def test_orders_come_with_names_for_their_fields(shop: Shop) -> None:
    at = Till(shop, a_member(shop))
    at.buy(basket(10_000))
    at.refund("r", l0=1)
    (part,) = parts(shop, str(at.member))
    (order,) = [record for record in part["records"] if record["kind"] == "order"]
    assert order["id"] == at.order
    assert order["data"]["lines"][0]["charged"] == 10_000
    assert order["data"]["refunds"][0]["amount"] == 10_000
    entries = [record["data"]["kind"] for record in part["records"] if record["kind"] == "entry"]
    assert sorted(entries) == ["earn", "reverse"]


def test_of_a_consent_its_whole_history_is_in_it(shop: Shop) -> None:
    member = a_member(shop)
    [purpose] = programme().my_pages.purposes[:1]
    path = f"/v1/members/me/consents/{purpose.id}"
    said = {"text_version": purpose.version, "source": "my_pages"}
    assert shop.call("PUT", path, said, as_=member).status == 200
    assert shop.call("DELETE", path, as_=member).status == 200
    (part,) = parts(shop, member)
    (consent,) = [record for record in part["records"] if record["kind"] == "consent"]
    history = [(one["given"], one["version"]) for one in consent["data"]["history"]]
    assert sorted(history) == [(False, purpose.version), (True, purpose.version)]


def test_what_a_voucher_gives_is_told_with_its_kind(shop: Shop) -> None:
    member = a_member(shop)
    a_voucher(shop, member, amount=0, gives=FreeShipping())
    (part,) = parts(shop, member)
    (voucher,) = [record for record in part["records"] if record["kind"] == "benefit"]
    assert voucher["data"]["gives"] == {"kind": "free_shipping"}


def test_a_return_without_a_receipt_is_in_it(shop: Shop) -> None:
    member = a_member(shop)
    body = {"reference": "w", "member": member, "amount": 4_000, "currency": "SEK"}
    assert shop.call("POST", "/v1/checkout/returns", body).status == 201
    (part,) = parts(shop, member)
    assert "return:w" in {record["id"] for record in part["records"]}


def test_a_cursor_is_good_for_one_member(shop: Shop) -> None:
    one, other = a_member(shop), a_member(shop)
    with_a_long_past(shop, one, 610)
    found = parts(shop, one)
    assert len(found) == 3
    ids = [(record["kind"], record["id"]) for part in found for record in part["records"]]
    assert len(ids) == len(set(ids)) == 610 + len({"profile", "account", "customer", "card"})
    answer = shop.call("GET", f"/v1/members/{other}/export?cursor={found[0]['next']}")
    assert answer.code == "invalid_field"


def test_of_who_has_left_there_is_nothing_to_take(shop: Shop) -> None:
    member = a_member(shop)
    shop.call("POST", f"/v1/members/{member}/leave", {})
    for what in ("export", "export.html"):
        assert shop.call("GET", f"/v1/members/{member}/{what}").code == "member_not_active"


class Texts(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.said += data + "\n"


def test_the_page_says_it_in_the_members_language(shop: Shop) -> None:
    somebody = Somebody(shop, "Rodhake", "+46701740666").lives()
    answer = shop.call("GET", f"/v1/members/{somebody.member}/export.html")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    page = Texts(answer.text)
    assert 'lang="fi"' in answer.text
    assert "Ostoksesi" in page.said
    assert somebody.email in page.said
    assert set(page.tags) <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table", "tr", "th", "td"
    }  # fmt: skip


def test_whatever_can_be_taken_along_is_called_something(shop: Shop) -> None:
    somebody = Somebody(shop, "Domherre", "+46701740677").lives()
    (part,) = parts(shop, somebody.member)
    declared = {kind.record for kind in personal.KINDS if kind.whose == "member"} - {""}
    drawn = [one for one in part["records"] if one["kind"] not in {"entry", "order"}]
    fields = {name for one in drawn for name in one["data"]}
    assert [one for one in declared if not is_code(f"export_kind_{one}")] == []
    unnamed = [one for one in sorted(fields) if not is_code(f"export_field_{one}")]
    assert unnamed == []


def test_what_somebody_typed_is_never_markup(shop: Shop) -> None:
    evil = "<script>alert(1)</script>"
    member = a_member(shop, customer_id="c-evil", first_name=evil, channel='"><img src=x>')
    body = {"customer_id": "c-evil", "reference": "r", "device_name": "<b>x</b>"}
    assert shop.call("POST", "/v1/members/sessions", body).status == 201
    page = Texts(shop.call("GET", "/v1/members/me/export.html", as_=member).text)
    assert evil in page.said
    assert "<b>x</b>" in page.said
    assert not {"script", "img", "b"} & set(page.tags)


def test_a_page_that_goes_on_says_where(time: Clock) -> None:
    shop = a_shop(programme=club())
    member = a_member(shop)
    with_a_long_past(shop, member, 310)
    first = shop.call("GET", f"/v1/members/{member}/export.html")
    link = first.headers["link"].partition(">")[0].removeprefix("<")
    second = shop.call("GET", link)
    assert second.status == 200
    assert "link" not in second.headers


def test_what_was_said_is_in_it_without_what_staff_notes(shop: Shop) -> None:
    member = a_member(shop)
    talks = [opened(shop, member, text=f"Thread {n}") for n in range(2)]
    talks[0].answers("We are on it.")
    talks[0].step("note", text="Difficult.")
    (part,) = parts(shop, member)
    told = {one["id"]: one["data"]["said"] for one in part["records"] if one["kind"] == "thread"}
    assert [line["text"] for line in told[talks[0].id]] == ["Thread 0", "We are on it."]
    assert [line["text"] for line in told[talks[1].id]] == ["Thread 1"]
    first, second = (f"threads#{id}" for id in told)
    rest = [group.place for group in taking_along.everything(shop.id, member, first)]
    assert [place for place in rest if place.startswith("threads")] == [second]
