"""Bodies that are none, traps in paths and queries, headers nobody sends: refused at the door."""

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from hypothesis import settings

from tests.builders import Answer, Clock
from tests.documented import accepts
from tests.samples import Club, filled, operation, sample, written

DEEP = 100_000
TYPED = ("text/plain", "application/xml", "multipart/form-data; boundary=x", "json", "", "é", "*/*")
NO_BODIES = {
    "nothing": (b"", {"not_json"}),
    "a space": (b" ", {"not_json"}),
    "half of one": (b'{"a":', {"not_json"}),
    "two": (b"{} {}", {"not_json"}),
    "JavaScript": (b"{'a':1}", {"not_json"}),
    "a comma too many": (b'{"a":1,}', {"not_json"}),
    "a comment": (b"{} // nothing", {"not_json"}),
    "a mark of the byte order": ("\ufeff{}".encode(), {"not_json"}),
    "UTF-16": ('{"a":1}'.encode("utf-16"), {"not_json"}),
    "Latin-1": ('{"a":"å"}'.encode("latin-1"), {"not_json"}),
    "a surrogate in bytes": (b'{"a":"\xed\xa0\x80"}', {"not_json"}),
    "too long an encoding": (b'{"a":"\xc0\x80"}', {"not_json"}),
    "null": (b"null", {"invalid_field", "programme_invalid"}),
    "a number": (b"5", {"invalid_field", "programme_invalid"}),
    "a text": (b'"x"', {"invalid_field", "programme_invalid"}),
    "a list": (b"[]", {"invalid_field", "programme_invalid"}),
    "a key twice": (b'{"a":1,"a":1}', {"duplicate_key"}),
    "a key twice, once in disguise": (b'{"a":1,"\\u0061":1}', {"duplicate_key"}),
    "a key with NUL": (b'{"a\\u0000":1}', {"invalid_field"}),
    "lists 9 deep": (b"[" * 9 + b"]" * 9, {"body_too_deep"}),
    "lists 100,000 deep": (b"[" * DEEP, {"body_too_deep", "body_too_large"}),
    "objects 100,000 deep": (b'{"a":' * DEEP, {"body_too_deep", "body_too_large"}),
    "lists 30,000 deep": (b"[" * 30_000 + b"]" * 30_000, {"body_too_deep"}),
    "50 MB": (b'{"a":"' + b"x" * 50 * 1024 * 1024 + b'"}', {"body_too_large"}),
    "50 MB of spaces": (b" " * 50 * 1024 * 1024, {"body_too_large"}),
}  # fmt: skip
# In a path, each between two slashes.
IN_PATHS = (
    "a%23b", "a#b", "..", "%2e%2e", "..%2F..%2Fetc%2Fpasswd", "%00", "a%00b", "a%0Ab",
    "%0d%0aSet-Cookie", "a" * 65, "a" * 5_000, "caf%C3%A9", "cafe%CC%81", "%E2%80%AE",
    "%F0%9F%91%A8", "%ED%A0%80",
    "%FF", "%", "%zz", "%25%32%33", "*", "{member}", "'%20or%201=1--", "a:b:c", ":", "web:", ":1",
    "web%3A1%20",
)  # fmt: skip
IN_QUERIES = (
    "{name}=%00", "{name}=%ED%A0%80", "{name}=" + "9" * 5_000, "{name}=" + "x" * 100_000,
    "{name}=1&{name}=2",
    "{name}=true", "{name}=1.0", "{name}=-1", "{name}=1e3", "{name}=0x10", "{name}=%20", "{name}=",
    "{name}=%D9%A1", "{name}=null", "{name}[]=1", "{name}[a]=1", "{name}=NaN", "{name}=1_000",
)  # fmt: skip
STRANGERS = (
    "colour=1", "colour", "=1", "&&colour=1&", "%00=1", "__proto__=1", "cursor%00=1", "request=1",
    "caller=staff", "now=2020-01-01T00:00:00Z", "member=m1", "shop=other",
    "&".join(f"p{n}={n}" for n in range(20_000)),
)  # fmt: skip
HEADERS = {
    "accept-language": ("x" * 100_000, "q=", "q=nan", "sv;q=1e999,en", "\x00", ",,;;==", "é"),
    "origin": ("null", "x" * 10_000, "\x00"),
    "cookie": ("authorization=Bearer sk_x", "a=b" * 10_000),
    "x-forwarded-for": ("127.0.0.1", "x" * 10_000),
    "content-length": ("-1", "x"),
}  # fmt: skip


