"""The table of contents of the members domain."""

from functions.members.add_wish import add_wish
from functions.members.adjust_points import adjust_points
from functions.members.answer_spending import answer_spending
from functions.members.approve_adjustment import approve_adjustment
from functions.members.ask_to_spend import ask_to_spend
from functions.members.change_contact import change_contact
from functions.members.change_details import change_details
from functions.members.claim_order import claim_order
from functions.members.count_faq import count_faq
from functions.members.count_login_offer import count_login_offer
from functions.members.earn_for_action import earn_for_action
from functions.members.enrol import enrol
from functions.members.freeze_tier import freeze_tier
from functions.members.give_consent import give_consent
from functions.members.give_to_cause import give_to_cause
from functions.members.give_voucher import give_voucher
from functions.members.join import join
from functions.members.keep_reward import keep_reward
from functions.members.leave import leave
from functions.members.link_membership import link_membership
from functions.members.log_out import log_out
from functions.members.look_up import look_up
from functions.members.make_gift_link import make_gift_link
from functions.members.merge_memberships import merge_memberships
from functions.members.name_device import name_device
from functions.members.offer_login import offer_login
from functions.members.open_session import open_session
from functions.members.publish_faq import publish_faq
from functions.members.read_adjustments import read_adjustments
from functions.members.read_card import read_card
from functions.members.read_consents import read_consents
from functions.members.read_details import read_details
from functions.members.read_devices import read_devices
from functions.members.read_export import read_export
from functions.members.read_export_page import read_export_page
from functions.members.read_faq import read_faq
from functions.members.read_gifts import read_gifts
from functions.members.read_ladder import read_ladder
from functions.members.read_member import read_member
from functions.members.read_page import read_page
from functions.members.read_points import read_points
from functions.members.read_rewards import read_rewards
from functions.members.read_spending import read_spending
from functions.members.read_spendings import read_spendings
from functions.members.read_statement import read_statement
from functions.members.read_wishes import read_wishes
from functions.members.refresh_session import refresh_session
from functions.members.refuse_adjustment import refuse_adjustment
from functions.members.release_reward import release_reward
from functions.members.remove_wish import remove_wish
from functions.members.report_gifts import report_gifts
from functions.members.report_login_offers import report_login_offers
from functions.members.request_login_code import request_login_code
from functions.members.reserve_reward import reserve_reward
from functions.members.revoke_device import revoke_device
from functions.members.revoke_gift_link import revoke_gift_link
from functions.members.start_till_joining import start_till_joining
from functions.members.switch_off_offer import switch_off_offer
from functions.members.switch_on_offer import switch_on_offer
from functions.members.take_gift import take_gift
from functions.members.tell_wishers import tell_wishers
from functions.members.verify_login_code import verify_login_code
from functions.members.withdraw_consent import withdraw_consent
from stamkund.web.app import App, build_app

# In the order of the document.
WAY_IN = (
    enrol,
    open_session,
    request_login_code,
    verify_login_code,
    join,
    link_membership,
    claim_order,
    merge_memberships,
    refresh_session,
    log_out,
    read_devices,
    name_device,
    revoke_device,
)
TILL = (
    look_up,
    start_till_joining,
    ask_to_spend,
    read_spending,
    read_spendings,
    answer_spending,
)
ACCOUNT = (
    read_member,
    read_card,
    read_points,
    read_ladder,
    read_statement,
    switch_on_offer,
    switch_off_offer,
    give_voucher,
    adjust_points,
    read_adjustments,
    approve_adjustment,
    refuse_adjustment,
    freeze_tier,
)
LOGIN_OFFERS = (
    offer_login,
    count_login_offer,
    report_login_offers,
)
LEAVING = (
    read_export,
    read_export_page,
    leave,
)
REWARDS = (
    read_rewards,
    reserve_reward,
    keep_reward,
    release_reward,
    make_gift_link,
    revoke_gift_link,
    take_gift,
    give_to_cause,
    read_gifts,
    report_gifts,
    earn_for_action,
)
PAGES = (
    read_page,
    read_details,
    change_details,
    change_contact,
    read_consents,
    give_consent,
    withdraw_consent,
    read_wishes,
    add_wish,
    remove_wish,
    tell_wishers,
    publish_faq,
    read_faq,
    count_faq,
)


def build() -> App:
    return build_app("members", *WAY_IN, *TILL, *ACCOUNT, *LOGIN_OFFERS, *LEAVING, *REWARDS, *PAGES)


app = build()
