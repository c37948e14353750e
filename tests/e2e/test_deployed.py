"""Journeys through what CloudFormation made: API, functions, roles, stream and schedules."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import requests

from tests.e2e.conftest import PREFIX, Deployed, Shop
from tests.picturing import a_picture
from tests.samples import sample

BY_SMS = {"sms": {"countries": ["SWE"]}}
SOON, WITHIN_A_SCHEDULE = 20, 150


@pytest.fixture(scope="module")
def shop(deployed: Deployed) -> Shop:
    """Its programme is published over HTTP as well."""
    shop = deployed.shop("fjallsport")
    published(shop)
    return shop


def published(shop: Shop) -> None:
    programme = {**sample("programme/publish_programme").body, "login": BY_SMS}
    assert shop.call("POST", "/v1/programme/versions", programme, as_="staff")["version"] == 1


def enrolled(shop: Shop, id: str) -> str:
    who = {"customer_id": id, "email": f"{id}@example.com", "language": "sv"}
    member: str = shop.call("POST", "/v1/members", who)["member"]
    return member


def ordered(shop: Shop, member: str, id: str, price: int = 129_900) -> Any:
    line = {"id": "1", "article": "tent", "quantity": 2, "unit_price": price, "vat_rate": 2500}
    basket = {"currency": "SEK", "member": member, "lines": [line]}
    quote = shop.call("POST", "/v1/checkout/quotes", basket)
    return shop.call("POST", "/v1/checkout/orders", {**basket, "order_id": id, **_token(quote)})


def eventually(ask: Callable[[], bool], patience: float = SOON) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if ask():
            return True
        time.sleep(0.5)
    return False


def kinds(shop: Shop, member: str) -> list[str]:
    return [one["kind"] for one in shop.call("GET", f"/v1/members/{member}/statement")["lines"]]


def test_a_purchase_from_joining_to_a_refund(shop: Shop) -> None:
    member = enrolled(shop, "1")
    session = shop.call("POST", "/v1/members/sessions", {"customer_id": "1"})
    article = {"article": "tent", "price": 129_900, "vat_rate": 2500}
    prices = shop.call(
        "POST", "/v1/checkout/prices", {"currency": "SEK", "articles": [article]}, as_="storefront"
    )
    assert prices["articles"][0]["guest"] == 129_900

    receipt = ordered(shop, member, "a")
    assert receipt["status"] == "held"
    again = ordered(shop, member, "a")
    assert again == receipt
    assert shop.call("POST", "/v1/checkout/orders/web:a/confirmation")["status"] == "confirmed"
    returned = {"reference": "r", "lines": [{"id": "1", "quantity": 1}]}
    refunded = shop.call("POST", "/v1/checkout/orders/web:a/refunds", returned)
    assert refunded["left"] == {"1": 1}

    mine = session["token"]
    card = shop.call("GET", "/v1/members/me/card", as_=mine)
    assert card["qr"]["payload"]
    assert shop.call("GET", "/v1/members/me/ladder", as_=mine)
    assert {"earn", "reverse"} <= set(kinds(shop, member))


def test_the_tier_moves_after_a_commit_without_anybody_calling(shop: Shop) -> None:
    member = enrolled(shop, "2")
    ordered(shop, member, "b", price=400_000)
    assert eventually(lambda: "tier" in kinds(shop, member))


def test_what_is_timed_runs_by_itself(deployed: Deployed) -> None:
    shop = deployed.shop("langtidsminne")
    published(shop)
    member = enrolled(shop, "3")
    ordered(shop, member, "c")
    ordered(shop, member, "d")
    shop.call("POST", "/v1/checkout/orders/web:d/confirmation")
    shop.call("PUT", "/v1/programme/clock", {"time": "2029-12-31T12:00:00Z"})

    def reversed_() -> bool:
        return bool(shop.call("GET", "/v1/checkout/orders/web:c")["status"] == "cancelled")

    assert eventually(reversed_, WITHIN_A_SCHEDULE), "nobody reversed what nobody confirmed"
    expired = eventually(lambda: "expire" in kinds(shop, member), WITHIN_A_SCHEDULE)
    assert expired, "nobody reviewed the account whose points had their day"


def test_a_code_is_sent_to_a_phone_and_lets_its_owner_in(deployed: Deployed, shop: Shop) -> None:
    phone = "+46701740605"
    shop.call("POST", "/v1/members", {"customer_id": "7", "phone": phone})
    asked = ("POST", "/v1/members/login-codes", {"phone": phone, "place": "header"})
    login = shop.call(*asked, as_="storefront")["login"]
    code = re.findall(r"\b\d{6}\b", deployed.emulator.texts(phone)[-1])[0]
    typed = {"reference": "t1", "login": login, "code": code}
    let_in = shop.call("POST", "/v1/members/login-codes/verifications", typed, as_="storefront")
    assert shop.call("GET", "/v1/members/me/card", as_=let_in["session"]["token"])
    with without_grant(deployed, "members-request_login_code", "Texts"):
        refused = shop.send(*asked, as_="storefront")
    assert (refused.status_code, refused.json()["code"]) == (503, "not_sent")
    assert len(deployed.emulator.texts(phone)) == 1


def test_a_picture_goes_by_its_form_and_the_queue_to_whom_it_is_shown(
    deployed: Deployed, shop: Shop
) -> None:
    enrolled(shop, "8")
    mine = shop.call("POST", "/v1/members/sessions", {"customer_id": "8"})["token"]
    begun = {"reference": "photo", "type": "image/jpeg"}
    picture = shop.call("POST", "/v1/feedback/pictures", begun, as_=mine)
    put(deployed, picture["upload"], a_picture())
    said = {
        "reference": "said",
        "kind": "idea",
        "text": "Så här!",
        "pictures": [picture["picture"]],
    }
    thread = shop.call("POST", "/v1/feedback/threads", said, as_=mine)["thread"]
    inbox = f"/v1/feedback/inbox/{thread}"

    def by_staff() -> Any:
        return shop.call("GET", inbox, as_="staff")

    def by_me() -> Any:
        lines = shop.call("GET", f"/v1/feedback/threads/{thread}", as_=mine)["lines"]
        return lines[0]["pictures"][0]

    def looked_at() -> bool:
        return bool(by_staff()["events"][0]["pictures"][0]["state"] == "shown")

    assert eventually(looked_at), deployed.emulator.faults()
    assert by_me()["state"] == "waiting"
    step = {"do": "approve", "event": 1}
    version = by_staff()["thread"]["version"]
    approved = {"reference": "yes", "version": version, "step": step}
    shop.call("POST", f"{inbox}/steps", approved, as_="staff")
    shown = requests.get(by_me()["url"], timeout=SOON)
    assert (shown.status_code, shown.content[:2]) == (200, b"\xff\xd8")


def put(deployed: Deployed, upload: Any, content: bytes) -> None:
    """As the form would: the emulator takes none."""
    s3 = deployed.emulator.client("s3")
    bucket = upload["url"].rstrip("/").rpartition("/")[2]
    s3.put_object(Bucket=bucket, Key=upload["fields"]["key"], Body=content)


def test_without_one_of_its_grants_a_function_fails(deployed: Deployed, shop: Shop) -> None:
    member = enrolled(shop, "4")
    with without_grant(deployed, "checkout-quote", "TableAccounts"):
        answer = asked(shop, member)
        assert answer.status_code >= 500, answer.text
        assert enrolled(shop, "5"), "the others keep theirs"
    assert asked(shop, member).status_code == 200


def test_without_one_of_its_libraries_a_function_fails(deployed: Deployed, shop: Shop) -> None:
    member = enrolled(shop, "6")
    with without_library(deployed, "checkout", "checkout-quote", "itsdangerous/"):
        assert asked(shop, member).status_code >= 500
    assert asked(shop, member).status_code == 200


def asked(shop: Shop, member: str) -> Any:
    line = {"id": "1", "article": "tent", "quantity": 1, "unit_price": 100, "vat_rate": 2500}
    basket = {"currency": "SEK", "member": member, "lines": [line]}
    return shop.send("POST", "/v1/checkout/quotes", basket)


@contextmanager
def without_grant(deployed: Deployed, function: str, sid: str) -> Iterator[None]:
    iam, lambdas = deployed.emulator.client("iam"), deployed.emulator.client("lambda")
    arn = lambdas.get_function_configuration(FunctionName=f"{PREFIX}-{function}")["Role"]
    of = {"RoleName": arn.rpartition("/")[2], "PolicyName": "declared"}
    before = iam.get_role_policy(**of)["PolicyDocument"]
    kept = [one for one in before["Statement"] if one["Sid"] != sid]
    assert len(kept) == len(before["Statement"]) - 1
    iam.put_role_policy(**of, PolicyDocument=json.dumps({**before, "Statement": kept}))
    yield
    iam.put_role_policy(**of, PolicyDocument=json.dumps(before))


@contextmanager
def without_library(deployed: Deployed, domain: str, function: str, library: str) -> Iterator[None]:
    lambdas, name = deployed.emulator.client("lambda"), f"{PREFIX}-{function}"
    whole = (deployed.packages / f"{domain}.zip").read_bytes()
    lambdas.update_function_code(FunctionName=name, ZipFile=less(whole, library))
    yield
    lambdas.update_function_code(FunctionName=name, ZipFile=whole)


def less(package: bytes, library: str) -> bytes:
    made = BytesIO()
    with ZipFile(BytesIO(package)) as whole, ZipFile(made, "w") as part:
        names = [name for name in whole.namelist() if not name.startswith(library)]
        assert len(names) < len(whole.namelist())
        for name in names:
            part.writestr(name, whole.read(name))
    return made.getvalue()


def _token(quote: Any) -> dict[str, str]:
    return {"quote": quote["quote"]}
