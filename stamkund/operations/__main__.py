"""`stamkund <command>`: what operations people do to a club that runs."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from stamkund import tables
from stamkund.operations import surroundings
from stamkund.operations.command import Mistaken, every_command

ABOUT = """What operations people do to a club that runs.

Where that is, the environment says: AWS credentials and region, STAMKUND_TABLE_PREFIX, and where
secrets are needed STAMKUND_SECRETS. With --local it is the club that `make run` has started here.
"""


def main(words: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(words)
    try:
        surroundings.enter(local=options.local, prefix=options.prefix)
        answer = options.run(options)
    except Mistaken as mistake:
        print(mistake, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError, tables.DatabaseError) as trouble:
        print(f"AWS did not do it: {trouble}\nThe command may be run again.", file=sys.stderr)
        return 1
    if answer is not None:
        print(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        "stamkund", description=ABOUT, formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument("--local", action="store_true", help="the club of `make run`")
    parser.add_argument("--prefix", help="of the tables, instead of STAMKUND_TABLE_PREFIX")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in every_command():
        one = commands.add_parser(
            command.name,
            help=command.help,
            description=command.about,
            formatter_class=RawDescriptionHelpFormatter,
        )
        command.arguments(one)
        one.set_defaults(run=command.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
