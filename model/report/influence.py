"""The influence diagram, drawn from the tables: levers act in relations, relations feed each other and give outcomes.

Edges are `Lever.acts_in`, `Relation.feeds`, `OutcomeRow.found_in`; each assumption is a dot in the relation its row
says it acts in. Nothing here is placed by hand: levers and outcomes stand in the order that crosses fewest edges.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from textwrap import wrap
from typing import Literal

import altair as alt
import pyarrow as pa

from model.assumptions import ASSUMPTIONS
from model.levers import LEVERS, Lever
from model.outcomes import OUTCOMES, OutcomeRow
from model.relations import RELATIONS, Relation, relation_of
from model.report.charts import Spec, kept, spec_of
from model.report.colours import palette
from model.report.grammar import listed, within

Kind = Literal["lever", "relation", "outcome"]
EDGES = tuple[tuple[str, str], ...]
HEIGHT = 640
LEFT, BOX, RIGHT = 0.29, (0.40, 0.60), 0.71
"""Shares of the width: where levers' names end, where relations stand, where outcomes' names begin."""
DOTS_A_ROW = 10
SIGNS = {"up": "↑", "down": "↓", "depends": "↕"}


@cache
def edges() -> EDGES:
    """Every edge as (from, to): lever to relation, relation to relation, relation to outcome."""
    acts = [(row.key, relation) for row in LEVERS.values() for relation in row.acts_in]
    feeds = [(row.key, other) for row in RELATIONS.values() for other in row.feeds]
    found = [(relation, row.key) for row in OUTCOMES.values() for relation in row.found_in]
    return (*acts, *feeds, *found)


@cache
def assumptions_of(relation: str) -> tuple[str, ...]:
    """Assumptions that act in a relation, in the table's order."""
    return tuple(k for k, row in ASSUMPTIONS.items() if relation in {relation_of(m) for m in row.acts_in})


def label(key: str) -> str:
    """A node's name on screen."""
    tables: tuple[Mapping[str, Lever | Relation | OutcomeRow], ...] = (LEVERS, RELATIONS, OUTCOMES)
    return next(table[key].label for table in tables if key in table)


def _reach(start: set[str], pairs: EDGES) -> set[str]:
    """All nodes that edges lead to from `start`, itself included."""
    found, fresh = set(start), set(start)
    while fresh:
        fresh = {b for a, b in pairs if a in fresh} - found
        found |= fresh
    return found


