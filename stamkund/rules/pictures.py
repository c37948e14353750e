"""Pictures that people send: what of a file is taken, and what is left out or refused.

A file is read by its own structure, from the first byte to the last, and written anew from those
parts alone that make the picture. So nothing is kept that is not one: no place and no camera, which
phones write into them, no comment, and nothing that lies behind its end. What does not
keep to the structure of its kind is refused.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

PictureType = Literal["image/jpeg", "image/png", "image/webp"]

LARGEST = 8_000_000
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 12_000


def cleaned(content: bytes, type: PictureType) -> bytes:
    """The picture and nothing else. Raises NoPicture."""
    if len(content) > LARGEST:
        raise NoPicture("it is too large")
    try:
        return _KINDS[type](content)
    except (struct.error, IndexError, zlib.error):
        raise NoPicture("it ends too early") from None


class NoPicture(Exception):  # noqa: N818 -- news, not a fault: who sent it waits for no answer
    """It is no picture of its kind, and why."""


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise NoPicture("its sides are too long")
    if width * height > MOST_PIXELS:
        raise NoPicture("it has too many pixels")


# JPEG

_TABLES = frozenset({0xDB, 0xC4, 0xDD})  # quantisation, Huffman, restart interval
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive
_LEFT_OUT = frozenset({*range(0xE0, 0xF0), 0xFE})  # of applications, and comments
_SCAN, _END, _EXIF, _ADOBE = 0xDA, 0xD9, 0xE1, 0xEE
# Within a scan a marker is what follows FF, unless it is a stuffed byte or a restart.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


class _Segment(NamedTuple):
    """From its marker to its end; of a scan with what is coded in it."""

    code: int
    whole: bytes
    body: bytes


def _jpeg(data: bytes) -> bytes:
    if data[:2] != b"\xff\xd8":
        raise NoPicture("it does not begin as one")
    parts, frames, scans = [data[:2], _JFIF], 0, 0
    for code, whole, body in _segments(data):
        if code in _FRAMES:
            height, width = struct.unpack(">HH", body[1:5])
            _check_size(width, height)
            frames += 1
        scans += code == _SCAN
        parts.append(_kept(code, whole, body))
    if frames != 1 or not scans:
        raise NoPicture("there is not one picture in it")
    return b"".join(parts)


def _segments(data: bytes) -> Iterator[_Segment]:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise NoPicture("there is something between its parts")
        while data[at + 1] == 0xFF:
            at += 1
        code = data[at + 1]
        if code == _END:
            if at + 2 != len(data):
                raise NoPicture("something lies behind its end")
            yield _Segment(code, b"\xff\xd9", b"")
            return
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise NoPicture("a part is longer than the file")
        body = data[at + 4 : end]
        if code == _SCAN:
            end = _end_of_scan(data, end)
        yield _Segment(code, data[at:end], body)
        at = end


def _end_of_scan(data: bytes, start: int) -> int:
    found = _MARKER.search(data, start)
    if found is None:
        raise NoPicture("it ends too early")
    return found.start()


def _kept(code: int, whole: bytes, body: bytes) -> bytes:
    if code == _EXIF and body.startswith(b"Exif\x00\x00"):
        return _turned(_orientation(body[6:]))
    if code == _ADOBE and body.startswith(b"Adobe") and len(body) == 12:
        return whole  # which colours they are
    if code in _LEFT_OUT:
        return b""
    if code in _TABLES or code in _FRAMES or code in {_SCAN, _END}:
        return whole
    raise NoPicture("it has a part that none has")


def _orientation(tiff: bytes) -> int:
    """How the phone was held; 1, upright, where it does not say."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack(f"{order}I", tiff[4:8])
        (count,) = struct.unpack(f"{order}H", tiff[first : first + 2])
        for n in range(min(count, 200)):
            entry = tiff[first + 2 + 12 * n : first + 14 + 12 * n]
            tag, _, _, value = struct.unpack(f"{order}HHIH", entry[:10])
            if tag == 0x0112:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _turned(orientation: int) -> bytes:
    if orientation == 1:
        return b""
    ifd = struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08" + ifd
    return b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif


# PNG

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_CHANNELS: Mapping[int, int] = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Where each of the passes of an interlaced picture begins, and its steps: x, y, by x, by y.
_PASSES = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
    (0, 1, 1, 2),
)  # fmt: skip
_PIECE = 65_536


