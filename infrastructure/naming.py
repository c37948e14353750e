"""What everything is called. Names are fixed, so that stacks need not know each other for them."""

from dataclasses import dataclass

from infrastructure.declared import Declared
from infrastructure.stage import Stage

SERVICE = "stamkund"
EDGE_REGION = "us-east-1"  # CloudFront's own


@dataclass(frozen=True)
class Names:
    stage: str
    table_prefix: str

    def of(self, thing: str) -> str:
        return f"{SERVICE}-{self.stage}-{thing}"

    def table(self, name: str) -> str:
        return f"{self.table_prefix}-{name}"

    def function(self, one: Declared) -> str:
        return self.of(one.full_name)

    def log_group(self, one: Declared) -> str:
        return f"/{SERVICE}/{self.stage}/{one.full_name}"

    @property
    def bus(self) -> str:
        return self.of("events")

    def stream(self, table: str) -> str:
        """Where it stands which stream the table has."""
        return self.parameter(f"{table}-stream")

    def parameter(self, thing: str) -> str:
        return f"/{SERVICE}/{self.stage}/{thing}"


def names_of(stage: str, settings: Stage) -> Names:
    return Names(stage, settings.table_prefix or f"{SERVICE}-{stage}")


def identifier(*words: str) -> str:
    """For CloudFormation, which wants letters and digits: `read_card` is `ReadCard`."""
    parts = "-".join(words).replace("_", "-").replace(".", "-").split("-")
    return "".join(part[:1].upper() + part[1:] for part in parts)
