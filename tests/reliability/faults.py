"""What may happen to one call to the database: `with faults.at(2, "killed after"): ...`.

Between botocore and the wire, where it happens in earnest: the SDK's own retries and request tokens
take part, and nothing of ours is replaced.

Two that one might look for are not here, because no endpoint can meet them. A stale read: what
decides is read consistently, or in a transaction (`tests/contract/test_stale_reads.py` holds every
endpoint to it); what a timed function finds in an index, which may be behind, is read again before
it is acted on, and met the next night where it was not there yet. A batch that is written in part:
endpoints write item by item, or in transactions; only an operator who makes accounts again from an
export writes in batches, and what was left out of one is sent again.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.retries.standard import ExponentialBackoff
from hypothesis import settings

from stamkund import tables

Response: TypeAlias = AWSResponse | None
Fault: TypeAlias = Callable[[AWSPreparedRequest, int], Response]


class Killed(BaseException):
    """The process is gone: nothing of it runs any more, not even `except Exception`."""


class Calls:
    """The calls of a `with` block, by operation; a call that is sent again is still one."""

    def __init__(self) -> None:
        self.operations: list[str] = []
        self.attempts = 0


@contextmanager
def counted() -> Iterator[Calls]:
    """Only looks on."""
    with _heard(lambda request, attempt: None, None) as calls:
        yield calls


@contextmanager
def at(call: int, name: str) -> Iterator[Calls]:
    """The fault of this name at one call, the first being 0."""
    with _heard(FAULTS[name], call) as calls:
        yield calls


@contextmanager
def every(name: str) -> Iterator[Calls]:
    """The fault of this name at each call."""
    with _heard(FAULTS[name], None, always=True) as calls:
        yield calls


@contextmanager
def _heard(fault: Fault, call: int | None, *, always: bool = False) -> Iterator[Calls]:
    events, calls = tables.client().client.meta.events, Calls()

    def begin(model: Any, **_: Any) -> None:
        calls.operations.append(model.name)
        calls.attempts = 0

    def send(request: AWSPreparedRequest, **_: Any) -> Response:
        calls.attempts += 1
        met = always or len(calls.operations) - 1 == call
        return fault(request, calls.attempts) if met else None

    events.register("before-call.dynamodb", begin, unique_id="stamkund-fault-call")
    events.register("before-send.dynamodb", send, unique_id="stamkund-fault-send")
    try:
        # The SDK tries again as often as it would, but at once: there is nobody to give time to.
        with patch.object(ExponentialBackoff, "delay_amount", return_value=0.0):
            yield calls
    finally:
        events.unregister("before-call.dynamodb", unique_id="stamkund-fault-call")
        events.unregister("before-send.dynamodb", unique_id="stamkund-fault-send")


def sent(request: AWSPreparedRequest) -> AWSResponse:
    """What the database really answers."""
    client = tables.client().client
    return client._endpoint.http_session.send(request)  # noqa: SLF001 -- botocore says no other way


def _killed_before(request: AWSPreparedRequest, attempt: int) -> Response:
    raise Killed


def _killed_after(request: AWSPreparedRequest, attempt: int) -> Response:
    sent(request)
    raise Killed


def _never_arrives(request: AWSPreparedRequest, attempt: int) -> Response:
    raise EndpointConnectionError(endpoint_url=request.url)


def _answers_are_lost(request: AWSPreparedRequest, attempt: int) -> Response:
    """Of every attempt: the SDK gives up in the end."""
    sent(request)
    raise ReadTimeoutError(endpoint_url=request.url)


def _answer_is_lost(request: AWSPreparedRequest, attempt: int) -> Response:
    """The SDK sends the same again, by the same token."""
    if attempt > 1:
        return None
    sent(request)
    raise ReadTimeoutError(endpoint_url=request.url)


def _arrives_twice(request: AWSPreparedRequest, attempt: int) -> Response:
    sent(request)
    return sent(request)


def _fails_once_it_is_done(request: AWSPreparedRequest, attempt: int) -> Response:
    sent(request)
    return _error(request, 500, "InternalServerError")


def _throttled(request: AWSPreparedRequest, attempt: int) -> Response:
    return _error(request, 400, "ThrottlingException")


def _throttled_once(request: AWSPreparedRequest, attempt: int) -> Response:
    return _throttled(request, attempt) if attempt == 1 else None


def _meets_another(request: AWSPreparedRequest, attempt: int) -> Response:
    if not _is_transaction(request):
        return _error(request, 400, "TransactionConflictException")
    return _cancelled(request, ["TransactionConflict"])


def _cancelled_for_several_reasons(request: AWSPreparedRequest, attempt: int) -> Response:
    if not _is_transaction(request):
        return _error(request, 400, "ProvisionedThroughputExceededException")
    return _cancelled(request, ["TransactionConflict", "ThrottlingError"])


def _is_transaction(request: AWSPreparedRequest) -> bool:
    return b"TransactItems" in bytes(request.body)


def _cancelled(request: AWSPreparedRequest, codes: list[str]) -> AWSResponse:
    items = json.loads(request.body)["TransactItems"]
    codes = [*codes, *["None"] * len(items)][: len(items)]
    reasons = [{"Code": code, "Message": code} for code in codes]
    text = f"Transaction cancelled, please refer cancellation reasons for specific reasons {codes}"
    return _error(
        request, 400, "TransactionCanceledException", CancellationReasons=reasons, Message=text
    )


def _error(request: AWSPreparedRequest, status: int, code: str, **more: Any) -> AWSResponse:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **more}
    content = json.dumps(body).encode()
    headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "fault"}
    response = AWSResponse(request.url, status, headers, None)
    response._content = content  # noqa: SLF001 -- what it would have read from the wire
    return response


FAULTS: dict[str, Fault] = {
    "killed before": _killed_before,
    "killed after": _killed_after,
    "never arrives": _never_arrives,
    "its answers are lost": _answers_are_lost,
    "one answer is lost": _answer_is_lost,
    "arrives twice": _arrives_twice,
    "fails once it is done": _fails_once_it_is_done,
    "throttled": _throttled,
    "throttled once": _throttled_once,
    "meets another": _meets_another,
    "cancelled for several reasons": _cancelled_for_several_reasons,
}
# What the SDK tries again, and again, is left to the long search.
AT_ONCE = {"killed before", "killed after", "meets another"}
THOROUGH = settings.get_current_profile_name() == "prove"
TRIED = [name for name in FAULTS if THOROUGH or name in AT_ONCE]
