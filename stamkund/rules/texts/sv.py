"""Swedish."""

TEXTS = {
    # Statement lines
    "earn": "Poäng för köp {order}",
    "earn_nothing": "Köp {order}",
    "earn_claim": "Poäng för köp {order}, som du gjorde som gäst",
    "spend": "Betalt med poäng, köp {order}",
    "reverse": "Återtagna poäng efter retur, köp {order}",
    "reverse_named": "Återtagna bonuspoäng: {name}",
    "reverse_nothing": "Retur, köp {order}",
    "reverse_cancelled": "Köp {order} avbröts",
    "reverse_no_receipt": "Återtagna poäng efter retur utan kvitto",
    "reverse_nothing_no_receipt": "Retur utan kvitto",
    "restore": "Återlagda poäng efter retur, köp {order}",
    "restore_cancelled": "Återlagda poäng, köp {order} avbröts",
    "expire": "Poäng som har gått ut",
    "lapse": "Poäng som har gått ut efter en tid utan köp",
    "repay": "Nya poäng har täckt det du var skyldig",
    "adjust": "Justering",
    "adjust_goodwill": "En gåva från oss",
    "adjust_correction": "Rättelse",
    "adjust_complaint": "Ersättning efter reklamation",
    "adjust_service_recovery": "Plåster på såret när något gick fel",
    "adjust_campaign": "Kampanjpoäng",
    "tier": "Ny nivå: {tier}",
    "tier_up": "Du har nått nivån {tier}",
    "tier_down": "Din nivå är nu {tier}",
    "tier_kept": "Du behåller nivån {tier}",
    "freeze": "Din nivå är fryst till och med den {day}",
    "freeze_ended": "Din nivå är inte längre fryst",
    "bonus": "Bonuspoäng",
    "bonus_welcome": "Välkomstpoäng",
    "bonus_birthday": "Födelsedagspoäng",
    "bonus_review": "Poäng för din recension",
    "bonus_survey": "Poäng för dina svar",
    "bonus_referral": "Poäng för att du bjöd in en vän",
    "bonus_newsletter": "Poäng för att du prenumererar på nyhetsbrevet",
    "bonus_profile": "Poäng för en komplett profil",
    "bonus_new_category": "Poäng för att du provade något nytt",
    "gift": "Skänkta poäng",
    "spend_named": "Belöning: {name}",
    "restore_named": "Poäng tillbaka, inte använd: {name}",
    "gift_named": "Gåva till {name}",
    "bonus_named": "Bonuspoäng: {name}",
    "merge": "Poäng från ett annat medlemskap som slagits ihop med ditt",
    "erase": "Poäng som togs bort när medlemskapet avslutades",
    "import": "Poäng från den tidigare kundklubben",
    # Why an offer is missed or cannot be had
    "amount_missing": "Handla för {amount} till så får du erbjudandet.",
    "units_missing": "Lägg till {units:vara|varor} så får du erbjudandet.",
    "switch_on": "Aktivera erbjudandet så dras det av direkt.",
    "tier_needed": "Erbjudandet gäller för {tier}.",
    "channel_only": "Erbjudandet gäller inte där du handlar nu.",
    "limit_reached": "Du har redan använt erbjudandet så många gånger som det går.",
    "sold_out": "Erbjudandet är slut.",
    "article_missing": "Lägg varan i varukorgen så bjuder vi på den.",
    "beaten": "Du får redan ett bättre erbjudande: {by}.",
    # Of an order that is over: why an offer was missed, why a rule gave no points
    "then_amount_missing": "Hade du handlat för {amount} till hade du fått erbjudandet.",
    "then_units_missing": "{units:vara|varor} till hade gett dig erbjudandet.",
    "then_switch_on": "Erbjudandet var inte aktiverat.",
    "then_tier_needed": "Erbjudandet gällde för {tier}.",
    "then_channel_only": "Erbjudandet gällde inte där du handlade.",
    "then_limit_reached": "Du hade redan använt erbjudandet så många gånger som det gick.",
    "then_sold_out": "Erbjudandet var slut.",
    "then_article_missing": "Varan låg inte i varukorgen.",
    "then_beaten": "Du fick ett bättre erbjudande: {by}.",
    "rule_not_now": "Det gällde inte när du handlade.",
    "rule_channel_only": "Det gällde inte där du handlade.",
    "rule_tier_needed": "Det gällde bara för {tier}.",
    "rule_first_order_only": "Det gällde bara ditt första köp.",
    "rule_nothing_matched": "Inget av det du köpte omfattades.",
    "rule_beaten": "En annan regel gällde i stället.",
    "rule_capped": "Du har fått så många poäng som regeln ger.",
    "rule_guest": "Bara medlemmar får poäng, och det här köpte en gäst.",
    # The parts of an order's points that no rule of the shop names
    "base": "Grundpoäng",
    "multipliers": "Extra för din nivå och pågående kampanjer",
    "voucher": "Värdecheck",
    # On the card
    "points_word": "{points:poäng|poäng}",
    # Quote and receipt
    "saves": "Du sparar {amount}.",
    "saved": "Du sparade {amount}.",
    "earns": "Du får {points} poäng som du kan använda från den {day}.",
    "earns_now": "Du får {points} poäng.",
    "earned": "Du fick {points} poäng som du kan använda från den {day}.",
    "earned_now": "Du fick {points} poäng.",
    "next_tier": "Handla för {amount} till så når du {tier}.",
    "next_tier_points": "{points} poäng till så når du {tier}.",
    "top_tier": "Du är på högsta nivån, {tier}.",
    "tier_forecast": "Handla för {amount} senast den {day} så förblir du {tier}.",
    "tier_forecast_points": "Samla {points} poäng senast den {day} så förblir du {tier}.",
    "tier_forecast_from": (
        "Handla för {amount} från den {since} till och med den {day} så förblir du {tier}."
    ),
    "tier_forecast_from_points": (
        "Samla {points} poäng från den {since} till och med den {day} så förblir du {tier}."
    ),
    "expires_next": "{points} poäng går ut den {day}.",
    "never_earns": "Varan ger inga poäng.",
    "debt": "{points} poäng saknas efter en retur och dras från dina nästa poäng.",
    "shortfall": "Priset skiljer sig {amount} från det som utlovades.",
    "shortfall_points": "{points} utlovade poäng kunde inte ges.",
    # What was asked for and refused
    "points_not_enough": "Du har inte så många poäng att betala med.",
    "points_fit": "Här kan du betala med högst {points} poäng: minst {minimum}, i steg om {step}.",
    "points_unfit": "Här går det inte att betala med poäng.",
    "points_to_take": (
        "Högst {points} poäng kan dras av. Poäng som inte kan användas ännu blir kvar."
    ),
    "voucher_not_open": "Värdechecken är använd eller har gått ut.",
    "voucher_needs_more": "Handla för {amount} till så kan du använda värdechecken.",
    "voucher_fits_nothing": "Värdechecken drar inte av något på det som ligger i varukorgen.",
    "offer_not_available": "Erbjudandet finns inte kvar.",
    "quote_expired": "Priset gäller inte längre. Här är det nya.",
    "member_exists": "Du är redan medlem.",
    "member_not_active": "Medlemskapet är avslutat.",
    "changed_meanwhile": "Något ändrades under tiden. Försök igen.",
    "code_invalid": "Koden är inte en av våra.",
    "code_expired": "Koden har gått ut. Visa en ny.",
    "offer_sold_out": "Erbjudandet är slut.",
    # Rewards and gifts
    "reward_points_missing": "{points:poäng|poäng} till så är den din.",
    "reward_tier_needed": "För {tier} och uppåt.",
    "reward_limit_reached": "Du har fått den så många gånger det går.",
    "reward_not_available": "Belöningen går inte att få just nu.",
    "reward_sold_out": "Belöningen är slut.",
    "reward_closed": "Belöningen är använd eller sparad, eller så har tiden gått ut.",
    "redemption_reserved": (
        "Reserverad för dig. Använd eller spara den, annars kommer poängen tillbaka."
    ),
    "gift_gone": "Värdechecken är redan använd eller tagen, eller så har den gått ut.",
    "voucher_not_transferable": "Den här värdechecken kan inte ges bort.",
    "redemption_given": "Du har gett bort den.",
    "redemption_kept": "Din till och med {day}.",
    "redemption_used": "Använd.",
    "redemption_released": "Inte använd. Du har fått tillbaka poängen.",
    "redemption_expired": "Tiden har gått ut.",
    "gift_receipt": "Du gav {points:poäng|poäng} den {day}, och vi ger {amount} till {name}. Tack.",
    # The way in
    "login_subject": "{digits} är din kod hos {shop}",
    "login_mail": "Din kod hos {shop} är {digits}. Den gäller i {minutes:minut|minuter}.",
    "login_link": "Eller öppna den här länken. Den fungerar en gång.",
    "login_not_you": (
        "Om du inte har bett om en kod behöver du inte göra något. "
        "Ingen från {shop} kommer någonsin att be dig om den."
    ),
    "login_sms": "{shop}: din kod är {digits}. Ingen från oss kommer att be dig om den.",
    "spending_points": "{shop} ber dig att betala med {points} poäng i kassan.",
    "spending_vouchers": "{shop} ber dig att använda {units:värdecheck|värdecheckar} i kassan.",
    "till_joining_sms": "{shop}: öppna länken för att bli medlem eller logga in.",
    "login_code_invalid": "Koden är fel eller har gått ut. Be om en ny.",
    "too_many_attempts": "För många försök. Försök igen senare.",
    "sms_not_available": "Vi kan inte skicka sms till det här numret.",
    "not_sent": "Meddelandet kunde inte skickas. Försök igen.",
    # Why somebody unknown should log in; the headline for each; what the counters say
    "login_member_prices": "Medlemmar betalar {amount} mindre för det här.",
    "login_member_prices_list": (
        "{units:vara|varor} här kostar mindre för medlemmar, upp till {amount} per styck."
    ),
    "login_club_offers": "Klubberbjudanden drar av {amount}.",
    "login_welcome_offer": "På första köpet som medlem dras {amount} av.",
    "login_free_shipping": "Frakten är fri för medlemmar, så du sparar {amount}.",
    "login_free_shipping_missing": "Handla för {amount} till så är frakten fri för medlemmar.",
    "login_points": "Det här ger {points} poäng.",
    "login_points_worth": "Det här ger {points} poäng, värda {amount}.",
    "login_points_list": "En av varorna ger upp till {points} poäng.",
    "login_points_list_worth": "En av varorna ger upp till {points} poäng, värda {amount}.",
    "login_welcome_points": "Nya medlemmar börjar med {points} poäng.",
    "login_welcome_points_worth": "Nya medlemmar börjar med {points} poäng, värda {amount}.",
    "login_ladder": "Det här är {percent}\u00a0% av vägen till {tier}, {amount} återstår.",
    "login_ladder_points": (
        "Det här är {percent}\u00a0% av vägen till {tier}, {points} poäng återstår."
    ),
    "login_ladder_reached": "Bara det här köpet gör dig till {tier}.",
    "login_faster_checkout": "Dina uppgifter är redan ifyllda i kassan.",
    "login_self_service": "Beställningar, kvitton och poäng samlade på ett ställe.",
    "login_headline_member_prices": "Logga in och spara {amount}.",
    "login_headline_member_prices_list": "Logga in och spara upp till {amount}.",
    "login_headline_club_offers": "Logga in och spara {amount} med klubbens erbjudanden.",
    "login_headline_welcome_offer": "Bli medlem och spara {amount} i dag.",
    "login_headline_free_shipping": "Logga in så är frakten fri.",
    "login_headline_free_shipping_missing": (
        "Logga in, och handla för {amount} till så är frakten fri."
    ),
    "login_headline_points": "Logga in och få {points} poäng.",
    "login_headline_points_list": "Logga in och få upp till {points} poäng.",
    "login_headline_welcome_points": "Bli medlem och börja med {points} poäng.",
    "login_headline_ladder": "Logga in så räknas köpet mot {tier}.",
    "login_headline_ladder_reached": "Logga in och bli {tier} med det här köpet.",
    "login_headline_faster_checkout": "Logga in så går det snabbare i kassan.",
    "login_headline_self_service": "Logga in och samla beställningar och poäng på ett ställe.",
    "login_verdict_better": "De som ser det gör det oftare än de som inte ser det.",
    "login_verdict_worse": "De som ser det gör det mer sällan än de som inte ser det.",
    "login_verdict_no_difference": "Ännu går ingen skillnad att skilja från slumpen.",
    "login_verdict_too_little_data": "Det finns för lite data för att säga något.",
    "login_verdict_no_hold_out": "Ingen kontrollgrupp finns, så det går inte att jämföra.",
    # What becomes of what somebody said
    "thread_subject": "Ditt ärende hos {shop}",
    "thread_received": (
        "Tack för att du hörde av dig till {shop}. Vi har tagit emot det du skrev och hör av oss."
    ),
    "thread_answered": "{shop} har svarat dig.",
    "thread_acted_on": "{shop} har gjort något åt det du skrev om.",
    "thread_closed": (
        "{shop} har avslutat ditt ärende. Skriv igen om det inte är löst, så öppnas det på nytt."
    ),
    "thread_reopened": "{shop} har öppnat ditt ärende på nytt och hör av sig.",
    "review_published": "Tack! {shop} har publicerat din recension.",
    "review_refused": "{shop} kan inte publicera din recension.",
    "review_withdrawn": (
        "Din recension hos {shop} visas inte längre, eftersom varan "
        "har kommit tillbaka. Poäng för den dras av."
    ),
    "lottery_won": "Grattis! Din recension har vunnit i dragningen hos {shop}.",
    "survey_first_order": "Gick allt bra med din första beställning?",
    "survey_subject": "Hur gick det med ditt köp hos {shop}?",
    "survey_intro": "Du har handlat hos {shop}. Vi skulle gärna vilja veta:",
    "survey_answer": "Svara här:",
    "thread_read": "Läs och svara här:",
    "thread_overdue": "Ärendet {thread} skulle ha varit besvarat nu och väntar fortfarande.",
    "thread_overdue_subject": "Ett ärende väntar för länge",
    # Members who have been away for long
    "away_subject": "{shop}: ditt medlemskap avslutas den {day}",
    "away_mail": (
        "Det var länge sedan du handlade eller loggade in hos {shop}. Den {day} avslutar "
        "vi ditt medlemskap och tar bort dina uppgifter och poäng. Vill du ha det kvar "
        "räcker det att du loggar in eller handlar före dess."
    ),
    "away_sms": (
        "{shop}: ditt medlemskap avslutas den {day}. "
        "Logga in eller handla före dess om du vill ha det kvar."
    ),
    # A contact that has become another, told to the one before
    "contact_changed_subject": "{shop}: du loggar in på ett nytt sätt",
    "contact_changed_mail": (
        "Den {day} fick ditt medlemskap hos {shop} en ny e-postadress eller ett nytt "
        "mobilnummer att logga in med. Var det du behöver du inte göra något. Var det inte "
        "du: hör av dig till {shop} genast."
    ),
    "contact_changed_sms": (
        "{shop}: ditt medlemskap fick en ny e-postadress eller ett nytt mobilnummer den "
        "{day}. Var det inte du? Hör av dig genast."
    ),
    # Everything about a member, to read
    "export_title": "Allt om ditt medlemskap hos {shop}",
    "export_intro": "Framtaget {day}. Det här är allt som klubben har sparat om dig.",
    "export_more": "Fortsätter i nästa del.",
    "export_kind_profile": "Dina uppgifter",
    "export_kind_device": "Var du är inloggad",
    "export_kind_identity": "Vad du kan hittas med",
    "export_kind_account": "Ditt konto",
    "export_kind_benefit": "Värdecheckar och erbjudanden",
    "export_kind_decision": "Vad kundtjänst har beslutat",
    "export_kind_entry": "Allt som har hänt",
    "export_kind_order": "Dina köp",
    "export_kind_consent": "Vad du har samtyckt till",
    "export_kind_wish": "Din önskelista",
    "export_kind_spending": "Betalningar med poäng som du har bekräftat i kassan",
    "export_kind_earned": "Vad du har fått poäng för",
    "export_kind_gift": "Poäng som du har skänkt",
    "export_kind_changed": "En kontakt som byttes ut och ska få veta det",
    "export_kind_thread": "Vad du har sagt till oss, och våra svar",
    "export_field_first_name": "Förnamn",
    "export_field_last_name": "Efternamn",
    "export_field_email": "E-post",
    "export_field_phone": "Telefon",
    "export_field_customer_id": "Kundnummer",
    "export_field_language": "Språk",
    "export_field_card": "Kortnummer",
    "export_field_joined_on": "Medlem sedan",
    "export_field_tier": "Nivå",
    "export_field_points": "Poäng",
    "export_field_amount": "Belopp",
    "export_field_name": "Namn",
    "export_field_seen_at": "Sågs senast",
    "export_field_expires_at": "Gäller till",
    # A guest's order
    "claim_expired": "Köpet är för gammalt för att räknas i efterhand.",
    "claim_taken": "Köpet hör redan till en medlem.",
    "claim_of_another": "Köpet gjordes med en annan adress eller ett annat nummer än dina.",
    "too_many_claims": "Fler köp i efterhand kan du inte få räknade just nu.",
    # På mina sidor, och om det som någon önskar sig
    "page_usual": "Här brukar den vara.",
    "page_question_unanswered": "Du har {units:ärende|ärenden} som vi inte har svarat på än.",
    "page_voucher_expiring": "Din värdecheck på {amount} går ut den {day}.",
    "page_tier_at_risk": "Du är {tier} till och med den {day}, om du inte handlar innan dess.",
    "page_points_expiring": "{points:poäng|poäng} går ut den {day}.",
    "page_price_fallen": "{units:vara|varor} på din önskelista kostar mindre nu.",
    "page_offer_open": "Du har {units:erbjudande|erbjudanden} att aktivera.",
    "page_tier_near": "Du har kommit {percent} % av vägen till {tier}.",
    "page_details_missing": "{units:uppgift|uppgifter} om dig saknas.",
    "page_subscribed": "Du prenumererar redan.",
    "page_empty": "Här finns ingenting än.",
    "consent_outdated": "Texten har ändrats. Läs den nya.",
    "wish_list_full": "Din önskelista är full.",
    "wish_subject_price_fallen": "{article} kostar mindre nu",
    "wish_subject_back_in_stock": "{article} är tillbaka",
    "wish_price_fallen": (
        "{article}, som finns på din önskelista hos {shop}, kostar nu {now}. Priset var "
        "{before} när du lade till den."
    ),
    "wish_back_in_stock": (
        "{article}, som finns på din önskelista hos {shop}, finns i lager igen. Priset är {now}."
    ),
    "wish_why": (
        "Du får det här för att du har bett {shop} att säga till. Du kan säga nej under Mina "
        "sidor när du vill."
    ),
}
