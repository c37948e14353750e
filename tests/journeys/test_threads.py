"""From what somebody says to the message that they get: gateway, table, stream, mailbox."""

import time
from typing import Any

import pytest
import requests

from stamkund.local.club import Club, item_pumps
from stamkund.local.mailbox import Mailbox
from stamkund.local.mischief import Mischief
from stamkund.web import messages, sessions
from tests.builders import Clock, Shop, a_programme, a_shop
from tests.members import a_member
from tests.picturing import a_picture
from tests.reviewing import a_club, bought, path_of
from tests.talking import RULES, opened


def a_club_shop() -> Shop:
    return a_shop(programme=a_programme(feedback=RULES))


class Somebody:
    """Calls the club over HTTP."""

    def __init__(self, club: Club, credential: str) -> None:
        self._url = club.url
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Bearer {credential}"

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._http.post(f"{self._url}{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def put(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._http.put(f"{self._url}{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def sends_a_picture(self, reference: str) -> str:
        """As a browser does, by the form; how it is named then."""
        begun = self.post("/v1/feedback/pictures", {"reference": reference, "type": "image/jpeg"})
        form = begun["upload"]
        file = {"file": ("photo.jpg", a_picture())}
        assert requests.post(form["url"], form["fields"], files=file, timeout=10).status_code == 204
        return str(begun["picture"])

    def get(self, path: str) -> Any:
        answer = self._http.get(f"{self._url}{path}", timeout=10)
        assert answer.ok, answer.text
        return answer.json()


def test_who_says_something_hears_of_it_and_of_the_answer(club: Club) -> None:
    shop = a_club_shop()
    member = a_member(shop, email="jonas@example.com", language="sv")
    me = Somebody(club, sessions.issue(shop.id, member).token)
    desk = Somebody(club, shop.keys["staff"])
    body = {"reference": "1", "kind": "complaint", "text": "Trasig."}
    thread = me.post("/v1/feedback/threads", body)["thread"]
    waiting = desk.get("/v1/feedback/inbox")["threads"]
    assert [one["thread"] for one in waiting] == [thread]
    step = {"reference": "a", "version": 1, "step": {"do": "answer", "text": "Ny på väg."}}
    desk.post(f"/v1/feedback/inbox/{thread}/steps", step)
    since = time.monotonic()
    desk.post("/_local/settle")
    assert time.monotonic() - since < 20
    told = [kept["message"] for kept in desk.get("/mailbox.json")]
    mine = [
        one["text"].split("\n")[0] for one in reversed(told) if one["to"] == "jonas@example.com"
    ]
    assert [text.partition(".")[0] for text in mine] == [
        "Tack för att du hörde av dig till Kundklubben",
        "Kundklubben har svarat dig",
    ]
    assert [line["text"] for line in me.get(f"/v1/feedback/threads/{thread}")["lines"]] == [
        "Trasig.", "Ny på väg.",
    ]  # fmt: skip


def test_a_picture_comes_with_a_review_is_let_through_and_goes_with_the_goods(club: Club) -> None:
    shop = a_shop(programme=a_club())
    who = bought(shop)
    me = Somebody(club, sessions.issue(shop.id, who.member).token)
    desk = Somebody(club, shop.keys["staff"])
    page = Somebody(club, shop.keys["storefront"])
    everybody = "/v1/feedback/articles/shoe/reviews"
    said = {"stars": 5, "text": "Sitter bra.", "pictures": [me.sends_a_picture("1")]}
    review = me.put(path_of(who.till.order), said)
    desk.post("/_local/settle")
    assert page.get(everybody)["reviews"][0]["pictures"] == []
    inbox = f"/v1/feedback/inbox/{review['thread']}"
    picture = review["pictures"][0]["picture"]
    step = {"do": "publish", "pictures": [picture]}
    desk.post(f"{inbox}/steps", {"reference": "a", "version": 2, "step": step})
    (shown,) = page.get(everybody)["reviews"][0]["pictures"]
    assert requests.get(shown["url"], timeout=10).headers["content-type"] == "image/jpeg"
    who.till.refund("r")
    desk.post("/_local/settle")
    assert me.get(path_of(who.till.order))["state"] == "withdrawn"
    assert page.get(everybody)["reviews"] == []
    desk.post("/_local/jobs/look_again")
    desk.post("/_local/settle")
    assert requests.get(shown["url"], timeout=10).status_code == 403


@pytest.mark.parametrize("seed", range(3))
def test_a_stream_at_its_worst_tells_everybody_once(prefix: str, clock: Clock, seed: int) -> None:
    box = Mailbox()
    sent: list[str] = []

    def carry(message: messages.Message) -> None:
        sent.append(message.id)
        box.put(message)

    messages.use(carry)
    shop = a_club_shop()
    for number in range(4):
        talk = opened(shop, a_member(shop, email=f"p{seed}{number}@example.com"))
        talk.step("note", text="Hm.")
        talk.answers()
        talk.step("close")
        talk.says()
    for pump in item_pumps(prefix, deliveries=Mischief(seed)):
        pump.drain()
    mine = [id for id in sent if id.startswith(f"{shop.id}.")]
    assert len(mine) == len(set(mine)) == 4 * 4
