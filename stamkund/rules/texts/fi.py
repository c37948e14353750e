"""Finnish. Names and numbers stand where they need no case ending: `taso: Kulta`."""

TEXTS = {
    # Statement lines
    "earn": "Pisteet ostoksesta {order}",
    "earn_nothing": "Ostos {order}",
    "earn_claim": "Pisteet ostoksesta {order}, jonka teit vieraana",
    "spend": "Maksettu pisteillä, ostos {order}",
    "reverse": "Palautuksen vuoksi poistetut pisteet, ostos {order}",
    "reverse_named": "Poistetut bonuspisteet: {name}",
    "reverse_nothing": "Palautus, ostos {order}",
    "reverse_cancelled": "Ostos {order} peruttiin",
    "reverse_no_receipt": "Kuitittoman palautuksen vuoksi poistetut pisteet",
    "reverse_nothing_no_receipt": "Palautus ilman kuittia",
    "restore": "Palautuksen vuoksi hyvitetyt pisteet, ostos {order}",
    "restore_cancelled": "Hyvitetyt pisteet, ostos {order} peruttiin",
    "expire": "Vanhentuneet pisteet",
    "lapse": "Vanhentuneet pisteet, koska ostoksia ei ole tehty pitkään aikaan",
    "repay": "Uudet pisteet kattoivat pistevelkasi",
    "adjust": "Oikaisu",
    "adjust_goodwill": "Lahja meiltä",
    "adjust_correction": "Korjaus",
    "adjust_complaint": "Hyvitys reklamaation perusteella",
    "adjust_service_recovery": "Hyvitys, koska jokin meni pieleen",
    "adjust_campaign": "Kampanjapisteet",
    "tier": "Uusi taso: {tier}",
    "tier_up": "Olet noussut tasolle {tier}",
    "tier_down": "Tasosi on nyt {tier}",
    "tier_kept": "Tasosi säilyy: {tier}",
    "freeze": "Tasosi on jäädytetty, viimeinen päivä {day}",
    "freeze_ended": "Tasosi jäädytys on päättynyt",
    "bonus": "Bonuspisteet",
    "bonus_welcome": "Tervetuliaispisteet",
    "bonus_birthday": "Syntymäpäiväpisteet",
    "bonus_review": "Pisteet arvostelustasi",
    "bonus_survey": "Pisteet vastauksistasi",
    "bonus_referral": "Pisteet ystävän kutsumisesta",
    "bonus_newsletter": "Pisteet uutiskirjeen tilaamisesta",
    "bonus_profile": "Pisteet täydennetystä profiilista",
    "bonus_new_category": "Pisteet uuden kokeilemisesta",
    "gift": "Lahjoitetut pisteet",
    "spend_named": "Palkinto: {name}",
    "restore_named": "Pisteet palautettu, ei käytetty: {name}",
    "gift_named": "Lahjoitus: {name}",
    "bonus_named": "Bonuspisteet: {name}",
    "merge": "Pisteet toisesta jäsenyydestä, joka yhdistettiin tähän",
    "erase": "Jäsenyyden päättyessä poistetut pisteet",
    "import": "Pisteet aiemmasta kanta-asiakasohjelmasta",
    # Why an offer is missed or cannot be had
    "amount_missing": "Vielä {amount}, niin saat tarjouksen.",
    "units_missing": "Lisää ostoskoriin vielä {units:tuote|tuotetta}, niin saat tarjouksen.",
    "switch_on": "Ota tarjous käyttöön, niin saat edun heti.",
    "tier_needed": "Tarjous koskee jäseniä tasolla {tier}.",
    "channel_only": "Tarjous ei ole voimassa tässä ostopaikassa.",
    "limit_reached": "Olet jo käyttänyt tarjouksen niin monta kertaa kuin mahdollista.",
    "sold_out": "Tarjous on loppunut.",
    "article_missing": "Lisää tuote ostoskoriin, niin saat sen maksutta.",
    "beaten": "Saat jo paremman tarjouksen: {by}.",
    # Of an order that is over: why an offer was missed, why a rule gave no points
    "then_amount_missing": "Tarjoukseen olisi tarvittu vielä {amount}.",
    "then_units_missing": "Tarjoukseen olisi tarvittu vielä {units:tuote|tuotetta}.",
    "then_switch_on": "Tarjousta ei ollut otettu käyttöön.",
    "then_tier_needed": "Tarjous koski jäseniä tasolla {tier}.",
    "then_channel_only": "Tarjous ei ollut voimassa ostopaikassa.",
    "then_limit_reached": "Olit jo käyttänyt tarjouksen niin monta kertaa kuin mahdollista.",
    "then_sold_out": "Tarjous oli loppunut.",
    "then_article_missing": "Tuotetta ei ollut ostoskorissa.",
    "then_beaten": "Sait paremman tarjouksen: {by}.",
    "rule_not_now": "Se ei ollut voimassa ostohetkellä.",
    "rule_channel_only": "Se ei ollut voimassa ostopaikassa.",
    "rule_tier_needed": "Se koski vain jäseniä tasolla {tier}.",
    "rule_first_order_only": "Se koski vain ensimmäistä ostostasi.",
    "rule_nothing_matched": "Se ei koskenut mitään ostamaasi.",
    "rule_beaten": "Sen sijaan sovellettiin toista sääntöä.",
    "rule_capped": "Olet saanut säännöstä enimmäismäärän pisteitä.",
    "rule_guest": "Vain jäsenet saavat pisteitä, ja tämän osti vieras.",
    # The parts of an order's points that no rule of the shop names
    "base": "Peruspisteet",
    "multipliers": "Lisäpisteet tasosta ja kampanjoista",
    "voucher": "Arvoseteli",
    # On the card
    "points_word": "{points:piste|pistettä}",
    # Quote and receipt
    "saves": "Säästät {amount}.",
    "saved": "Säästit {amount}.",
    "earns": "Sinulle kertyy {points:piste|pistettä}. Käytettävissä {day} alkaen.",
    "earns_now": "Sinulle kertyy {points:piste|pistettä}.",
    "earned": "Sinulle kertyi {points:piste|pistettä}. Käytettävissä {day} alkaen.",
    "earned_now": "Sinulle kertyi {points:piste|pistettä}.",
    "next_tier": "Vielä {amount}, niin nouset tasolle {tier}.",
    "next_tier_points": "Kerää vielä {points:piste|pistettä}, niin nouset tasolle {tier}.",
    "top_tier": "Olet ylimmällä tasolla: {tier}.",
    "tier_forecast": (
        "Ostoksia tarvitaan vielä {amount} viimeistään {day}, jotta tasosi säilyy: {tier}."
    ),
    "tier_forecast_points": (
        "Kerää {points:piste|pistettä} viimeistään {day}, niin tasosi säilyy: {tier}."
    ),
    "tier_forecast_from": (
        "Ostoksia tarvitaan vielä {amount} {since} alkaen ja viimeistään {day}, jotta tasosi "
        "säilyy: {tier}."
    ),
    "tier_forecast_from_points": (
        "Kerää {points:piste|pistettä} {since} alkaen ja viimeistään {day}, "
        "niin tasosi säilyy: {tier}."
    ),
    "expires_next": "Vanhenee {day}: {points:piste|pistettä}.",
    "never_earns": "Tuotteesta ei kerry pisteitä.",
    "debt": (
        "Palautuksen jälkeen puuttuu {points:piste|pistettä}. Ne vähennetään seuraavista "
        "pisteistäsi."
    ),
    "shortfall": "Hinta poikkeaa luvatusta, ero {amount}.",
    "shortfall_points": "Luvatuista pisteistä jäi antamatta {points:piste|pistettä}.",
    # What was asked for and refused
    "points_not_enough": "Sinulla ei ole noin paljon pisteitä käytettävissä.",
    "points_fit": (
        "Tässä voit maksaa enintään {points} pisteellä: vähintään {minimum}, {step} pisteen välein."
    ),
    "points_unfit": "Tässä ei voi maksaa pisteillä.",
    "points_to_take": (
        "Enintään {points:piste|pistettä} voidaan vähentää. "
        "Pisteet, joita ei voi vielä käyttää, säilyvät."
    ),
    "voucher_not_open": "Arvoseteli on käytetty tai vanhentunut.",
    "voucher_needs_more": "Vielä {amount}, niin voit käyttää arvosetelin.",
    "voucher_fits_nothing": "Arvoseteli ei alenna mitään ostoskorissasi olevaa.",
    "offer_not_available": "Tarjous ei ole enää saatavilla.",
    "quote_expired": "Hinta ei ole enää voimassa. Tässä on uusi.",
    "member_exists": "Olet jo jäsen.",
    "member_not_active": "Jäsenyys on päättynyt.",
    "changed_meanwhile": "Jotain muuttui sillä välin. Yritä uudelleen.",
    "code_invalid": "Koodi ei ole meidän.",
    "code_expired": "Koodi on vanhentunut. Näytä uusi.",
    "offer_sold_out": "Etu on loppunut.",
    # Rewards and gifts
    "reward_points_missing": "Vielä {points:piste|pistettä}, niin se on sinun.",
    "reward_tier_needed": "Tasosta {tier} alkaen.",
    "reward_limit_reached": "Olet saanut tämän niin monta kertaa kuin voi.",
    "reward_not_available": "Palkintoa ei voi saada juuri nyt.",
    "reward_sold_out": "Palkinto on loppunut.",
    "reward_closed": "Palkinto on käytetty tai talletettu, tai sen aika on päättynyt.",
    "redemption_reserved": "Varattu sinulle. Käytä tai talleta se, muuten pisteet palautuvat.",
    "gift_gone": "Arvoseteli on jo käytetty tai otettu, tai se on vanhentunut.",
    "voucher_not_transferable": "Tätä arvoseteliä ei voi antaa toiselle.",
    "redemption_given": "Olet antanut sen pois.",
    "redemption_kept": "Voimassa {day} asti.",
    "redemption_used": "Käytetty.",
    "redemption_released": "Ei käytetty. Pisteet on palautettu.",
    "redemption_expired": "Aika on päättynyt.",
    "gift_receipt": (
        "Annoit {points:pisteen|pistettä} {day}, ja me lahjoitamme {amount}: {name}. Kiitos."
    ),
    # The way in
    "login_subject": "{digits} on koodisi, {shop}",
    "login_mail": (
        "Koodisi on {digits}. Se on voimassa {minutes:minuutin|minuuttia}. Lähettäjä on {shop}."
    ),
    "login_link": "Tai avaa tämä linkki. Se toimii kerran.",
    "login_not_you": (
        "Jos et pyytänyt koodia, sinun ei tarvitse tehdä mitään. "
        "Kukaan, joka edustaa yritystä {shop}, ei koskaan kysy sitä sinulta."
    ),
    "login_sms": "{shop}: koodisi on {digits}. Me emme koskaan kysy sitä sinulta.",
    "spending_points": "{shop} pyytää sinua maksamaan kassalla: {points:piste|pistettä}.",
    "spending_vouchers": "{shop} pyytää sinua käyttämään kassalla: {units:arvoseteli|arvoseteliä}.",
    "till_joining_sms": "{shop}: avaa linkki, niin liityt jäseneksi tai kirjaudut sisään.",
    "login_code_invalid": "Koodi on väärä tai vanhentunut. Pyydä uusi.",
    "too_many_attempts": "Liian monta yritystä. Yritä myöhemmin uudelleen.",
    "sms_not_available": "Tähän numeroon emme voi lähettää tekstiviestiä.",
    "not_sent": "Viestiä ei voitu lähettää. Yritä uudelleen.",
    # Why somebody unknown should log in; the headline for each; what the counters say
    "login_member_prices": "Jäsenet maksavat näistä {amount} vähemmän.",
    "login_member_prices_list": (
        "Jäsenille halvempi: {units:tuote|tuotetta}, enintään {amount} kappaleelta."
    ),
    "login_club_offers": "Klubitarjousten alennus on {amount}.",
    "login_welcome_offer": "Ensimmäisestä tilauksesta jäsenenä vähennetään {amount}.",
    "login_free_shipping": "Toimitus on jäsenille ilmainen, säästö {amount}.",
    "login_free_shipping_missing": "Vielä {amount}, niin toimitus on jäsenille ilmainen.",
    "login_points": "Tästä kertyy {points:piste|pistettä}.",
    "login_points_worth": "Tästä kertyy {points:piste|pistettä}, arvo {amount}.",
    "login_points_list": "Yhdestä tuotteesta kertyy enintään {points:piste|pistettä}.",
    "login_points_list_worth": (
        "Yhdestä tuotteesta kertyy enintään {points:piste|pistettä}, arvo {amount}."
    ),
    "login_welcome_points": "Uusi jäsen saa alkuun {points:pisteen|pistettä}.",
    "login_welcome_points_worth": "Uusi jäsen saa alkuun {points:pisteen|pistettä}, arvo {amount}.",
    "login_ladder": "Tämä on {percent}\u00a0% matkasta tasolle {tier}, jäljellä {amount}.",
    "login_ladder_points": (
        "Tämä on {percent}\u00a0% matkasta tasolle {tier}, jäljellä {points:piste|pistettä}."
    ),
    "login_ladder_reached": "Pelkästään tällä ostoksella nouset tasolle {tier}.",
    "login_faster_checkout": "Tietosi ovat kassalla valmiiksi täytettyinä.",
    "login_self_service": "Tilaukset, kuitit ja pisteet yhdessä paikassa.",
    "login_headline_member_prices": "Kirjaudu sisään ja säästä {amount}.",
    "login_headline_member_prices_list": "Kirjaudu sisään ja säästä jopa {amount}.",
    "login_headline_club_offers": "Kirjaudu sisään ja säästä {amount} klubitarjouksilla.",
    "login_headline_welcome_offer": "Liity jäseneksi ja säästä tänään {amount}.",
    "login_headline_free_shipping": "Kirjaudu sisään, niin toimitus on ilmainen.",
    "login_headline_free_shipping_missing": (
        "Kirjaudu sisään. Vielä {amount}, niin toimitus on ilmainen."
    ),
    "login_headline_points": "Kirjaudu sisään ja kerää {points:piste|pistettä}.",
    "login_headline_points_list": "Kirjaudu sisään ja kerää jopa {points:piste|pistettä}.",
    "login_headline_welcome_points": "Liity jäseneksi ja saat alkuun {points:pisteen|pistettä}.",
    "login_headline_ladder": "Kirjaudu sisään, niin ostos vie kohti tasoa {tier}.",
    "login_headline_ladder_reached": (
        "Kirjaudu sisään, niin nouset tällä ostoksella tasolle {tier}."
    ),
    "login_headline_faster_checkout": "Kirjaudu sisään, niin kassalla on nopeampaa.",
    "login_headline_self_service": "Kirjaudu sisään ja pidä tilaukset ja pisteet yhdessä paikassa.",
    "login_verdict_better": "Ne, jotka näkevät sen, tekevät näin useammin kuin muut.",
    "login_verdict_worse": "Ne, jotka näkevät sen, tekevät näin harvemmin kuin muut.",
    "login_verdict_no_difference": "Eroa ei vielä voi erottaa sattumasta.",
    "login_verdict_too_little_data": "Tietoja on liian vähän, jotta voisi sanoa mitään.",
    "login_verdict_no_hold_out": "Vertailuryhmää ei ole, joten vertailukohtaa ei ole.",
    # The report of engagement
    "engagement_title": "Mitä sanotaan ja miten siihen vastataan",
    "engagement_made": "Yhteydenotot {since} alkaen, tilanne {day}.",
    "engagement_opened": "Yhteydenottoja kuukaudessa",
    "engagement_hours": "Tunteja ensimmäiseen vastaukseen",
    "engagement_median": "Mediaaniaika",
    "engagement_ninetieth": "90. persentiili",
    "engagement_shares": "Osuudet prosentteina",
    "engagement_within": "Ajoissa",
    "engagement_acted": "Asialle tehtiin jotakin",
    "engagement_told": "Sai tietää",
    "engagement_waiting": "Odottaa vastausta",
    "engagement_late": "Myöhästyi tai on myöhässä",
    "engagement_silent": "{units} ostavasta jäsenestä ei sano mitään ({members} ostaa)",
    "engagement_month": "Kuukausi",
    "engagement_kind": "Laji",
    "engagement_number": "Määrä",
    "engagement_kind_all": "Kaikki",
    "engagement_kind_comment": "Kommentti",
    "engagement_kind_complaint": "Valitus",
    "engagement_kind_idea": "Ehdotus",
    "engagement_kind_question": "Kysymys",
    "engagement_kind_review": "Arvio",
    "engagement_kind_survey_answer": "Kyselyvastaus",
    # What becomes of what somebody said
    "thread_subject": "Yhteydenottosi: {shop}",
    "thread_received": (
        "Kiitos yhteydenotostasi. {shop} on vastaanottanut viestisi ja palaa asiaan."
    ),
    "thread_answered": "{shop} on vastannut sinulle.",
    "thread_acted_on": "{shop} on tehnyt asialle jotakin.",
    "thread_announced": "{shop} on tehnyt sen, mitä sinä ja muut pyysitte.",
    "thread_closed": (
        "{shop} on päättänyt asian käsittelyn. Kirjoita uudelleen, jos asia ei "
        "ratkennut, niin se avataan taas."
    ),
    "thread_reopened": "{shop} on avannut asian uudelleen ja palaa siihen.",
    "review_published": "Kiitos! {shop} on julkaissut arvostelusi.",
    "review_refused": "{shop} ei voi julkaista arvosteluasi.",
    "review_withdrawn": (
        "Arvosteluasi ei enää näytetä ({shop}), koska tuote on "
        "palautettu. Siitä annetut pisteet poistetaan."
    ),
    "forum_published": "{shop} näyttää nyt sen, mitä kirjoitit keskustelupalstalle.",
    "forum_refused": "{shop} ei näytä sitä, mitä kirjoitit keskustelupalstalle.",
    "forum_answered": "Joku on vastannut aiheeseesi keskustelupalstalla ({shop}).",
    "forum_answered_subject": "Vastaus aiheeseesi: {shop}",
    "lottery_won": "Onnea! Arvostelusi on voittanut arvonnassa ({shop}).",
    "survey_first_order": "Sujuiko ensimmäinen tilauksesi hyvin?",
    "survey_subject": "Miten ostoksesi sujui? {shop}",
    "survey_intro": "Olet tehnyt ostoksen: {shop}. Haluaisimme tietää:",
    "survey_answer": "Vastaa täällä:",
    "thread_read": "Lue ja vastaa täällä:",
    "thread_overdue": "Yhteydenottoon {thread} olisi pitänyt jo vastata, ja se odottaa yhä.",
    "thread_overdue_subject": "Yhteydenotto odottaa liian kauan",
    # Members who have been away for long
    "away_subject": "{shop}: jäsenyytesi päättyy {day}",
    "away_mail": (
        "Edellisestä ostoksestasi tai kirjautumisestasi ({shop}) on pitkä aika. Päätämme "
        "jäsenyytesi {day} ja poistamme tietosi ja pisteesi. Jos haluat säilyttää sen, "
        "kirjaudu sisään tai osta jotain sitä ennen."
    ),
    "away_sms": (
        "{shop}: jäsenyytesi päättyy {day}. "
        "Kirjaudu sisään tai osta jotain sitä ennen, jos haluat säilyttää sen."
    ),
    # A contact that has become another, told to the one before
    "contact_changed_subject": "{shop}: kirjaudut sisään uudella tavalla",
    "contact_changed_mail": (
        "Jäsenyytesi ({shop}) sai {day} uuden sähköpostiosoitteen tai puhelinnumeron "
        "kirjautumista varten. Jos muutoksen teit sinä, sinun ei tarvitse tehdä mitään. "
        "Jos et tehnyt sitä, ota heti yhteyttä: {shop}."
    ),
    "contact_changed_sms": (
        "{shop}: jäsenyytesi sai {day} uuden sähköpostiosoitteen tai puhelinnumeron. "
        "Etkö tehnyt muutosta itse? Ota heti yhteyttä."
    ),
    # Everything about a member, to read
    "export_title": "Kaikki jäsenyydestäsi: {shop}",
    "export_intro": "Koottu {day}. Tässä on kaikki, mitä kerho on tallentanut sinusta.",
    "export_more": "Jatkuu seuraavassa osassa.",
    "export_kind_profile": "Tietosi",
    "export_kind_device": "Missä olet kirjautuneena",
    "export_kind_identity": "Millä sinut löytää",
    "export_kind_account": "Tilisi",
    "export_kind_benefit": "Arvosetelit ja tarjoukset",
    "export_kind_decision": "Mitä asiakaspalvelu on päättänyt",
    "export_kind_entry": "Kaikki, mitä on tapahtunut",
    "export_kind_order": "Ostoksesi",
    "export_kind_consent": "Antamasi suostumukset",
    "export_kind_wish": "Toivelistasi",
    "export_kind_spending": "Kassalla vahvistamasi pistemaksut",
    "export_kind_earned": "Mistä olet saanut pisteitä",
    "export_kind_gift": "Lahjoittamasi pisteet",
    "export_kind_changed": "Vaihdettu yhteystieto, jolle ilmoitetaan muutoksesta",
    "export_kind_thread": "Mitä olet kertonut meille, ja vastauksemme",
    "export_field_first_name": "Etunimi",
    "export_field_last_name": "Sukunimi",
    "export_field_email": "Sähköposti",
    "export_field_phone": "Puhelin",
    "export_field_customer_id": "Asiakasnumero",
    "export_field_language": "Kieli",
    "export_field_card": "Kortin numero",
    "export_field_joined_on": "Jäsen alkaen",
    "export_field_tier": "Taso",
    "export_field_points": "Pisteet",
    "export_field_amount": "Summa",
    "export_field_name": "Nimi",
    "export_field_seen_at": "Nähty viimeksi",
    "export_field_expires_at": "Voimassa asti",
    # A guest's order
    "claim_expired": "Ostos on liian vanha laskettavaksi mukaan jälkikäteen.",
    "claim_taken": "Ostos kuuluu jo jäsenelle.",
    "claim_of_another": "Ostos tehtiin muulla kuin sinun osoitteellasi tai numerollasi.",
    "too_many_claims": "Et voi juuri nyt saada useampia ostoksia mukaan jälkikäteen.",
    # Omilla sivuilla, ja siitä mitä joku toivoo
    "page_usual": "Tämä on sen tavallinen paikka.",
    "page_question_unanswered": (
        "Sinulla on {units:viesti|viestiä}, johon emme ole vielä vastanneet."
    ),
    "page_survey_open": "Haluaisimme kuulla tilauksestasi: {units:kysymys|kysymystä}.",
    "page_voucher_expiring": "Arvosetelisi, jonka arvo on {amount}, vanhenee {day}.",
    "page_tier_at_risk": "Tasosi on {tier} {day} asti, ellet tee ostoksia ennen sitä.",
    "page_points_expiring": "{points:piste vanhenee|pistettä vanhenee} {day}.",
    "page_price_fallen": (
        "{units:tuote toivelistallasi maksaa|tuotetta toivelistallasi maksaa} nyt vähemmän."
    ),
    "page_asked_for": "Pyysit sitä, ja me teimme sen: {title}.",
    "page_offer_open": "Sinulla on {units:tarjous|tarjousta} otettavana käyttöön.",
    "page_tier_near": "Olet kulkenut {percent} % matkasta tasolle {tier}.",
    "page_details_missing": "Sinusta puuttuu {units:tieto|tietoa}.",
    "page_subscribed": "Olet jo tilaaja.",
    "page_empty": "Täällä ei ole vielä mitään.",
    "consent_outdated": "Teksti on muuttunut. Lue uusi.",
    "wish_list_full": "Toivelistasi on täynnä.",
    "wish_subject_price_fallen": "{article} maksaa nyt vähemmän",
    "wish_subject_back_in_stock": "{article} on taas saatavilla",
    "wish_price_fallen": (
        "{article}, joka on toivelistallasi ({shop}), maksaa nyt {now}. Hinta oli {before}, "
        "kun lisäsit sen."
    ),
    "wish_back_in_stock": (
        "{article}, joka on toivelistallasi ({shop}), on taas varastossa. Hinta on {now}."
    ),
    "wish_why": (
        "Saat tämän, koska olet pyytänyt, että {shop} kertoo sinulle. Voit kieltää sen Omilla "
        "sivuilla milloin vain."
    ),
    # Tuo ystävä
    "share": "Minä ostan täältä: {shop}. Tule mukaan.",
    "share_email": "Hei! Olen jäsen täällä: {shop}. Ajattelin, että sinäkin voisit pitää siitä.",
    "share_subject": "Kutsu: {shop}",
    "share_gift": "Sinulle: {gift}.",
    "benefit_points": "{points:piste|pistettä}",
    "benefit_amount": "Arvoseteli, {worth}",
    "benefit_percent": "{percent} % alennusta tilauksesta",
    "benefit_article": "{article} ilmaiseksi",
    "benefit_shipping": "Ilmainen toimitus",
    "bonus_referral_voucher": "Ystävä on ostanut: siitä saamasi etu on tulossa",
    "bonus_referral_available": "Ystävästä saamasi etu on nyt käytettävissä",
    "bonus_merit_review": "Ansio arvostelusta",
    "bonus_merit_answer": "Ansio vastauksesta, josta oli apua",
    "bonus_referred": "Tulit ystävän kutsusta",
    "reverse_referral": "Ystävä palautti ostoksen, josta pisteet tulivat",
    "reverse_nothing_referral": "Ystävä palautti ostoksen",
    "referral_invited": "Kutsuttu.",
    "referral_joined": "On liittynyt, mutta ei ole vielä ostanut.",
    "referral_pending": "On ostanut. Se lasketaan, kun mitään ei voi enää palauttaa.",
    "referral_available": "On ostanut, ja se lasketaan.",
    "referral_reversed": "Sitä ei enää lasketa.",
    "referral_reversed_returned": "Ostos palautettiin.",
    "referral_reversed_below_minimum": "Palautettiin niin paljon, että jäljellä on liian vähän.",
    "referral_reversed_goods_returned": "Se, mistä sai erityisen edun, palautettiin.",
    "referral_held": "Tarkistamme sen ensin.",
    "referral_refused": "Sitä ei lasketa.",
    "referral_refused_full_this_month": "Ystäviä on tässä kuussa jo niin monta kuin lasketaan.",
    "referral_refused_full_this_year": "Ystäviä on tänä vuonna jo niin monta kuin lasketaan.",
    "referral_refused_referrer_gone": "Kutsuja ei ole enää jäsen.",
    "referral_refused_same_household": "Pidimme teitä yhtenä taloutena.",
    "referral_refused_same_person": "Pidimme teitä samana henkilönä.",
    "referral_refused_not_by_the_terms": "Se ei ollut kerhon ehtojen mukaista.",
    "referral_refused_no_real_purchase": "Laskettavaa ostosta ei ollut.",
    "doubt_same_member": "Molemmat ovat nyt sama jäsen",
    "doubt_same_email": "Molemmilla on sama postilaatikko",
    "doubt_same_phone": "Molemmilla on sama puhelinnumero",
    "doubt_same_payment": "Molemmat maksoivat samalla kortilla",
    "doubt_same_device": "Molemmat käyttivät samaa laitetta",
    "doubt_many_of_referrer": "Monta saman jäsenen ystävää yhdessä päivässä",
    "doubt_many_at_address": "Monta ystävää samassa osoitteessa",
    "doubt_many_on_device": "Monta ystävää samalla laitteella",
    "doubt_returned_again": "Tämän ystävän tilaukset ovat palautuneet kerta toisensa jälkeen",
    "doubt_joined_before_visit": "Ystävä oli jäsen ennen linkin avaamista",
    "doubt_own_code": "Jäsen antoi oman koodinsa",
    "doubt_referrer_set": "Joku muu oli jo tuonut jäsenen",
    "doubt_referrer_joined_later": "Kutsuja liittyi jäseneksi myöhemmin",
    "doubt_not_a_new_customer": "Jäsen oli ostanut täältä aiemmin",
    "doubt_stopped_by_staff": "Pidätämme kaikki, jotka tämä jäsen tuo",
    "invitation_unknown": "Emme tunne tätä koodia; siinä voi olla kirjoitusvirhe.",
    "own_code": "Tämä on oma koodisi.",
    "referrer_set": "Olet jo tullut toisesta kutsusta.",
    "referrer_joined_later": "Kutsujan täytyy olla jäsen ennen sinua.",
    "not_a_new_customer": "Kutsu on uusille asiakkaille.",
}
