"""The sample events of events/<domain>/<endpoint>.json: documentation and test input at once.

Each is run in a club of its own, after those that it names in `after`, as the caller that it names
in `as` (or else the first that the endpoint admits). `python -m tests.samples` writes into each
what was really answered.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from importlib import import_module
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from functions.feedback import report_engagement
from stamkund.local.invocation import Context
from stamkund.rules.invitations import grouped
from stamkund.rules.login import PROOF_LIFETIME, Contact
from stamkund.tables import clock, invitations, shops, threads
from stamkund.tables.profiles import Profile
from stamkund.web import verified_contact
from stamkund.web.referring import identity_of, sign
from tests.builders import (
    OUTBOX,
    Answer,
    Shop,
    a_member,
    a_shop,
    endpoint_at,
    keep_pictures,
    mocked_tables,
)
from tests.documented import EVENTS, Json, Operation, operations

MEMBER = "m4x7q2k5t3w6zabc"
OTHER = "m2u5v7w3x4y6zdef"
# Who invites friends, and was there before anybody else.
INVITER = "m6r3n7k4p2q5tuvw"
INVITERS_CODE = "KT4RW7CD9"
# What differs from club to club, and is only shown.
UNLIKE = {"quote", "token", "payload", "svg", "member", "card_number", "number", "card", "next"}
UNLIKE |= {"login", "refresh_token", "verified_contact", "ticket", "identification", "claim"}
UNLIKE |= {"voucher", "gift"}
UNLIKE |= {"asked_by", "approved_by", "refused_by", "given_by"}
UNLIKE |= {"link", "by", "last_by", "owner", "commitment", "published_by"}
UNLIKE |= {"survey_link"}
UNLIKE |= {"picture", "policy", "url", "key", "visit", "decided_by"}
BEGINNING = 68
OTHER_CONTACTS = {
    "members/join": "karin.berg@example.com",
    "members/change_contact": "jonas.holm@example.com",
}
KARIN = Profile(language="sv", joined_as=b"", customer_id="900", first_name="Karin")
JONAS = Profile(
    language="sv",
    joined_as=b"",
    customer_id="1000",
    first_name="Jonas",
    last_name="Holm",
    email="jonas@example.com",
    phone="+46701740600",
)


class Sample(Struct, frozen=True, forbid_unknown_fields=True):
    after: list[str] = []
    as_: str = ""
    headers: dict[str, str] = {}
    path: dict[str, Any] = {}
    query: dict[str, Any] = {}
    body: Any = None
    response: Any = None


def names() -> list[str]:
    return [f"{one.domain}/{one.name}" for one in operations()]


def written() -> list[str]:
    """Those that have a sample, which a test says all should."""
    return [name for name in names() if (EVENTS / f"{name}.json").exists()]


@cache
def sample(name: str) -> Sample:
    plain = json.loads((EVENTS / f"{name}.json").read_text())
    return Sample(**{"as_" if key == "as" else key: value for key, value in plain.items()})


class Club:
    """A shop with one member, in which samples happen one after another."""

    def __init__(self, *, sandbox: bool = True) -> None:
        keep_pictures()
        self.shop: Shop = a_shop(sandbox=sandbox, published=False)
        self.member = a_member(
            self.shop,
            MEMBER,
            lots={">2027-06": 800, "2026-03-24>2028-03": 349},
            spend={"2025-11": 189_500, "2026-02": 144_900},
            voucher=5_000,
            profile=JONAS,
        )
        # Some things take two persons.
        self.shop.keys["second"] = shops.add_key(self.shop.id, "staff")
        self.answers: dict[str, Answer] = {}
        self.beside = 0  # what else was needed: requests for a body, timed functions
        self.other = ""
        self.inviter = ""
        self.held = False

    def run(self, name: str) -> Answer:
        """What the sample is answered, now that all has happened that comes before it."""
        self.come_first(name)
        if name == "feedback/read_picture" and name not in self.answers:
            self._with_an_approved_picture(sample(name).path)
        if name == "feedback/read_reviews" and name not in self.answers:
            self._with_a_picture_for_everybody()
        if "engagement" in name:
            self.beside += 1
            report_engagement.handler({}, Context("timed"))
        self.answers[name] = self.send(name)
        return self.answers[name]

    def come_first(self, name: str) -> None:
        for earlier in sample(name).after:
            if earlier.startswith("functions."):  # of those that are timed
                import_module(earlier).handler({}, Context(earlier))
                self.beside += 1
            elif earlier not in self.answers:
                self.run(earlier)

    def send(
        self,
        name: str,
        *,
        as_: str = "",
        path: str = "",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Once more, by somebody else, or with another path, body, or headers besides."""
        given, one = sample(name), operation(name)
        caller = as_ or given.as_ or first_caller(one, given)
        self.prepare(given)
        return self.shop.call(
            one.method,
            path or filled(one, self._of_this_club(given)),
            self.body(name) if body is None else body,
            as_=self.member if caller == "member" else caller,
            headers={**given.headers, **(headers or {})},
        )

    def prepare(self, given: Sample) -> None:
        """Whatever a path or a body names of invitations."""
        said = json.dumps([given.path, given.body])
        if not self.inviter and (INVITER in said or grouped(INVITERS_CODE) in said):
            self.inviter = self._inviter()
        if given.as_ == OTHER:
            self._other()
        if "friend" in given.path and not self.held:
            self._held()

    def _inviter(self) -> str:
        """Known by a device as well, which a friend had better not share."""
        inviter = a_member(self.shop, INVITER, profile=KARIN, joined_on="2025-06-01")
        now = clock.real_time()
        until = now + timedelta(days=30)
        invitations.make(
            self.shop.id, inviter, lambda: INVITERS_CODE,
            lambda code: identity_of(self.shop.id, code), now, named=True,
        )  # fmt: skip
        invitations.note_signs(
            self.shop.id, inviter, [sign(self.shop.id, "device", "d-1")], now, until
        )
        return inviter

    def _held(self) -> None:
        """Somebody who was brought by who uses the same device."""
        self.held = True
        self.inviter = self.inviter or self._inviter()
        body = {"code": INVITERS_CODE, "device": "d-1"}
        self.beside += 1
        self.shop.call("POST", f"/v1/members/{self.member}/referrer", body)

    def _of_this_club(self, given: Sample) -> Sample:
        """With the code of the voucher that a member has here."""
        kept = self.answers.get("members/keep_reward")
        if kept is None or kept.status >= 400 or "voucher" not in given.path:
            return given
        return replace(given, path={**given.path, "voucher": kept.json["voucher"]})

    def body(self, name: str) -> Any:
        """With the quote and the card's code of this club where the sample shows one."""
        self.prepare(sample(name))
        body, quoted = sample(name).body, self.answers.get("checkout/quote")
        card = self.answers.get("members/read_card")
        if isinstance(body, dict) and "quote" in body and quoted:
            return {**body, "quote": quoted.json["quote"]}
        offered = self.answers.get("members/offer_login")
        if isinstance(body, dict) and "ticket" in body and offered:
            return {**body, "ticket": offered.json["ticket"]}
        if isinstance(body, dict) and "qr" in body and card:
            return {**body, "qr": card.json["qr"]["payload"]}
        if isinstance(body, dict):
            return {**body, **{key: make(name) for key, make in self._made.items() if key in body}}
        return body

    @property
    def _made(self) -> Mapping[str, Callable[[str], Any]]:
        """What a sample can only show: it is signed for this club, or was sent to somebody."""
        codes = self.answers.get("members/request_login_code")
        verified = self.answers.get("members/verify_login_code")
        made: dict[str, Callable[[str], Any]] = {"verified_contact": self._verified_contact}
        linked = self.answers.get("feedback/make_guest_link")
        if linked:
            made["link"] = lambda _: str(linked.json["link"])
        begun = self.answers.get("feedback/begin_picture")
        if begun:
            made["pictures"] = lambda _: [begun.json["picture"]]
        made |= {"claim": lambda _: self._claim(), "merge": lambda _: self._other()}
        gift = self.answers.get("members/make_gift_link")
        if gift:
            made["gift"] = lambda _: self._gift(gift)
        if codes:
            made |= {"login": lambda _: str(codes.json["login"]), "code": lambda _: code_sent()}
        if verified:
            made["refresh_token"] = lambda _: str(verified.json["session"]["refresh_token"])
        return made

    def _gift(self, made: Answer) -> str:
        """Somebody else takes it."""
        self._other()
        return str(made.json["gift"])

    def _other(self) -> str:
        """A second membership, which is there from the first time that it is asked for."""
        if not self.other:
            self.other = a_member(self.shop, OTHER, lots={">2027-06": 120})
        return self.other

    def _with_an_approved_picture(self, path: dict[str, Any]) -> None:
        """It is looked at by what nobody calls."""
        self.beside += 2
        begun = self.answers["feedback/begin_picture"].json
        body = {"reference": "photo-1", "kind": "comment", "text": "Så ser de ut."}
        pictured = {**body, "pictures": [begun["picture"]]}
        opened = self.shop.call("POST", "/v1/feedback/threads", pictured, as_=self.member)
        assert opened.status == 201, opened.text
        threads.looked_at(self.shop.id, path["thread"], path["picture"], "kept")
        self._step(path["thread"], 1, {"do": "approve", "event": 1})

    def _with_a_picture_for_everybody(self) -> None:
        self.beside += 1
        review = self.answers["feedback/write_review"].json
        (shown,) = review["pictures"]
        threads.looked_at(self.shop.id, review["thread"], shown["picture"], "kept")
        self._step(review["thread"], 2, {"do": "publish", "pictures": [shown["picture"]]})

    def _step(self, thread: str, version: int, step: dict[str, Any]) -> None:
        body = {"reference": "photo-1", "version": version, "step": step}
        answer = self.shop.call("POST", f"/v1/feedback/inbox/{thread}/steps", body, as_="staff")
        assert answer.status == 201, answer.text

    def _claim(self) -> str:
        """On an order that somebody makes as a guest."""
        bought = sample("checkout/commit").body
        guest = {name: bought[name] for name in ("currency", "lines")}
        order = {"order_id": "2001", "contact": {"email": JONAS.email}, **guest}
        self.beside += 1
        return str(self.shop.call("POST", "/v1/checkout/orders", order).json["claim"])

    def _verified_contact(self, name: str) -> str:
        email = OTHER_CONTACTS.get(name, JONAS.email)
        until = clock.real_time() + PROOF_LIFETIME
        return verified_contact.prove(
            self.shop.id, "0" * 32, Contact("email", email), "basket", until
        )


