"""People who say something, and staff that answers: `talk = opened(shop, member)`."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from stamkund.rules import threads
from stamkund.rules.programme_file import Feedback, Template
from stamkund.rules.threads import About, Author, Step
from stamkund.tables import clock
from stamkund.tables import threads as kept
from stamkund.tables.threads import NOTICE, Picture
from tests.builders import Answer, Shop

_references = count(1)

RULES = Feedback(
    hours=48,
    kinds={"complaint": 24},
    tiers={"guld": {"complaint": 4}},
    escalate_to="team@example.com",
    page="https://shop.example/feedback",
    most_a_day=1_000,
    most_from_address=10_000,  # tests have one
    templates=[Template("sorry", {"sv": "Vi beklagar.", "en": "We are sorry."})],
)


def a_reference() -> str:
    return f"r{next(_references)}"


@dataclass
class Talk:
    """A thread, as who opened it and as staff."""

    shop: Shop
    member: str
    id: str

    @property
    def path(self) -> str:
        return f"/v1/feedback/threads/{self.id}"

    @property
    def inbox(self) -> str:
        return f"/v1/feedback/inbox/{self.id}"

    def says(self, text: str = "Something more", reference: str = "") -> Answer:
        body = {"reference": reference or a_reference(), "text": text}
        return self.shop.call("POST", f"{self.path}/messages", body, as_=self.member)

    def seen(self) -> Any:
        """By who opened it."""
        return self.shop.call("GET", self.path, as_=self.member).json

    def staff_sees(self) -> Any:
        return self.shop.call("GET", self.inbox, as_="staff").json

    def step(self, do: str, *, version: int = 0, reference: str = "", **what: Any) -> Answer:
        """On the thread as it is, unless another version is said."""
        body = {
            "reference": reference or a_reference(),
            "version": version or self.staff_sees()["thread"]["version"],
            "step": {"do": do, **what},
        }
        return self.shop.call("POST", f"{self.inbox}/steps", body, as_="staff")

    def answers(self, text: str = "We are on it.", **how: Any) -> Answer:
        return self.step("answer", text=text, **how)

    @property
    def state(self) -> str:
        state: str = self.seen()["thread"]["state"]
        return state


def open_(shop: Shop, as_: str, **fields: Any) -> Answer:
    usual = {"reference": a_reference(), "kind": "comment", "text": "The box was torn."}
    return shop.call("POST", "/v1/feedback/threads", usual | fields, as_=as_)


def opened(shop: Shop, member: str, **fields: Any) -> Talk:
    answer = open_(shop, member, **fields)
    assert answer.status == 201, answer.text
    return Talk(shop, member, answer.json["thread"])


def opened_late(shop: Shop, member: str, text: str) -> str:
    """By a call that was on its way when the member left; with a picture."""
    author = Author(side="member", id=member)
    step = Step(
        reference=a_reference(), what="opened", side="member", by=member, at=clock.real_time(),
        text=text,
    )  # fmt: skip
    thread, event = threads.opened(step, "comment", About(), author, RULES)
    picture = Picture("p" + "0" * 32, "image/png", "waiting")
    kept.open_thread(shop.id, thread, event, pictures=[picture])
    return thread.id


def a_record(shop: Shop, thread: str, n: int) -> dict[str, Any]:
    """Of a new notice, as the stream tells of it."""
    key = {"pk": {"S": f"{shop.id}#{thread}"}, "sk": {"S": f"{NOTICE}{n:06}"}}
    return {
        "eventID": f"{thread}.{n}",
        "eventName": "INSERT",
        "dynamodb": {"Keys": key, "SequenceNumber": str(n)},
    }
