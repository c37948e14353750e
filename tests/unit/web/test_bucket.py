"""Pictures in S3, as moto answers for it."""

from collections.abc import Iterator

import boto3
import pytest
import requests
from moto import mock_aws

from stamkund.operations import picture_keys
from stamkund.rules.errors import Refused
from stamkund.rules.pictures import LARGEST
from stamkund.web import aws, pictures
from stamkund.web.pictures import Bucket
from stamkund.web.settings import settings
from tests.builders import SURROUNDINGS

KEY, NAME = "incoming/fjallsport/p1", "pictures-of-the-club"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with mock_aws():
        for name, value in {**SURROUNDINGS, "STAMKUND_PICTURES": NAME}.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        aws.client.cache_clear()
        home = {"LocationConstraint": SURROUNDINGS["AWS_DEFAULT_REGION"]}
        boto3.client("s3").create_bucket(Bucket=NAME, CreateBucketConfiguration=home)
        yield Bucket()
    aws.client.cache_clear()
    settings.cache_clear()


def test_what_is_sent_by_the_form_is_there(bucket: Bucket) -> None:
    form = bucket.form(KEY, "image/png")
    sent = requests.post(form.url, form.fields, files={"file": b"a picture"}, timeout=5)
    assert sent.status_code == 204
    assert bucket.read(KEY) == b"a picture"
    assert form.fields["Content-Type"] == "image/png"


def test_the_form_is_for_one_picture_of_a_size(bucket: Bucket) -> None:
    from base64 import b64decode

    import msgspec

    policy = msgspec.json.decode(b64decode(bucket.form(KEY, "image/png").fields["policy"]))
    assert ["content-length-range", 1, LARGEST] in policy["conditions"]
    assert {"key": KEY} in policy["conditions"]


def test_what_is_kept_is_kept_once_and_is_found_by_its_link(bucket: Bucket) -> None:
    bucket.keep(KEY, b"first", "image/png")
    bucket.keep(KEY, b"second", "image/png")
    found = requests.get(bucket.link(KEY), timeout=5)
    assert (found.content, found.headers["content-type"]) == (b"first", "image/png")
    assert found.headers["cache-control"] == "private, max-age=900"


def test_what_is_not_there_is_nothing_and_can_be_deleted(bucket: Bucket) -> None:
    assert bucket.read(KEY) is None
    bucket.keep(KEY, b"a picture", "image/png")
    bucket.delete(KEY)
    bucket.delete(KEY)
    assert bucket.read(KEY) is None


def test_what_lies_there_of_a_shop_is_all_that_is_listed(bucket: Bucket) -> None:
    pictures.use(bucket)
    mine = ["incoming/fjall/p3", "kept/fjall/t1/p1", "kept/fjall/t2/p2"]
    for key in (*mine, "kept/fjallsport/t1/p1"):
        bucket.keep(key, b"a picture", "image/png")
    assert list(picture_keys.of_shop("fjall")) == mine


def test_a_bucket_that_does_not_answer_is_busy(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAMKUND_PICTURES", "another-bucket")
    settings.cache_clear()
    with pytest.raises(Refused, match="busy"):
        bucket.keep(KEY, b"a picture", "image/png")
