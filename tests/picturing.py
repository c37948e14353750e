"""Pictures to test with: `token = sent(shop, member, a_picture())`."""

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from functions.feedback import look_at_picture
from stamkund.local.picture_folder import PICTURES, PictureFolder
from stamkund.local.queues import Queues
from stamkund.web import pictures, queue
from tests.builders import Shop
from tests.talking import a_reference

BOUNDARY = "----pictures"


def a_picture(form: str = "JPEG", **how: Any) -> bytes:
    to = BytesIO()
    Image.linear_gradient("L").resize((37, 23)).convert("RGB").save(to, form, **how)
    return to.getvalue()


def a_store(folder: Path) -> PictureFolder:
    store = PictureFolder(folder, "http://localhost")
    pictures.use(store)
    return store


def a_queue() -> Queues:
    queues = Queues({"pictures": look_at_picture.handler}, sleep=lambda _: None)
    queue.use(queues.put)
    return queues


def begun(shop: Shop, as_: str, type: str = "image/jpeg", **more: Any) -> Any:
    answer = shop.call(
        "POST", "/v1/feedback/pictures", {"reference": a_reference(), "type": type, **more}, as_=as_
    )
    assert answer.status == 201, answer.text
    return answer.json


def form(fields: dict[str, str], content: bytes) -> bytes:
    """As a browser sends it."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    file = head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n"
    return b"".join(parts) + file + f"--{BOUNDARY}--\r\n".encode()


def put(store: PictureFolder, fields: dict[str, str], content: bytes) -> int:
    """The status."""
    body = form(fields, content)
    environ = {
        "REQUEST_METHOD": "POST",
        "REQUEST_URI": PICTURES,
        "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    return int(store.answer(environ)["statusCode"])


def got(store: PictureFolder, url: str) -> tuple[int, str, bytes]:
    path = url.removeprefix("http://localhost")
    answer = store.answer({"REQUEST_METHOD": "GET", "REQUEST_URI": path})
    body = answer["body"]
    content = body if isinstance(body, bytes) else body.encode()
    return int(answer["statusCode"]), str(answer["headers"]["Content-Type"]), content


def files(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def sent(
    shop: Shop, store: PictureFolder, as_: str, content: bytes, type: str = "image/jpeg"
) -> str:
    one = begun(shop, as_, type)
    assert put(store, one["upload"]["fields"], content) == 204
    token: str = one["picture"]
    return token
