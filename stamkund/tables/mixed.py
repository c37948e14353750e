"""Items of several kinds under one key, as they come: whoever asked tells them apart by `sk`."""

from typing import Any

from pynamodb.expressions.condition import Condition

from stamkund.tables.table import Table

Raw = dict[str, dict[str, Any]]


def items(table: type[Table], key: str, condition: Condition, *, consistent: bool) -> list[Raw]:
    """One query, however many pages of a megabyte it has."""
    found: list[Raw] = []
    last = None
    while True:
        page = table._get_connection().query(  # noqa: SLF001
            key,
            range_key_condition=condition,
            consistent_read=consistent,
            exclusive_start_key=last,
        )
        found += page["Items"]
        last = page.get("LastEvaluatedKey")
        if last is None:
            return found
