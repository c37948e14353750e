"""Stage files: what is wrong in one is said with its path, before anything is made of it."""

from pathlib import Path

import pytest

from infrastructure.stage import FOLDER, WrongStage, load, parse
from infrastructure.stage_page import page
from tests.infrastructure.clouds import KNOWN

PROD = (FOLDER / "prod.yaml").read_text()


def complaint(content: str) -> str:
    with pytest.raises(WrongStage) as wrong:
        parse(content.encode(), "prod.yaml", KNOWN)
    return str(wrong.value)


def changed(old: str, new: str) -> str:
    assert old in PROD
    return PROD.replace(old, new, 1)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_stage_there_is_can_be_read(file: Path) -> None:
    stage = load(file.stem, KNOWN)
    assert set(stage.functions) == KNOWN.functions
    assert set(stage.throttles) == KNOWN.routes


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("protected: true", "protectd: true", "prod.yaml: protectd: Is not known here"),
        ("protected: true", "protected: yes", "prod.yaml: protected: Has to be true or false"),
        ("region: eu-north-1", "region: Stockholm", "prod.yaml: region: "),
        ("region: eu-north-1\n", "", "prod.yaml: region: Is missing"),
        ("logs: 30,", "logs: 31,", "prod.yaml: retention.logs: "),
        ('"*": {memory: 512', '"*": {memory: 64', "prod.yaml: functions.*.memory: "),
        ('"*": {memory: 512', '"*": {ram: 512', "prod.yaml: functions.*.ram: Is not known here"),
        ("log_level: INFO", "log_level: DEBUG", "prod.yaml: functions.*.log_level: "),
        ("access_log: false", "access_log: 0", "prod.yaml: access_log: Has to be true or false"),
        (
            "checkout-prices: {rate: 5500",
            "checkout-prices: {rate: fast",
            "prod.yaml: throttles.checkout-prices.rate",
        ),
        ("accounts: {reads", "acounts: {reads", "tables.acounts: nothing is called that"),
        (
            "checkout-quote: {alarm",
            "checkout-qoute: {alarm",
            "functions.checkout-qoute: nothing is called that",
        ),
        (
            "checkout-batch: {timeout: 29",
            "checkout-batch: {timeout: 60",
            "functions.checkout-batch.timeout: the API waits for 29 seconds at most",
        ),
        (
            "checkout-batch: {timeout: 29",
            "checkout-batch: {snap_start: true, provisioned_concurrency: 2",
            "functions.checkout-batch: snap_start and provisioned_concurrency exclude each other",
        ),
        (
            "checkout-batch: {timeout: 29",
            "checkout-batch: {reserved_concurrency: 1, provisioned_concurrency: 2",
            "functions.checkout-batch.provisioned_concurrency: more than reserved_concurrency",
        ),
        (
            "checkout-batch: {timeout: 29",
            "checkout-batch: {reserved_concurrency: 0, provisioned_concurrency: 1",
            "functions.checkout-batch.provisioned_concurrency: more than reserved_concurrency",
        ),
        (
            "checkout-batch: {timeout: 29",
            "checkout-batch: {schedule: rate(1 hour)",
            "functions.checkout-batch.schedule: nothing runs it by the time",
        ),
        (
            "wait_seconds: 90",
            "wait_seconds: 300",
            "prod.yaml: streams.members-recalculate_tier.wait_seconds: the alarm",
        ),
        ("zone: example.com", "zone: example.org", "domain.name: does not lie in the zone"),
        ("club@example.com", "Club <club@example.com>", "prod.yaml: messages.mail_from: "),
        ("sms_sender: Club", "sms_sender: The club of all", "prod.yaml: messages.sms_sender: "),
        ("[SWE, NOR,", "[SWE, NO,", "prod.yaml: messages.sms_countries"),
        ("protected: true", "protected: true\nprotected: false", "duplicate key"),
        ("protected: true", "protected: [", "prod.yaml: not yaml"),
    ],
)
def test_a_mistake_is_said_with_its_path(old: str, new: str, said: str) -> None:
    assert said in complaint(changed(old, new))


def test_all_mistakes_are_said_at_once() -> None:
    twice = changed("protected: true", "protectd: true").replace("tracing: false", "tracing: 0")
    assert complaint(twice).count("\n") == 1


def test_a_stage_that_does_not_exist_is_told_which_do() -> None:
    with pytest.raises(WrongStage, match="there is no such stage; there are dev, prod, test"):
        load("production", KNOWN)


def test_what_comes_later_in_the_file_is_laid_on_top_key_by_key() -> None:
    content = changed(
        "checkout-quote: {",
        "checkout-*: {timeout: 20}\n  checkout-quote: {memory: 2048, ",
    )
    stage = parse(content.encode(), "prod.yaml", KNOWN)
    quote, card = stage.functions["checkout-quote"], stage.functions["members-read_card"]
    assert (quote.memory, quote.timeout, quote.log_level) == (2048, 20, "INFO")
    assert (card.memory, card.timeout) == (512, 10)


def test_the_page_explains_every_key_there_is() -> None:
    written = Path("docs/stages.md").read_text()
    assert page() == written, "make stages"
