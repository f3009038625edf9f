"""What columns are called in German, French, Italian and Dutch, as `names` has it of English, Spanish and Portuguese.

Headers as `normalised` leaves them: no accents, no apostrophes, words that are written as one mostly taken as two, too.
"""

_CALL = r"(anruf|gesprachs|kontakt|ticket|vorgangs|chat)"
_DE_MANY = r"(anrufe|kontakte|gesprache|chats|tickets|anfragen|calls)"
_FR_MANY = r"(appels|contacts|demandes|tickets|chats)"
_IT_MANY = r"(chiamate|contatti|richieste|ticket|chat)"
_NL_MANY = r"(gesprekken|oproepen|contacten|tickets|chats)"
_MEAN = r"((durchschnittliche|mittlere|gemiddelde|durchschn|gem|o) )?"

_WHEN = (
    # German
    rf"{_CALL} ?(beginn|start|datum|eingang|zeitpunkt)|(datum|tag)( (und |)?(uhr ?)?zeit)?|zeitstempel|zeitpunkt|"
    r"(erstellt|eroffnet|angelegt|eingegangen)( (am|um))?|(erstell|eingangs|eroffnungs|start)(ungs)? ?(datum|zeit)|"
    r"beginn|eingang|woche|monat|"
    # French
    r"(date|debut|horodatage)( et heure)?( (de l|du|de|d) ?(appel|contact|ticket|creation|ouverture|debut|arrivee|"
    r"demande))?|(cree|ouvert|recu) le|jour|semaine|mois|"
    # Italian
    r"(data|inizio)( e ora| ora)?( (di|della|del|dell)? ?(chiamata|contatto|ticket|creazione|apertura|inizio|arrivo))?|"
    r"(creato|aperto|ricevuto) il|giorno|settimana|"
    # Dutch
    r"datum( en)? ?(tijd)?|(datum|begin|start)( van)?( het)? gesprek|aangemaakt( op)?|(begin|start) ?tijd|dag|maand"
)
_CLOCK = (
    r"uhrzeit|zeit|stunde|halbstunde|intervall|(start|beginn) ?uhrzeit|"
    r"heure( (de debut|d appel|de l appel))?|tranche( horaire)?|creneau( horaire)?|demi heure|"
    r"ora( (di )?inizio)?|orario|fascia oraria|mezz ora|tijd|tijdstip|uur|tijdvak|halfuur"
)
_WAIT = (
    rf"{_MEAN}(wartezeit|wartedauer|(warteschlangen|warteschleifen) ?zeit)|zeit in (der )?warteschlange|"
    r"(temps|duree|delai)( moyen(ne)?)?( (d|en))? (attente|file d attente)|attente|dma|"
    rf"(tempo|durata)( medi[oa])?( (di|d|in))? (attesa|coda)|attesa|{_MEAN}(wachttijd|wachtduur|wachtrij ?tijd)"
)
_HANDLE = (
    rf"{_MEAN}({_CALL} ?(dauer|zeit)|(bearbeitungs|sprech|bedien|gesprachs) ?(zeit|dauer))|dauer|"
    r"(temps|duree)( moyen(ne)?)?( (de l|de|du|d))? ?(traitement|conversation|communication|appel|contact)|duree|dmt|"
    r"(tempo|durata)( medi[oa])?( (di|della|del))? ?(conversazione|chiamata|gestione|lavorazione|contatto)|durata|"
    rf"{_MEAN}(gespreks|afhandel|afhandelings|behandel) ?(duur|tijd)|duur"
)
_HOLD = r"halte ?(zeit|dauer)|(temps|duree) de mise en (attente|garde)|mise en garde|messa in attesa|in de wacht"
_WRAP = (
    rf"{_MEAN}(nachbearbeitung|nacharbeit|nachbearbeitungs|nacharbeits)( ?(zeit|dauer))?|"
    r"(temps|duree)( moyen(ne)?)? (post|apres) ?appel|post appel|(tempo )?(dopo|post) chiamata|"
    rf"{_MEAN}(nawerk|nabewerking|nabewerkings)( ?tijd)?"
)
_CHANNEL = r"((eingangs|kontakt) ?)?kanal|medium|canal( de contact)?|canale|(contact ?)?kanaal"
_QUEUE = r"warteschlange|hotline|file( d attente)?|coda|wachtrij"

