"""Words are taken whole: what only looks like answered in time, or like a channel, is neither."""

from datetime import datetime, timedelta

import pytest

from model import intake
from model.intake.queues import kind_of

IN_TIME = [
    "Contacts answered in 20 seconds", "Answered within 20 sec", "Calls handled within SL", "Contacts within 30 s",
    "Calls answered in time", "Answered 20sec", "Calls in 20 s",
]  # fmt: skip
NOT_IN_TIME = [
    "Contacts abandoned in 20 seconds", "Calls in queue", "Calls transferred in", "Calls in progress", "Contacts in",
    "Aban calls within 10 sec", "Lost calls in 20 s", "Calls waiting in queue",
]  # fmt: skip


def columns(*names: str) -> dict[str, str]:
    lines = [",".join(["Interval Start", "Offered", "Answered", "Abandoned", *names])]
    for i in range(60):
        at = datetime(2024, 3, 4, 8) + timedelta(hours=i)
        counts = ("1" if name in NOT_IN_TIME else "7" for name in names)
        lines.append(",".join([f"{at:%Y-%m-%d %H:%M}", "10", "8", "2", *counts]))
    return intake.read("\n".join(lines).encode(), "calls.csv").columns


@pytest.mark.parametrize("name", IN_TIME)
def test_contacts_answered_in_time_are_found_beside_those_that_were_not(name: str) -> None:
    assert columns("Contacts abandoned in 20 seconds", name)["in_time"] == name


@pytest.mark.parametrize("name", NOT_IN_TIME)
def test_what_is_in_something_else_is_not_in_time(name: str) -> None:
    assert "in_time" not in columns(name)


@pytest.mark.parametrize("words", [
    "Information", "Performance", "Platform", "Webex", "Both", "Robotics", "Transform", "queue_performance.csv",
    "Showcase", "Botany", "Recall", "Cobweb", "Platforma", "Reformas", "Plataforma",
])  # fmt: skip
def test_a_part_of_a_word_names_no_channel(words: str) -> None:
    assert kind_of(words) is None


@pytest.mark.parametrize("words, name", [
    ("Chat", "chat"), ("WebChat EN", "chat"), ("web chat", "chat"), ("Chatbot", "chat"), ("WhatsApp", "chat"),
    ("Mensajes", "chat"), ("Mensagens", "chat"), ("SMS2", "chat"), ("e-mail", "email"), ("Emails_DE", "email"),
    ("Correo electrónico", "email"), ("gmail", "email"), ("Web form", "tickets"), ("Webforms", "tickets"),
    ("Formulário", "tickets"), ("Tickets2024.csv", "tickets"), ("incidents_event_log", "tickets"), ("Web", "tickets"),
    ("Self-service", "tickets"), ("Phone", "phone"), ("Teléfono", "phone"), ("Telefone", "phone"),
    ("Llamadas", "phone"),
    ("Chamadas recebidas", "phone"), ("calls_2.csv", "phone"), ("calls2024", "phone"), ("Voice", "phone"),
    ("Callcenter", "phone"), ("Inbound", "phone"), ("Telephone", "phone"),
])  # fmt: skip
def test_whole_words_name_a_channel_in_the_languages_there_are(words: str, name: str) -> None:
    found = kind_of(words)
    assert found is not None and found[0] == name
