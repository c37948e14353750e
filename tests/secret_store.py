"""A secret in moto's Secrets Manager, and what Secrets Manager does when it rotates one."""

import json
from typing import Any
from uuid import uuid4

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.secretsmanager.models import secretsmanager_backends

from functions.operations import rotate_secrets
from stamkund.web import keeping
from tests.builders import SURROUNDINGS

REGION = SURROUNDINGS["AWS_DEFAULT_REGION"]
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


class Store:
    """A secret, and Secrets Manager as far as it takes part in a rotation."""

    def __init__(self) -> None:
        self.name = f"stamkund-{uuid4().hex[:8]}"
        self._client = keeping.client()
        # As CloudFormation makes it: no keys yet.
        written = json.dumps({"pepper": "p" * 32, "origin": "o"})
        self._client.create_secret(Name=self.name, SecretString=written)

    def begin(self) -> str:
        """The token of a version that has no content yet, which moto never waits with."""
        token = str(uuid4())
        self._versions()[token] = {
            "version_id": token,
            "version_stages": ["AWSPENDING"],
            "createdate": 0,
        }
        return token

    def put(self, **changes: Any) -> str:
        """The token of a version that waits to be tested."""
        token = str(uuid4())
        self._client.put_secret_value(
            SecretId=self.name,
            ClientRequestToken=token,
            SecretString=json.dumps(self.content() | changes),
            VersionStages=["AWSPENDING"],
        )
        return token

    def make_current(self, **changes: Any) -> None:
        """In its place: moto is not sure which of two versions is the current one."""
        changed = json.dumps(self.content() | changes)
        for version in self._versions().values():
            version["secret_string"] = changed

    def _versions(self) -> dict[str, Any]:
        versions: dict[str, Any] = self._moto().versions
        return versions

    def _moto(self) -> Any:
        return secretsmanager_backends[DEFAULT_ACCOUNT_ID][REGION].secrets[self.name]

    def step(self, name: str, token: str) -> None:
        event = {"Step": name, "SecretId": self.name, "ClientRequestToken": token}
        rotate_secrets.handler(event, None)
        if name == "finishSecret":
            self._moto().default_version_id = token  # moto forgets that the current one moved

    def rotate(self) -> None:
        token = self.begin()
        for step in STEPS:
            self.step(step, token)

    def content(self, token: str | None = None) -> dict[str, Any]:
        version = {"VersionId": token} if token else {"VersionStage": "AWSCURRENT"}
        found = self._client.get_secret_value(SecretId=self.name, **version)
        return dict(json.loads(found["SecretString"]))
