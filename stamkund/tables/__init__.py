"""Everything kept in DynamoDB, and the only importer of PynamoDB.

One module per table, found by `create_all` because it lies in this package:

    class Ledger(Table):                            # the table: keys, indexes, TTL, stream
        class Meta:
            name = "ledger"                         # becomes `<prefix>-ledger` when connected
            stream_view_type = "NEW_IMAGE"          # only where a stream is read

        pk = UnicodeAttribute(hash_key=True)
        sk = UnicodeAttribute(range_key=True)

    class EntryItem(Ledger):                        # one kind of item in it
        points = NumberAttribute()

Endpoints declare what they do with the table class: `access={Ledger: Append, Accounts: Read |
Update}`. Nothing connects on import: `connect(prefix)` comes first, `client()` is what a
transaction is sent through (`TransactWrite(connection=client())`), one for all tables.
"""

from stamkund.tables.table import (
    Access,
    Append,
    DatabaseError,
    Delete,
    Nothing,
    Read,
    Scan,
    Shape,
    Table,
    Update,
    actions_of,
    client,
    code_of,
    connect,
    connected,
    create_all,
    endpoint,
    every_table,
    is_busy,
    others,
    prefix,
    refused_by_condition,
)

__all__ = [
    "Access",
    "Append",
    "DatabaseError",
    "Delete",
    "Nothing",
    "Read",
    "Scan",
    "Shape",
    "Table",
    "Update",
    "actions_of",
    "client",
    "code_of",
    "connect",
    "connected",
    "create_all",
    "endpoint",
    "every_table",
    "is_busy",
    "others",
    "prefix",
    "refused_by_condition",
]
