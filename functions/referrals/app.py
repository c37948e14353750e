"""The table of contents of the referrals domain."""

from functions.referrals.allow_referrer import allow_referrer
from functions.referrals.count_visit import count_visit
from functions.referrals.decide_referral import decide_referral
from functions.referrals.draw_invitation import draw_invitation
from functions.referrals.make_invitation import make_invitation
from functions.referrals.name_referrer import name_referrer
from functions.referrals.note_signs import note_signs
from functions.referrals.read_ambassadors import read_ambassadors
from functions.referrals.read_held import read_held
from functions.referrals.read_landing import read_landing
from functions.referrals.read_referrals import read_referrals
from functions.referrals.report_referrals import report_referrals
from functions.referrals.stop_referrer import stop_referrer
from stamkund.web.app import App, build_app


def build() -> App:
    return build_app(
        "referrals",
        make_invitation,
        draw_invitation,
        read_landing,
        count_visit,
        name_referrer,
        note_signs,
        read_referrals,
        read_held,
        decide_referral,
        stop_referrer,
        allow_referrer,
        report_referrals,
        read_ambassadors,
    )


app = build()
