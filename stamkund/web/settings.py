"""What the surroundings say, read from the environment once, when first needed."""

import os
from functools import lru_cache

from msgspec import Struct

from stamkund import tables


class Settings(Struct, frozen=True):
    """`secret` names where the secrets are kept; without it they are here. `behind_edge` where
    CloudFront has to have let a request in."""

    table_prefix: str
    secret: str
    signing_keys: str
    pepper: str
    stage: str
    log_level: str
    behind_edge: bool
    reconcile_members: int
    event_bus: str
    queues: dict[str, str]
    pictures: str
    mail_from: str
    sms_sender: str
    sms_countries: frozenset[str]


@lru_cache(maxsize=1)
def settings() -> Settings:
    return Settings(
        table_prefix=os.environ.get("STAMKUND_TABLE_PREFIX", "stamkund"),
        secret=os.environ.get("STAMKUND_SECRETS", ""),
        signing_keys=os.environ.get("STAMKUND_SIGNING_KEYS", ""),
        pepper=os.environ.get("STAMKUND_PEPPER", ""),
        queues={
            "announcements": os.environ.get("STAMKUND_QUEUE_ANNOUNCEMENTS", ""),
            "pictures": os.environ.get("STAMKUND_QUEUE_PICTURES", ""),
        },
        pictures=os.environ.get("STAMKUND_PICTURES", ""),
        event_bus=os.environ.get("STAMKUND_EVENT_BUS", ""),
        mail_from=os.environ.get("STAMKUND_MAIL_FROM", ""),
        sms_sender=os.environ.get("STAMKUND_SMS_SENDER", ""),
        sms_countries=_words(os.environ.get("STAMKUND_SMS_COUNTRIES", "")),
        stage=os.environ.get("STAMKUND_STAGE", ""),
        log_level=os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO"),
        behind_edge=os.environ.get("STAMKUND_BEHIND_EDGE") == "true",
        reconcile_members=int(os.environ.get("STAMKUND_RECONCILE_MEMBERS", "200")),
    )


def connect_tables() -> None:
    """Every way into a process calls this first; tests and the laptop have connected already."""
    if not tables.connected():
        tables.connect(settings().table_prefix)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(",") if word.strip())
