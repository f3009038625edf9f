"""The board deck: title, headline with cards, comparison, what moves, what caused the change, risks, assumptions.

Native text and tables, charts as sharp pictures; every slide's title is its finding, and every slide says where its
figures can be opened and when it was made.
"""

from model.report import chart_files, numbers
from model.report.assumption_words import GRADES, called
from model.report.chart_files import Picture
from model.report.colours import LIGHT, verdicts
from model.report.deck_parts import BODY, FOOT, INNER, LEFT, Deck
from model.report.fitting import clean, shorten
from model.report.grammar import opening, within
from model.report.story import ASKED, Card, Story
from model.report.words import plane_title

GAP = 0.2
"""Text in the colours of better and worse, dark enough to be read on white."""
MOST_LEVERS, MOST_ASSUMPTIONS, MOST_DEPENDS, MOST_TURNS = 10, 9, 5, 3


def deck(story: Story) -> bytes:
    """The deck's bytes (.pptx)."""
    made = Deck(story.name, story.company)
    slides = [_title, _headline, _comparison]
    if story.levers or story.world:
        slides.append(_levers)
    if story.moved:
        slides += [_causes, _risks]
    for slide in [*slides, _assumptions]:
        slide(made, story)
        if slide is not _title:
            left = shorten(story.name, 250, 9) + (f" · {story.company}" if story.company != story.name else "")
            address = story.stamp.link if story.stamp.opens else ""
            made.stamp(left, story.stamp.said, address, story.stamp.day)
    return made.bytes()


def _title(made: Deck, story: Story) -> None:
    made.page(story.name, top=2.1, high=1.5, sizes=(44, 40, 36, 32, 28))
    made.block(LEFT, 1.7, 1.2, 0.08, LIGHT["this"])
    y = 3.75
    if story.whose:
        y += made.text(LEFT, y, INNER, story.whose, 20, bold=True) + 0.1
    elif story.company != story.name:
        y += made.text(LEFT, y, INNER, story.company, 20, LIGHT["quiet"]) + 0.1
    month = f"A year at the pace of month {story.scenario.month}, against doing nothing"
    y += made.text(LEFT, y, INNER, month, 16, LIGHT["quiet"]) + 0.5
    made.text(LEFT, y, INNER, story.stamp.day, 14, LIGHT["quiet"])
    address = story.stamp.link if story.stamp.opens else ""
    made.text(LEFT, y + 0.35, INNER, story.stamp.said, 14, LIGHT["this"] if address else LIGHT["quiet"],
              address=address)  # fmt: skip


def _headline(made: Deck, story: Story) -> None:
    made.page(story.headline.title)
    wide = (INNER - 3 * GAP) / 4
    for i, card in enumerate(story.cards):
        _card(made, LEFT + i * (wide + GAP), BODY, wide, card)
    y = BODY + 1.75
    half = (INNER - GAP) / 2
    for i, key in enumerate(ASKED):
        x = LEFT + i * (half + GAP)
        made.text(x, y, half, story.path_title(key), 12, bold=True, lines=2)
        _draw(made, chart_files.path(story, key), x, y + 0.5, half, 2.45)
    made.text(LEFT, FOOT - 0.52, INNER, story.headline.detail, 11, LIGHT["quiet"], lines=2)


def _card(made: Deck, x: float, y: float, wide: float, card: Card) -> None:
    made.block(x, y, wide, 1.55, LIGHT["ground"], edge=LIGHT["edge"])
    inner = wide - 0.3
    made.text(x + 0.15, y + 0.12, inner, card.label, 12, LIGHT["quiet"])
    made.text(x + 0.15, y + 0.38, inner, card.value, 26, bold=True)
    if card.change:
        made.text(x + 0.15, y + 0.88, inner, card.moved, 13, verdicts(dark=False)[card.change.verdict], bold=True)
    made.text(x + 0.15, y + 1.18, inner, card.note, 10.5, LIGHT["quiet"])


def _draw(
    made: Deck, picture: Picture, x: float, y: float, wide: float, high: float, size: float = 15
) -> None:  # fmt: skip
    """A chart in a place: drawn at its size there, its title left to the slide."""
    drawn = chart_files.svg(picture, round(wide * 96), title=False, height=round(high * 96), size=size)
    made.picture(chart_files.png(drawn), x, y, wide, picture.title)


