"""Norwegian, bokmål."""

TEXTS = {
    # Statement lines
    "earn": "Poeng for kjøp {order}",
    "earn_nothing": "Kjøp {order}",
    "earn_claim": "Poeng for kjøp {order}, som du gjorde som gjest",
    "spend": "Betalt med poeng, kjøp {order}",
    "reverse": "Poeng trukket tilbake etter retur, kjøp {order}",
    "reverse_nothing": "Retur, kjøp {order}",
    "reverse_cancelled": "Kjøp {order} ble avbrutt",
    "reverse_no_receipt": "Poeng trukket tilbake etter retur uten kvittering",
    "reverse_nothing_no_receipt": "Retur uten kvittering",
    "restore": "Poeng tilbakeført etter retur, kjøp {order}",
    "restore_cancelled": "Poeng tilbakeført, kjøp {order} ble avbrutt",
    "expire": "Poeng som har utløpt",
    "lapse": "Poeng som har utløpt etter en periode uten kjøp",
    "repay": "Nye poeng har dekket det du skyldte",
    "adjust": "Justering",
    "adjust_goodwill": "En gave fra oss",
    "adjust_correction": "Retting",
    "adjust_complaint": "Kompensasjon etter reklamasjon",
    "adjust_service_recovery": "Plaster på såret da noe gikk galt",
    "adjust_campaign": "Kampanjepoeng",
    "tier": "Nytt nivå: {tier}",
    "tier_up": "Du har nådd nivået {tier}",
    "tier_down": "Nivået ditt er nå {tier}",
    "tier_kept": "Du beholder nivået {tier}",
    "freeze": "Nivået ditt er fryst til og med {day}",
    "freeze_ended": "Nivået ditt er ikke lenger fryst",
    "bonus": "Bonuspoeng",
    "bonus_welcome": "Velkomstpoeng",
    "bonus_birthday": "Bursdagspoeng",
    "bonus_review": "Poeng for omtalen din",
    "bonus_survey": "Poeng for svarene dine",
    "bonus_referral": "Poeng for at du inviterte en venn",
    "bonus_newsletter": "Poeng for at du abonnerer på nyhetsbrevet",
    "bonus_profile": "Poeng for en komplett profil",
    "bonus_new_category": "Poeng for at du prøvde noe nytt",
    "gift": "Poeng du har gitt bort",
    "spend_named": "Belønning: {name}",
    "restore_named": "Poeng tilbake, ikke brukt: {name}",
    "gift_named": "Gave til {name}",
    "bonus_named": "Bonuspoeng: {name}",
    "merge": "Poeng fra et annet medlemskap som er slått sammen med ditt",
    "erase": "Poeng som ble slettet da medlemskapet ble avsluttet",
    "import": "Poeng fra den tidligere kundeklubben",
    # Why an offer is missed or cannot be had
    "amount_missing": "Handle for {amount} til, så får du tilbudet.",
    "units_missing": "Legg til {units:vare|varer}, så får du tilbudet.",
    "switch_on": "Aktiver tilbudet, så trekkes det fra med en gang.",
    "tier_needed": "Tilbudet gjelder for {tier}.",
    "channel_only": "Tilbudet gjelder ikke der du handler nå.",
    "limit_reached": "Du har allerede brukt tilbudet så mange ganger det går an.",
    "sold_out": "Det er ikke flere igjen av dette tilbudet.",
    "article_missing": "Legg varen i handlekurven, så spanderer vi den.",
    "beaten": "Du får allerede et bedre tilbud: {by}.",
    # Of an order that is over: why an offer was missed, why a rule gave no points
    "then_amount_missing": "Hadde du handlet for {amount} til, hadde du fått tilbudet.",
    "then_units_missing": "{units:vare|varer} til hadde gitt deg tilbudet.",
    "then_switch_on": "Tilbudet var ikke aktivert.",
    "then_tier_needed": "Tilbudet gjaldt for {tier}.",
    "then_channel_only": "Tilbudet gjaldt ikke der du handlet.",
    "then_limit_reached": "Du hadde allerede brukt tilbudet så mange ganger det gikk an.",
    "then_sold_out": "Det var ikke flere igjen av dette tilbudet.",
    "then_article_missing": "Varen lå ikke i handlekurven.",
    "then_beaten": "Du fikk et bedre tilbud: {by}.",
    "rule_not_now": "Det gjaldt ikke da du handlet.",
    "rule_channel_only": "Det gjaldt ikke der du handlet.",
    "rule_tier_needed": "Det gjaldt bare for {tier}.",
    "rule_first_order_only": "Det gjaldt bare ditt første kjøp.",
    "rule_nothing_matched": "Det gjaldt ikke noe av det du kjøpte.",
    "rule_beaten": "En annen regel gjaldt i stedet.",
    "rule_capped": "Du har fått så mange poeng som regelen gir.",
    "rule_guest": "Bare medlemmer får poeng, og dette kjøpte en gjest.",
    # The parts of an order's points that no rule of the shop names
    "base": "Grunnpoeng",
    "multipliers": "Ekstra for nivået ditt og pågående kampanjer",
    "voucher": "Verdisjekk",
    # On the card
    "points_word": "{points:poeng|poeng}",
    # Quote and receipt
    "saves": "Du sparer {amount}.",
    "saved": "Du sparte {amount}.",
    "earns": "Du får {points} poeng som du kan bruke fra {day}.",
    "earns_now": "Du får {points} poeng.",
    "earned": "Du fikk {points} poeng som du kan bruke fra {day}.",
    "earned_now": "Du fikk {points} poeng.",
    "next_tier": "Handle for {amount} til, så når du {tier}.",
    "next_tier_points": "{points} poeng til, så når du {tier}.",
    "top_tier": "Du er på det høyeste nivået, {tier}.",
    "tier_forecast": "Handle for {amount} senest {day}, så forblir du {tier}.",
    "tier_forecast_points": "Samle {points} poeng senest {day}, så forblir du {tier}.",
    "tier_forecast_from": "Handle for {amount} fra {since} til og med {day}, så forblir du {tier}.",
    "tier_forecast_from_points": (
        "Samle {points} poeng fra {since} til og med {day}, så forblir du {tier}."
    ),
    "expires_next": "{points} poeng utløper {day}.",
    "never_earns": "Varen gir ingen poeng.",
    "debt": "{points} poeng mangler etter en retur og trekkes fra de neste poengene dine.",
    "shortfall": "Prisen avviker med {amount} fra det som ble lovet.",
    "shortfall_points": "{points} lovede poeng kunne ikke gis.",
    # What was asked for and refused
    "points_not_enough": "Du har ikke så mange poeng å betale med.",
    "points_fit": "Her kan du betale med høyst {points} poeng: minst {minimum}, i trinn på {step}.",
    "points_unfit": "Her kan du ikke betale med poeng.",
    "points_to_take": (
        "Høyst {points} poeng kan trekkes. Poeng som ikke kan brukes ennå, blir stående."
    ),
    "voucher_not_open": "Verdisjekken er brukt eller utløpt.",
    "voucher_needs_more": "Handle for {amount} til, så kan du bruke verdisjekken.",
    "voucher_fits_nothing": "Verdisjekken trekker ikke fra noe på det som ligger i handlekurven.",
    "offer_not_available": "Tilbudet finnes ikke lenger.",
    "quote_expired": "Prisen gjelder ikke lenger. Her er den nye.",
    "member_exists": "Du er allerede medlem.",
    "member_not_active": "Medlemskapet er avsluttet.",
    "changed_meanwhile": "Noe ble endret i mellomtiden. Prøv igjen.",
    "code_invalid": "Koden er ikke en av våre.",
    "code_expired": "Koden er utløpt. Vis en ny.",
    "offer_sold_out": "Tilbudet er slutt.",
    # Rewards and gifts
    "reward_points_missing": "{points:poeng|poeng} til, så er den din.",
    "reward_tier_needed": "For {tier} og oppover.",
    "reward_limit_reached": "Du har fått den så ofte som mulig.",
    "reward_not_available": "Belønningen er ikke tilgjengelig akkurat nå.",
    "reward_sold_out": "Det er tomt for denne belønningen.",
    "reward_closed": "Belønningen er brukt eller beholdt, eller tiden er ute.",
    "redemption_reserved": (
        "Reservert til deg. Bruk den eller behold den, ellers får du poengene tilbake."
    ),
    "gift_gone": "Verdisjekken er allerede brukt eller tatt, eller den er utløpt.",
    "voucher_not_transferable": "Denne verdisjekken kan ikke gis bort.",
    "redemption_given": "Du har gitt den bort.",
    "redemption_kept": "Din til og med {day}.",
    "redemption_used": "Brukt.",
    "redemption_released": "Ikke brukt. Du har fått poengene tilbake.",
    "redemption_expired": "Tiden er ute.",
    "gift_receipt": "Du ga {points:poeng|poeng} den {day}, og vi gir {amount} til {name}. Takk.",
    # The way in
    "login_subject": "{digits} er koden din hos {shop}",
    "login_mail": "Koden din hos {shop} er {digits}. Den gjelder i {minutes:minutt|minutter}.",
    "login_link": "Eller åpne denne lenken. Den virker én gang.",
    "login_not_you": (
        "Hvis du ikke har bedt om en kode, trenger du ikke gjøre noe. "
        "Ingen fra {shop} kommer noen gang til å be deg om den."
    ),
    "login_sms": "{shop}: koden din er {digits}. Ingen fra oss vil be deg om den.",
    "spending_points": "{shop} ber deg om å betale med {points} poeng i kassen.",
    "spending_vouchers": "{shop} ber deg om å bruke {units:verdisjekk|verdisjekker} i kassen.",
    "till_joining_sms": "{shop}: åpne lenken for å bli medlem eller logge inn.",
    "login_code_invalid": "Koden er feil eller har gått ut. Be om en ny.",
    "too_many_attempts": "For mange forsøk. Prøv igjen senere.",
    "sms_not_available": "Vi kan ikke sende SMS til dette nummeret.",
    "not_sent": "Meldingen kunne ikke sendes. Prøv igjen.",
    # Why somebody unknown should log in; the headline for each; what the counters say
    "login_member_prices": "Medlemmer betaler {amount} mindre for dette.",
    "login_member_prices_list": (
        "{units:vare|varer} her koster mindre for medlemmer, opptil {amount} per stykk."
    ),
    "login_club_offers": "Klubbtilbud trekker fra {amount}.",
    "login_welcome_offer": "På første kjøp som medlem trekkes {amount} fra.",
    "login_free_shipping": "Frakten er gratis for medlemmer, så du sparer {amount}.",
    "login_free_shipping_missing": "Handle for {amount} til, så er frakten gratis for medlemmer.",
    "login_points": "Dette gir {points} poeng.",
    "login_points_worth": "Dette gir {points} poeng, verdt {amount}.",
    "login_points_list": "Én av varene gir opptil {points} poeng.",
    "login_points_list_worth": "Én av varene gir opptil {points} poeng, verdt {amount}.",
    "login_welcome_points": "Nye medlemmer begynner med {points} poeng.",
    "login_welcome_points_worth": "Nye medlemmer begynner med {points} poeng, verdt {amount}.",
    "login_ladder": "Dette er {percent}\u00a0% av veien til {tier}, {amount} gjenstår.",
    "login_ladder_points": (
        "Dette er {percent}\u00a0% av veien til {tier}, {points} poeng gjenstår."
    ),
    "login_ladder_reached": "Bare dette kjøpet gjør deg til {tier}.",
    "login_faster_checkout": "Opplysningene dine er allerede fylt inn i kassen.",
    "login_self_service": "Ordrer, kvitteringer og poeng samlet på ett sted.",
    "login_headline_member_prices": "Logg inn og spar {amount}.",
    "login_headline_member_prices_list": "Logg inn og spar opptil {amount}.",
    "login_headline_club_offers": "Logg inn og spar {amount} med klubbens tilbud.",
    "login_headline_welcome_offer": "Bli medlem og spar {amount} i dag.",
    "login_headline_free_shipping": "Logg inn, så er frakten gratis.",
    "login_headline_free_shipping_missing": (
        "Logg inn og handle for {amount} til, så er frakten gratis."
    ),
    "login_headline_points": "Logg inn og få {points} poeng.",
    "login_headline_points_list": "Logg inn og få opptil {points} poeng.",
    "login_headline_welcome_points": "Bli medlem og begynn med {points} poeng.",
    "login_headline_ladder": "Logg inn, så teller kjøpet mot {tier}.",
    "login_headline_ladder_reached": "Logg inn og bli {tier} med dette kjøpet.",
    "login_headline_faster_checkout": "Logg inn, så går det raskere i kassen.",
    "login_headline_self_service": "Logg inn og samle ordrer og poeng på ett sted.",
    "login_verdict_better": "De som ser det, gjør det oftere enn de som ikke ser det.",
    "login_verdict_worse": "De som ser det, gjør det sjeldnere enn de som ikke ser det.",
    "login_verdict_no_difference": "Ingen forskjell kan skilles fra tilfeldigheter så langt.",
    "login_verdict_too_little_data": "Det er for lite data til å si noe.",
    "login_verdict_no_hold_out": (
        "Det finnes ingen kontrollgruppe, så det er ingenting å sammenligne med."
    ),
    # The report of engagement
    "engagement_title": "Hva som sies, og hvordan det besvares",
    "engagement_made": "Henvendelser fra og med {since}, per {day}.",
    "engagement_opened": "Henvendelser per måned",
    "engagement_hours": "Timer til første svar",
    "engagement_median": "Mediantid",
    "engagement_ninetieth": "90-persentil",
    "engagement_shares": "Andeler i prosent",
    "engagement_within": "I tide",
    "engagement_acted": "Gjort noe med",
    "engagement_told": "Fikk vite det",
    "engagement_waiting": "Venter på svar",
    "engagement_late": "Ble eller er for sene",
    "engagement_silent": "{units} av {members} som handler, sier ingenting",
    "engagement_month": "Måned",
    "engagement_kind": "Slag",
    "engagement_number": "Antall",
    "engagement_kind_all": "Alle",
    "engagement_kind_comment": "Kommentar",
    "engagement_kind_complaint": "Klage",
    "engagement_kind_idea": "Idé",
    "engagement_kind_question": "Spørsmål",
    "engagement_kind_review": "Omtale",
    "engagement_kind_survey_answer": "Svar på undersøkelse",
    # What becomes of what somebody said
    "thread_subject": "Henvendelsen din til {shop}",
    "thread_received": (
        "Takk for at du tok kontakt med {shop}. Vi har mottatt det du skrev, og svarer deg."
    ),
    "thread_answered": "{shop} har svart deg.",
    "thread_acted_on": "{shop} har gjort noe med det du skrev om.",
    "thread_announced": "{shop} har gjort det du og andre ba om.",
    "thread_closed": (
        "{shop} har avsluttet henvendelsen din. Skriv igjen hvis det ikke er "
        "løst, så åpnes den på nytt."
    ),
    "thread_reopened": "{shop} har åpnet henvendelsen din på nytt og svarer deg.",
    "thread_read": "Les og svar her:",
    "thread_overdue": "Henvendelsen {thread} skulle ha vært besvart nå og venter fortsatt.",
    "thread_overdue_subject": "En henvendelse venter for lenge",
    # Members who have been away for long
    "away_subject": "{shop}: medlemskapet ditt avsluttes {day}",
    "away_mail": (
        "Det er lenge siden du handlet eller logget inn hos {shop}. {day} avslutter vi "
        "medlemskapet ditt og sletter opplysningene og poengene dine. Vil du beholde det, "
        "er det nok at du logger inn eller handler før det."
    ),
    "away_sms": (
        "{shop}: medlemskapet ditt avsluttes {day}. "
        "Logg inn eller handle før det hvis du vil beholde det."
    ),
    # A contact that has become another, told to the one before
    "contact_changed_subject": "{shop}: du logger inn på en ny måte",
    "contact_changed_mail": (
        "{day} fikk medlemskapet ditt hos {shop} en ny e-postadresse eller et nytt "
        "mobilnummer å logge inn med. Var det deg, trenger du ikke å gjøre noe. Var det "
        "ikke deg: ta kontakt med {shop} med en gang."
    ),
    "contact_changed_sms": (
        "{shop}: medlemskapet ditt fikk en ny e-postadresse eller et nytt mobilnummer "
        "{day}. Var det ikke deg? Ta kontakt med en gang."
    ),
    # Everything about a member, to read
    "export_title": "Alt om medlemskapet ditt hos {shop}",
    "export_intro": "Hentet ut {day}. Dette er alt klubben har lagret om deg.",
    "export_more": "Fortsetter i neste del.",
    "export_kind_profile": "Opplysningene dine",
    "export_kind_device": "Hvor du er innlogget",
    "export_kind_identity": "Hva du kan finnes med",
    "export_kind_account": "Kontoen din",
    "export_kind_benefit": "Verdisjekker og tilbud",
    "export_kind_decision": "Hva kundeservice har bestemt",
    "export_kind_entry": "Alt som har skjedd",
    "export_kind_order": "Kjøpene dine",
    "export_kind_consent": "Hva du har samtykket til",
    "export_kind_wish": "Ønskelisten din",
    "export_kind_spending": "Betalinger med poeng som du har bekreftet i kassen",
    "export_kind_earned": "Hva du har fått poeng for",
    "export_kind_gift": "Poeng du har gitt bort",
    "export_kind_changed": "En kontakt som ble byttet ut og skal få vite det",
    "export_kind_thread": "Hva du har sagt til oss, og svarene våre",
    "export_field_first_name": "Fornavn",
    "export_field_last_name": "Etternavn",
    "export_field_email": "E-post",
    "export_field_phone": "Telefon",
    "export_field_customer_id": "Kundenummer",
    "export_field_language": "Språk",
    "export_field_card": "Kortnummer",
    "export_field_joined_on": "Medlem siden",
    "export_field_tier": "Nivå",
    "export_field_points": "Poeng",
    "export_field_amount": "Beløp",
    "export_field_name": "Navn",
    "export_field_seen_at": "Sist sett",
    "export_field_expires_at": "Gjelder til",
    # A guest's order
    "claim_expired": "Kjøpet er for gammelt til å telle i etterkant.",
    "claim_taken": "Kjøpet tilhører allerede et medlem.",
    "claim_of_another": "Kjøpet ble gjort med en annen adresse eller et annet nummer enn dine.",
    "too_many_claims": "Flere kjøp i etterkant kan du ikke få telt akkurat nå.",
    # På mine sider, og om det noen ønsker seg
    "page_usual": "Her pleier den å være.",
    "page_question_unanswered": (
        "Du har {units:henvendelse|henvendelser} som vi ikke har svart på ennå."
    ),
    "page_voucher_expiring": "Verdisjekken din på {amount} utløper {day}.",
    "page_tier_at_risk": "Du er {tier} til og med {day}, hvis du ikke handler før det.",
    "page_points_expiring": "{points:poeng|poeng} utløper {day}.",
    "page_price_fallen": "{units:vare|varer} på ønskelisten din koster mindre nå.",
    "page_offer_open": "Du har {units:tilbud|tilbud} å slå på.",
    "page_tier_near": "Du har kommet {percent} % av veien til {tier}.",
    "page_details_missing": "{units:opplysning|opplysninger} om deg mangler.",
    "page_subscribed": "Du abonnerer allerede.",
    "page_empty": "Her er det ingenting ennå.",
    "consent_outdated": "Teksten er endret. Les den nye.",
    "wish_list_full": "Ønskelisten din er full.",
    "wish_subject_price_fallen": "{article} koster mindre nå",
    "wish_subject_back_in_stock": "{article} er tilbake",
    "wish_price_fallen": (
        "{article}, som er på ønskelisten din hos {shop}, koster nå {now}. Prisen var "
        "{before} da du la den til."
    ),
    "wish_back_in_stock": (
        "{article}, som er på ønskelisten din hos {shop}, er på lager igjen. Prisen er {now}."
    ),
    "wish_why": (
        "Du får dette fordi du har bedt {shop} om å si fra. Du kan si nei under Mine sider "
        "når du vil."
    ),
}
