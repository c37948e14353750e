"""Logging in, as a page in the browser does it, to test with: `person = Person(shop, EMAIL)`."""

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from stamkund.web.messages import Message
from tests.builders import OUTBOX, Answer, Shop

_references = count(1)


def last_sent(to: str) -> Message:
    return next(message for message in reversed(OUTBOX) if message.to == to)


def code_in(message: Message) -> str:
    found = re.search(r"\b[0-9]{6}\b", message.text)
    assert found, message
    return found[0]


def link_in(message: Message) -> str:
    found = re.search(r"#login=(\S+)", message.text)
    assert found, message
    return found[1]


def another(code: str, by: int = 1) -> str:
    """A code that is not this one."""
    return f"{(int(code) + by) % 1_000_000:06}"


@dataclass
class Person:
    """Somebody at a page of the shop, by e-mail or phone, whoever they are to the club."""

    shop: Shop
    contact: str
    login: str = ""
    code: str = ""
    link: str = ""
    refresh_token: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def post(self, what: str, body: Any, **how: Any) -> Answer:
        return self.shop.call("POST", f"/v1/members/{what}", body, as_="storefront", **how)

    def ask(self, **more: Any) -> Answer:
        kind = "email" if "@" in self.contact else "phone"
        return self.post("login-codes", {kind: self.contact, "place": "basket", **more})

    def asks(self, **more: Any) -> "Person":
        answer = self.ask(**more)
        assert answer.status == 202, answer.text
        sent = last_sent(self.contact)
        self.login, self.code = answer.json["login"], code_in(sent)
        self.link = link_in(sent) if "#login=" in sent.text else ""
        return self

    def verify(self, code: str = "", *, reference: str = "", **more: Any) -> Answer:
        reference = reference or f"r{next(_references)}"
        body = {"reference": reference, "login": self.login, "code": code or self.code, **more}
        return self.post("login-codes/verifications", body)

    def follow(self, *, reference: str = "", **more: Any) -> Answer:
        """The link."""
        reference = reference or f"r{next(_references)}"
        body = {"reference": reference, "link": self.link, **more}
        return self.post("login-codes/verifications", body)

    def logs_in(self, **more: Any) -> "Person":
        answer = self.asks().verify(**more)
        assert answer.status == 200, answer.text
        self.refresh_token = answer.json["session"]["refresh_token"]
        return self

    def proof(self) -> str:
        answer = self.asks().verify(want="proof")
        assert answer.status == 200, answer.text
        return str(answer.json["proof"]["verified_contact"])

    def join(self, proof: str, **more: Any) -> Answer:
        return self.post("joinings", {"verified_contact": proof, **more})

    def refresh(self, token: str = "") -> Answer:
        return self.post("sessions/refreshes", {"refresh_token": token or self.refresh_token})

    def refreshes(self) -> "Person":
        answer = self.refresh()
        assert answer.status == 201, answer.text
        self.refresh_token = answer.json["refresh_token"]
        return self

    def log_out(self, token: str = "") -> Answer:
        return self.post("sessions/logouts", {"refresh_token": token or self.refresh_token})
