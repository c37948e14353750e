"""An AWS in a process of its own: ministack, with the rights of roles enforced.

It runs functions on its own interpreter. So it lives in a virtual environment of its own, and is
told of an interpreter that knows the standard library and nothing else: what a function imports
comes from its package, or is not there.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import requests

from stamkund.local.dynamodb import free_port

ROOT = Path(__file__).parent.parent.parent
MINISTACK = ROOT / "build" / "ministack" / "bin" / "python"
REGION = "eu-north-1"
# Whoever has this key may do everything; functions get those of their roles.
OWNER = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
PATIENCE = 60
BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
_START = "import sys; sys.executable = {bare!r}; from ministack.app import main; main()"


class NotDeployed(Exception):  # noqa: N818 -- the message says what CloudFormation said
    pass


@dataclass(frozen=True)
class Emulator:
    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=OWNER["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=OWNER["AWS_SECRET_ACCESS_KEY"],
        )

    def settings(self) -> dict[str, str]:
        return {**OWNER, "AWS_ENDPOINT_URL": self.endpoint}

    def deploy(self, synthesised: Path) -> None:
        """What `cdk deploy --all` does: assets into a bucket, stacks in their order."""
        self.client("ssm").put_parameter(Name=BOOTSTRAP, Value="99", Type="String")
        for stack in _in_order(synthesised):
            self._upload(synthesised, stack)
            self._create(synthesised, stack)

    def texts(self, phone: str) -> list[str]:
        """What was sent to a phone."""
        asked = {"phoneNumber": phone}
        answer = requests.get(
            f"{self.endpoint}/_ministack/sns/sms-messages", asked, timeout=PATIENCE
        )
        return [one["Message"] for one in answer.json()["sms_messages"][phone]]

    def faults(self) -> list[str]:
        """What functions have written of errors."""
        logs = self.client("logs")
        groups = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]]
        events = [e for name in groups for e in logs.filter_log_events(logGroupName=name)["events"]]
        return [one["message"] for one in events if "rror" in one["message"]]

    def _upload(self, folder: Path, stack: str) -> None:
        s3 = self.client("s3")
        for file in json.loads((folder / f"{stack}.assets.json").read_text())["files"].values():
            for to in file["destinations"].values():
                bucket = _plain(to["bucketName"])
                s3.create_bucket(
                    Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
                ) if bucket not in _buckets(s3) else None
                s3.upload_file(str(folder / file["source"]["path"]), bucket, to["objectKey"])

    def _create(self, folder: Path, stack: str) -> None:
        formation = self.client("cloudformation")
        s3 = self.client("s3")
        bucket = next(name for name in _buckets(s3) if "assets" in name)
        template = deployable(json.loads((folder / f"{stack}.template.json").read_text()))
        s3.put_object(Bucket=bucket, Key=f"{stack}.json", Body=json.dumps(template))
        formation.create_stack(
            StackName=stack,
            TemplateURL=f"{self.endpoint}/{bucket}/{stack}.json",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        self._wait(formation, stack)

    def _wait(self, formation: Any, stack: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            status = formation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
            if status == "CREATE_COMPLETE":
                return
            if "FAILED" in status or "ROLLBACK" in status:
                break
            time.sleep(0.2)
        events = formation.describe_stack_events(StackName=stack)["StackEvents"]
        failed = [e for e in events if "FAILED" in e["ResourceStatus"]]
        said = [f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}" for e in failed]
        raise NotDeployed(f"{stack}\n" + "\n".join(said))


@contextmanager
def running(folder: Path) -> Iterator[Emulator]:
    emulator = Emulator(free_port())
    bare = _bare_interpreter(folder)
    surroundings = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        **OWNER,
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(emulator.port),
        "MINISTACK_REGION": REGION,
        "TMPDIR": str(folder),
    }
    with (folder / "ministack.log").open("w") as words:
        process = subprocess.Popen(
            [str(MINISTACK), "-c", _START.format(bare=str(bare))],
            env=surroundings,
            stdout=words,
            stderr=words,
        )
    try:
        _wait_for(emulator, process)
        yield emulator
    finally:
        process.terminate()
        process.wait()


def _bare_interpreter(folder: Path) -> Path:
    """No site packages, nothing from the surroundings, not even the folder it is started in."""
    bare = folder / "python-and-nothing-else"
    bare.write_text(f'#!/bin/sh\nexec {MINISTACK} -I -S "$@"\n')
    bare.chmod(0o700)
    return bare


def _wait_for(emulator: Emulator, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            requests.get(f"{emulator.endpoint}/_ministack/health", timeout=2)
        except requests.ConnectionError:
            time.sleep(0.2)
        else:
            return
    raise NotDeployed("ministack did not start")


def deployable(template: dict[str, Any]) -> dict[str, Any]:
    """Without what the emulator refuses to make, and with the ARN of a secret asked for in the one
    of two ways that it knows."""
    resources = template["Resources"]
    kept = {name: one for name, one in resources.items() if not _refused(one)}
    secrets = {
        name for name, one in resources.items() if one["Type"] == "AWS::SecretsManager::Secret"
    }
    made: dict[str, Any] = _with_arns({**template, "Resources": kept}, secrets)
    return made


_NOT_HERE = {
    "AWS::SecretsManager::RotationSchedule",
    "AWS::SQS::QueuePolicy",
    "AWS::S3::BucketPolicy",
}


def _refused(resource: dict[str, Any]) -> bool:
    """Alarms that calculate, the schedule of a rotation, and that nobody speaks plain HTTP, which
    is what there is here."""
    calculates = "Metrics" in resource.get("Properties", {})
    return resource["Type"] in _NOT_HERE or (
        resource["Type"] == "AWS::CloudWatch::Alarm" and calculates
    )


def _with_arns(part: Any, secrets: set[str]) -> Any:
    if isinstance(part, list):
        return [_with_arns(item, secrets) for item in part]
    if not isinstance(part, dict):
        return part
    if part.keys() == {"Ref"} and part["Ref"] in secrets:
        return {"Fn::GetAtt": [part["Ref"], "Id"]}
    return {name: _with_arns(item, secrets) for name, item in part.items()}


def _in_order(folder: Path) -> list[str]:
    artifacts = json.loads((folder / "manifest.json").read_text())["artifacts"]
    stacks = {n for n, one in artifacts.items() if one["type"] == "aws:cloudformation:stack"}
    order: list[str] = []

    def put(name: str) -> None:
        for earlier in artifacts[name].get("dependencies", []):
            if earlier in stacks and earlier not in order:
                put(earlier)
        if name not in order:
            order.append(name)

    for name in sorted(stacks):
        put(name)
    return order


def _plain(name: str) -> str:
    return name.replace("${AWS::AccountId}", "000000000000").replace("${AWS::Region}", REGION)


def _buckets(s3: Any) -> list[str]:
    return [one["Name"] for one in s3.list_buckets()["Buckets"]]