def doors(names: list[str]) -> list[str]:
    """One endpoint of each kind of door, and in a long search all: what is refused before anything
    is asked of an endpoint is refused by the same few lines for all of them."""
    if settings.get_current_profile_name() == "prove":
        return names
    kinds = {(name.partition("/")[0], operation(name).method): name for name in names}
    return sorted({*kinds.values(), *(name for name in names if name in UNLIKE_OTHERS)})


# A body that is no JSON, or larger than others.
UNLIKE_OTHERS = {"programme/publish_programme", "checkout/batch"}
WITH_BODY = [name for name in written() if operation(name).body]


def a_club(name: str) -> Club:
    club = Club(sandbox=name == "programme/set_clock")
    club.run(name)
    return club


def wrong(answer: Answer, codes: set[str] | None = None) -> str:
    if not 400 <= answer.status < 500:
        return f"{answer.status} {answer.text[:300]}"
    if answer.asked:
        return f"asked for {set(answer.asked)}, {answer.text[:300]}"
    return "" if codes is None or answer.code in codes else answer.text[:300]


@pytest.mark.parametrize("name", doors(WITH_BODY))
def test_a_body_that_is_none_is_refused(time: Clock, name: str) -> None:
    club = a_club(name)
    answers = {
        what: wrong(club.send(name, body=body), codes) for what, (body, codes) in NO_BODIES.items()
    }
    assert not {what: said for what, said in answers.items() if said}


@pytest.mark.parametrize("name", doors(WITH_BODY))
def test_a_body_of_another_type_is_refused(time: Clock, name: str) -> None:
    club = a_club(name)
    for media_type in TYPED:
        answer = club.send(name, headers={"content-type": media_type})
        assert not wrong(answer, {"unsupported_media_type"}), media_type


@pytest.mark.parametrize("name", [n for n in written() if operation(n).parameters("path")])
def test_a_path_that_cannot_be_is_refused(time: Clock, name: str) -> None:
    club = a_club(name)
    answers = {path: club.send(name, path=path) for path in bad_paths(name)}
    assert not {path[:200]: wrong(answer) for path, answer in answers.items() if wrong(answer)}


def bad_paths(name: str) -> Iterator[str]:
    """One parameter at a time, with what its schema does not allow."""
    one, given = operation(name), sample(name)
    for parameter in one.parameters("path"):
        for text in IN_PATHS:
            if not accepts(parameter["schema"], unquote(text)):
                yield one.path.format(**{**given.path, parameter["name"]: text})


@pytest.mark.parametrize("name", doors(written()))
def test_a_query_nobody_asked_for_is_refused(time: Clock, name: str) -> None:
    club, usual = a_club(name), filled(operation(name), sample(name)).partition("?")[0]
    known = {parameter["name"] for parameter in operation(name).parameters("query")}
    for query in STRANGERS:
        if query.partition("=")[0] not in known:
            answer = club.send(name, path=f"{usual}?{query}")
            assert not wrong(answer, {"unknown_field", "invalid_field"}) or not said(query), query


def said(query: str) -> bool:
    """Whether there is anything in it at all."""
    return any(part.partition("=")[0] for part in query.split("&"))


@pytest.mark.parametrize("name", [n for n in written() if operation(n).parameters("query")])
def test_a_query_with_another_value_is_refused_by_name(time: Clock, name: str) -> None:
    club, one = a_club(name), operation(name)
    usual = filled(one, sample(name)).partition("?")[0]
    for parameter in one.parameters("query"):
        for query in IN_QUERIES:
            text = query.format(name=parameter["name"])
            answer = club.send(name, path=f"{usual}?{text}")
            assert answer.status < 500, text
            assert answer.status < 400 or answer.json["field"].startswith(parameter["name"])


@pytest.mark.parametrize("name", ["checkout/quote", "members/read_card", "programme/read_clock"])
def test_headers_nobody_sends_do_no_harm(time: Clock, name: str) -> None:
    club = a_club(name)
    usual = club.send(name).status
    for header, values in HEADERS.items():
        for value in values:
            answer = club.send(name, headers={header: value})
            assert answer.status == usual, (header, value[:100], answer.text)