def code_sent() -> str:
    """The last one; an SMS of a till has none, and neither has what only tells somebody of
    something."""
    mailed = (message.text for message in reversed(OUTBOX) if message.channel == "email")
    return next(found[0] for text in mailed if (found := re.search(r"\b[0-9]{6}\b", text)))


def operation(name: str) -> Operation:
    return next(one for one in operations() if f"{one.domain}/{one.name}" == name)


def first_caller(one: Operation, given: Sample) -> str:
    if given.path.get("member") == "me":
        return "member"
    known = endpoint_at(one.method, filled(one, given))
    return known.callers[0].value if known and known.callers else "nobody"


def filled(one: Operation, given: Sample) -> str:
    """The path with its parameters, and the query."""
    query = "&".join(f"{name}={value}" for name, value in given.query.items())
    return one.path.format(**given.path) + (f"?{query}" if query else "")


def shown(answer: Any) -> Any:
    """An answer without what differs from club to club."""
    if isinstance(answer, list):
        return [shown(item) for item in answer]
    if not isinstance(answer, dict):
        return answer
    return {
        name: "..." if name in UNLIKE and isinstance(value, str) else shown(value)
        for name, value in answer.items()
    }


def told(answer: Answer) -> Any:
    """What a sample shows of it: of a page only how it begins."""
    if answer.headers["content-type"].startswith(("text/", "image/")):
        return answer.text[:BEGINNING] + "..."
    return answer.json


def write_answers() -> None:
    with mocked_tables():
        for name in written():
            _write_answer(name, Club().run(name))
    with_quote = json.loads((EVENTS / "checkout/commit.json").read_text())
    with_quote["body"]["quote"] = sample("checkout/quote").response["quote"]
    _write("checkout/commit", with_quote)


def _write_answer(name: str, answer: Answer) -> None:
    plain: Json = json.loads((EVENTS / f"{name}.json").read_text())
    if answer.text and shown(plain.get("response")) != shown(told(answer)):
        _write(name, {**plain, "response": told(answer)})


def _write(name: str, plain: Json) -> None:
    (EVENTS / f"{name}.json").write_text(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write_answers()
