"""What all commands share: how they are found, what they answer, and how they say no."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple, Protocol

COMMANDS = (
    "shop",
    "key",
    "rotate",
    "export",
    "rebuild",
    "reconcile",
    "liability",
    "delete_shop",
    "redrive",
    "restore",
)


class Mistaken(Exception):  # noqa: N818 -- the message is written for a person
    """It cannot be done as asked; nothing was changed unless the message says so."""


class Module(Protocol):
    """A module of this package that is a command."""

    __doc__: str

    @staticmethod
    def arguments(parser: ArgumentParser) -> None: ...

    @staticmethod
    def run(options: Namespace) -> object: ...


class Command(NamedTuple):
    name: str
    help: str
    about: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], object]


def every_command() -> list[Command]:
    return [_command(name) for name in COMMANDS]


def _command(name: str) -> Command:
    module: Any = import_module(f"stamkund.operations.{name}")
    first, _, rest = module.__doc__.partition("\n")
    return Command(
        name.replace("_", "-"), first.rstrip("."), f"{first}\n{rest}", module.arguments, module.run
    )


def tell(words: str) -> None:
    """How it goes on, for whoever waits; the answer alone is on the standard output."""
    print(words, file=sys.stderr, flush=True)
