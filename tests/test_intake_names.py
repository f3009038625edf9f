"""Names of columns in the exports of well-known systems, each with the role it is guessed to have by name alone."""

import re

import pandas as pd
import pytest

from model import intake
from model.intake.columns import guess
from model.intake.names import CONTACT, COUNTS, Roles
from model.intake.words import normalised, unitless

CONTACTS = {
    "Ticket ID": "id", "Created at": "date", "Via": "channel", "Satisfaction Score": "csat", "Reopens": "reopened",
    "Group stations": "transferred", "Created time": "date", "Source": "channel", "Survey results": "csat",
    "Conversation ID": "id", "Conversation started at (America/New_York)": "date", "Conversation rating": "csat",
    "Teammate currently assigned": "agent", "Interaction ID": "id", "Abandoned": "abandoned",
    "Abandoned in Queue": "abandoned", "Time to Abandon": "abandon_wait", "Total Queue": "wait",
    "Total Handle": "handle", "Total Hold": "hold", "Date": "date", "CALL ID": "id", "AGENT NAME": "agent",
    "HANDLE TIME": "handle", "TALK TIME": "handle", "HOLD TIME": "hold", "AFTER CALL WORK TIME": "wrap",
    "SPEED OF ANSWER": "wait", "QUEUE WAIT TIME": "wait", "MEDIA TYPE": "channel", "call_id": "id", "type": "outcome",
    "start_at": "date", "end_at": "ended_at", "user_name": "agent", "talk_time": "handle", "wait_time": "wait",
    "hold_time": "hold", "abandon_time": "abandon_wait", "Contact_ID": "id", "Media_Name": "channel",
    "Agent_Name": "agent", "Abandon (Y/N)": "abandoned", "Abandon_Time": "abandon_wait", "ACD_Time": "handle",
    "ACW_Seconds": "wrap", "ACW_Time": "wrap", "Active_Talk_Time": "handle", "Case Number": "id",
    "Case Origin": "channel", "Case Owner": "agent", "Date/Time Opened": "date", "Date/Time Closed": "resolved_at",
    "number": "id", "opened_at": "date", "sys_created_at": "date", "closed_at": "resolved_at",
    "contact_type": "channel", "assigned_to": "agent", "reassignment_count": "transferred",
    "reopen_count": "reopened", "createdate": "date", "closed_date": "resolved_at", "closedate": "resolved_at",
    "source_type": "channel", "hubspot_owner_id": "agent", "first_agent_reply_date": "replied_at",
    "time_to_first_agent_reply": "reply_time", "hs_time_to_first_response_in_operating_hours": "reply_time",
    "hs_last_csat_rating": "csat", "fecha": "date", "hora": "time", "DATA": "date", "Data Abertura": "date",
    "Data Solução": "resolved_at", "Data Fechamento": "resolved_at", "Atendente": "agent", "Satisfação": "csat",
    "Resolvido": "resolved", "TEMPO DE ESPERA": "wait", "FINALIZADO?": "answered",
    "Requester wait time (min)": "wait",
}  # fmt: skip
INTERVALS = {
    "Interval Start": "date", "Calls Offered": "offered", "ACD Calls": "answered", "Aban Calls": "abandoned",
    "% Aban Calls": "abandon_rate", "Avg Speed Ans": "wait", "Avg Aban Time": "abandon_wait",
    "Avg ACD Time": "handle", "Avg ACW Time": "wrap", "Avg Hold Time": "hold", "Avg Handle Time": "handle",
    "% Within Service Level": "service_level", "Agents Staffed": "agents", "Time Start": "time", "Date": "date",
    "Split/Skill": "channel", "StartInterval": "date", "Contacts queued": "offered", "Contacts incoming": "offered",
    "Contacts handled": "answered", "Contacts abandoned": "abandoned", "Contacts answered in 20 seconds": "in_time",
    "Service level 20 seconds": "service_level", "Average queue answer time": "wait",
    "Average queue abandon time": "abandon_wait", "Average handle time": "handle",
    "Average customer hold time": "hold", "Average after contact work time": "wrap", "CALLS count": "offered",
    "ABANDONED count": "abandoned", "SERVICE LEVEL": "service_level", "offered": "offered", "answered": "answered",
    "abandoned": "abandoned", "service_level_percent": "service_level", "average_speed_of_answer_seconds": "wait",
    "average_talk_time_seconds": "handle", "average_after_call_work_seconds": "wrap", "total offered": "offered",
    "volume": "offered", "answered within sl": "in_time", "sl met": "in_time", "ans w/in sl": "in_time",
    "abn": "abandoned", "aband qty": "abandoned", "asa_secs": "wait", "avg speed answer": "wait", "aht (s)": "handle",
    "aht_secs": "handle", "talk+hold+acw": "handle", "distinct agents": "agents", "logged in agents": "agents",
    "staffed": "agents", "lob": "channel", "queue": "channel", "skill": "channel", "recibidos": "offered",
    "contestados": "answered", "abandonados": "abandoned", "tmo (segundos)": "handle", "llamadas": "offered",
    "nivel_servicio": "service_level", "agentes_programados": "agents", "agentes_efectivos": "agents",
    "ATENDIDAS": "answered", "TMA": "handle", "AVALIADAS": "surveys",
}  # fmt: skip

