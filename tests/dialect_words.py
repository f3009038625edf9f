"""Headers and words of exports in three languages, for the tables that `tests.dialects` writes."""

HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "English": {
        "date": ("Date", "Call Date", "Created at"), "time": ("Time", "Call time", "Start time"),
        "wait": ("Queue time", "Wait time", "Speed of answer"), "handle": ("Handle time", "Talk time", "Duration"),
        "outcome": ("Outcome", "Disposition", "Result"), "csat": ("CSAT", "Satisfaction rating", "Rating"),
        "resolved": ("Resolved", "FCR"), "offered": ("Calls Offered", "Offered", "Incoming Calls"),
        "answered": ("Calls Answered", "Answered"), "abandoned": ("Calls Abandoned", "Abandoned"),
        "asa": ("ASA", "Average Speed of Answer", "Avg Wait Time"), "aht": ("AHT", "Average Handle Time"),
        "service_level": ("Service Level", "SL"), "month": ("Month", "Period"), "comment": ("Comment", "Remark"),
        "answered_at": ("Answer time", "Answered at"), "ended_at": ("End time", "Ended at"),
    },
    "Spanish": {
        "date": ("Fecha", "Fecha de creación", "Día"), "time": ("Hora", "Hora de inicio"),
        "wait": ("Tiempo de espera", "Espera"), "handle": ("TMO", "Duración"),
        "outcome": ("Resultado", "Estado"), "csat": ("Satisfacción", "Calificación"),
        "resolved": ("Resuelto", "Solucionado"), "offered": ("Llamadas recibidas", "Recibidas", "Ofrecidas"),
        "answered": ("Llamadas contestadas", "Atendidas"), "abandoned": ("Llamadas abandonadas", "Abandonadas"),
        "asa": ("Tiempo medio de espera", "TME"), "aht": ("TMO", "Tiempo medio de operación"),
        "service_level": ("Nivel de servicio",), "month": ("Mes",), "comment": ("Descripción", "Observación"),
        "answered_at": ("Hora de atención",), "ended_at": ("Hora de fin",),
    },
    "Portuguese": {
        "date": ("Data", "Data Abertura", "Dia"), "time": ("Hora", "Horário"),
        "wait": ("Tempo de espera", "Espera"), "handle": ("TMA", "Duração"),
        "outcome": ("Situação", "Status"), "csat": ("Satisfação", "Avaliação", "Nota"),
        "resolved": ("Resolvido", "Solucionado"), "offered": ("Recebidas", "Chamadas recebidas"),
        "answered": ("Atendidas", "Chamadas atendidas"), "abandoned": ("Abandonadas", "Chamadas abandonadas"),
        "asa": ("TME",), "aht": ("TMA",), "service_level": ("Nível de serviço",), "month": ("Mês",),
        "comment": ("Descrição", "Observação"), "answered_at": ("Hora atendimento",), "ended_at": ("Hora fim",),
    },
}  # fmt: skip
WORDS = {
    "English": ("answered", "abandoned", "Yes", "No"), "Spanish": ("contestada", "abandonada", "Sí", "No"),
    "Portuguese": ("atendida", "abandonada", "Sim", "Não"),
}  # fmt: skip
LETTERS = {"English": "café", "Spanish": "atención rápida, señal", "Portuguese": "não há informação"}
MONTHS = {
    "English": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "Spanish": "ene feb mar abr may jun jul ago sep oct nov dic",
    "Portuguese": "jan fev mar abr mai jun jul ago set out nov dez",
}  # fmt: skip