def _png(data: bytes) -> bytes:
    if not data.startswith(_PNG):
        raise NoPicture("it does not begin as one")
    parts, coded, names = [_PNG], list[bytes](), list[bytes]()
    for name, body, whole in _chunks(data):
        # A small letter first says that it can be left out.
        if name not in _PNG_KEPT and not name[:1].islower():
            raise NoPicture("it has a part that none has")
        if name in _PNG_KEPT:
            names.append(name)
            parts.append(whole)
        if name == b"IDAT":
            coded.append(body)
    if names[:1] != [b"IHDR"] or names.count(b"IHDR") != 1 or not coded:
        raise NoPicture("there is not one picture in it")
    _check_coded(coded, _coded_size(parts[1][8:21]))
    return b"".join(parts)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, body, and all of it."""
    at = len(_PNG)
    while True:
        length, name = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise NoPicture("a part is longer than the file")
        (sum_,) = struct.unpack(">I", data[end - 4 : end])
        if zlib.crc32(data[at + 4 : end - 4]) != sum_:
            raise NoPicture("a part is damaged")
        yield name, data[at + 8 : end - 4], data[at:end]
        if name == b"IEND":
            if end != len(data) or length:
                raise NoPicture("something lies behind its end")
            return
        at = end


def _coded_size(header: bytes) -> int:
    """How much comes out of it, by what its header says."""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    _check_size(width, height)
    if colour not in _CHANNELS or depth not in {1, 2, 4, 8, 16} or interlaced > 1:
        raise NoPicture("it has colours that there are not")
    bits = _CHANNELS[colour] * depth
    if not interlaced:
        return _rows(width, height, bits)
    return sum(
        _rows(-(-max(width - x, 0) // by_x), -(-max(height - y, 0) // by_y), bits)
        for x, y, by_x, by_y in _PASSES
    )


def _rows(width: int, height: int, bits: int) -> int:
    return height * (1 + -(-width * bits // 8)) if width else 0


def _check_coded(coded: list[bytes], expected: int) -> None:
    """That just so much comes out of it, without ever having more than a piece of it."""
    inflating, size = zlib.decompressobj(), 0
    for part in coded:
        waiting = part
        while waiting and size <= expected:
            size += len(inflating.decompress(waiting, _PIECE))
            waiting = inflating.unconsumed_tail
    while not inflating.eof and size <= expected:
        more = inflating.decompress(b"", _PIECE)
        if not more:
            break
        size += len(more)
    if size != expected or not inflating.eof or inflating.unused_data:
        raise NoPicture("something else lies in its pixels")


# WebP

_WEBP_LEFT_OUT = frozenset({b"ICCP", b"EXIF", b"XMP "})
_ALPHA = 0x10


def _webp(data: bytes) -> bytes:
    riff, size, kind = struct.unpack("<4sI4s", data[:12])
    if (riff, kind, size + 8) != (b"RIFF", b"WEBP", len(data)):
        raise NoPicture("it does not begin, or end, as one")
    parts, pictures = list[bytes](), 0
    for name, body in _riff_chunks(data):
        if name in _WEBP_LEFT_OUT:
            continue
        if name == b"VP8X":
            _check_size(1 + _three_bytes(body[4:7]), 1 + _three_bytes(body[7:10]))
            body = bytes([body[0] & _ALPHA]) + body[1:10]  # noqa: PLW2901
        elif name in {b"VP8 ", b"VP8L"}:
            _check_size(*(_lossy_size if name == b"VP8 " else _lossless_size)(body))
            pictures += 1
        elif name != b"ALPH":
            raise NoPicture("it has a part that none has")
        parts.append(name + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2))
    if pictures != 1:
        raise NoPicture("there is not one picture in it")
    whole = b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(whole) + 4) + b"WEBP" + whole


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at < len(data):
        name, length = struct.unpack("<4sI", data[at : at + 8])
        end = at + 8 + length
        if end > len(data):
            raise NoPicture("a part is longer than the file")
        yield name, data[at + 8 : end]
        at = end + length % 2
    if at != len(data):
        raise NoPicture("something lies behind its end")


def _three_bytes(value: bytes) -> int:
    return int.from_bytes(value, "little")


def _lossy_size(body: bytes) -> tuple[int, int]:
    if body[3:6] != b"\x9d\x01\x2a":
        raise NoPicture("its picture does not begin as one")
    width, height = struct.unpack("<HH", body[6:10])
    return width & 0x3FFF, height & 0x3FFF


def _lossless_size(body: bytes) -> tuple[int, int]:
    if body[0] != 0x2F:
        raise NoPicture("its picture does not begin as one")
    (bits,) = struct.unpack("<I", body[1:5])
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)


_KINDS = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}
