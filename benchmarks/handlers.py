"""How long an endpoint takes without the database: everything from the event to the answer, with
botocore's own work for its one call, which is told apart."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from benchmarks.database import echoing, opened
from benchmarks.figures import Figure, information, timed, within
from benchmarks.scene import MEMBER, a_programme_of, a_request
from stamkund import tables
from tests.builders import Shop, app_for, http_event

REPEATS = 300
QUOTES, ORDERS = "/v1/checkout/quotes", "/v1/checkout/orders"


def figures() -> list[Figure]:
    # As in production: a line per request, with its metrics.
    os.environ |= {"POWERTOOLS_LOG_LEVEL": "INFO", "STAMKUND_STAGE": "bench"}
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        shop, _ = opened(a_programme_of(50))
        quote = shop.call("POST", QUOTES, a_request(3, member=MEMBER)).json["quote"]
        order = a_request(3, member=MEMBER, order_id="1", quote=quote)
        return [
            *_handling("quote", 2, shop, QUOTES, a_request(3, member=MEMBER)),
            *_handling("commit", 3, shop, ORDERS, order),
        ]


def _handling(
    name: str, budget: float, shop: Shop, path: str, body: dict[str, Any]
) -> Iterator[Figure]:
    event, app = http_event("POST", path, body, shop.credential("shop")), app_for(path)
    with echoing():
        with _calls() as calls:
            assert app(event, None)["statusCode"] in {200, 201}
        assert len(calls) == 1
        yield from within(
            budget,
            f"{name} of 3 lines, without DynamoDB",
            timed(lambda: app(event, None), REPEATS),
        )
        botocore = timed(calls[0], REPEATS)
        yield information(f"{name}, of which botocore", botocore.median, "ms")


@contextmanager
def _calls() -> Iterator[list[Callable[[], object]]]:
    """What was asked of botocore, to be asked again."""
    client: Any = tables.client().client
    calls: list[Callable[[], object]] = []

    def heard(params: dict[str, Any], model: Any, **_: object) -> None:
        calls.append(lambda: client._make_api_call(model.name, params))  # noqa: SLF001 -- as PynamoDB

    client.meta.events.register("before-parameter-build.dynamodb", heard)
    yield calls
    client.meta.events.unregister("before-parameter-build.dynamodb", heard)
