"""The steps in which Secrets Manager rotates the secret with the signing keys.

The new version differs from the one before by one step of `stamkund.web.rotation`. Any of these
may come again, or stop half way: each looks first at what there is.
"""

import json
from typing import Any

from stamkund.tables import clock
from stamkund.web import keeping, log, rotation
from stamkund.web.background import OnRotation
from stamkund.web.keeping import CURRENT

TRIGGER = OnRotation(
    ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
)
ACCESS: dict[Any, Any] = {}  # no table is touched
PENDING = "AWSPENDING"


def handler(event: dict[str, Any], _context: object) -> None:
    """One step; raising anything ends the rotation, and what is current stays current."""
    secret, token = event["SecretId"], event["ClientRequestToken"]
    store = keeping.client()
    stages = store.describe_secret(SecretId=secret)["VersionIdsToStages"].get(token)
    if stages is None:
        raise ValueError("the secret has no such version")
    if CURRENT in stages:
        return  # it is done, and asked again
    STEPS[event["Step"]](store, secret, token)
    log.logger_of("operations").info("secret rotated", extra={"step": event["Step"]})


def _create(store: Any, secret: str, token: str) -> None:
    if _version(store, secret, PENDING, token) is not None:
        return
    now = _content(store, secret)
    after = rotation.stepped(rotation.ring_in(now), clock.real_time())
    store.put_secret_value(
        SecretId=secret,
        ClientRequestToken=token,
        SecretString=rotation.written(after, now),
        VersionStages=[PENDING],
    )


def _set(store: Any, secret: str, token: str) -> None:
    """Nothing: whoever needs the secret reads it."""


def _test(store: Any, secret: str, token: str) -> None:
    before, after = _content(store, secret), _version(store, secret, PENDING, token) or {}
    if not rotation.fits(rotation.ring_in(before), rotation.ring_in(after)):
        raise ValueError("who knows only what is current would not understand the new version")
    if before.get("pepper") != after.get("pepper"):
        raise ValueError("the pepper must stay: nobody would be found any more")


def _finish(store: Any, secret: str, token: str) -> None:
    made = rotation.ring_in(_version(store, secret, PENDING, token) or {}).stepped_at
    if made is None or clock.real_time() > made + rotation.ROTATED_WITHIN:
        # The time that a key waits would be counted from before anybody knew it.
        raise ValueError("the new version has waited too long: rotate again")
    stages = store.describe_secret(SecretId=secret)["VersionIdsToStages"]
    current = next((id for id, names in stages.items() if CURRENT in names), None)
    # Given as nothing, it is an invalid request.
    removed = {"RemoveFromVersionId": current} if current else {}
    store.update_secret_version_stage(
        SecretId=secret, VersionStage=CURRENT, MoveToVersionId=token, **removed
    )


STEPS = {
    "createSecret": _create,
    "setSecret": _set,
    "testSecret": _test,
    "finishSecret": _finish,
}


def _content(store: Any, secret: str) -> dict[str, Any]:
    found = store.get_secret_value(SecretId=secret, VersionStage=CURRENT)
    return dict(json.loads(found["SecretString"]))


def _version(store: Any, secret: str, stage: str, token: str) -> dict[str, Any] | None:
    try:
        found = store.get_secret_value(SecretId=secret, VersionStage=stage, VersionId=token)
    except store.exceptions.ResourceNotFoundException:
        return None
    return dict(json.loads(found["SecretString"]))