CONTACT: dict[str, tuple[tuple[str, float], ...]] = {
    "date": ((_WHEN, 0.95), (r"gesprachs ?beginn", 0.8)),
    "time": ((_CLOCK, 0.95),),
    "outcome": ((r"(gesprachs|kontakt)? ?ergebnis|abschluss( ?code)?|issue( de l)? appel|esito (chiamata|contatto)|"
                 r"resultaat|uitkomst|afloop", 0.9),),
    "answered": ((r"(anruf )?(angenommen|beantwortet|bearbeitet)( (ja nein|j n))?|(appel )?(repondu|traite|decroche|"
                  r"pris en charge)( oui non)?|(chiamata )?(risposta|gestita|evasa)( si no)?|(gesprek )?(beantwoord|"
                  r"opgenomen|aangenomen)( ja nee)?", 0.95),),
    "abandoned": ((r"(anruf )?(aufgelegt|abgebrochen|verloren|nicht (angenommen|beantwortet)|abbruch)( (ja nein|j n))?|"
                   r"(appel )?(abandonne|abandon|raccroche|perdu|manque)( oui non)?|(chiamata )?(abbandonata|persa)"
                   r"( si no)?|(gesprek )?(opgehangen|afgebroken|gemist)( ja nee)?", 0.95),),
    "wait": ((_WAIT, 0.95),),
    "handle": ((_HANDLE, 0.9),),
    "hold": ((_HOLD, 0.9),),
    "wrap": ((_WRAP, 0.9),),
    "answered_at": ((r"(angenommen|beantwortet|annahme)( ?(am|um|zeit|zeitpunkt))|gesprachs ?beginn|(decroche|repondu|"
                     r"pris en charge) (le|a)|heure de (reponse|decroche|prise en charge)|(ora|inizio) risposta|"
                     r"risposto (il|alle)|(beantwoord|opgenomen) (op|om)", 0.9),),
    "ended_at": ((rf"{_CALL} ?ende|ende|beendet( (am|um))?|endzeit|(heure|date) de fin|fin( d appel| de l appel)?|"
                  r"termine (le|a)|(ora|data) fine|fine( chiamata)?|terminat[oa] (il|alle)|eind ?tijd|"
                  r"einde( gesprek)?|beeindigd( (op|om))?", 0.9),),
    "resolved": ((r"gelost|(im )?erstkontakt gelost|erstlosung|losung( im)? erstkontakt|erledigt|resolu|"
                  r"resolution au premier (appel|contact)|risolt[oa]|risoluzione al primo contatto|opgelost", 0.95),),
    "reopened": ((r"wieder ?(geoffnet|eroffnet)|rouvert|reouvertures?|riapert[oa]|heropend", 0.95),),
    "transferred": ((r"weitergeleitet|weiterleitung(en)?|weiterverbunden|eskaliert|transfere|transferts?|"
                     r"trasferit[oa]|trasferimenti?|doorverbonden|doorgestuurd", 0.95),),
    "csat": ((r"(kunden ?)?zufriedenheit|(kunden ?)?bewertung|satisfaction( client)?|note( de)? satisfaction|"
              r"evaluation( client)?|soddisfazione( cliente)?|valutazione|(klant ?)?tevredenheid|beoordeling", 0.9),),
    "replied_at": ((r"erste antwort( (am|um))?|premiere reponse le|prima risposta (il|alle)|"
                    r"eerste antwoord op", 0.95),),
    "reply_time": ((r"(zeit|dauer) bis( zur)? ersten? antwort|erst ?antwort ?zeit|(temps|delai) de premiere reponse|"
                    r"tempo( di)? prima risposta|tijd tot( het)? eerste antwoord", 0.95),),
    "resolved_at": ((r"(gelost|geschlossen|erledigt|abgeschlossen)( (am|um))?|(losungs|abschluss|schliess|end) ?datum|"
                     r"(resolu|cloture|ferme) le|date de (resolution|cloture|fermeture)|(risolto|chiuso) il|"
                     r"data( di)? (chiusura|risoluzione)|(opgelost|gesloten|afgesloten) op", 0.9),),
    "agent": ((r"(mitarbeiter|bearbeiter|sachbearbeiter|berater|agent)(in)?( ?name)?|zustandig|zugewiesen an|"
               r"(tele)?conseillere?|operateur|utilisateur|assigne a|operator[ei]|operatrice|assegnato a|"
               r"medewerker|toegewezen aan|behandelaar", 0.95),),
    "customer": ((r"kunden? ?(nummer|nr|id)?|rufnummer|anrufer( ?(nummer|id))?|telefonnummer|(numero |id |n )?"
                  r"(de |du )?client|appelant|numero (appelant|de telephone)|(codice|id) cliente|(numero )?chiamante|"
                  r"klant ?(nummer|id)?|beller", 0.9),),
    "id": ((rf"({_CALL}|fall) ?(id|nummer|nr)|nummer|nr|(id|numero|n|no) (de l |du |de |d )?(appel|ticket|contact|"
            r"dossier|demande)|(id|numero|codice) (chiamata|contatto|pratica)|(gespreks?|zaak) ?(id|nummer)", 0.9),),
    "channel": ((_CHANNEL, 0.95), (_QUEUE, 0.55)),
    "reason": ((r"((anruf|kontakt) ?)?grund|anliegen|thema|kategorie|motif( (d appel|de l appel|de contact))?|sujet|"
                r"objet|motivo( chiamata)?|argomento|reden|onderwerp|categorie", 0.85),),
    "team": ((r"abteilung|standort|gruppe|groupe|gruppo|sede|squadra|reparto|afdeling|locatie", 0.8),),
}  # fmt: skip
"""Of a row for each contact: role -> patterns and the trust in them."""

