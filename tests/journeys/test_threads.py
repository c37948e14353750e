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
