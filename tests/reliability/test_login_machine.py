"""Two members and somebody who is none ask, guess, type, follow, refresh, steal, log out and wait;
and at any step something happens to a call, after which the client tries again.

Hypothesis chooses; the blob that it prints with a failure replays it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from functions.members import contacting
from stamkund.rules.login import CODE_LIFETIME, TRIES, Login
from stamkund.tables.devices import GRACE, NOT_REMEMBERED, REMEMBERED
from stamkund.tables.login_codes import LoginCodeItem
from stamkund.web import messages, sessions
from tests.builders import OUTBOX, Answer, Clock, Shop, a_programme, a_shop
from tests.login import Person, another, code_in, link_in
from tests.members import a_member
from tests.reliability import faults
from tests.reliability.machines import Timed, search

LINKED = Login(link="https://fjallsport.example")
EMAILS = ["jonas@example.com", "karin@example.com", "agnes@example.com"]
MEMBERS = EMAILS[:2]
# Most of the time nothing happens.
FAULTS = st.sampled_from([None] * len(faults.FAULTS) + list(faults.FAULTS))


@dataclass
class Code:
    """What is known of a code: until when it holds, and who has been let in by it."""

    person: Person
    until: datetime
    used_as: str = ""
    device: "Device | None" = None


@dataclass
class Device:
    """What should be known of a device."""

    member: str
    until: datetime
    seen_at: datetime
    remembered: bool
    generation: int = 0
    alive: bool = True
    id: str = ""
    tokens: list[str] = field(default_factory=list)


class WayIn(Timed):
    codes = Bundle("codes")
    devices = Bundle("devices")

    def __init__(self) -> None:
        super().__init__()
        self.every: list[Device] = []
        self.asked: list[Code] = []

    @initialize()
    def opens(self) -> None:
        messages.use(OUTBOX.append)
        self.shop: Shop = a_shop(programme=a_programme(login=LINKED))
        self.members = {email: a_member(self.shop, email=email) for email in MEMBERS}

    @property
    def now(self) -> datetime:
        return self.time.now

    # Codes

    @rule(target=codes, email=st.sampled_from(EMAILS), fault=FAULTS)
    def asks(self, email: str, fault: str | None) -> object:
        person = Person(self.shop, email)
        sent = len(OUTBOX)
        answer = self.tried(person.ask, fault, 0)
        if answer.status == 429:
            assert fault or len(OUTBOX) == sent
            return multiple()
        assert answer.status == 202, answer.text
        known = Person(self.shop, email, login=answer.json["login"])
        known.code, known.link = code_in(OUTBOX[-1]), link_in(OUTBOX[-1])
        self.asked.append(Code(known, self.now + CODE_LIFETIME))
        return self.asked[-1]

    @rule(code=codes, by=st.integers(1, 9), times=st.integers(1, 6))
    def guesses(self, code: Code, by: int, times: int) -> None:
        """Also by the reference of who was let in."""
        for n in range(times):
            wrong = another(code.person.code, by + n)
            answer = code.person.verify(wrong, reference=code.used_as)
            assert answer.code == "login_code_invalid"

    @rule(
        target=devices,
        code=codes,
        how=st.sampled_from(["code", "link"]),
        reference=st.sampled_from(["one", "other"]),
        remember=st.booleans(),
        fault=FAULTS,
        call=st.integers(0, 3),
    )
    def types(
        self, code: Code, how: str, reference: str, remember: bool, fault: str | None, call: int
    ) -> object:
        tries = self.tries(code)
        verify = code.person.verify if how == "code" else code.person.follow
        answer = self.tried(lambda: verify(reference=reference, remember=remember), fault, call)
        self.is_as_it_should_be(code, reference, answer, tries, sure=not fault)
        if answer.status != 200:
            return multiple()
        first, code.used_as = not code.used_as, reference
        if not answer.json["session"]:
            assert code.person.contact not in self.members
            return multiple()
        return self.let_in(code, answer, remember) if first else multiple()

    def is_as_it_should_be(
        self, code: Code, reference: str, answer: Answer, tries: int, *, sure: bool
    ) -> None:
        most = 2 * TRIES if code.used_as == reference else TRIES
        moved = code.device and (code.device.generation or not code.device.alive)
        allowed = self.now < code.until and tries < most and not moved
        if not allowed or code.used_as not in {"", reference}:
            assert (answer.status, answer.code) == (403, "login_code_invalid")
        elif sure or tries < most - 1:
            assert answer.status == 200, answer.text

    def let_in(self, code: Code, answer: Answer, remember: bool) -> object:
        session = answer.json["session"]
        assert session["member"] == self.members[code.person.contact]
        lifetime = REMEMBERED if remember else NOT_REMEMBERED
        device = Device(session["member"], self.now + lifetime, self.now, remember)
        owner = sessions.verify(session["token"])
        assert owner
        device.id, device.tokens = owner.device, [session["refresh_token"]]
        assert device.id not in {known.id for known in self.every}
        code.device = device
        self.every.append(device)
        return device

    def tries(self, code: Code) -> int:
        key = f"{self.shop.id}#login#{self.id_of(code)}"
        return int(LoginCodeItem.get(key, consistent_read=True).tries)

    def id_of(self, code: Code) -> str:
        return contacting.unsealed(self.shop.id, code.person.login, contacting.CODE).id

    # Sessions

    @rule(device=devices, back=st.sampled_from([0, 0, 0, 1, 1, 2, 3]), fault=FAULTS)
    def refreshes(self, device: Device, back: int, fault: str | None) -> None:
        """By the newest token, or by an older one that somebody has kept."""
        generation = max(0, len(device.tokens) - 1 - back)
        token = device.tokens[generation]
        answer = self.tried(lambda: Person(self.shop, "").refresh(token), fault, 0)
        again = generation + 1 == device.generation and self.now - device.seen_at <= GRACE
        if not device.alive or self.now >= device.until:
            self.ended(device, answer)
        elif generation == device.generation:
            assert answer.status == 201, answer.text
            device.tokens.append(answer.json["refresh_token"])
            device.generation += 1
            device.seen_at = self.now
            device.until = self.now + (REMEMBERED if device.remembered else NOT_REMEMBERED)
        elif again:
            assert answer.json["refresh_token"] == device.tokens[-1]
        else:
            self.ended(device, answer)

    def ended(self, device: Device, answer: Answer) -> None:
        assert (answer.status, answer.code) == (401, "session_ended")
        device.alive = False

    @rule(device=consumes(devices), fault=FAULTS, old=st.booleans())
    def logs_out(self, device: Device, fault: str | None, old: bool) -> None:
        token = device.tokens[0 if old else -1]
        assert self.tried(lambda: Person(self.shop, "").log_out(token), fault, 0).status == 204
        device.alive = False
        for token in device.tokens:
            assert Person(self.shop, "").refresh(token).code == "session_ended"

    @rule(seconds=st.sampled_from([1, 10, 29, 30, 31, 300, 600, 900, 11 * 3600, 80 * 86_400]))
    def waits(self, seconds: int) -> None:
        self.time.set(self.now + timedelta(seconds=seconds))

    # Always

    @invariant()
    def no_code_is_tried_too_often_and_none_lets_two_in(self) -> None:
        for code in self.asked:
            assert self.tries(code) <= (2 * TRIES if code.used_as else TRIES)

    @invariant()
    def those_are_logged_in_who_should_be(self) -> None:
        for member in self.members.values() if self.asked else ():
            path = "/v1/members/me/devices"
            listed = self.shop.call("GET", path, as_=member).json["devices"]
            alive = {
                device.id
                for device in self.every
                if device.member == member and device.alive and self.now < device.until
            }
            assert {device["device"] for device in listed} == alive


def test_no_order_of_events_lets_anybody_in_who_should_not_be(time: Clock) -> None:
    search(WayIn, time, steps=30)
