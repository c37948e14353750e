"""Items of several kinds under one key, as they come: whoever asked tells them apart by `sk`."""

from collections.abc import Sequence
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


def at(table: type[Table], places: Sequence[tuple[str, str]]) -> dict[str, Raw]:
    """Those that are there, by their sort keys, which differ. One call, unless it is very much."""
    asked: Any = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in places]
    found: dict[str, Raw] = {}
    while asked:
        connection = table._get_connection()  # noqa: SLF001
        answer = connection.batch_get_item(asked)
        items = answer["Responses"].get(connection.table_name, [])
        found |= {item["sk"]["S"]: item for item in items}
        asked = answer["UnprocessedKeys"].get(connection.table_name, {}).get("Keys")
    return found
