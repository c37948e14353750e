"""What AWS is asked is held to botocore's own description of SES and SNS; neither is called."""

from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from stamkund.rules.errors import Refused
from stamkund.web import messages
from stamkund.web.messages import Message
from stamkund.web.settings import settings

MAIL = Message(
    "email", "åsa@blåbär.example", "Fjällklubben", "204817 är din kod", "Din kod är 204817."
)
SMS = Message("sms", "+46701740611", "Fjällklubben", "", "Din kod är 204817.")


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAMKUND_MAIL_FROM", "klubben@fjallsport.example")
    monkeypatch.setenv("STAMKUND_SMS_SENDER", "Fjallsport")
    settings.cache_clear()


def faults(service: str, operation: str, params: dict[str, Any]) -> str:
    shape = get_session().get_service_model(service).operation_model(operation).input_shape
    report: str = ParamValidator().validate(params, shape).generate_report()
    return report


def test_an_email_is_as_ses_wants_it() -> None:
    asked = messages.email(MAIL)
    assert not faults("sesv2", "SendEmail", asked)
    assert asked["FromEmailAddress"].isascii()
    name, address = parseaddr(asked["FromEmailAddress"])
    assert str(make_header(decode_header(name))) == "Fjällklubben"
    assert address == "klubben@fjallsport.example"
    assert asked["Destination"] == {"ToAddresses": ["åsa@xn--blbr-noae.example"]}
    assert asked["Content"]["Simple"]["Body"]["Text"]["Data"] == MAIL.text


def test_a_name_of_a_shop_cannot_add_a_header() -> None:
    asked = messages.email(Message("email", "a@b.example", "Klubb\r\nBcc: x@y.example", "s", "t"))
    assert "\n" not in asked["FromEmailAddress"]


def test_an_sms_is_as_sns_wants_it() -> None:
    asked = messages.sms(SMS)
    assert not faults("sns", "Publish", asked)
    assert (asked["PhoneNumber"], asked["Message"]) == (SMS.to, SMS.text)
    assert asked["MessageAttributes"]["AWS.SNS.SMS.SMSType"]["StringValue"] == "Transactional"
    assert asked["MessageAttributes"]["AWS.SNS.SMS.SenderID"]["StringValue"] == "Fjallsport"


def test_the_test_above_would_notice() -> None:
    assert faults("sns", "Publish", {**messages.sms(SMS), "Number": "1"})


@pytest.mark.parametrize("message", [MAIL, SMS], ids=["email", "sms"])
def test_what_aws_does_not_take_is_refused_without_a_word_about_whom(message: Message) -> None:
    # No socket may be opened in these tests, which is one way of not being taken.
    with pytest.raises(Refused) as refused:
        messages.by_aws(message)
    assert (refused.value.code, refused.value.params) == ("not_sent", {})
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
