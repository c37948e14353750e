"""A botocore session that has what DynamoDB and Secrets Manager need, and nothing for others.

Botocore's own is made for all of AWS, and making it is a tenth of a cold start.
"""

import os

from botocore.config import Config
from botocore.credentials import CredentialResolver, EnvProvider
from botocore.handlers import BUILTIN_HANDLERS
from botocore.session import Session

OURS = {"*", "dynamodb", "secretsmanager"}


def made() -> Session:
    session = Session(include_builtin_handlers=False)
    for event, handler, *_ in BUILTIN_HANDLERS:
        if _concerns_us(event):
            session.register(event, handler)
    if "AWS_ACCESS_KEY_ID" in os.environ:
        # Where botocore would find them first. It builds all other places before it looks, and
        # among them an HTTP client.
        session.register_component("credential_provider", CredentialResolver([EnvProvider()]))
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        # Else it asks urllib for proxies, which loads a client of its own to know of none.
        session.set_default_client_config(Config(proxies={}))
    return session


def _concerns_us(event: str) -> bool:
    """An event is called by its kind, then the service, then the operation."""
    kind, _, rest = event.partition(".")
    return kind != "docs" and (not rest or rest.partition(".")[0] in OURS)