def paths(chosen: str) -> tuple[set[str], EDGES]:
    """Nodes and edges on the paths of a lever (to the outcomes it moves) or of an outcome (from what moves it).

    A lever whose row says that it does not move an outcome is on no path to it. KeyError for anything else.
    """
    if chosen in LEVERS:
        still = {k for k, way in LEVERS[chosen].directions.items() if way == "none"}
        on = _reach({chosen}, edges()) - still
    elif chosen in OUTCOMES:
        back = tuple((b, a) for a, b in edges())
        still = {k for k, row in LEVERS.items() if row.directions.get(chosen) == "none"}
        on = _reach({chosen}, back) - still
    else:
        raise KeyError(chosen)
    return on, tuple((a, b) for a, b in edges() if a in on and b in on)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands, in shares of width and height (0 at the top), and how high it is."""

    kind: Kind
    x: float
    y: float
    height: float


@cache
def layout() -> dict[str, Place]:
    """Three columns; relations from top to bottom as they feed each other, the others by the mean of what they touch.

    A relation is as high as its assumptions' dots need.
    """
    rows = {key: 2 + -(-len(assumptions_of(key)) // DOTS_A_ROW) for key in RELATIONS}
    gap, total = 1.0, sum(rows.values()) + 1.0 * (len(rows) - 1)
    found: dict[str, Place] = {}
    top = 0.0
    for key, height in rows.items():
        found[key] = Place("relation", sum(BOX) / 2, (top + height / 2) / total, height / total)
        top += height + gap
    for kind, table, x in (("lever", LEVERS, LEFT), ("outcome", OUTCOMES, RIGHT)):
        touched = {key: [a if b == key else b for a, b in edges() if key in (a, b)] for key in table}
        middle = {key: sum(found[r].y for r in near) / len(near) for key, near in touched.items()}
        order = sorted(table, key=lambda key: middle[key])
        for i, key in enumerate(order):
            found[key] = Place("lever" if kind == "lever" else "outcome", x, (i + 0.5) / len(order), 1 / len(order))
    return found


def _sign(key: str, chosen: str) -> tuple[str, str]:
    """(arrow, verdict) of a node against the chosen one: how the outcome moves when the lever is raised."""
    lever, outcome = (chosen, key) if chosen in LEVERS else (key, chosen)
    if lever not in LEVERS or outcome not in OUTCOMES:
        return "", "plain"
    way = LEVERS[lever].directions.get(outcome, "depends")
    if way == "none":
        return "", "plain"
    better = OUTCOMES[outcome].better
    verdict = "neutral" if "depends" in way or better == "none" else "better" if way == better else "worse"
    return SIGNS[way], verdict


def data(chosen: str | None = None) -> pa.Table:
    """The picture's rows: `part` is edge (four points each), box, name or dot; `on` whether it is on a chosen path."""
    on, lit = paths(chosen) if chosen else (set(layout()), edges())
    rows: list[dict[str, object]] = []

    def add(part: str, x: float, y: float, **more: object) -> None:
        empty = {"x2": x, "y2": y, "id": "", "order": 0, "name": "", "short": "", "colour": "plain", "tip": "",
                 "on": True, "align": "center", "known": False}  # fmt: skip
        rows.append({"part": part, "x": x, "y": y, **empty, **more})

    for a, b in edges():
        for order, (x, y) in enumerate(_curve(a, b)):
            bright = bool(chosen) and (a, b) in lit
            add("edge", x, y, id=f"{a}>{b}", order=order, on=bright, tip=f"{label(a)} → {label(b)}")
    for key, place in layout().items():
        arrow, verdict = _sign(key, chosen) if chosen and key in on else ("", "plain")
        name = f"{label(key)} {arrow}".strip()
        common = {"id": key, "name": name, "on": key in on, "colour": "chosen" if key == chosen else verdict}
        if place.kind == "relation":
            top, low = place.y - place.height / 2, place.y + place.height / 2
            add("box", BOX[0], top, x2=BOX[1], y2=low, **common, tip=RELATIONS[key].text)
            line = 1.0 / 40
            add("name", place.x, top + line, **common, short=_short(name, 13), tip=RELATIONS[key].text)
            for i, assumption in enumerate(assumptions_of(key)):
                row = ASSUMPTIONS[assumption]
                x = BOX[0] + (BOX[1] - BOX[0]) * (i % DOTS_A_ROW + 1) / (DOTS_A_ROW + 1)
                y = top + place.height * (2.2 + i // DOTS_A_ROW) / (2.2 + -(-len(assumptions_of(key)) // DOTS_A_ROW))
                tip = f"{row.label}: {row.low:g} to {row.high:g} {row.unit}, {row.grade}"
                add("dot", x, y, id=assumption, name=row.label, on=key in on, known=row.grade != "judgement", tip=tip)
        else:
            side = "right" if place.kind == "lever" else "left"
            tip = LEVERS[key].moves if place.kind == "lever" else OUTCOMES[key].text
            add("name", place.x, place.y, **common, short=_short(name, 19), align=side, tip=tip)
    return pa.Table.from_pylist(rows)


def _short(name: str, width: int) -> str:
    return "\n".join(wrap(name, width))


def _curve(a: str, b: str) -> list[tuple[float, float]]:
    """Four points of an edge: level where it leaves and where it arrives; within the column, a bow beside it."""
    start, end = layout()[a], layout()[b]
    if start.kind == end.kind:
        down = end.y > start.y
        x = BOX[1] if down else BOX[0]
        bow = x + (1 if down else -1) * (0.02 + 0.06 * abs(end.y - start.y))
        return [(x, start.y), (bow, start.y), (bow, end.y), (x, end.y)]
    left = LEFT + 0.008 if start.kind == "lever" else BOX[1]
    right = BOX[0] if end.kind == "relation" else RIGHT - 0.008
    middle = (left + right) / 2
    return [(left, start.y), (middle, start.y), (middle, end.y), (right, end.y)]


@kept
def spec(dark: bool = False) -> Spec:
    """The picture: the same for all choices, only the rows change. Names take two lines where the page is narrow."""
    colours = palette(dark)
    flat = alt.Scale(domain=[0, 1], nice=False, zero=False)
    x = alt.X("x:Q", axis=None, scale=flat)
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[1, 0], nice=False, zero=False))
    faint = alt.condition("datum.on", alt.value(1.0), alt.value(0.22))
    tip = [alt.Tooltip("tip:N", title=" ")]
    shade = alt.Color("colour:N", legend=None, scale=alt.Scale(
        domain=["plain", "chosen", "better", "worse", "neutral"],
        range=[colours["text"], colours["this"], colours["better"], colours["worse"], colours["neutral"]]))  # fmt: skip
    lines = alt.Chart().transform_filter("datum.part == 'edge'").mark_line(interpolate="basis", clip=False).encode(
        x=x, y=y, detail="id:N", order="order:Q",
        color=alt.condition("datum.on", alt.value(colours["this"]), alt.value(colours["nothing"])),
        strokeWidth=alt.condition("datum.on", alt.value(1.8), alt.value(0.7)),
        opacity=alt.condition("datum.on", alt.value(0.8), alt.value(0.4)))  # fmt: skip
    boxes = alt.Chart().transform_filter("datum.part == 'box'").mark_rect(
        cornerRadius=6, fill=colours["middle"], stroke=colours["nothing"], strokeWidth=1).encode(
        x=x, y=y, x2="x2:Q", y2="y2:Q", tooltip=tip,
        opacity=alt.condition("datum.on", alt.value(1), alt.value(0.5)))  # fmt: skip
    dots = alt.Chart().transform_filter("datum.part == 'dot'").mark_point(
        stroke=colours["this"], strokeWidth=1.2, size=alt.expr("width < 600 ? 12 : 42")).encode(
        x=x, y=y, fill=alt.condition("datum.known", alt.value(colours["this"]), alt.value(colours["middle"])),
        opacity=faint, tooltip=tip)  # fmt: skip
    layers = [lines, boxes, dots]
    for align in ("left", "right", "center"):
        layers.append(
            alt.Chart()
            .transform_filter(f"datum.part == 'name' && datum.align == '{align}'")
            .transform_calculate(text="width < 600 ? datum.short : datum.name")
            .mark_text(
                align=align,
                baseline="middle",
                lineBreak="\n",
                fontWeight="bold" if align == "center" else "normal",
                fontSize=alt.expr("width < 600 ? 9.5 : 13"),
                lineHeight=alt.expr("width < 600 ? 11 : 15"),
            )
            .encode(x=x, y=y, color=shade, opacity=faint, tooltip=tip, text="text:N")  # fmt: skip
        )
    padding = {"left": 0, "right": 0, "top": 6, "bottom": 6}
    return spec_of(alt.layer(*layers).properties(height=HEIGHT, padding=padding))


