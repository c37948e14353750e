"""A shop on DynamoDB Local, and a stand-in for the network that repeats what it once answered."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import scene
from stamkund import tables
from stamkund.rules.programme import Programme
from stamkund.rules.selection import moment
from stamkund.tables import programmes
from tests.builders import Clock, Shop, a_shop, app_for, connect_for_tests, http_event


def opened(programme: Programme) -> tuple[Shop, Clock]:
    """The shop with its faithful member, and the clock, which stands still unless it is moved."""
    time = connect_for_tests()
    shop = a_shop(programme=programme)
    published = programmes.current(shop.id, time.now)
    scene.a_member(shop, published.setting, moment(time.now, programme.time_zone))
    return shop, time


def ask(shop: Shop, path: str, body: Any = None) -> Any:
    """Posts to checkout, as a test does but for what tests look at along the way."""
    path = f"/v1/checkout/{path}"
    answer = app_for(path)(http_event("POST", path, body, shop.credential("shop")), None)
    assert answer["statusCode"] in {200, 201}, answer["body"]
    return json.loads(answer["body"])


class Echo:
    """Botocore's HTTP session as far as a client knows it: asks once, then repeats the answer. Of
    requests that are told `apart` it asks each once."""

    def __init__(self, session: Any, *, apart: bool) -> None:
        self._session, self._apart = session, apart
        self._answers: dict[bytes, Any] = {}

    def send(self, request: Any) -> Any:
        which = bytes(request.body) if self._apart else b""
        if which not in self._answers:
            self._answers[which] = self._session.send(request)
        return self._answers[which]


@contextmanager
def echoing(*, apart: bool = False) -> Iterator[None]:
    """No request leaves the process but the first; so all within should be the same request, or
    else the same few, which are read only."""
    endpoint: Any = tables.client().client._endpoint  # noqa: SLF001 -- where botocore meets the net
    session = endpoint.http_session
    endpoint.http_session = Echo(session, apart=apart)
    try:
        yield
    finally:
        endpoint.http_session = session
