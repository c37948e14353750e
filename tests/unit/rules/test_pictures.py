"""What of a picture is kept, and what is refused."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from stamkund.rules.pictures import LARGEST, NoPicture, PictureType, cleaned

TYPES: dict[str, PictureType] = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MODES = [
    ("JPEG", "RGB", {}),
    ("JPEG", "L", {}),
    ("JPEG", "CMYK", {}),
    ("JPEG", "RGB", {"progressive": True}),
    ("JPEG", "RGB", {"restart_marker_rows": 1}),
    ("PNG", "RGB", {}),
    ("PNG", "RGBA", {}),
    ("PNG", "P", {}),
    ("PNG", "1", {}),
    ("PNG", "L", {}),
    ("PNG", "I;16", {}),
    ("WEBP", "RGB", {}),
    ("WEBP", "RGBA", {}),
    ("WEBP", "RGB", {"lossless": True}),
    ("WEBP", "RGBA", {"lossless": True}),
]
HIDDEN = b"<script>alert(1)</script>"


def a_picture(mode: str = "RGB") -> Image.Image:
    picture = Image.linear_gradient("L").resize((37, 23))
    return picture.convert(mode)


def saved(form: str, mode: str = "RGB", **how: Any) -> bytes:
    to = BytesIO()
    a_picture(mode).save(to, form, **how)
    return to.getvalue()


def pixels(content: bytes) -> bytes:
    return Image.open(BytesIO(content)).tobytes()


@pytest.mark.parametrize(("form", "mode", "how"), MODES, ids=str)
def test_a_picture_stays_the_picture_that_it_is(form: str, mode: str, how: dict[str, Any]) -> None:
    before = saved(form, mode, **how)
    after = cleaned(before, TYPES[form])
    assert pixels(after) == pixels(before)
    assert cleaned(after, TYPES[form]) == after


def test_where_and_with_what_it_was_taken_is_left_out_and_how_it_was_held_is_not() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of somebody"
    exif.get_ifd(0x8825)[1] = "N"
    before = saved("JPEG", exif=exif, comment=HIDDEN)
    after = cleaned(before, "image/jpeg")
    assert b"Camera" in before
    assert HIDDEN in before
    assert b"Camera" not in after
    assert HIDDEN not in after
    kept = Image.open(BytesIO(after)).getexif()
    assert dict(kept) == {0x0112: 6}
    assert not kept.get_ifd(0x8825)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_what_else_is_written_into_a_picture_is_left_out(form: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", HIDDEN.decode())
    more = {"pnginfo": notes} if form == "PNG" else {"xmp": HIDDEN}
    before = saved(form, exif=exif, **more)
    assert b"Camera" in before
    after = cleaned(before, TYPES[form])
    assert b"Camera" not in after
    assert HIDDEN not in after
    assert pixels(after) == pixels(before)


def refused(content: bytes, type: PictureType) -> None:
    with pytest.raises(NoPicture):
        cleaned(content, type)


@pytest.mark.parametrize("form", TYPES)
@pytest.mark.parametrize(
    "behind", [HIDDEN, b"PK\x05\x06" + b"\0" * 18, b"%PDF-1.4", b"\0"], ids=str
)
def test_something_else_behind_its_end_is_refused(form: str, behind: bytes) -> None:
    refused(saved(form) + behind, TYPES[form])


@pytest.mark.parametrize("form", TYPES)
def test_something_else_before_it_is_refused(form: str) -> None:
    refused(b"GIF89a" + saved(form), TYPES[form])
    refused(HIDDEN + saved(form), TYPES[form])


@pytest.mark.parametrize("form", TYPES)
@pytest.mark.parametrize("other", TYPES)
def test_one_kind_is_not_taken_for_another(form: str, other: str) -> None:
    if form != other:
        refused(saved(form), TYPES[other])


@pytest.mark.parametrize("form", TYPES)
def test_a_part_of_a_picture_is_refused(form: str) -> None:
    whole = saved(form)
    for end in range(0, len(whole) - 1, 7):
        refused(whole[:end], TYPES[form])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HIDDEN,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" * 9,
        b"BM",
        b"\xff\xd8\xff\xd9",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x04\0\0\0WEBP",
    ],
    ids=str,
)
@pytest.mark.parametrize("type", TYPES.values())
def test_what_is_no_picture_is_refused(content: bytes, type: PictureType) -> None:
    refused(content, type)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def a_png(width: int, height: int, coded: bytes, *others: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    end = chunk(b"IEND", b"")
    return b"".join((b"\x89PNG\r\n\x1a\n", header, *others, chunk(b"IDAT", coded), end))


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_does() -> None:
    bomb = zlib.compress(b"\0" * 50_000_000)
    refused(a_png(100, 100, bomb), "image/png")
    refused(a_png(50_000, 50_000, bomb), "image/png")
    refused(a_png(11_000, 11_000, bomb), "image/png")
    assert cleaned(a_png(3, 2, zlib.compress(b"\0" * 8)), "image/png")


def test_what_is_hidden_behind_the_pixels_is_refused() -> None:
    coded = zlib.compress(b"\0" * 8)
    refused(a_png(3, 2, coded + HIDDEN), "image/png")
    refused(a_png(3, 2, zlib.compress(b"\0" * 8 + HIDDEN)), "image/png")
    refused(a_png(3, 2, coded, chunk(b"EVIL", HIDDEN)), "image/png")
    assert HIDDEN not in cleaned(a_png(3, 2, coded, chunk(b"evIl", HIDDEN)), "image/png")
    damaged = bytearray(a_png(3, 2, coded))
    damaged[-20] ^= 1
    refused(bytes(damaged), "image/png")


def test_a_film_is_refused() -> None:
    to = BytesIO()
    frames = [a_picture(), a_picture().rotate(90)]
    frames[0].save(to, "WEBP", save_all=True, append_images=frames[1:])
    refused(to.getvalue(), "image/webp")


def test_a_picture_that_is_too_large_is_refused() -> None:
    refused(saved("JPEG") + b"\0" * LARGEST, "image/jpeg")


@given(at=st.integers(0, 5_000), value=st.integers(0, 255), form=st.sampled_from(list(TYPES)))
def test_whatever_is_changed_in_a_picture_it_is_kept_as_one_or_refused(
    at: int, value: int, form: str
) -> None:
    content = bytearray(saved(form))
    content[at % len(content)] = value
    try:
        after = cleaned(bytes(content), TYPES[form])
    except NoPicture as refused:
        assert str(refused)  # noqa: PT017
    else:
        assert cleaned(after, TYPES[form]) == after
