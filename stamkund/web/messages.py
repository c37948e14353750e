"""What is sent to people: by SES and SNS, unless somebody else was told to carry it.

Nothing of a message is logged, and no failure says to whom it was.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from stamkund.rules.errors import Refused
from stamkund.rules.login import Channel
from stamkund.web import aws
from stamkund.web.settings import settings


class Message(Struct, frozen=True):
    """`to` is an address or a number; `sender` the name that an e-mail comes from. An SMS has no
    subject. Two of one `id` are the same message: who can tell shows it once."""

    channel: Channel
    to: str
    sender: str
    subject: str
    text: str
    id: str = ""


Carrier = Callable[[Message], None]


def send(message: Message) -> None:
    """Returns when it has been taken over. Refused: not_sent."""
    _carrier[0](message)


def use(carrier: Carrier) -> None:
    _carrier[0] = carrier


def by_aws(message: Message) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        if message.channel == "sms":
            aws.client("sns").publish(**sms(message))
        else:
            aws.client("sesv2").send_email(**email(message))
    except (BotoCoreError, ClientError, UnicodeError):
        # Its words may name the person: not even as a cause is it let through to a log.
        raise Refused("not_sent") from None


def email(message: Message) -> dict[str, Any]:
    from email.utils import formataddr

    def plain(text: str) -> dict[str, str]:
        return {"Data": text, "Charset": "UTF-8"}

    local, _, domain = message.to.rpartition("@")
    content = {"Subject": plain(message.subject), "Body": {"Text": plain(message.text)}}
    return {
        # In one line: a shop's name shall not become a header of its own.
        "FromEmailAddress": formataddr((" ".join(message.sender.split()), settings().mail_from)),
        "Destination": {"ToAddresses": [f"{local}@{domain.encode('idna').decode()}"]},
        "Content": {"Simple": content},
    }


def sms(message: Message) -> dict[str, Any]:
    attributes = {"AWS.SNS.SMS.SMSType": "Transactional"}
    if settings().sms_sender:
        attributes["AWS.SNS.SMS.SenderID"] = settings().sms_sender
    return {
        "PhoneNumber": message.to,
        "Message": message.text,
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    }


_carrier: list[Carrier] = [by_aws]
