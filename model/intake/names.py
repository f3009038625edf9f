"""What columns are called: for each role, patterns of whole headers (normalised) and the trust in them.

English, Spanish and Portuguese, from the exports of well-known systems; `names_elsewhere` has other languages. The
third entry names the test that the column's cells must pass. A starting point that content can overrule, not a closed
list.
"""

from collections.abc import Mapping

from model.intake import names_elsewhere

Pattern = tuple[str, float]
Roles = tuple[tuple[str, tuple[Pattern, ...], str], ...]

_DATE: tuple[Pattern, ...] = (
    (
        (
            r"(created|opened|open|start|started|interval start|conversation started|arrived|arrival|"
            r"call|contact)( (at|on|time|date|datetime|timestamp|interval|start)).*"
        ),
        1.0,
    ),
    (
        (
            r"(date time|datetime|timestamp|date time opened|fecha y hora|fecha hora|data hora|"
            r"datatime|createdate|created|data abertura|fecha apertura|fecha (de )?(creacion|inicio)|"
            r"startinterval|startdate|interval start.*|interval)"
        ),
        0.97,
    ),
    (r"(date|fecha|data|dia|day|call date|date of (call|contact))", 0.95),
    (r"(sys created at|opened at|time start|start)", 0.9),
    (r"(hour|hora|half hour|day and hour|interval start time|start time)", 0.85),
    (r"(period ?name|period|month|mes|month year|ano mes|week|semana|week (of|starting))", 0.8),
    (
        (
            r"(?!.*\b(purchase|birth|nacimiento|due|updated?|modified|resolved|closed|solved|cierre|"
            r"fechamento|solucao|expir\w*|order|signup|compra)\b).*\b(date|fecha|data)\b.*"
        ),
        0.6,
    ),
)
_TIME: tuple[Pattern, ...] = (
    (
        (
            r"(time|hora|time ?interval|interval|intervalo|time of day|call time|half hour|"
            r"quarter hour|time start|start ?time|hora inicio|horario|hora de inicio|arrival time)"
        ),
        1.0,
    ),
    (r"(.*\bentry|arriv\w*|hour|hour of day|franja( horaria)?|hora del dia|.*\bstart)", 0.85),
    (r"(hora numero|numero hora|.*\b(hour|hora)\b.*)", 0.7),
)
_CONTACT: Roles = (
    ("date", _DATE, "date"),
    ("time", _TIME, "clock"),
    (
        "outcome",
        (
            (
                (
                    r"(outcome|disposition|result(ado)?|call (outcome|result|type)|type|status|estado|"
                    r"situacao|final|final status|call status|call disposition)"
                ),
                1.0,
            ),
            (
                (
                    r"(call |contact )?(answered|handled|abandoned|contestad[ao]|atendid[ao]|abandonad[ao])|"
                    r"(call |contact |interaction )?(end )?(state|result|resultat|ergebnis|esito|statut)|stato|"
                    r"anruf(status|ergebnis)|(resultado|estado|situacao) (de )?(la )?(llamada|chamada|contacto|contato)"
                ),
                0.9,
            ),
        ),
        "outcome",
    ),
    (
        "direction",
        (
            (
                (
                    r"(call |contact |interaction |media )?(direction|type)|initiation method|inbound (or )?outbound|"
                    r"in (or )?out|direccion|direcao|sentido|tipo( de (la )?(llamada|chamada|contacto|contato))?|"
                    r"(anruf)?richtung|sens( de l appel)?|direzione"
                ),
                0.95,
            ),
        ),
        "direction",
    ),
    (
        "answered",
        ((r"(call )?(answered|contestad[ao]|atendid[ao]|handled)( (y n|yes no|flag))?", 1.0), (r"finalizado", 0.6)),
        "flag",
    ),
    (
        "abandoned",
        (
            (
                (r"(call )?(abandon(ed)?|abandonad[ao]|missed|abandoned in queue)( (y n|yes no|flag|cnt|" r"count))?"),
                1.0,
            ),
        ),
        "flag",
    ),
    (
        "wait",
        (
            (
                (
                    r"(q time|queue time|queue wait time|wait(ing)? time( .*)?|wait|time in queue|"
                    r"speed of answer.*|asa|tempo de espera|tiempo (de|en) espera|espera|total queue|"
                    r"queue duration|wait (s|sec|seconds|secs))"
                ),
                1.0,
            ),
            (r"(requester wait.*|.*\b(wait|espera|queue|speed of answer)\b.*)", 0.7),
        ),
        "duration",
    ),
    ("abandon_wait", ((r"(time to abandon|abandon time|aband time|avg aban time)", 1.0),), "duration"),
    (
        "handle",
        (
            (
                (
                    r"(handle|handling|handle time|handle time (s|sec|seconds|min)|aht|tmo.*|tma.*|"
                    r"ser(vice)? time|total handle|contact handle time|time tracked)"
                ),
                1.0,
            ),
            (
                (
                    r"(avg ?)?(talk|conversation|call)( ?(time|duration))?( .*)?|duration|duracion|duracao|"
                    r".*\b(handle|talk)\b.*|acd time|active talk time|tempo (de )?atend.*"
                ),
                0.8,
            ),
            (r".*\b(duration|duracion|duracao)\b.*", 0.65),
        ),
        "duration",
    ),
    ("hold", ((r"(total )?hold( time)?( .*)?|customer hold time", 0.9),), "duration"),
    (
        "wrap",
        ((r"(acw|wrap( ?up)?|after (call|contact|chat)( work)?)( time| seconds)?|acw time|total acw", 0.9),),
        "duration",
    ),
    (
        "answered_at",
        (
            (
                (
                    r"(call |contact |chat )?(answered|answer|connected|connect|pickup|picked up|accepted|accept|"
                    r"handled|ser start|service start|agent start|talk start)( (at|on|time|date|datetime|timestamp))*"
                    r"|(hora|fecha|data|inicio)( y hora)? (de )?(atencion|atendimento|contestacion|respuesta)"
                ),
                0.9,
            ),
        ),
        "moment",
    ),
    (
        "ended_at",
        (
            (
                (
                    r"(call |contact |chat |interaction )?(ended|end|hung up|hang up|disconnect(ed)?|finish(ed)?|"
                    r"completed|ser exit|service end|talk end)( (at|on|time|date|datetime|timestamp))*"
                    r"|(hora|fecha|data)( y hora)? (de )?(fin|fim|termino|finalizacion|encerramento)|interval end"
                ),
                0.9,
            ),
        ),
        "moment",
    ),
    (
        "resolved",
        (
            (
                (
                    r"(resolved|solved|fcr|first (call|contact) resolution|resuelto|resuelta|resolvido|"
                    r"solucionado|issue resolved)( .*)?"
                ),
                1.0,
            ),
        ),
        "flag",
    ),
    ("reopened", ((r"reopens?|reopen count|reopened", 1.0),), "count"),
    (
        "transferred",
        (
            (r"(transfer\w*|transferid[ao]|escalated)( (y n|count|cnt))?|transfers?( count)?", 1.0),
            (r"reassignment count|group stations", 0.5),
        ),
        "flag or count",
    ),
    (
        "csat",
        (
            (
                (
                    r"(csat|satisfaction|satisfacao|satisfaccion|rating|survey result|conversation rating|"
                    r"customer satisfaction)( (score|rating|s))*"
                ),
                1.0,
            ),
            (r".*\b(csat|satisf\w*|rating|avaliac\w*|nota|survey results?|calificacion|valoracion)\b.*", 0.8),
        ),
        "rating",
    ),
    (
        "replied_at",
        (
            (
                (
                    r"(first (response|reply|agent reply)|initial response)( (at|date|time))*|"
                    r"first agent reply date|horario inicio atend"
                ),
                1.0,
            ),
        ),
        "date",
    ),
    (
        "reply_time",
        (
            (
                (
                    r"first (reply|response) time.*|initial response time|time to first (response|reply|"
                    r"agent reply)|.*\btime to first (agent )?(email |chat )?(response|reply)\b(?!.*\bsla\b).*"
                ),
                1.0,
            ),
            (r"first (agent )?(reply|response|answer)", 0.95),
        ),
        "duration",
    ),
    (
        "resolved_at",
        (
            (
                (
                    r"(resolved|solved|closed|close|closure|resolution)( (at|on|date|time))*|closedate|"
                    r"closed date|date time closed|data (solucao|fechamento)|fecha (cierre|solucion)|"
                    r"time to resolution"
                ),
                1.0,
            ),
        ),
        "date",
    ),
    (
        "agent",
        (
            (
                (
                    r"(agent|agent name|server|user|user name|assignee|assigned to|atendente|asesor|agente|"
                    r"operator|operador|representative|rep|case owner|owner|(hubspot )?owner id|"
                    r"teammate currently assigned|"
                    r"resolved by)"
                ),
                1.0,
            ),
        ),
        "name",
    ),
    (
        "customer",
        (
            (
                r"(customer|client|cliente|caller|requester|account)( ?(id|no|number|key|code))|"
                r"customer|ani|caller|cliente|phone number",
                1.0,
            ),
            (r"customer email|email|account name", 0.6),
        ),
        "key",
    ),
    (
        "id",
        (
            (
                (
                    r"(call|ticket|case|contact|interaction|conversation|chat|incident|"
                    r"zendesk ticket)?( )?(id|number|no)|numero|protocolo|id ticket"
                ),
                1.0,
            ),
        ),
        "key",
    ),
    (
        "channel",
        (
            (
                (
                    r"(channel|canal|via|media( type| name)?|ticket channel|contact (type|channel)|"
                    r"case origin|origin|source( type)?|conversation source)"
                ),
                1.0,
            ),
            (r"(queue|queue name|cola|fila|skill|skill group|split|split skill|lob|line of business|vdn)", 0.6),
        ),
        "class",
    ),
    (
        "reason",
        (
            (
                r"(topic|reason|(call|contact|ticket|case) (reason|type|topic|category)|reason for (call|contact)|"
                r"category|issue( type| category)?|motivo( de .*)?|asunto|assunto|tema|categoria)",
                0.9,
            ),
        ),
        "class",
    ),
    (
        "team",
        (
            (
                r"(team( name)?|agent (team|group)|(assignment )?group|call cent(er|re)|contact cent(er|re)|site|"
                r"equipo|equipe|grupo|department|departamento)",
                0.9,
            ),
        ),
        "class",
    ),
)
_COUNTS: Roles = (
    ("date", _DATE, "date"),
    ("time", _TIME, "clock"),
    (
        "offered",
        (
            (
                (
                    r"(total )?(calls?|contacts?|chats?|emails?|tickets?|llamadas|chamadas)? ?(offered|"
                    r"recibid[ao]s|recebid[ao]s|incoming|inbound|received|entrantes|queued|created|arrivals?|"
                    r"presented|ofrecid[ao]s)( (calls?|contacts?|chats?))?"
                ),
                1.0,
            ),
            (
                (
                    r"arrivals|volume|volumen|calls|contacts|llamadas|chamadas|calls count|total calls|"
                    r"new tickets|.*\b(offered|incoming|recibid[ao]s|received)\b(?!.*\b(rate|percent|"
                    r"time)\b).*"
                ),
                0.85,
            ),
        ),
        "count",
    ),
    (
        "answered",
        (
            (
                (
                    r"(calls?|contacts?|chats?|llamadas|chamadas)? ?(answered|contestad[ao]s|atendid[ao]s|"
                    r"handled|acd calls|replied|completed)( (calls?|contacts?|chats?|incoming))?|acd calls"
                ),
                1.0,
            ),
            (
                (
                    r"(?!.*\b(in|within|sec|rate|percent|time|through|not|no)\b)(?!.*\d+ ?sec).*\b(answered|"
                    r"contestad[ao]s|atendid[ao]s|handled)\b.*"
                ),
                0.8,
            ),
        ),
        "count",
    ),
    (
        "abandoned",
        (
            (
                (
                    r"(calls?|contacts?|chats?|llamadas|chamadas)? ?(abandoned|aban|abandonad[ao]s|abn|"
                    r"aband( qty)?|lost|missed|abandons)( (calls?|contacts?|chats?|count))?"
                ),
                1.0,
            ),
            (r"(?!.*\b(in|within|rate|percent|time|avg|rec)\b).*\b(aband\w*|aban|abn)\b.*", 0.8),
        ),
        "count",
    ),
    (
        "in_time",
        (
            (
                (
                    r"(?!.*\b(percent|rate|level|speed|aban\w*|abn|lost|missed|in (queue|progress|wait\w*)|"
                    r"transfer\w*)\b)(.*\b(answered|answ|ans|replied|handled)\b.*\b(in|within|w in)\b.*|"
                    r".*\b(contacts|calls|chats)\b.*\b(within|w in)\b.*|"
                    r".*\bin \d+ ?(s|secs?|seconds?|mins?|minutes?)\b.*)|"
                    r".*answered \d+ ?sec.*|sl met|answered in time|in time|replied in time"
                ),
                0.95,
            ),
        ),
        "count",
    ),
    ("service_level", ((r"(?!sl met)(service level|sl|nivel (de )?servicio|nivel (de )?servico)( .*)?|"
                        r"(percent )?within( sl| service level)( .*)?", 1.0),), "share"),
    (
        "abandon_rate",
        (
            (
                (
                    r"(percent )?(abandon\w*|aban|abn|aband)( call\w*)? ?(rate|percent|ratio|pct)( percent)?|"
                    r"percent (aban\w*|abn)( calls)?|(tasa|taxa|indice|nivel)( de)? abandono\w*|abandono percent"
                ),
                0.95,
            ),
        ),
        "share",
    ),
    (
        "wait",
        (
            (
                (
                    r"(asa|tme|average speed of answer.*|avg speed (of )?ans\w*.*|answer speed.*|asa (s|sec|secs|"
                    r"seconds)|average queue answer time|average wait.*|avg wait.*|tiempo medio (de )?espera)"
                ),
                1.0,
            ),
            (r"(?!.*\b(aban\w*|max\w*|longest)\b).*\b(wait\w*|espera|speed|queue answer)\b.*", 0.75),
        ),
        "duration",
    ),
    ("abandon_wait", ((r"(?!.*\b(count|rate)\b).*\b(average|avg|mean|time|wait|tiempo)\b.*\b(abandon\w*|aband?)\b.*",
                       1.0), (r".*abandon\w* (wait|time).*", 0.9)), "duration"),
    (
        "handle",
        (
            (
                (
                    r"(aht|average handle time|avg handle( time)?|handle time|tmo|tma|"
                    r"tiempo medio (de )?(operacion|atencion)|average handling time|talk hold acw)( .*)?"
                ),
                1.0,
            ),
            (
                (
                    r"(?!.*\b(hold|acw)\b)(?=.*\b(avg|average|mean|promedio|medi[oa])\b).*\b(handle|talk|acd time|"
                    r"conversation|interaction time|(call|service) time|episode length|duracion|duration)\b.*"
                ),
                0.85,
            ),
            (
                (
                    r"(?!.*\b(hold|acw)\b).*\b(handle|talk|acd time|conversation|interaction time|"
                    r"service time|episode length|duracion|duration)\b.*"
                ),
                0.8,
            ),
        ),
        "duration",
    ),
    ("hold", ((r"(avg|average) (customer )?hold( time)?( .*)?", 0.95),
              (r"(total )?(customer )?hold( time)?( .*)?", 0.9)), "duration"),
    ("wrap", ((r"(avg|average) (acw|wrap( ?up)?|after (call|contact)( work)?)( time)?( .*)?", 0.95),
              (r"(total )?(acw|wrap( ?up)?|after (call|contact)( work)?)( time)?( .*)?", 0.9)), "duration"),
    (
        "agents",
        (
            (
                (
                    r"(agents?|agentes|positions|staff)( (staffed|on (duty|queue|shift)|logged in|efectivos|"
                    r"conectados|scheduled))?|(distinct|logged in|staffed) agents|staffed|agents in seats"
                ),
                1.0,
            ),
            (r"agentes programados|scheduled agents", 0.8),
        ),
        "share",
    ),
    ("csat", ((r"(csat|satisfaction|satisf\w*|rating)( .*)?|.*\bcsat\b.*", 0.95),), "share"),
    ("surveys", ((r"(ratings|surveys|avaliadas|survey (count|responses)|ratings received)( .*)?", 1.0),), "count"),
    ("resolved", ((r"(fcr|first (call|contact) resolution|solved first time)( .*)?", 1.0),), "share"),
    ("transferred", ((r"(transfer(red|s|encias)?)( (count|calls))?", 1.0),), "count"),
    ("channel", ((r"(channel|canal|media( type)?)", 1.0), (r"(queue|cola|fila|skill|split skill|lob)", 0.5)), "class"),
)  # fmt: skip


def _with(table: Roles, more: Mapping[str, tuple[Pattern, ...]]) -> Roles:
    return tuple((role, (*patterns, *more.get(role, ())), test) for role, patterns, test in table)


CONTACT = _with(_CONTACT, names_elsewhere.CONTACT)
COUNTS = _with(_COUNTS, names_elsewhere.COUNTS)
