"""Danish."""

TEXTS = {
    # Statement lines
    "earn": "Point for køb {order}",
    "earn_nothing": "Køb {order}",
    "earn_claim": "Point for køb {order}, som du foretog som gæst",
    "spend": "Betalt med point, køb {order}",
    "reverse": "Point trukket tilbage efter returnering, køb {order}",
    "reverse_nothing": "Returnering, køb {order}",
    "reverse_cancelled": "Køb {order} blev annulleret",
    "reverse_no_receipt": "Point trukket tilbage efter returnering uden kvittering",
    "reverse_nothing_no_receipt": "Returnering uden kvittering",
    "restore": "Point givet tilbage efter returnering, køb {order}",
    "restore_cancelled": "Point givet tilbage, køb {order} blev annulleret",
    "expire": "Point, der er udløbet",
    "lapse": "Point, der er udløbet efter en periode uden køb",
    "repay": "Nye point har dækket det, du skyldte",
    "adjust": "Regulering",
    "adjust_goodwill": "En gave fra os",
    "adjust_correction": "Rettelse",
    "adjust_complaint": "Kompensation efter reklamation",
    "adjust_service_recovery": "Plaster på såret, da noget gik galt",
    "adjust_campaign": "Kampagnepoint",
    "tier": "Nyt niveau: {tier}",
    "tier_up": "Du har nået niveauet {tier}",
    "tier_down": "Dit niveau er nu {tier}",
    "tier_kept": "Du beholder niveauet {tier}",
    "freeze": "Dit niveau er sat på pause til og med {day}",
    "freeze_ended": "Dit niveau er ikke længere sat på pause",
    "bonus": "Bonuspoint",
    "bonus_welcome": "Velkomstpoint",
    "bonus_birthday": "Fødselsdagspoint",
    "bonus_review": "Point for din anmeldelse",
    "bonus_survey": "Point for dine svar",
    "bonus_referral": "Point for at invitere en ven",
    "bonus_newsletter": "Point for at abonnere på nyhedsbrevet",
    "bonus_profile": "Point for en udfyldt profil",
    "bonus_new_category": "Point for at prøve noget nyt",
    "gift": "Point, du har givet væk",
    "spend_named": "Belønning: {name}",
    "restore_named": "Point tilbage, ikke brugt: {name}",
    "gift_named": "Gave til {name}",
    "bonus_named": "Bonuspoint: {name}",
    "merge": "Point fra et andet medlemskab, der er lagt sammen med dit",
    "erase": "Point, der blev slettet, da medlemskabet ophørte",
    "import": "Point fra den tidligere kundeklub",
    # Why an offer is missed or cannot be had
    "amount_missing": "Køb for {amount} mere, så får du tilbuddet.",
    "units_missing": "Læg {units:vare|varer} mere i kurven, så får du tilbuddet.",
    "switch_on": "Aktivér tilbuddet, så trækkes det fra med det samme.",
    "tier_needed": "Tilbuddet gælder for {tier}.",
    "channel_only": "Tilbuddet gælder ikke der, hvor du handler nu.",
    "limit_reached": "Du har allerede brugt tilbuddet så mange gange, det er muligt.",
    "sold_out": "Der er ikke flere tilbage af dette tilbud.",
    "article_missing": "Læg varen i kurven, så får du den uden beregning.",
    "beaten": "Du får allerede et bedre tilbud: {by}.",
    # Of an order that is over: why an offer was missed, why a rule gave no points
    "then_amount_missing": "Havde du købt for {amount} mere, havde du fået tilbuddet.",
    "then_units_missing": "{units:vare|varer} mere havde givet dig tilbuddet.",
    "then_switch_on": "Tilbuddet var ikke aktiveret.",
    "then_tier_needed": "Tilbuddet gjaldt for {tier}.",
    "then_channel_only": "Tilbuddet gjaldt ikke der, hvor du handlede.",
    "then_limit_reached": "Du havde allerede brugt tilbuddet så mange gange, det var muligt.",
    "then_sold_out": "Der var ikke flere tilbage af dette tilbud.",
    "then_article_missing": "Varen lå ikke i kurven.",
    "then_beaten": "Du fik et bedre tilbud: {by}.",
    "rule_not_now": "Det gjaldt ikke, da du handlede.",
    "rule_channel_only": "Det gjaldt ikke der, hvor du handlede.",
    "rule_tier_needed": "Det gjaldt kun for {tier}.",
    "rule_first_order_only": "Det gjaldt kun dit første køb.",
    "rule_nothing_matched": "Det gjaldt ikke noget af det, du købte.",
    "rule_beaten": "En anden regel gjaldt i stedet.",
    "rule_capped": "Du har fået så mange point, som reglen giver.",
    "rule_guest": "Kun medlemmer får point, og dette købte en gæst.",
    # The parts of an order's points that no rule of the shop names
    "base": "Grundpoint",
    "multipliers": "Ekstra for dit niveau og igangværende kampagner",
    "voucher": "Værdicheck",
    # On the card
    "points_word": "{points:point|point}",
    # Quote and receipt
    "saves": "Du sparer {amount}.",
    "saved": "Du sparede {amount}.",
    "earns": "Du får {points} point, som du kan bruge fra den {day}.",
    "earns_now": "Du får {points} point.",
    "earned": "Du fik {points} point, som du kan bruge fra den {day}.",
    "earned_now": "Du fik {points} point.",
    "next_tier": "Køb for {amount} mere, så når du {tier}.",
    "next_tier_points": "{points} point mere, så når du {tier}.",
    "top_tier": "Du er på det højeste niveau, {tier}.",
    "tier_forecast": "Køb for {amount} senest den {day}, så forbliver du {tier}.",
    "tier_forecast_points": "Optjen {points} point senest den {day}, så forbliver du {tier}.",
    "tier_forecast_from": (
        "Køb for {amount} fra den {since} til og med den {day}, så forbliver du {tier}."
    ),
    "tier_forecast_from_points": (
        "Optjen {points} point fra den {since} til og med den {day}, så forbliver du {tier}."
    ),
    "expires_next": "{points} point udløber den {day}.",
    "never_earns": "Varen giver ingen point.",
    "debt": "Der mangler {points} point efter en returnering. De trækkes fra dine næste point.",
    "shortfall": "Prisen afviger med {amount} fra det, der blev lovet.",
    "shortfall_points": "{points} lovede point kunne ikke gives.",
    # What was asked for and refused
    "points_not_enough": "Du har ikke så mange point at betale med.",
    "points_fit": "Her kan du betale med højst {points} point: mindst {minimum}, i trin på {step}.",
    "points_unfit": "Her kan du ikke betale med point.",
    "points_to_take": (
        "Højst {points} point kan trækkes. Point, der ikke kan bruges endnu, bliver stående."
    ),
    "voucher_not_open": "Værdichecken er brugt eller udløbet.",
    "voucher_needs_more": "Køb for {amount} mere, så kan du bruge værdichecken.",
    "voucher_fits_nothing": "Værdichecken trækker ikke noget fra det, der ligger i kurven.",
    "offer_not_available": "Tilbuddet findes ikke længere.",
    "quote_expired": "Prisen gælder ikke længere. Her er den nye.",
    "member_exists": "Du er allerede medlem.",
    "member_not_active": "Medlemskabet er ophørt.",
    "changed_meanwhile": "Noget blev ændret i mellemtiden. Prøv igen.",
    "code_invalid": "Koden er ikke en af vores.",
    "code_expired": "Koden er udløbet. Vis en ny.",
    "offer_sold_out": "Tilbuddet er udsolgt.",
    # Rewards and gifts
    "reward_points_missing": "{points:point|point} til, så er den din.",
    "reward_tier_needed": "For {tier} og opefter.",
    "reward_limit_reached": "Du har fået den så mange gange, som det er muligt.",
    "reward_not_available": "Belønningen kan ikke fås lige nu.",
    "reward_sold_out": "Der er ikke flere af denne belønning.",
    "reward_closed": "Belønningen er brugt eller gemt, eller tiden er udløbet.",
    "redemption_reserved": (
        "Reserveret til dig. Brug den eller gem den, ellers får du dine point tilbage."
    ),
    "gift_gone": "Værdichecken er allerede brugt eller taget, eller den er udløbet.",
    "voucher_not_transferable": "Denne værdicheck kan ikke gives væk.",
    "redemption_given": "Du har givet den væk.",
    "redemption_kept": "Din til og med {day}.",
    "redemption_used": "Brugt.",
    "redemption_released": "Ikke brugt. Du har fået dine point tilbage.",
    "redemption_expired": "Tiden er udløbet.",
    "gift_receipt": (
        "Du gav {points:point|point} den {day}, og vi giver {name} {amount} for dem. Tak."
    ),
    # The way in
    "login_subject": "{digits} er din kode hos {shop}",
    "login_mail": "Din kode hos {shop} er {digits}. Den gælder i {minutes:minut|minutter}.",
    "login_link": "Eller åbn dette link. Det virker én gang.",
    "login_not_you": (
        "Hvis du ikke har bedt om en kode, behøver du ikke gøre noget. "
        "Ingen fra {shop} vil nogensinde bede dig om den."
    ),
    "login_sms": "{shop}: din kode er {digits}. Ingen fra os vil bede dig om den.",
    "spending_points": "{shop} beder dig betale med {points} point ved kassen.",
    "spending_vouchers": "{shop} beder dig bruge {units:værdicheck|værdichecks} ved kassen.",
    "till_joining_sms": "{shop}: åbn linket for at blive medlem eller logge ind.",
    "login_code_invalid": "Koden er forkert eller udløbet. Bed om en ny.",
    "too_many_attempts": "For mange forsøg. Prøv igen senere.",
    "sms_not_available": "Vi kan ikke sende sms til dette nummer.",
    "not_sent": "Beskeden kunne ikke sendes. Prøv igen.",
    # Why somebody unknown should log in; the headline for each; what the counters say
    "login_member_prices": "Medlemmer betaler {amount} mindre for dette.",
    "login_member_prices_list": (
        "{units:vare|varer} her koster mindre for medlemmer, op til {amount} per styk."
    ),
    "login_club_offers": "Klubtilbud trækker {amount} fra.",
    "login_welcome_offer": "På det første køb som medlem trækkes {amount} fra.",
    "login_free_shipping": "Fragten er gratis for medlemmer, så du sparer {amount}.",
    "login_free_shipping_missing": "Køb for {amount} mere, så er fragten gratis for medlemmer.",
    "login_points": "Dette giver {points} point.",
    "login_points_worth": "Dette giver {points} point til en værdi af {amount}.",
    "login_points_list": "En af varerne giver op til {points} point.",
    "login_points_list_worth": (
        "En af varerne giver op til {points} point til en værdi af {amount}."
    ),
    "login_welcome_points": "Nye medlemmer begynder med {points} point.",
    "login_welcome_points_worth": (
        "Nye medlemmer begynder med {points} point til en værdi af {amount}."
    ),
    "login_ladder": "Dette er {percent}\u00a0% af vejen til {tier}, og der mangler {amount}.",
    "login_ladder_points": (
        "Dette er {percent}\u00a0% af vejen til {tier}, og der mangler {points} point."
    ),
    "login_ladder_reached": "Alene dette køb gør dig til {tier}.",
    "login_faster_checkout": "Dine oplysninger er allerede udfyldt i kassen.",
    "login_self_service": "Ordrer, kvitteringer og point samlet ét sted.",
    "login_headline_member_prices": "Log ind og spar {amount}.",
    "login_headline_member_prices_list": "Log ind og spar op til {amount}.",
    "login_headline_club_offers": "Log ind og spar {amount} med klubbens tilbud.",
    "login_headline_welcome_offer": "Bliv medlem og spar {amount} i dag.",
    "login_headline_free_shipping": "Log ind, så er fragten gratis.",
    "login_headline_free_shipping_missing": (
        "Log ind og køb for {amount} mere, så er fragten gratis."
    ),
    "login_headline_points": "Log ind og få {points} point.",
    "login_headline_points_list": "Log ind og få op til {points} point.",
    "login_headline_welcome_points": "Bliv medlem og begynd med {points} point.",
    "login_headline_ladder": "Log ind, så tæller købet med til {tier}.",
    "login_headline_ladder_reached": "Log ind og bliv {tier} med dette køb.",
    "login_headline_faster_checkout": "Log ind, så går det hurtigere i kassen.",
    "login_headline_self_service": "Log ind og saml ordrer og point ét sted.",
    "login_verdict_better": "De, der ser det, gør det oftere end dem, der ikke ser det.",
    "login_verdict_worse": "De, der ser det, gør det sjældnere end dem, der ikke ser det.",
    "login_verdict_no_difference": "Ingen forskel kan endnu skelnes fra tilfældigheder.",
    "login_verdict_too_little_data": "Der er for få data til at sige noget.",
    "login_verdict_no_hold_out": "Der er ingen kontrolgruppe, så der er intet at sammenligne med.",
    # The report of engagement
    "engagement_title": "Hvad der siges, og hvordan det besvares",
    "engagement_made": "Henvendelser fra og med {since}, pr. {day}.",
    "engagement_opened": "Henvendelser pr. måned",
    "engagement_hours": "Timer til første svar",
    "engagement_median": "Mediantid",
    "engagement_ninetieth": "90-percentil",
    "engagement_shares": "Andele i procent",
    "engagement_within": "I tide",
    "engagement_acted": "Gjort noget ved",
    "engagement_told": "Fik besked",
    "engagement_waiting": "Venter på svar",
    "engagement_late": "Blev eller er for sene",
    "engagement_silent": "{units} af {members}, der handler, siger ingenting",
    "engagement_month": "Måned",
    "engagement_kind": "Slags",
    "engagement_number": "Antal",
    "engagement_kind_all": "Alle",
    "engagement_kind_comment": "Kommentar",
    "engagement_kind_complaint": "Klage",
    "engagement_kind_idea": "Idé",
    "engagement_kind_question": "Spørgsmål",
    "engagement_kind_review": "Anmeldelse",
    "engagement_kind_survey_answer": "Svar på spørgeskema",
    # What becomes of what somebody said
    "thread_subject": "Din henvendelse til {shop}",
    "thread_received": (
        "Tak for din henvendelse til {shop}. Vi har modtaget det, du skrev, og vender tilbage."
    ),
    "thread_answered": "{shop} har svaret dig.",
    "thread_acted_on": "{shop} har gjort noget ved det, du skrev om.",
    "thread_announced": "{shop} har gjort det, som du og andre bad om.",
    "thread_closed": (
        "{shop} har afsluttet din henvendelse. Skriv igen, hvis det ikke er "
        "løst, så åbnes den på ny."
    ),
    "thread_reopened": "{shop} har åbnet din henvendelse på ny og vender tilbage.",
    "thread_read": "Læs og svar her:",
    "thread_overdue": "Henvendelsen {thread} skulle have været besvaret nu og venter stadig.",
    "thread_overdue_subject": "En henvendelse venter for længe",
    # Members who have been away for long
    "away_subject": "{shop}: dit medlemskab ophører den {day}",
    "away_mail": (
        "Det er længe siden, du har handlet eller logget ind hos {shop}. Den {day} "
        "afslutter vi dit medlemskab og sletter dine oplysninger og point. Vil du beholde "
        "det, skal du blot logge ind eller handle inden da."
    ),
    "away_sms": (
        "{shop}: dit medlemskab ophører den {day}. "
        "Log ind eller køb noget inden da, hvis du vil beholde det."
    ),
    # A contact that has become another, told to the one before
    "contact_changed_subject": "{shop}: du logger ind på en ny måde",
    "contact_changed_mail": (
        "Den {day} fik dit medlemskab hos {shop} en ny e-mailadresse eller et nyt "
        "mobilnummer at logge ind med. Hvis det var dig, skal du ikke gøre noget. Hvis det "
        "ikke var dig, så kontakt {shop} med det samme."
    ),
    "contact_changed_sms": (
        "{shop}: dit medlemskab fik en ny e-mailadresse eller et nyt mobilnummer den "
        "{day}. Var det ikke dig? Kontakt os med det samme."
    ),
    # Everything about a member, to read
    "export_title": "Alt om dit medlemskab hos {shop}",
    "export_intro": "Hentet {day}. Dette er alt, hvad klubben har gemt om dig.",
    "export_more": "Fortsætter i næste del.",
    "export_kind_profile": "Dine oplysninger",
    "export_kind_device": "Hvor du er logget ind",
    "export_kind_identity": "Hvad du kan findes med",
    "export_kind_account": "Din konto",
    "export_kind_benefit": "Værdichecks og tilbud",
    "export_kind_decision": "Hvad kundeservice har besluttet",
    "export_kind_entry": "Alt, hvad der er sket",
    "export_kind_order": "Dine køb",
    "export_kind_consent": "Hvad du har givet samtykke til",
    "export_kind_wish": "Din ønskeseddel",
    "export_kind_spending": "Betalinger med point, som du har bekræftet i kassen",
    "export_kind_earned": "Hvad du har fået point for",
    "export_kind_gift": "Point, du har givet væk",
    "export_kind_changed": "En kontakt, der er skiftet ud og skal have besked",
    "export_kind_thread": "Hvad du har sagt til os, og vores svar",
    "export_field_first_name": "Fornavn",
    "export_field_last_name": "Efternavn",
    "export_field_email": "E-mailadresse",
    "export_field_phone": "Telefon",
    "export_field_customer_id": "Kundenummer",
    "export_field_language": "Sprog",
    "export_field_card": "Kortnummer",
    "export_field_joined_on": "Medlem siden",
    "export_field_tier": "Niveau",
    "export_field_points": "Point",
    "export_field_amount": "Beløb",
    "export_field_name": "Navn",
    "export_field_seen_at": "Sidst set",
    "export_field_expires_at": "Gælder til",
    # A guest's order
    "claim_expired": "Købet er for gammelt til at tælle med bagefter.",
    "claim_taken": "Købet hører allerede til et medlem.",
    "claim_of_another": "Købet blev gjort med en anden adresse eller et andet nummer end dine.",
    "too_many_claims": "Flere køb kan du ikke få talt med bagefter lige nu.",
    # På mine sider, og om det nogen ønsker sig
    "page_usual": "Her plejer det at være.",
    "page_question_unanswered": (
        "Du har {units:henvendelse|henvendelser}, som vi ikke har svaret på endnu."
    ),
    "page_voucher_expiring": "Din værdicheck på {amount} udløber den {day}.",
    "page_tier_at_risk": "Du er {tier} til og med den {day}, hvis du ikke handler inden da.",
    "page_points_expiring": "{points:point|point} udløber den {day}.",
    "page_price_fallen": "{units:vare|varer} på din ønskeliste koster mindre nu.",
    "page_offer_open": "Du har {units:tilbud|tilbud}, som du kan slå til.",
    "page_tier_near": "Du er nået {percent} % af vejen til {tier}.",
    "page_details_missing": "{units:oplysning|oplysninger} om dig mangler.",
    "page_subscribed": "Du abonnerer allerede.",
    "page_empty": "Her er ikke noget endnu.",
    "consent_outdated": "Teksten er ændret. Læs den nye.",
    "wish_list_full": "Din ønskeliste er fuld.",
    "wish_subject_price_fallen": "{article} koster mindre nu",
    "wish_subject_back_in_stock": "{article} er tilbage",
    "wish_price_fallen": (
        "{article}, som er på din ønskeliste hos {shop}, koster nu {now}. Prisen var "
        "{before}, da du satte den på listen."
    ),
    "wish_back_in_stock": (
        "{article}, som er på din ønskeliste hos {shop}, er på lager igen. Prisen er {now}."
    ),
    "wish_why": (
        "Du får dette, fordi du har bedt {shop} om at sige til. Du kan sige nej under Mine "
        "sider, når du vil."
    ),
}
