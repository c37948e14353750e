"""Frequent questions: in which order, and which of them somebody is looking for."""

from collections.abc import Iterator, Mapping, Sequence
from re import compile as compile_pattern
from typing import Annotated, Literal, NamedTuple
from unicodedata import combining, normalize

from msgspec import Meta, Struct

from stamkund.rules.errors import Mistake
from stamkund.rules.programme import Id, Language, Name, Text
from stamkund.rules.programme_file import LongText

FaqEvent = Literal["opened", "solved", "not_solved"]
VERDICTS: frozenset[FaqEvent] = frozenset({"solved", "not_solved"})
MOST_ENTRIES = 100

_WORD = compile_pattern(r"[^\W_]+")
# What no decomposition takes apart, although people type it as if it did.
_FOLDED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "đ": "d", "ł": "l"})


class FaqEntry(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A question and its answer. `words` are others that people use for it."""

    id: Id
    question: Text
    answer: LongText
    words: Annotated[list[Name], Meta(max_length=30)] = []


class FaqContact(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The way on to a person: at least one of the three."""

    email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)] | None = None
    phone: Annotated[str, Meta(pattern=r"^[+0-9][0-9 -]{4,30}$")] | None = None
    url: Annotated[str, Meta(pattern=r"^https://[^\s]+$", max_length=300)] | None = None


class Faq(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A document of its own, and not the programme: checkouts read that one."""

    entries: Annotated[list[FaqEntry], Meta(max_length=MOST_ENTRIES)]
    contact: FaqContact


class Asked(NamedTuple):
    """How often an entry was opened, and said to have solved it or not."""

    opened: int = 0
    solved: int = 0
    not_solved: int = 0


def check(faq: Faq, languages: Sequence[Language]) -> Iterator[Mistake]:
    ids = [entry.id for entry in faq.entries]
    for index, entry in enumerate(faq.entries):
        path = f"entries[{index}]"
        if entry.id in ids[:index]:
            yield Mistake(f"{path}.id", "repeated_id", f"{entry.id!r} is there already")
        for field, text in (("question", entry.question), ("answer", entry.answer)):
            for language in languages:
                if language not in text:
                    yield Mistake(f"{path}.{field}", "text_missing", f"no text in {language!r}")
    if not (faq.contact.email or faq.contact.phone or faq.contact.url):
        yield Mistake("contact", "one_of", "give at least one of email, phone and url")


def ordered(entries: Sequence[FaqEntry], asked: Mapping[str, Asked]) -> list[FaqEntry]:
    """By how often each is asked and has helped; where nobody has said anything, as written."""
    return sorted(entries, key=lambda entry: -_worth(asked.get(entry.id, Asked())))


def _worth(asked: Asked) -> float:
    # One of each beforehand, so that the first who says anything does not decide.
    helped = (asked.solved + 1) / (asked.solved + asked.not_solved + 2)
    return asked.opened * helped


class Index:
    """What can be looked for in one language, folded once."""

    def __init__(self, entries: Sequence[FaqEntry], language: Language) -> None:
        self._words = [(entry, *_words_of(entry, language)) for entry in entries]

    def find(self, query: str) -> list[FaqEntry]:
        """Those that have every word, or one that begins like it; in the question comes first."""
        wanted = folded(query)
        found = [(entry, q) for entry, q, all_of_it in self._words if _has(wanted, all_of_it)]
        return [entry for entry, q in sorted(found, key=lambda one: not _has(wanted, one[1]))]


def _words_of(entry: FaqEntry, language: Language) -> tuple[list[str], list[str]]:
    question = folded(" ".join([_in(entry.question, language), *entry.words]))
    return question, question + folded(_in(entry.answer, language))


def _in(text: Mapping[Language, str], language: Language) -> str:
    return text.get(language) or next(iter(text.values()), "")


def _has(wanted: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(word.startswith(want) for word in words) for want in wanted)


def folded(text: str) -> list[str]:
    """The words without case and accents: `Återköp på nätet` is `aterkop pa natet`."""
    # Once more: taken apart, a letter may turn out to be a capital one.
    bare = normalize("NFKD", text.casefold().translate(_FOLDED)).casefold()
    if not bare.isascii():
        bare = "".join(one for one in bare if not combining(one))
    return _WORD.findall(bare)
