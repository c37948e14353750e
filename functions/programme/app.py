"""The table of contents of the programme domain."""

from functions.programme.publish_programme import publish_programme
from functions.programme.read_clock import read_clock
from functions.programme.read_programme import read_programme
from functions.programme.read_version import read_version
from functions.programme.set_clock import set_clock
from stamkund.web.app import App, build_app


def build() -> App:
    return build_app(
        "programme", publish_programme, read_programme, read_version, read_clock, set_clock
    )


app = build()
