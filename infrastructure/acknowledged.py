"""What cdk-nag finds and we keep, one by one, each with the reason."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(of: IConstruct, rule: str, reason: str) -> None:
    Validations.of(of).acknowledge(Acknowledgment(id=f"AwsSolutions::{rule}", reason=reason))