def _comparison(made: Deck, story: Story) -> None:
    others = [clean(o.scenario.name, 60) for o in story.others]
    if story.moved:
        made.page(plane_title(story.outcome, story.ranges))
        head = ["A year at the pace of month " + str(story.scenario.month), "Doing nothing", "This scenario",
                "Difference", "Likely (8 in 10)", *others]  # fmt: skip
        rows = story.comparison
        beside = 1.5 if others else 0.0
        left = INNER - 1.6 - 1.6 - 1.45 - 2.1 - beside * len(others)
        widths = [left, 1.6, 1.6, 1.45, 2.1, *(beside for _ in others)]
        bold = (2,)
    else:
        made.page("Nothing is moved yet: this is how a year looks")
        head = ["A year at the pace of month " + str(story.scenario.month), "Doing nothing", *others]
        rows = [[row[0], row[1], *row[5:]] for row in story.comparison if row[1]]
        widths = [4.0, 2.0, *(2.0 for _ in others)]
        bold = (1,)
    made.table(LEFT, BODY, widths, head, rows, size=13, right=range(1, len(head)), bold=bold, lines=2,
               room=FOOT - BODY - 0.2)  # fmt: skip


def _levers(made: Deck, story: Story) -> None:
    moved = story.levers
    count = len(moved)
    said = f"{count} change{'s' if count != 1 else ''} make{'s' if count == 1 else ''} the difference" if count else ""
    world = f"In this world: {within(story.world)}" if story.world else ""
    made.page(said or world)
    y = BODY
    if said and world:
        y += made.text(LEFT, y, INNER, world, 13, LIGHT["quiet"]) + 0.15
    rows = [[m.named, m.today, m.value, *m.effects, opening(m.price), opening(m.delay)]
            for m in moved[:MOST_LEVERS]]  # fmt: skip
    if count > MOST_LEVERS:
        rows.append([f"and {count - MOST_LEVERS} more", *[""] * 6])
    if rows:
        head = ["What changes", "Today", "This scenario", "Cost a year", "CSAT", "What it costs", "How long it takes"]
        widths = [2.1, 1.1, 1.45, 1.15, 1.25, 2.8, INNER - 9.85]
        made.table(LEFT, y, widths, head, rows, size=13, right=(1, 2, 3, 4), bold=(2,), lines=4,
                   room=FOOT - y - 0.2)  # fmt: skip


def _causes(made: Deck, story: Story) -> None:
    made.page(story.cause_title("operating_cost"))
    half = (INNER - GAP * 2) / 2
    places = [LEFT, LEFT + half + GAP * 2]
    titles = ["Cost a year, step by step", story.cause_title("csat")]
    below = BODY + 0.1 + max(made.text(x, BODY, half, title, 13, bold=True, lines=3)
                             for x, title in zip(places, titles, strict=True))  # fmt: skip
    for x, key in zip(places, ASKED, strict=True):
        picture = chart_files.bridge(story, key)
        _draw(made, picture, x, below, half, min(0.62 * picture.data.num_rows, FOOT - 0.45 - below))
    how = "Each change's share is its effect averaged over all orders in which they could be made; shares add up."
    made.text(LEFT, FOOT - 0.38, INNER, how, 10.5, LIGHT["quiet"])


def _risks(made: Deck, story: Story) -> None:
    made.page(f"{story.odds_said('operating_cost')}; {within(story.odds_said('csat'))}")
    half = (INNER - 2 * GAP) / 2
    for i, key in enumerate(ASKED):
        x, y = LEFT + i * (half + 2 * GAP), BODY
        y += made.text(x, y, half, story.depends_title(key), 13, bold=True, lines=2) + 0.08
        picture = chart_files.depends(story, key, MOST_DEPENDS)
        if picture.data.num_rows:
            _draw(made, picture, x, BODY + 0.55, half, 0.5 * picture.data.num_rows + 0.35, size=13)
        y = BODY + 3.62
        y += made.text(x, y, half, "What would change the answer", 13, bold=True) + 0.05
        y += made.text(x, y, half, story.turn_title(key), 11, lines=3) + 0.08
        turns = story.turns(key)[1:MOST_TURNS]
        for turn in turns:
            y += made.text(x, y, half, f"• {turn.label}: {turn.text}", 10.5, LIGHT["quiet"])
    made.text(LEFT, FOOT - 0.38, INNER, story.depends_how, 10.5, LIGHT["quiet"])


def _assumptions(made: Deck, story: Story) -> None:
    shown = story.assumed[:MOST_ASSUMPTIONS]
    made.page(f"{story.evidence}" + ("; those that matter most here:" if shown else ""))
    if not shown:
        made.text(LEFT, BODY, INNER, "With nothing moved, no assumption moves a number. The link opens all of them, "
                  "each with its range, grade and source.", 14, LIGHT["quiet"], lines=2)  # fmt: skip
        return
    rows = []
    for state in shown:
        source = "This company's data" if state.own else opening(state.row.source)
        if state.note:
            source = f"Changed by {state.note.author}, {numbers.day(state.note.date)}: {state.note.reason}"
        rows.append([called(state.row), story.span(state), GRADES[state.grade], source])
    made.table(LEFT, BODY, [3.6, 3.0, 1.2, INNER - 7.8], ["Assumption", "Range and likely value", "Evidence", "Source"],
               rows, size=12, bold=(0,), lines=3, room=FOOT - BODY - 0.15)  # fmt: skip
