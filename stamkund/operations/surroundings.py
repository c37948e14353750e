"""Which club a command is about: the one of the environment, or the one on this machine."""

import json
import os
from urllib.request import urlopen

from stamkund import tables
from stamkund.local.dynamodb import Database
from stamkund.local.home import home
from stamkund.local.picture_folder import PictureFolder, pictures_in
from stamkund.operations.command import Mistaken
from stamkund.web import pictures
from stamkund.web.settings import settings


def enter(*, local: bool = False, prefix: str | None = None) -> None:
    """Connects the tables, unless a test has done that."""
    if local:
        os.environ.update(_around_the_local_club())
        settings.cache_clear()
        pictures.use(PictureFolder(pictures_in(home().data)))
    if prefix or not tables.connected():
        tables.connect(prefix or settings().table_prefix)


def _around_the_local_club() -> dict[str, str]:
    running = home().running()
    if running is None:
        raise Mistaken("No club is running here: start one with `make run`.")
    health = f"http://127.0.0.1:{running['port']}/_local/health"
    with urlopen(health) as answer:
        database = Database(json.load(answer)["database"])
    return {**database.settings(), **home().secrets()}
