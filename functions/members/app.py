"""The table of contents of the members domain."""

from functions.members.enrol import enrol
from functions.members.look_up import look_up
from functions.members.open_session import open_session
from functions.members.read_card import read_card
from functions.members.read_member import read_member
from stamkund.web.app import App, build_app


def build() -> App:
    return build_app(
        "members",
        enrol,
        open_session,
        look_up,
        read_member,
        read_card,
    )


app = build()
