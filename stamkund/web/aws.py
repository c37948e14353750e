"""Clients of the services beside the tables: made when first needed, 200 ms, once per process."""

from functools import cache
from typing import Any


@cache
def client(service: str, read_timeout: int = 3, **how: Any) -> Any:
    """Who waits for it is a request, mostly, so it does not wait for long."""
    from botocore.config import Config
    from botocore.session import get_session

    patience = {"connect_timeout": 1, "retries": {"total_max_attempts": 2}}
    config = Config(read_timeout=read_timeout, **patience, **how)
    return get_session().create_client(service, config=config)
