"""English."""

TEXTS = {
    # Statement lines
    "earn": "Points for order {order}",
    "earn_nothing": "Purchase {order}",
    "earn_claim": "Points for order {order}, which you made as a guest",
    "spend": "Paid with points, order {order}",
    "reverse": "Points taken back after a return, order {order}",
    "reverse_named": "Bonus points taken back: {name}",
    "reverse_nothing": "Return, purchase {order}",
    "reverse_cancelled": "Order {order} was cancelled",
    "reverse_no_receipt": "Points taken back after a return without a receipt",
    "reverse_nothing_no_receipt": "Return without a receipt",
    "restore": "Points given back after a return, order {order}",
    "restore_cancelled": "Points given back, order {order} was cancelled",
    "expire": "Points that expired",
    "lapse": "Points that expired after a time without purchases",
    "repay": "New points have covered what you owed",
    "adjust": "Adjustment",
    "adjust_goodwill": "A gift from us",
    "adjust_correction": "Correction",
    "adjust_complaint": "Compensation after a complaint",
    "adjust_service_recovery": "Making up for something that went wrong",
    "adjust_campaign": "Campaign points",
    "tier": "New level: {tier}",
    "tier_up": "You have reached {tier}",
    "tier_down": "Your level is now {tier}",
    "tier_kept": "You stay {tier}",
    "freeze": "Your level is frozen up to and including {day}",
    "freeze_ended": "Your level is no longer frozen",
    "bonus": "Bonus points",
    "bonus_welcome": "Welcome points",
    "bonus_birthday": "Birthday points",
    "bonus_review": "Points for your review",
    "bonus_survey": "Points for your answers",
    "bonus_referral": "Points for inviting a friend",
    "bonus_newsletter": "Points for subscribing to the newsletter",
    "bonus_profile": "Points for a complete profile",
    "bonus_new_category": "Points for trying something new",
    "gift": "Points you gave away",
    "spend_named": "Reward: {name}",
    "restore_named": "Points given back, not used: {name}",
    "gift_named": "Gift to {name}",
    "bonus_named": "Bonus points: {name}",
    "merge": "Points from another membership that was merged with yours",
    "erase": "Points removed when the membership ended",
    "import": "Points from the earlier customer club",
    # Why an offer is missed or cannot be had
    "amount_missing": "Spend {amount} more to get this offer.",
    "units_missing": "Add {units:more item|more items} to get this offer.",
    "switch_on": "Switch the offer on and it is taken off at once.",
    "tier_needed": "This offer is for {tier}.",
    "channel_only": "This offer does not apply where you are shopping now.",
    "limit_reached": "You have already used this offer as often as you can.",
    "sold_out": "This offer has run out.",
    "article_missing": "Put the article in your basket and it is on us.",
    "beaten": "You already get a better offer: {by}.",
    # Of an order that is over: why an offer was missed, why a rule gave no points
    "then_amount_missing": "Spending {amount} more would have given you this offer.",
    "then_units_missing": "{units:more item|more items} would have given you this offer.",
    "then_switch_on": "The offer was not switched on.",
    "then_tier_needed": "The offer was for {tier}.",
    "then_channel_only": "The offer did not apply where you shopped.",
    "then_limit_reached": "You had already used the offer as often as you could.",
    "then_sold_out": "The offer had run out.",
    "then_article_missing": "The article was not in your basket.",
    "then_beaten": "You got a better offer: {by}.",
    "rule_not_now": "It did not apply when you bought.",
    "rule_channel_only": "It did not apply where you shopped.",
    "rule_tier_needed": "It was only for {tier}.",
    "rule_first_order_only": "It was only for your first order.",
    "rule_nothing_matched": "Nothing that you bought was part of it.",
    "rule_beaten": "Another rule applied instead.",
    "rule_capped": "You have had as many points as the rule gives.",
    "rule_guest": "Only members get points, and a guest bought this.",
    # The parts of an order's points that no rule of the shop names
    "base": "Base points",
    "multipliers": "Extra for your level and current campaigns",
    "voucher": "Voucher",
    # On the card
    "points_word": "{points:point|points}",
    # Quote and receipt
    "saves": "You save {amount}.",
    "saved": "You saved {amount}.",
    "earns": "You get {points:point|points} to spend from {day}.",
    "earns_now": "You get {points:point|points}.",
    "earned": "You got {points:point|points} to spend from {day}.",
    "earned_now": "You got {points:point|points}.",
    "next_tier": "Spend {amount} more to reach {tier}.",
    "next_tier_points": "Collect {points:more point|more points} to reach {tier}.",
    "top_tier": "You are at the highest level, {tier}.",
    "tier_forecast": "Spend {amount} by {day} to stay {tier}.",
    "tier_forecast_points": "Collect {points:point|points} by {day} to stay {tier}.",
    "tier_forecast_from": "Spend {amount} from {since} to {day} to stay {tier}.",
    "tier_forecast_from_points": (
        "Collect {points:point|points} from {since} to {day} to stay {tier}."
    ),
    "expires_next": "{points:point expires|points expire} on {day}.",
    "never_earns": "This article earns no points.",
    "debt": "After a return you are {points:point|points} short. Your next points cover it.",
    "shortfall": "The price differs by {amount} from what was promised.",
    "shortfall_points": "{points:promised point|promised points} could not be given.",
    # What was asked for and refused
    "points_not_enough": "You do not have that many points to pay with.",
    "points_fit": (
        "Here you can pay with up to {points} points: at least {minimum}, in steps of {step}."
    ),
    "points_unfit": "Points cannot pay here.",
    "points_to_take": (
        "At most {points:point|points} can be taken. Points that cannot be spent yet stay."
    ),
    "voucher_not_open": "The voucher has been used or has run out.",
    "voucher_needs_more": "Spend {amount} more to use the voucher.",
    "voucher_fits_nothing": "The voucher takes nothing off what is in your basket.",
    "offer_not_available": "The offer is gone.",
    "quote_expired": "The price no longer holds. Here is the new one.",
    "member_exists": "You are a member already.",
    "member_not_active": "The membership has ended.",
    "changed_meanwhile": "Something changed in the meantime. Please try again.",
    "code_invalid": "This is not one of our codes.",
    "code_expired": "The code has run out. Show a new one.",
    "offer_sold_out": "This offer has run out.",
    # Rewards and gifts
    "reward_points_missing": "{points:more point|more points} and it is yours.",
    "reward_tier_needed": "For {tier} and above.",
    "reward_limit_reached": "You have had this as often as you can.",
    "reward_not_available": "This reward cannot be had right now.",
    "reward_sold_out": "This reward has run out.",
    "reward_closed": "The reward has been used or kept, or its time was over.",
    "redemption_reserved": "Reserved for you. Use it or keep it, or your points come back.",
    "gift_gone": "The voucher has been used or taken already, or it has run out.",
    "voucher_not_transferable": "This voucher cannot be given away.",
    "redemption_given": "You have given it away.",
    "redemption_kept": "Yours until {day}.",
    "redemption_used": "Used.",
    "redemption_released": "Not used. Your points are back.",
    "redemption_expired": "The time for it is over.",
    "gift_receipt": (
        "You gave {points:point|points} on {day}, and we give {name} {amount} for them. Thank you."
    ),
    # The way in
    "login_subject": "{digits} is your code at {shop}",
    "login_mail": "Your code at {shop} is {digits}. It holds for {minutes:minute|minutes}.",
    "login_link": "Or open this link. It works once.",
    "login_not_you": (
        "If you did not ask for a code, you need not do anything. "
        "Nobody from {shop} will ever ask you for it."
    ),
    "login_sms": "{shop}: your code is {digits}. Nobody from us will ask you for it.",
    "spending_points": "{shop} asks you to pay with {points:point|points} at the till.",
    "spending_vouchers": "{shop} asks you to use {units:voucher|vouchers} at the till.",
    "till_joining_sms": "{shop}: open the link to become a member, or to log in.",
    "login_code_invalid": "The code is wrong or has run out. Ask for a new one.",
    "too_many_attempts": "Too many attempts. Please try again later.",
    "sms_not_available": "We cannot send a text message to this number.",
    "not_sent": "The message could not be sent. Please try again.",
    # Why somebody unknown should log in; the headline for each; what the counters say
    "login_member_prices": "Members pay {amount} less for this.",
    "login_member_prices_list": (
        "Members pay less for {units:item|items} here, up to {amount} for one of them."
    ),
    "login_club_offers": "Club offers take off {amount}.",
    "login_welcome_offer": "A first order as a member is {amount} cheaper.",
    "login_free_shipping": "Delivery is free for members, which saves {amount}.",
    "login_free_shipping_missing": "Spend {amount} more and delivery is free for members.",
    "login_points": "This earns {points:point|points}.",
    "login_points_worth": "This earns {points:point|points}, worth {amount}.",
    "login_points_list": "One of these earns up to {points:point|points}.",
    "login_points_list_worth": "One of these earns up to {points:point|points}, worth {amount}.",
    "login_welcome_points": "New members begin with {points:point|points}.",
    "login_welcome_points_worth": "New members begin with {points:point|points}, worth {amount}.",
    "login_ladder": "This is {percent}% of the way to {tier}, with {amount} to go.",
    "login_ladder_points": (
        "This is {percent}% of the way to {tier}, with {points:point|points} to go."
    ),
    "login_ladder_reached": "This alone makes you {tier}.",
    "login_faster_checkout": "Your details are filled in for you in the checkout.",
    "login_self_service": "Orders, receipts and points are all in one place.",
    "login_headline_member_prices": "Log in and save {amount}.",
    "login_headline_member_prices_list": "Log in and save up to {amount}.",
    "login_headline_club_offers": "Log in and save {amount} with club offers.",
    "login_headline_welcome_offer": "Become a member and save {amount} today.",
    "login_headline_free_shipping": "Log in for free delivery.",
    "login_headline_free_shipping_missing": "Log in, and {amount} more bring free delivery.",
    "login_headline_points": "Log in and get {points:point|points}.",
    "login_headline_points_list": "Log in and get up to {points:point|points}.",
    "login_headline_welcome_points": "Become a member and begin with {points:point|points}.",
    "login_headline_ladder": "Log in and let this count towards {tier}.",
    "login_headline_ladder_reached": "Log in and be {tier} with this order.",
    "login_headline_faster_checkout": "Log in for a faster checkout.",
    "login_headline_self_service": "Log in and keep your orders and points together.",
    "login_verdict_better": "Those who see it do it more often than those who do not.",
    "login_verdict_worse": "Those who see it do it less often than those who do not.",
    "login_verdict_no_difference": "No difference can be told from chance so far.",
    "login_verdict_too_little_data": "There is too little data to say anything.",
    "login_verdict_no_hold_out": "Nobody is held out, so there is nothing to compare with.",
    # What becomes of what somebody said
    "thread_subject": "What you said to {shop}",
    "thread_received": "Thank you for writing to {shop}. We have received it and will answer you.",
    "thread_answered": "{shop} has answered you.",
    "thread_acted_on": "{shop} has done something about what you wrote.",
    "thread_closed": (
        "{shop} has closed this. Write again if it is not solved, and it is opened again."
    ),
    "thread_reopened": "{shop} has opened this again and will answer you.",
    "review_published": "Thank you! {shop} has published your review.",
    "review_refused": "{shop} cannot publish your review.",
    "review_withdrawn": (
        "Your review at {shop} is no longer shown, because the "
        "article has come back. Points for it are taken back."
    ),
    "lottery_won": "Congratulations! Your review has won in the draw at {shop}.",
    "survey_first_order": "Did all go well with your first order?",
    "survey_subject": "How did it go with what you bought at {shop}?",
    "survey_intro": "You have bought something at {shop}. We would like to know:",
    "survey_answer": "Answer here:",
    "thread_read": "Read it and answer here:",
    "thread_overdue": "Thread {thread} should have been answered by now, and still waits.",
    "thread_overdue_subject": "Something waits for too long",
    # Members who have been away for long
    "away_subject": "{shop}: your membership ends on {day}",
    "away_mail": (
        "It is a long time since you bought something or logged in at {shop}. On {day} we "
        "end your membership, and delete your details and points. If you want to keep it, "
        "log in or buy something before then."
    ),
    "away_sms": (
        "{shop}: your membership ends on {day}. "
        "Log in or buy something before then if you want to keep it."
    ),
    # A contact that has become another, told to the one before
    "contact_changed_subject": "{shop}: you log in another way from now on",
    "contact_changed_mail": (
        "On {day} your membership at {shop} was given a new e-mail address or mobile "
        "number to log in with. If that was you, there is nothing to do. If it was not, "
        "get in touch with {shop} at once."
    ),
    "contact_changed_sms": (
        "{shop}: your membership was given a new e-mail address or mobile number on "
        "{day}. Was it not you? Get in touch at once."
    ),
    # Everything about a member, to read
    "export_title": "Everything about your membership at {shop}",
    "export_intro": "Made on {day}. This is all that the club has kept about you.",
    "export_more": "Goes on in the next part.",
    "export_kind_profile": "Your details",
    "export_kind_device": "Where you are logged in",
    "export_kind_identity": "What you can be found by",
    "export_kind_account": "Your account",
    "export_kind_benefit": "Vouchers and offers",
    "export_kind_decision": "What customer service has decided",
    "export_kind_entry": "Everything that has happened",
    "export_kind_order": "Your purchases",
    "export_kind_consent": "What you have consented to",
    "export_kind_wish": "Your wish list",
    "export_kind_spending": "Payments with points that you confirmed in a shop",
    "export_kind_earned": "What you were given points for",
    "export_kind_gift": "Points you have given away",
    "export_kind_changed": "A contact that was replaced and is about to be told",
    "export_kind_thread": "What you have said to us, and our answers",
    "export_field_first_name": "First name",
    "export_field_last_name": "Last name",
    "export_field_email": "E-mail",
    "export_field_phone": "Phone",
    "export_field_customer_id": "Customer number",
    "export_field_language": "Language",
    "export_field_card": "Card number",
    "export_field_joined_on": "Member since",
    "export_field_tier": "Tier",
    "export_field_points": "Points",
    "export_field_amount": "Amount",
    "export_field_name": "Name",
    "export_field_seen_at": "Seen last",
    "export_field_expires_at": "Good until",
    # A guest's order
    "claim_expired": "The order is too old to be counted afterwards.",
    "claim_taken": "The order belongs to a member already.",
    "claim_of_another": "The order was made with an address or a number that is not yours here.",
    "too_many_claims": "You cannot have more orders counted afterwards just now.",
    # On my pages, and about what somebody wishes for
    "page_usual": "This is its usual place.",
    "page_question_unanswered": ("{units:message|messages} of yours we have not answered yet."),
    "page_voucher_expiring": "Your voucher of {amount} runs out on {day}.",
    "page_tier_at_risk": "You are {tier} until {day}, unless you shop before then.",
    "page_points_expiring": "{points:point expires|points expire} on {day}.",
    "page_price_fallen": (
        "{units:article on your wish list costs|articles on your wish list cost} less now."
    ),
    "page_offer_open": "You have {units:offer|offers} to switch on.",
    "page_tier_near": "You have come {percent}% of the way to {tier}.",
    "page_details_missing": "{units:detail is|details are} missing about you.",
    "page_subscribed": "You subscribe already.",
    "page_empty": "There is nothing here yet.",
    "consent_outdated": "The text has changed. Please read the new one.",
    "wish_list_full": "Your wish list is full.",
    "wish_subject_price_fallen": "{article} costs less now",
    "wish_subject_back_in_stock": "{article} is back",
    "wish_price_fallen": (
        "{article}, which is on your wish list at {shop}, now costs {now}. It was {before} "
        "when you put it there."
    ),
    "wish_back_in_stock": (
        "{article}, which is on your wish list at {shop}, is in stock again. It costs {now}."
    ),
    "wish_why": (
        "You get this because you asked {shop} to tell you. You can say no under My pages at "
        "any time."
    ),
}
