"""Which pictures there are of a shop. Only people's commands list them: no function may."""

from collections.abc import Iterator

from stamkund.local.picture_folder import PictureFolder
from stamkund.web import aws, pictures
from stamkund.web.pictures import INCOMING, KEPT
from stamkund.web.settings import settings


def is_known() -> bool:
    """Whether it has been said where they lie."""
    return isinstance(pictures.store(), PictureFolder) or bool(settings().pictures)


def of_shop(shop: str) -> Iterator[str]:
    for folder in (INCOMING, KEPT):
        yield from _under(f"{folder}/{shop}/")


def _under(folder: str) -> Iterator[str]:
    store = pictures.store()
    if isinstance(store, PictureFolder):
        yield from store.under(folder)
        return
    pages = aws.client("s3", signature_version="s3v4").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=settings().pictures, Prefix=folder):
        yield from (one["Key"] for one in page.get("Contents", []))
