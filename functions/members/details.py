"""What a member says of themself, and what of it the shop asks for."""

from datetime import date

from msgspec import Struct

from stamkund.rules.naming import named
from stamkund.rules.programme import Language
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.tables.profiles import Profile
from stamkund.web import earning
from stamkund.web.club import Club


class AddressShown(Struct, frozen=True):
    street: str | None
    postal_code: str | None
    city: str | None
    country: str | None


class AnswerShown(Struct, frozen=True):
    """Something that the shop asks: one of `choices`, or a few words where there are none."""

    id: str
    name: str
    choices: list[str]
    value: str | None


class DetailsShown(Struct, frozen=True):
    """null where it is not known. `missing` are the fields that would make it complete, of which
    `contact` is either of the two."""

    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    language: Language
    birthday: date | None
    address: AddressShown
    answers: list[AnswerShown]
    missing: list[str]


def shown(profile: Profile, file: ProgrammeFile, language: Language) -> DetailsShown:
    details = profile.details
    return DetailsShown(
        first_name=profile.first_name or None,
        last_name=profile.last_name or None,
        email=profile.email or None,
        phone=profile.phone or None,
        language=profile.language,
        birthday=date.fromisoformat(details.birthday) if details.birthday else None,
        address=AddressShown(
            details.street or None,
            details.postal_code or None,
            details.city or None,
            details.country or None,
        ),
        answers=[
            AnswerShown(
                asked.id,
                named(asked.name, language, file),
                asked.choices,
                details.answers.get(asked.id),
            )
            for asked in file.my_pages.details
        ],
        missing=missing(profile, file),
    )


def missing(profile: Profile, file: ProgrammeFile) -> list[str]:
    """Of the name, a contact, and of what the shop asks for."""
    names = {
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "contact": profile.email or profile.phone,
    }
    asked = [detail.id for detail in file.my_pages.details]
    return [
        *(field for field, value in names.items() if not value),
        *(f"answers.{id}" for id in asked if id not in profile.details.answers),
    ]


def reward_complete(club: Club, member: str, profile: Profile) -> None:
    """The points for a complete profile, if it is one. Again is no harm.

    Refused: member_not_found, member_not_active, member_merged, busy.
    """
    if not missing(profile, club.file):
        earning.for_doing(club, member, "profile", reference="profile")
