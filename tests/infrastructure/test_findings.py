"""cdk-nag and cfn-lint find nothing that is not acknowledged, one by one, with a reason."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import cfnlint
import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_sns as sns

from infrastructure import node
from tests.infrastructure.clouds import Cloud

# Of exports between stacks of one deployment, which the CDK makes.
OF_THE_CDK = ["W3005"]


def test_a_finding_that_nobody_acknowledged_stops_everything() -> None:
    node.use()
    from infrastructure.club import checked

    app = checked(App())
    sns.Topic(Stack(app, "stack"), "open")
    with pytest.raises(RuntimeError, match="AwsSolutions-SNS3"):
        app.synth()


def test_no_stage_has_a_finding_that_nobody_acknowledged(clouds: dict[str, Cloud]) -> None:
    for cloud in clouds.values():
        (report,) = reports(cloud)
        assert report["conclusion"] == "success"
        assert report["violations"] == []


def test_each_acknowledgement_is_for_one_finding_and_says_why(clouds: dict[str, Cloud]) -> None:
    for cloud in clouds.values():
        for place, rule, reason in acknowledged(cloud):
            assert rule.startswith("AwsSolutions::AwsSolutions-")
            assert len(reason.split()) >= 6, (place, rule)
            # On a thing, never on a stack or the whole.
            assert place.count("/") >= 2


def test_nothing_is_acknowledged_that_is_not_found(clouds: dict[str, Cloud]) -> None:
    for cloud in clouds.values():
        (report,) = reports(cloud)
        found = Counter(
            construct["constructPath"].removesuffix("/Resource")
            for finding in report["suppressedViolations"]
            for construct in finding["violatingConstructs"]
        )
        assert found == Counter(place[1:] for place, _, _ in acknowledged(cloud))


def reports(cloud: Cloud) -> list[dict[str, Any]]:
    report = json.loads((cloud.folder / "validation-report.json").read_text())
    return [one for one in report["pluginReports"] if one["pluginName"] == "AwsSolutions"]


def acknowledged(cloud: Cloud) -> Iterator[tuple[str, str, str]]:
    for file in cloud.folder.glob("*.metadata.json"):
        for place, entries in json.loads(file.read_text()).items():
            for entry in entries:
                if "acknowledge" in entry["type"]:
                    for rule, reason in entry["data"].items():
                        yield place, rule, reason


# The unusual stage has all there is; without a domain, or an access log, these are others.
LINTED = [("unusual", "*"), ("dev", "*-api"), ("dev", "*-data"), ("prod", "*-entry")]


@pytest.mark.parametrize(("name", "stacks"), LINTED)
def test_cfn_lint_finds_nothing(clouds: dict[str, Cloud], name: str, stacks: str) -> None:
    files = sorted(clouds[name].folder.glob(f"{stacks}.template.json"))
    assert files
    for file in files:
        config = cfnlint.ManualArgs(ignore_checks=OF_THE_CDK, regions=["eu-north-1", "us-east-1"])
        found = cfnlint.lint(file.read_text(), config=config)
        assert [f"{one.rule.id} {one.message}" for one in found] == [], file.name
