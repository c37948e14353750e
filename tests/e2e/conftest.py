"""The club as it is deployed: real templates, real packages, a cloud that is not."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from msgspec.structs import replace

from infrastructure import declared, node, packages, wheels
from infrastructure.packages import Target
from infrastructure.stage import Stage, load
from stamkund import tables
from stamkund.tables import shops
from tests.e2e import emulator
from tests.e2e.emulator import Emulator

STAGE = "dev"
PREFIX = f"stamkund-{STAGE}"
OFTEN = "rate(1 minute)"  # the least that EventBridge knows
PATIENCE = 30


@dataclass
class Shop:
    """Speaks HTTP; `as_` is one of its keys, or a session's token."""

    api: str
    emulator: Emulator
    id: str
    keys: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, *, as_: str = "shop") -> Any:
        answer = self.send(method, path, body, as_=as_)
        said = f"{method} {path}: {answer.status_code} {answer.text}"
        assert answer.status_code < 300, "\n".join([said, *self.emulator.faults()])
        return answer.json()

    def send(
        self, method: str, path: str, body: Any = None, *, as_: str = "shop"
    ) -> requests.Response:
        host = f"{self.api}.execute-api.localhost:{self.emulator.port}"
        token = self.keys.get(as_, as_)
        return requests.request(
            method,
            f"{self.emulator.endpoint}{path}",
            json=body,
            headers={"host": host, "authorization": f"Bearer {token}"},
            timeout=PATIENCE,
        )


@dataclass(frozen=True)
class Deployed:
    emulator: Emulator
    packages: Path

    def shop(self, id: str) -> Shop:
        """As operators open one: with rights that no function has."""
        apis = self.emulator.client("apigatewayv2").get_apis()["Items"]
        shops.add_shop(id, sandbox=True)
        keys: dict[str, str] = {
            kind: shops.add_key(id, kind, store="gamla-stan" if kind == "till" else "")
            for kind in shops.PREFIXES
        }
        return Shop(apis[0]["ApiId"], self.emulator, id, keys)


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("e2e")
    _synthesise(folder)
    with emulator.running(folder) as running, pytest.MonkeyPatch.context() as patch:
        running.deploy(folder / "cdk")
        _put_secrets(running)
        patch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
        for name, value in running.settings().items():
            patch.setenv(name, value)
        tables.connect(PREFIX)
        yield Deployed(running, folder / "packages")


def _synthesise(folder: Path) -> None:
    """Of the stage as it stands, but for the Python, as functions run on the one that is here,
    and for text messages, which cost nothing here."""
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    functions = declared.every_function()
    packages.build(Target(runtime, wheels.HERE), folder / "packages", declared.domains(functions))
    said = load(STAGE, declared.known(functions))
    texts = replace(said.messages, sms_sender="Club", sms_countries=["SWE"])
    stage = _often(replace(said, runtime=runtime, messages=texts))
    node.use()
    from infrastructure.club import build

    build(STAGE, stage, functions, folder / "packages", folder / "cdk").synth()


def _often(stage: Stage) -> Stage:
    """So that nobody waits until night."""
    timed = {
        name: replace(settings, schedule=OFTEN)
        for name, settings in stage.functions.items()
        if name in {"members-review_accounts", "checkout-reverse_unconfirmed"}
    }
    return replace(stage, functions={**stage.functions, **timed})


def _put_secrets(running: Emulator) -> None:
    """As they are after the first rotation. What a template makes of a secret the emulator does
    not read, and puts something at random."""
    made = {"signing_keys": f"first:{os.urandom(24).hex()}", "pepper": os.urandom(24).hex()}
    store = running.client("secretsmanager")
    store.put_secret_value(SecretId=f"{PREFIX}-secrets", SecretString=json.dumps(made))
