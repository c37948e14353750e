"""All stacks of a stage, in the order in which they come to be."""

from pathlib import Path

from aws_cdk import App, Environment, Stack, Tags, Validations
from cdk_nag import AwsSolutionsChecks

from infrastructure import declared
from infrastructure.api import Api, Entry
from infrastructure.data import Data
from infrastructure.declared import Declared
from infrastructure.domain import Domain
from infrastructure.edge import Edge
from infrastructure.naming import EDGE_REGION, SERVICE, names_of
from infrastructure.stage import Stage
from infrastructure.watch import Watch

CONTEXT = {
    # Who may write access logs is said by the bucket's policy, not by an ACL.
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True,
    # What CloudFormation would refuse fails here.
    "@aws-cdk/core:validateAgainstDefaultRules": True,
    # What a stack needs of another cannot be taken away under it.
    "@aws-cdk/core:defaultCrossStackReferences": "strong",
    # Where each resource comes from; `make diff` calls it by that.
    "aws:cdk:enable-path-metadata": True,
}


def build(
    name: str, stage: Stage, functions: list[Declared], packages: Path, into: Path | None = None
) -> App:
    """Not yet synthesised. In `packages` lies `<domain>.zip` for each domain."""
    app = App(outdir=str(into) if into else None, analytics_reporting=False, context=CONTEXT)
    names = names_of(name, stage)
    home = Environment(region=stage.region, account=stage.account)
    data = Data(app, names, stage, env=home)
    api = Api(app, names, stage, functions, env=home)
    entry = Entry(app, names, stage, api.api, functions, env=home)
    for stack, some in declared.stacks(functions).items():
        made = Domain(
            app,
            stack,
            names=names,
            stage=stage,
            data=data,
            api=api.api,
            functions=some,
            package=packages / f"{some[0].domain}.zip",
            env=home,
        )
        _after(made, data, api)
        _after(entry, made)  # a throttle for a route that is not there yet is refused
    _after(Watch(app, names, stage, data, api.api, functions, env=home), entry)
    if stage.domain:
        edge = Environment(region=EDGE_REGION, account=stage.account)
        _after(Edge(app, names, stage, stage.domain, env=edge), entry)
    Tags.of(app).add("service", SERVICE)
    Tags.of(app).add("stage", name)
    return checked(app)


def checked(app: App) -> App:
    """What cdk-nag finds stops the synthesis, unless it is acknowledged."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


def _after(later: Stack, *earlier: Stack) -> None:
    for one in earlier:
        later.add_stack_dependency(one)
