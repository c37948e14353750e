"""Many at once who guess, type, follow, refresh and join."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import local
from typing import Any

import pytest

from functions.members import app as members
from stamkund.tables.devices import DeviceItem
from stamkund.tables.login_codes import LoginCodeItem
from stamkund.web import messages
from stamkund.web.app import App
from tests.builders import OUTBOX, Clock, Shop, a_programme, a_shop, everything_kept, http_event
from tests.login import Person, another
from tests.members import a_member

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
BUSY = 503
mine = local()


@pytest.fixture(autouse=True)
def noon(time: Clock) -> Clock:
    time.set(NOON)
    messages.use(OUTBOX.append)
    return time


@pytest.fixture
def karin(noon: Clock) -> Person:
    shop = a_shop(programme=a_programme())
    a_member(shop, email="karin@example.com")
    return Person(shop, "karin@example.com")


def ask(shop: Shop, what: str, body: Any) -> tuple[int, str]:
    """Each thread with an app of its own; whoever is told to come again comes again."""
    if not hasattr(mine, "app"):
        mine.app = members.build()
    app: App = mine.app
    event = http_event("POST", f"/v1/members/{what}", body, shop.credential("storefront"))
    for _ in range(30):
        answer = app(event, None)
        if answer["statusCode"] != BUSY:
            break
    return answer["statusCode"], answer["body"]


def at_once(number: int, act: Callable[[int], tuple[int, str]]) -> list[tuple[int, str]]:
    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(act, range(number)))


def statuses(answers: list[tuple[int, str]]) -> Counter[int]:
    return Counter(status for status, _ in answers)


def kept(shop: Shop, table: str, kind: str) -> list[Any]:
    items = everything_kept()[table]
    key = {"identities": "pk", "profiles": "sk"}[table]
    ours = [item for item in items if item["pk"]["S"].startswith(f"{shop.id}#")]
    return [item for item in ours if f"{kind}#" in item[key]["S"]]


def typed(person: Person, code: str, reference: str) -> dict[str, str]:
    return {"reference": reference, "login": person.login, "code": code}


VERIFY = "login-codes/verifications"


def test_fifty_that_guess_at_once_have_five_tries(karin: Person) -> None:
    karin.asks()
    guesses = [another(karin.code, by) for by in range(1, 51)]
    answers = at_once(50, lambda n: ask(karin.shop, VERIFY, typed(karin, guesses[n], f"r{n}")))
    assert statuses(answers) == {403: 50}
    (code,) = kept(karin.shop, "identities", "login")
    assert LoginCodeItem.from_raw_data(code).tries == 5
    assert karin.verify().code == "login_code_invalid"


def test_of_fifty_that_bring_the_same_code_one_is_let_in(karin: Person) -> None:
    karin.asks()
    answers = at_once(50, lambda n: ask(karin.shop, VERIFY, typed(karin, karin.code, f"r{n}")))
    assert statuses(answers) == {200: 1, 403: 49}
    assert len(kept(karin.shop, "profiles", "DEVICE")) == 1


def test_the_code_and_the_link_at_once_let_one_in(noon: Clock) -> None:
    from stamkund.rules.login import Login

    shop = a_shop(programme=a_programme(login=Login(link="https://fjallsport.example")))
    a_member(shop, email="karin@example.com")
    person = Person(shop, "karin@example.com").asks()
    bodies = [typed(person, person.code, "code"), {"reference": "link", "link": person.link}]
    answers = at_once(2, lambda n: ask(shop, VERIFY, bodies[n]))
    assert statuses(answers) == {200: 1, 403: 1}


def test_the_same_verification_five_times_at_once_is_one_session(karin: Person) -> None:
    karin.asks()
    answers = at_once(5, lambda _: ask(karin.shop, VERIFY, typed(karin, karin.code, "once")))
    assert statuses(answers) == {200: 5}
    assert len({body for _, body in answers}) == 1
    assert len(kept(karin.shop, "profiles", "DEVICE")) == 1


def test_the_same_refresh_ten_times_at_once_gets_one_successor(karin: Person) -> None:
    body = {"refresh_token": karin.logs_in().refresh_token}
    answers = at_once(10, lambda _: ask(karin.shop, "sessions/refreshes", body))
    assert statuses(answers) == {201: 10}
    assert len({body for _, body in answers}) == 1
    (device,) = kept(karin.shop, "profiles", "DEVICE")
    assert DeviceItem.from_raw_data(device).generation == 1


def test_the_same_joining_ten_times_at_once_is_one_member(noon: Clock) -> None:
    person = Person(a_shop(programme=a_programme()), "agnes@example.com")
    body = {"verified_contact": person.proof(), "first_name": "Agnes"}
    answers = at_once(10, lambda _: ask(person.shop, "joinings", body))
    assert statuses(answers) == {201: 1, 200: 9}
    assert len(kept(person.shop, "profiles", "DEVICE")) == 1
    assert len(kept(person.shop, "identities", "email")) == 1


def test_fifty_that_ask_at_once_get_five_codes(karin: Person) -> None:
    body = {"email": "karin@example.com", "place": "header"}
    sent = len(OUTBOX)
    answers = at_once(50, lambda _: ask(karin.shop, "login-codes", body))
    counted = statuses(answers)
    # Whoever met too many others may have been told to come again, and stayed away.
    assert counted[202] == len(OUTBOX) - sent <= 5
    assert counted[429] >= 40