def _listed(keys: list[str]) -> str:
    return listed([within(label(key)) for key in keys]) or "nothing"


def words(chosen: str) -> str:
    """The chosen lever's or outcome's paths in sentences, in Markdown."""
    if chosen in LEVERS:
        row = LEVERS[chosen]
        by = {way: [k for k, w in row.directions.items() if w == way] for way in ("up", "down", "depends", "none")}
        lines = [f"**{row.label}** acts on {_listed(list(row.acts_in))}. A raise, at month 12, with staffing as set:"]
        texts = {"up": "always raises", "down": "always lowers", "depends": "can raise or lower", "none": "never moves"}
        return "\n".join([*lines, *(f"- {text} {_listed(by[way])}" for way, text in texts.items() if by[way])])
    outcome = OUTCOMES[chosen]
    lines = [f"**{outcome.label}**: {outcome.text} It is found in {_listed(list(outcome.found_in))}."]
    for way, text in (("up", "Always raised by"), ("down", "Always lowered by"), ("depends", "Moved either way by")):
        keys = [k for k, row in LEVERS.items() if row.directions.get(chosen) == way]
        lines += [f"- {text} {_listed(keys)}"] if keys else []
    return "\n".join(lines)


def in_words() -> str:
    """The whole diagram as text, in Markdown: for those who do not see it."""
    acts = [f"- **{row.label}** acts on {_listed(list(row.acts_in))}." for row in LEVERS.values()]
    relations = []
    for row in RELATIONS.values():
        known = [within(ASSUMPTIONS[k].label) for k in assumptions_of(row.key)]
        feeds = f" It feeds {_listed(list(row.feeds))}." if row.feeds else ""
        stands = f" {len(known)} assumptions: {'; '.join(known)}." if known else " No assumptions: mathematics alone."
        relations.append(f"- **{row.label}**: {row.text}{feeds}{stands}")
    found = [f"- **{row.label}** is found in {_listed(list(row.found_in))}." for row in OUTCOMES.values()]
    return "\n".join(["**Levers**", "", *acts, "", "**Relations**", "", *relations, "", "**Outcomes**", "", *found])