ELSEWHERE = {
    "Anrufbeginn": "date", "Datum und Uhrzeit": "date", "Erstellt am": "date", "Uhrzeit": "time",
    "Wartezeit (s)": "wait", "Wartezeit in Sekunden": "wait", "Gesprächsdauer (Sek.)": "handle",
    "Bearbeitungszeit": "handle", "Nachbearbeitungszeit": "wrap", "Haltezeit": "hold",
    "Angenommen (ja/nein)": "answered",
    "Aufgelegt": "abandoned", "Gesprächsende": "ended_at", "Gelöst": "resolved", "Weitergeleitet": "transferred",
    "Kundenzufriedenheit": "csat", "Sachbearbeiter": "agent", "Kundennummer": "customer", "Ticketnummer": "id",
    "Kanal": "channel", "Kontaktgrund": "reason", "Abteilung": "team", "Geschlossen am": "resolved_at",
    "Date de l'appel": "date", "Créé le": "date", "Heure d'appel": "time", "Temps d'attente (s)": "wait",
    "Durée de conversation": "handle", "Temps post-appel": "wrap", "Décroché": "answered", "Abandonné": "abandoned",
    "Heure de fin": "ended_at", "Résolu": "resolved", "Transféré": "transferred", "Satisfaction client": "csat",
    "Conseiller": "agent", "Numéro de téléphone": "customer", "N° d'appel": "id", "Motif d'appel": "reason",
    "Équipe": "team", "Data e ora chiamata": "date", "Tempo di attesa (secondi)": "wait",
    "Durata conversazione": "handle",
    "Gestita": "answered", "Abbandonata": "abandoned", "Risolto": "resolved", "Soddisfazione cliente": "csat",
    "Operatore": "agent", "Canale": "channel", "Datum gesprek": "date", "Tijdstip": "time", "Wachttijd": "wait",
    "Gespreksduur": "handle", "Opgehangen": "abandoned", "Opgelost": "resolved", "Klanttevredenheid": "csat",
    "Medewerker": "agent", "Klantnummer": "customer", "Kanaal": "channel", "Afdeling": "team",
}  # fmt: skip
INTERVALS_ELSEWHERE = {
    "Anzahl Anrufe": "offered", "Angenommene Anrufe": "answered", "Verlorene Anrufe": "abandoned",
    "Mittlere Wartezeit": "wait", "Durchschnittliche Gesprächsdauer": "handle", "Servicelevel": "service_level",
    "Abbruchquote": "abandon_rate", "Appels reçus": "offered", "Appels traités": "answered",
    "Appels abandonnés": "abandoned", "Taux de service": "service_level", "DMT": "handle",
    "Chiamate ricevute": "offered", "Chiamate gestite": "answered", "Chiamate perse": "abandoned",
    "Livello di servizio": "service_level",
    "Aantal gesprekken": "offered", "Gesprekken beantwoord": "answered", "Gemiddelde wachttijd": "wait",
}  # fmt: skip


def best(header: str, table: Roles) -> str | None:
    """The role whose pattern trusts a name most; the first of equals."""
    names = {normalised(header), unitless(normalised(header))}
    found = [(score, -order, role) for order, (role, patterns, _) in enumerate(table)
             for pattern, score in patterns for name in names if re.fullmatch(pattern, name)]  # fmt: skip
    return max(found)[2] if found else None


@pytest.mark.parametrize(("header", "role"), [*CONTACTS.items(), *ELSEWHERE.items()])
def test_columns_of_contacts_are_known_by_name(header: str, role: str) -> None:
    assert best(header, CONTACT) == role


@pytest.mark.parametrize(("header", "role"), [*INTERVALS.items(), *INTERVALS_ELSEWHERE.items()])
def test_columns_of_counts_are_known_by_name(header: str, role: str) -> None:
    assert best(header, COUNTS) == role


@pytest.mark.parametrize(("header", "cell", "role"), [
    ("Solved at", "2024-03-05 10:00", "resolved_at"), ("Resolved", "Yes", "resolved"),
    ("First reply time (min)", "45", "reply_time"), ("First Response Time", "2024-03-05 10:00", "replied_at"),
])  # fmt: skip
def test_where_a_name_may_mean_two_things_the_cells_decide(header: str, cell: str, role: str) -> None:
    frame = pd.DataFrame({"Created at": ["2024-03-04 09:00"] * 30, header: [cell] * 30}, dtype="str")
    assert guess(frame)[1][role].column == header


WEEK = [
    f"{day:02d}.09.2025 {hour:02d}:{minute:02d}:10" for day in range(1, 29) for hour in (8, 9, 14) for minute in (3, 41)
]


@pytest.mark.parametrize(("head", "ends"), [
    ("Anrufbeginn;Wartezeit (Sek.);Gesprächsdauer in Minuten;Kanal;Angenommen", ("ja", "nein")),
    ("Date de l'appel;Temps d'attente (secondes);Durée de conversation (min);Canal;Décroché", ("oui", "non")),
    ("Data e ora chiamata;Tempo di attesa (secondi);Durata conversazione (minuti);Canale;Gestita", ("sì", "no")),
    ("Datum gesprek;Wachttijd (seconden);Gespreksduur (minuten);Kanaal;Beantwoord", ("ja", "nee")),
])  # fmt: skip
@pytest.mark.parametrize("letters", ["utf-8", "cp1252"])
def test_a_file_of_another_language_is_measured(head: str, ends: tuple[str, str], letters: str) -> None:
    yes, no = ends
    rows = [f"{when};{20 + i % 7};{'0' if i % 10 == 0 else '4,5'};Telefon;{no if i % 10 == 0 else yes}"
            for i, when in enumerate(WEEK)]  # fmt: skip
    file = intake.read("\n".join([head, *rows]).encode(letters))
    assert file.columns.keys() == {"date", "wait", "handle", "channel", "answered"}
    (phone,) = intake.measure(file).channels
    assert (phone.name, phone.handle_time_s) == ("phone", pytest.approx(270))
    assert phone.abandonment == pytest.approx(0.1, abs=0.005) and phone.asa == pytest.approx(23, abs=0.3)
