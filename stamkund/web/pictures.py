"""Where pictures lie: a bucket, into which people put them by a form that is good for one picture.

What comes lies under `incoming/` and is shown to nobody; what was looked at and written anew lies
under `kept/`, in the thread that it was named in: of that one it is, and goes with it. The names of
both say shop, thread and picture, and nothing about anybody.
"""

from collections.abc import Callable
from typing import Any, Protocol

from msgspec import Struct

from stamkund.rules.errors import Refused
from stamkund.rules.pictures import LARGEST, PictureType
from stamkund.web import aws
from stamkund.web.settings import settings

INCOMING, KEPT = "incoming", "kept"
FORM_SECONDS = 600
LINK_SECONDS = 900


class Form(Struct, frozen=True):
    """To be sent as `multipart/form-data` to `url`: these fields, and the file last, as `file`."""

    url: str
    fields: dict[str, str]


class Store(Protocol):
    def form(self, key: str, type: PictureType) -> Form: ...
    def link(self, key: str) -> str: ...
    def read(self, key: str) -> bytes | None: ...
    def keep(self, key: str, content: bytes, type: PictureType) -> None: ...
    def delete(self, key: str) -> None: ...


def incoming(shop: str, picture: str) -> str:
    return f"{INCOMING}/{shop}/{picture}"


def kept(shop: str, thread: str, picture: str) -> str:
    return f"{KEPT}/{shop}/{thread}/{picture}"


def store() -> Store:
    return _store[0]()


def use(other: Store) -> None:
    _store[0] = lambda: other


def forget(shop: str, thread: str, picture: str) -> None:
    """What is not there is gone as well. Refused: busy."""
    for key in (incoming(shop, picture), kept(shop, thread, picture)):
        store().delete(key)


class Bucket:
    """S3. What it does not answer to is `busy`: the same call may well succeed in a moment."""

    def form(self, key: str, type: PictureType) -> Form:
        made = _s3().generate_presigned_post(
            settings().pictures,
            key,
            Fields={"Content-Type": type},
            Conditions=[{"Content-Type": type}, ["content-length-range", 1, LARGEST]],
            ExpiresIn=FORM_SECONDS,
        )
        return Form(made["url"], made["fields"])

    def link(self, key: str) -> str:
        what = {"Bucket": settings().pictures, "Key": key}
        link: str = _s3().generate_presigned_url("get_object", what, LINK_SECONDS)
        return link

    def read(self, key: str) -> bytes | None:
        def ask() -> bytes:
            found = _s3().get_object(Bucket=settings().pictures, Key=key)
            content: bytes = found["Body"].read(LARGEST + 1)
            return content

        content: bytes | None = _answered(ask)
        return content

    def keep(self, key: str, content: bytes, type: PictureType) -> None:
        """Once: what is kept, and approved perhaps, stays what it is."""
        # A browser that is shown it by itself takes it for nothing else.
        how = {"ContentType": type, "CacheControl": "private, max-age=900"}
        where = {"Bucket": settings().pictures, "Key": key}
        put = {**where, **how, "Body": content, "IfNoneMatch": "*"}
        _answered(lambda: _s3().put_object(**put))

    def delete(self, key: str) -> None:
        _answered(lambda: _s3().delete_object(Bucket=settings().pictures, Key=key))


# What is asked for is not there, or what is put is there.
_AS_IT_SHOULD_BE = {"NoSuchKey", "PreconditionFailed"}


def _answered(ask: Callable[[], Any]) -> Any:
    """Refused: busy."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return ask()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _AS_IT_SHOULD_BE:
            return None
        raise Refused("busy") from None
    except BotoCoreError:
        raise Refused("busy") from None


def _s3() -> Any:
    return aws.client("s3", read_timeout=10, signature_version="s3v4")


_store: list[Callable[[], Store]] = [Bucket]
