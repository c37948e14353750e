"""What locust drives: visitors of a shop on the first evening of its sale.

Two share a household and its memberships. They look through the gallery, ask what a basket costs,
show the card, and some buy: a quote, the commit, and when the payment came through the
confirmation. Now and then a payment fails, a parcel comes back, or an answer is lost and the shop
sends the same order again.
"""

import os
import random
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from locust import FastHttpUser, between, task
from locust.contrib.fasthttp import FastResponse

from benchmarks.load.plan import MEMBERS, VARIABLE, VISITORS, Done, read
from stamkund.local.seed.catalogue import catalogue, line

FOLDER = Path(os.environ[VARIABLE])
PLAN = read(FOLDER)
SHOWN = 24  # articles on a page of the gallery
# What was promised, or wished for, was taken meanwhile: an answer, and no error.
CONTESTED = {("quote", 409), ("commit", 409)}
REPEATED, FORSAKEN, RETURNED, PAYS_WITH_POINTS = 0.05, 0.05, 0.05, 0.3

_goods = [article.id for article in catalogue().values() if article.kind == "goods"]
_visitors, _orders = count(), count()
_encoder = msgspec.json.Encoder()
_notes = (FOLDER / f"done-{os.getpid()}.jsonl").open("ab", buffering=0)


def note(what: Any, order: str, **more: int) -> None:
    _notes.write(_encoder.encode(Done(what, order, time.time(), **more)) + b"\n")


class Visitor(FastHttpUser):
    host = PLAN.urls[0]
    wait_time = between(*PLAN.think)

    def on_start(self) -> None:
        number = next(_visitors)
        self._url = PLAN.urls[number % len(PLAN.urls)]
        home = number // VISITORS * MEMBERS
        self._household = [PLAN.members[(home + n) % len(PLAN.members)] for n in range(MEMBERS)]
        self._log_in()

    def _log_in(self) -> None:
        who = {"customer_id": random.choice(self._household)}
        session = self._ask("session", "POST", "/v1/members/sessions", who)
        if session:
            self._member, self._token = session["member"], session["token"]
        else:
            self._member = self._token = ""

    @task(10)
    def look_at_prices(self) -> None:
        articles = [_shown(article) for article in random.sample(_goods, SHOWN)]
        wanted = {"currency": "SEK", "articles": articles}
        self._ask("prices", "POST", "/v1/checkout/prices", wanted, self._token)

    @task(5)
    def ask_for_a_quote(self) -> None:
        wanted = {"currency": "SEK", "member": self._member, "lines": _basket()}
        self._ask("quote", "POST", "/v1/checkout/quotes", wanted)

    @task(2)
    def show_the_card(self) -> None:
        self._ask("card", "GET", "/v1/members/me/card", token=self._token)

    @task(1)
    def look_at_the_points(self) -> None:
        self._ask("points", "GET", "/v1/members/me/points", token=self._token)

    @task(1)
    def come_back_later(self) -> None:
        self._log_in()

    @task(4)
    def buy(self) -> None:
        basket = {"currency": "SEK", "member": self._member, "lines": _basket()}
        quote = self._quoted(basket)
        if quote:
            order = {**basket, "order_id": _new_id(), "quote": quote}
            receipt = self._commit(order)
            if receipt and random.random() < REPEATED:
                self._commit(order, again=True)
            if receipt:
                self._pay(f"web:{order['order_id']}", basket["lines"])

    def _quoted(self, basket: dict[str, Any]) -> str:
        """With all the points that may pay, if somebody pays with points."""
        quote = self._ask("quote", "POST", "/v1/checkout/quotes", basket) or {}
        spending = quote.get("spending") or {"most": 0, "minimum": 0}
        enough = spending["most"] >= max(1, spending["minimum"])
        if enough and random.random() < PAYS_WITH_POINTS:
            wish = {**basket, "spend_points": spending["most"]}
            quote = self._ask("quote", "POST", "/v1/checkout/quotes", wish) or {}
        return str(quote.get("quote", ""))

    def _commit(self, order: dict[str, Any], *, again: bool = False) -> dict[str, Any] | None:
        key = f"web:{order['order_id']}"
        name = "commit, again" if again else "commit"
        if not again:
            note("sent", key)
        receipt = self._ask(name, "POST", "/v1/checkout/orders", order)
        if receipt and not again:
            note("commit", key, earned=receipt["points"]["total"], spent=receipt["points_spent"])
        return receipt

    def _pay(self, order: str, lines: Sequence[dict[str, Any]]) -> None:
        path = f"/v1/checkout/orders/{order}"
        if random.random() < FORSAKEN:
            if self._ask("cancel", "POST", f"{path}/cancellation"):
                note("cancel", order)
        elif self._ask("confirm", "POST", f"{path}/confirmation"):
            note("confirm", order)
            if random.random() < RETURNED:
                back = {"reference": "r1", "lines": [{"id": lines[0]["id"], "quantity": 1}]}
                if self._ask("refund", "POST", f"{path}/refunds", back):
                    note("refund", order)

    def _ask(
        self, name: str, method: str, path: str, body: Any = None, token: str = ""
    ) -> dict[str, Any] | None:
        """The answer, or None where it is no: an error unless the thing was contested."""
        headers = {"Authorization": f"Bearer {token or PLAN.shop_key}"}
        with self.client.request(
            method, self._url + path, name=name, json=body, headers=headers, catch_response=True
        ) as answer:
            contested = (name, answer.status_code) in CONTESTED
            if contested:
                note("contested", path)
            return _read(answer, contested=contested)


def _read(answer: Any, *, contested: bool) -> dict[str, Any] | None:
    if answer.status_code in {200, 201}:
        answer.success()
        found: dict[str, Any] = msgspec.json.decode(answer.content)
        return found
    if contested:
        answer.success()
    else:
        answer.failure(f"{answer.status_code} {_code(answer)}")
    return None


def _code(answer: FastResponse) -> str:
    try:
        return str(msgspec.json.decode(answer.content)["code"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return "without an answer"


def _basket() -> list[dict[str, Any]]:
    return [line(article, random.randint(1, 2)) for article in random.sample(_goods, 3)]


def _shown(article: str) -> dict[str, Any]:
    shown = line(article, 1)
    known = ("article", "vat_rate", "category", "brand")
    return {"price": shown["unit_price"], **{name: shown[name] for name in known}}


def _new_id() -> str:
    return f"{os.getpid()}-{next(_orders)}"
