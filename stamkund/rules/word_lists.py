"""Words of a list, and links: why somebody looks at a text before everybody reads it."""

import re
from unicodedata import category, normalize

from stamkund.rules import threads
from stamkund.rules.programme import Language
from stamkund.rules.review_rules import ReviewRules

LINK = "link"
_WORD = re.compile(r"\w+")


def found_in(text: str, language: Language, rules: ReviewRules) -> list[str]:
    """Words of the list of its language, and `link` where there is one."""
    listed = rules.words.get(language, [])
    beginnings = tuple(folded(word[:-1]) for word in listed if word.endswith("*"))
    whole = {folded(word) for word in listed if not word.endswith("*")}
    words = dict.fromkeys(_WORD.findall(folded(text)))
    found = [word for word in words if word in whole or word.startswith(beginnings)]
    return found + [LINK] * threads.has_links(text)


def folded(text: str) -> str:
    """As words are compared: in small letters, without what cannot be seen or is laid over."""
    composed = normalize("NFKC", text).casefold()
    return "".join(sign for sign in composed if category(sign) not in {"Cf", "Mn"})