COUNTS: dict[str, tuple[tuple[str, float], ...]] = {
    "date": ((_WHEN, 0.95),),
    "time": ((_CLOCK, 0.95),),
    "offered": ((rf"((anzahl|summe)( der)? |eingehende |angebotene )?{_DE_MANY}( (angeboten|eingegangen|gesamt|"
                 r"eingehend))?|angeboten|eingegangen|"
                 rf"(nombre (d |de )|nb (d |de )?|total (des |d )?)?{_FR_MANY}( (recus|entrants|presentes|offerts))?|"
                 rf"(numero |totale )?{_IT_MANY}( (ricevut[ei]|entranti|offert[ei]|in arrivo))?|"
                 rf"(aantal |totaal )?{_NL_MANY}( (aangeboden|binnengekomen|ontvangen))?|aangeboden", 0.9),),
    "answered": ((rf"{_DE_MANY}? ?(angenommene?|beantwortete?|bearbeitete?)( {_DE_MANY})?|{_FR_MANY}? ?(repondu[se]*|"
                  rf"traite[es]*|decroches|pris)|{_IT_MANY}? ?(rispost[ei]|gestit[ei]|evas[ei])|{_NL_MANY}? ?"
                  r"(beantwoorde?|aangenomen|opgenomen)", 0.95),),
    "abandoned": ((rf"{_DE_MANY}? ?(aufgelegte?|verlorene?|abgebrochene?|abbruche|verpasste?)( {_DE_MANY})?|"
                   rf"{_FR_MANY}? ?(abandonne[es]*|perdus|manques)|abandons|{_IT_MANY}? ?(abbandonat[ei]|pers[ei])|"
                   rf"{_NL_MANY}? ?(opgehangen|afgebroken|verloren|gemiste?)", 0.95),),
    "service_level": ((r"service ?level|(taux|niveau|qualite) de service|livello di servizio|service ?niveau", 0.95),),
    "abandon_rate": ((r"(abbruch|verlust) ?(quote|rate)|taux d abandon|tasso( di)? abbandono|"
                      r"afhaak ?percentage", 0.95),),
    "wait": ((_WAIT, 0.95),),
    "handle": ((_HANDLE, 0.9),),
    "hold": ((_HOLD, 0.9),),
    "wrap": ((_WRAP, 0.9),),
    "agents": ((r"(anzahl )?(agenten|mitarbeiter)( (angemeldet|eingeloggt|anwesend))?|besetzung|(nombre d |nb )?"
                r"agents( connectes)?|conseillers|operatori( (presenti|connessi))?|(aantal )?medewerkers", 0.9),),
    "csat": ((r"(kunden ?)?zufriedenheit|soddisfazione( cliente)?|(klant ?)?tevredenheid", 0.9),),
    "surveys": ((r"(anzahl )?bewertungen|(nombre d )?evaluations|valutazioni|beoordelingen", 0.9),),
    "resolved": ((r"erst ?losungs? ?(quote|rate)|taux de resolution( au premier (appel|contact))?|risoluzione al primo "
                  r"contatto", 0.9),),
    "transferred": ((r"weiterleitungen|weitergeleitet|transferts|trasferimenti|doorverbonden", 0.9),),
    "channel": ((_CHANNEL, 0.95), (_QUEUE, 0.45)),
}  # fmt: skip
"""The same of a row for each interval."""
