"""The card as a picture, drawn as SVG: in the colours of its tier, and with its QR code."""

from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Any, NamedTuple

from msgspec import Struct

from stamkund.rules.cards import grouped
from stamkund.rules.programme import Language
from stamkund.rules.text import number, say

WIDTH, HEIGHT = 856, 540  # a bank card's, in tenths of a millimetre
LONGEST_SHOP, LONGEST_TIER = 26, 36


class Face(Struct, frozen=True):
    """What is seen on the card. `points` None: the programme has none. `badge`: an ambassador's."""

    shop: str
    number: str
    tier: str
    steps: list[str]
    step: str
    points: int | None
    payload: str
    language: Language
    badge: str = ""


class Colours(NamedTuple):
    """From one corner to the other, and what is written on it."""

    light: str
    dark: str
    ink: str


PINE = Colours("#2f6f62", "#12352f", "#ffffff")
BRONZE = Colours("#b9794a", "#6d3d1f", "#ffffff")
SILVER = Colours("#e3e8ee", "#98a3b1", "#18222e")
GOLD = Colours("#f3d98b", "#b98a2c", "#2b2006")
NIGHT = Colours("#3a4256", "#0f1320", "#ffffff")

# Metals look like what they are called; any other ladder climbs through the same colours.
METALS = {
    "brons": BRONZE,
    "bronze": BRONZE,
    "pronssi": BRONZE,
    "silver": SILVER,
    "sølv": SILVER,
    "hopea": SILVER,
    "guld": GOLD,
    "gull": GOLD,
    "gold": GOLD,
    "kulta": GOLD,
    "platina": NIGHT,
    "platinum": NIGHT,
    "diamant": NIGHT,
    "diamond": NIGHT,
}
CLIMBING = (PINE, BRONZE, SILVER, GOLD, NIGHT)


def qr_svg(payload: str) -> str:
    """A picture of its own."""
    return _qr(payload, svgns=True, light="#ffffff")


def card_svg(face: Face) -> str:
    colours = colours_of(face)
    shape = f'width="{WIDTH}" height="{HEIGHT}" rx="40"'
    # On a page with several cards each needs names of its own.
    paint = f"card-{face.number}"
    code = _qr(face.payload, svgns=False, light=None)
    title = " ".join(word for word in (face.shop, face.tier, grouped(face.number)) if word)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="Inter,Segoe UI,Helvetica Neue,Arial,sans-serif">'
        f"<title>{escape(title)}</title>"
        f'<defs><linearGradient id="{paint}" x1="0" y1="0" x2="1" y2="1">'
        f'<stop offset="0" stop-color="{colours.light}"/>'
        f'<stop offset="1" stop-color="{colours.dark}"/></linearGradient>'
        f'<clipPath id="{paint}-edge"><rect {shape}/></clipPath></defs>'
        f'<rect {shape} fill="url(#{paint})"/>'
        f'<g clip-path="url(#{paint}-edge)">{_hills(colours.ink)}</g>'
        f'<g fill="{colours.ink}">{_words(face)}</g>'
        '<rect x="536" y="220" width="272" height="272" rx="24" fill="#ffffff"/>'
        f'<svg x="540" y="224" width="264" height="264">{code}</svg>'
        "</svg>"
    )


def colours_of(face: Face) -> Colours:
    known = METALS.get(face.step) or METALS.get(face.tier.casefold())
    if known or face.step not in face.steps:
        return known or PINE
    rank, highest = face.steps.index(face.step), len(face.steps) - 1
    return CLIMBING[rank * (len(CLIMBING) - 1) // highest] if highest else PINE


def _hills(ink: str) -> str:
    """Contour lines, as on a map."""
    rings = "".join(
        f'<ellipse cx="690" cy="70" rx="{90 + 70 * ring}" ry="{60 + 52 * ring}"/>'
        for ring in range(8)
    )
    return f'<g fill="none" stroke="{ink}" stroke-width="2" opacity=".13">{rings}</g>'


def _words(face: Face) -> str:
    said = " · ".join(word for word in (face.tier, face.badge) if word)
    return _name(face.shop) + _badge(said) + _points(face) + _number(face.number)


def _name(shop: str) -> str:
    name = escape(_shortened(shop, LONGEST_SHOP))
    return f'<text x="52" y="98" font-size="46" font-weight="700">{name}</text>'


def _badge(said: str) -> str:
    if not said:
        return ""
    name = escape(_shortened(said, LONGEST_TIER))
    return (
        '<text x="54" y="152" font-size="32" font-weight="600" letter-spacing="3" '
        f'opacity=".9">{name}</text>'
    )


def _points(face: Face) -> str:
    if face.points is None:
        return ""
    # The number large and its word small, whichever of them the language says first.
    amount = number(face.points, face.language)
    word = say("points_word", face.language, points=face.points).replace(amount, "").strip()
    return (
        f'<text x="52" y="330" font-size="84" font-weight="700">{amount}</text>'
        f'<text x="54" y="376" font-size="30" opacity=".85">{escape(word)}</text>'
    )


def _number(card: str) -> str:
    return (
        '<text x="52" y="484" font-size="38" letter-spacing="2" '
        f'font-family="ui-monospace,SF Mono,Menlo,Consolas,monospace">{grouped(card)}</text>'
    )


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _qr(payload: str, *, svgns: bool, light: str | None) -> str:
    drawn = BytesIO()
    _code(payload).save(
        drawn,
        kind="svg",
        border=4,
        omitsize=True,
        xmldecl=False,
        svgns=svgns,
        svgclass=None,
        lineclass=None,
        light=light,
        nl=False,
    )
    return drawn.getvalue().decode()


@lru_cache(
    maxsize=1
)  # it is drawn twice, by itself and on the card, and making it is the dear part
def _code(payload: str) -> Any:
    # Only the card needs it: 20 ms to import.
    import segno

    return segno.make(payload, error="m", micro=False)
