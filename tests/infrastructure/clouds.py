"""Whole stages as templates: made once for all tests and all workers."""

import fcntl
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from infrastructure import declared, node
from infrastructure.__main__ import stand_in
from infrastructure.declared import Declared
from infrastructure.differences import Templates, in_folder
from infrastructure.stage import Edge, Stage, load

Resource = Mapping[str, Any]

FUNCTIONS = declared.every_function()
KNOWN = declared.known(FUNCTIONS)


def unusual() -> Stage:
    """A stage with what the others leave out, in an account of its own."""
    test = load("test", KNOWN)
    quote, card = test.functions["checkout-quote"], test.functions["members-read_card"]
    special = {
        "operations-reconcile": replace(
            test.functions["operations-reconcile"],
            settings={"STAMKUND_RECONCILE_MEMBERS": "500"},
        ),
        "checkout-quote": replace(quote, provisioned_concurrency=5, reserved_concurrency=50),
        "members-read_card": replace(card, snap_start=True),
    }
    return replace(
        test,
        account="123456789012",
        table_prefix="restored",
        functions={**test.functions, **special},
        messages=replace(
            test.messages, sms_sender="Club", sms_countries=["SWE", "NOR", "DNK", "FIN"]
        ),
        edge=Edge(requests_per_address=500, trusted_addresses=["192.0.2.0/24"]),
    )


def stages() -> dict[str, Stage]:
    return {
        **{name: load(name, KNOWN) for name in ("dev", "test", "prod")},
        "unusual": unusual(),
    }


@dataclass(frozen=True)
class Cloud:
    name: str
    stage: Stage
    folder: Path

    @cached_property
    def templates(self) -> Templates:
        return in_folder(self.folder)

    @cached_property
    def resources(self) -> list[Resource]:
        return [one for stack in self.templates.values() for one in stack["Resources"].values()]

    def every(self, kind: str) -> list[Any]:
        """The properties of all resources of a kind, such as `Lambda::Function`."""
        return [one["Properties"] for one in self.resources if one["Type"] == f"AWS::{kind}"]

    def only(self, kind: str) -> Any:
        (found,) = self.every(kind)
        return found

    def function(self, one: Declared) -> Any:
        name = f"stamkund-{self.name}-{one.full_name}"
        (found,) = [f for f in self.every("Lambda::Function") if f["FunctionName"] == name]
        return found

    def beside(self, one: Declared, kind: str) -> list[Any]:
        """What belongs to a function, wherever in its stack."""
        start = f"stamkund-{self.name}-{one.stack}/{_identifier(one.name)}/"
        return [
            resource["Properties"]
            for resource in self.resources
            if resource["Type"] == f"AWS::{kind}"
            and resource["Metadata"]["aws:cdk:path"].startswith(start)
        ]


def synthesised(into: Path) -> dict[str, Cloud]:
    """By this process, or by another one that was there before."""
    wanted = stages()
    with (into / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (into / "done").exists():
            _synthesise(wanted, into)
            (into / "done").touch()
    return {name: Cloud(name, stage, into / name) for name, stage in wanted.items()}


def _synthesise(wanted: Mapping[str, Stage], into: Path) -> None:
    node.use()
    from infrastructure.club import build

    packages = into / "packages"
    packages.mkdir()
    stand_in(packages, FUNCTIONS)
    for name, stage in wanted.items():
        build(name, stage, FUNCTIONS, packages, into / name).synth()


def _identifier(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))


def plain(value: Any) -> str:
    """An ARN as it would read in this account; what another stack says, by its name there."""
    if isinstance(value, str):
        return value.replace("${AWS::AccountId}", "ACCOUNT")
    ((word, inner),) = value.items()
    if word == "Fn::Join":
        return str(inner[0].join(plain(part) for part in inner[1]))
    return {"AWS::Partition": "aws", "AWS::AccountId": "ACCOUNT"}.get(inner, f"<{inner}>")


def several(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else [value]


def as_text(value: Any) -> str:
    return json.dumps(value)
