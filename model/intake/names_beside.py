"""What columns of wages and of shifts are called, as `names` has it of contacts."""

from model.intake.names import Roles

WAGES: Roles = (
    (
        "wage",
        (
            (
                r"((hourly|gross|base|loaded|average|avg|bi ?weekly|weekly|fortnightly|monthly|annual|yearly)? ?"
                r"(wages?|salary|salaries|pay|pay rate|rate of pay|hourly rate|labou?r cost|salario( bruto)?|sueldo)"
                r"( (per|an|a|por|al|ao) .*)?( (rate|hour|hora|month|mes|year|ano|mensual|mensal|anual))?"
                r"( (usd|eur|gbp|brl|mxn))?|"
                r"cost (per|of an|an) hour|hourly cost|coste? (por )?hora|custo (por )?hora)",
                1.0,
            ),
        ),
        "share",
    ),
    (
        "paid_hours",
        (
            (
                r"((paid|contract(ed)?|working|worked|weekly|monthly|annual|total) )?(hours|horas)"
                r"( worked| pagadas| pagas| contratadas| trabajadas| trabalhadas)?"
                r"( (per|a|por|al|ao) .*)?( (week|month|year|semana|mes|ano))?",
                0.9,
            ),
        ),
        "share",
    ),
    ("headcount", ((r"(headcount|people|employees|agents|fte|positions|personas|empleados|pessoas|plantilla)", 0.9),),
     "share"),
    ("channel", ((r"(channel|canal|queue|cola|fila)", 0.8),), "class"),
    ("team", ((r"(team( name)?|group|site|department|equipo|equipe|role|grade|position|puesto|cargo)", 0.8),), "class"),
    ("agent", ((r"(agent|agent name|employee( name| id)?|name|nombre|nome|empleado|funcionario)", 0.8),), "name"),
)  # fmt: skip
SHIFTS: Roles = (
    ("date", ((r"(shift|schedule(d)?|rota|roster|turno|jornada|escala) (start|begin(s)?|inicio|from|desde)( .*)?|"
               r"(inicio|comienzo|entrada) (del?|do) (turno|jornada|escala)|clock(ed)? in|fichaje entrada", 1.0),),
     "moment"),
    ("ended_at", ((r"(shift|schedule(d)?|rota|roster|turno|jornada|escala) (end(s)?|fin|fim|to|until|hasta)( .*)?|"
                   r"(fin|fim|salida|saida) (del?|do) (turno|jornada|escala)|clock(ed)? out|fichaje salida", 1.0),),
     "moment"),
    ("channel", ((r"(channel|canal|queue|cola|fila|skill)", 0.8),), "class"),
    ("agent", ((r"(agent|agent name|employee( name| id)?|name|nombre|nome|empleado|funcionario)", 0.8),), "name"),
    ("reason", ((r"(shift |schedule )?(activity|code|type|actividad|atividade)( (name|code|type))?", 0.8),), "class"),
)  # fmt: skip
