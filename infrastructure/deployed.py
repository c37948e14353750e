"""The templates of what is deployed, as CloudFormation has them."""

from collections.abc import Callable, Iterable
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infrastructure.differences import Template, Templates
from infrastructure.naming import EDGE_REGION

ClientIn = Callable[[str], Any]


def cloudformation_in(region: str) -> Any:
    return boto3.client("cloudformation", region_name=region)


def deployed(
    stacks: Iterable[str], region: str, client_in: ClientIn = cloudformation_in
) -> Templates:
    """Those of the stacks that there are. Raises what boto3 does when AWS is out of reach."""
    found: dict[str, Template] = {}
    for stack in stacks:
        client = client_in(EDGE_REGION if stack.endswith("-edge") else region)
        try:
            found[stack] = dict(client.get_template(StackName=stack)["TemplateBody"])
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
    return found
