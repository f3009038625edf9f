"""The workbook: levers, outcomes, monthly path, ledger and assumptions of a scenario, with formulas that go on working.

Every text is written as text, so that a name that begins like a formula is none. Formulas carry the value they had, so
that a viewer that does not calculate shows the same numbers.
"""

import datetime
import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from model.assumptions import ASSUMPTIONS
from model.economics import ONE_OFF, RECURRING
from model.engine import nothing_of
from model.outcomes import OUTCOMES
from model.report import numbers, words
from model.report.assumption_words import GRADES, State, states, unit
from model.report.colours import LIGHT
from model.report.dials import dials
from model.report.fitting import clean, wrap
from model.report.grammar import opening
from model.report.story import Story
from model.scenario import MONTHS
from model.tables import lever_table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

ITEMS = {
    "labour": "Wages", "hiring": "Hiring", "outsourcing": "Vendor", "training": "Training", "automation": "Automation",
    "self_service_contacts": "Self-service contacts", "flexibility": "Flexible shifts", "skills": "Skill pay",
    "shrinkage": "Less time away", "concurrency": "Chat desktops", "fcr_programme": "Solve it first time",
    "reviews": "Reviews", "on_time_delivery": "On-time delivery", "overhead": "Overhead", "set_up": "Set-up",
    "joining": "Added hires, less leavers not replaced", "severance": "Redundancies",
    "calendar": "Campaigns, launches and sites",
}  # fmt: skip
"""The ledger's items on screen."""
BLUE, GREY = LIGHT["this"], LIGHT["quiet"]
FIRST = 5
"""The first row of a table, from 0; above it title, note and heads."""
POINTS = 5.3
"""Of a column's width of one character, in type of ten points."""
LONGEST_CELL = 32_000
"""Characters that a cell takes, and a little less."""


def workbook(story: Story) -> bytes:
    """The workbook's bytes (.xlsx)."""
    import xlsxwriter

    held = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "default_date_format": "d mmm yyyy",
    }  # fmt: skip
    with xlsxwriter.Workbook(held, options) as book:
        # The day alone, so that the same scenario gives the same bytes.
        book.set_properties({"title": story.name, "subject": story.company, "comments": story.stamp.link[:250],
                             "created": datetime.datetime(2000, 1, 1)})  # fmt: skip
        book.set_calc_mode("auto")
        _Book(book, story).write()
    return held.getvalue()


class _Book:
    """The sheets being written."""

    def __init__(self, book: "Workbook", story: Story) -> None:
        self.book, self.story, self.out = book, story, story.outcome
        self.formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.month = story.scenario.month

    def look(self, **properties: Any) -> "Format":
        """A cell format, each made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": "Arial", "font_size": 10, "valign": "top"}
                                                     | properties)  # fmt: skip
        return self.formats[key]

    def number(self, kind: str, signed: bool = False, **more: Any) -> "Format":
        """The look of a number in a unit."""
        return self.look(num_format=number_format(kind, self.story.currency, signed), align="right", **more)

    def write(self) -> None:
        """All sheets; the ledger before the outcomes that refer to it is not needed: formulas carry their values."""
        self.summary()
        self.outcomes()
        self.levers()
        self.monthly()
        self.ledger()
        self.assumptions()

    def sheet(self, name: str, title: str, note: str, widths: Sequence[float], landscape: bool = True,
              at: int = 0) -> "Worksheet":  # fmt: skip
        """A sheet with its title in the column `at`, ready to be printed on one page's width."""
        sheet: Worksheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        self.widths = widths
        for column, wide in enumerate(widths):
            sheet.set_column(column, column, wide)
        sheet.set_row(0, 24)
        sheet.write_string(0, at, title, self.look(bold=True, font_size=15, valign="vcenter"))
        sheet.write_string(1, at, note, self.look(font_color=GREY))
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.7, 0.7)
        # An ampersand begins a code in a footer.
        left = clean(f"{self.story.company}: {self.story.name}", 80).replace("&", "&&")
        sheet.set_footer(f"&L&8 {left}&C&8 {self.story.stamp.day}&R&8 &P / &N")
        return sheet

    def heads(self, sheet: "Worksheet", names: Sequence[str], texts: Sequence[int] = ()) -> None:
        """The heads of a table, which stay in view and are printed again on every page; `texts`: columns of words."""
        row = FIRST
        for column, name in enumerate(names):
            align = "left" if column in (0, *texts) else "right"
            sheet.write_string(row, column, name, self.look(
                bold=True, bottom=1, bottom_color=GREY, text_wrap=True, align=align, valign="bottom",
                indent=1 if column in texts else 0))  # fmt: skip
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)

    def text(self, sheet: "Worksheet", row: int, column: int, said: str, **look: Any) -> None:
        """Words in a cell; a long one is broken into lines, for which `grow` makes room."""
        indent = 1 if column and look.get("align") != "right" else 0
        sheet.write_string(row, column, clean(said, LONGEST_CELL), self.look(text_wrap=True, indent=indent, **look))

    def grow(self, sheet: "Worksheet", row: int, said: Mapping[int, str], room: float = 0.0) -> None:
        """Make a row as high as its words need: not every program does so by itself. `room`: of joined columns."""
        lines = [len(wrap(text, POINTS * (room or self.widths[column]) - 12, 10)) for column, text in said.items()]
        sheet.set_row(row, 13 * max([1, *lines]) + 3)

    # Summary

    def summary(self) -> None:
        story, out = self.story, self.out
        sheet = self.sheet("Summary", story.name, story.whose or story.company, [30, 18, 18, 18, 34], landscape=False)
        wide = self.look(text_wrap=True, bold=True, font_size=12)
        sheet.merge_range(2, 0, 2, 4, "", wide)
        sheet.write_string(2, 0, story.headline.title, wide)
        self.grow(sheet, 2, {0: story.headline.title}, 95)
        grey = self.look(text_wrap=True, font_color=GREY)
        sheet.merge_range(3, 0, 3, 4, "", grey)
        sheet.write_string(3, 0, story.headline.detail, grey)
        self.grow(sheet, 3, {0: story.headline.detail}, sum(self.widths))
        self.heads(sheet, ["", "This scenario", "Doing nothing", "Difference", "Likely (8 in 10)"])
        rows = {key: FIRST + 1 + i for i, key in enumerate(OUTCOMES)}
        for row, card in enumerate(story.cards, FIRST + 1):
            kind = OUTCOMES[card.key].unit
            self.text(sheet, row, 0, card.label)
            for column, letter, values in ((1, "B", out.headline), (2, "C", out.reference)):
                sheet.write_formula(row, column, f"=Outcomes!{letter}{rows[card.key] + 1}", self.number(kind),
                                    values[card.key])  # fmt: skip
            sheet.write_formula(row, 3, f"=B{row + 1}-C{row + 1}", self.number(kind, signed=True),
                                out.difference[card.key])  # fmt: skip
            self.text(sheet, row, 4, card.change.likely.removeprefix("likely ") if card.change else "", align="right")
        row = FIRST + 1 + len(story.cards) + 1
        facts = [("Figures are", f"a year at the pace of month {self.month}, against doing nothing in that month"),
                 ("World", story.world or "as today"), ("Made on", story.stamp.day), ("Link", story.stamp.said),
                 ("Evidence", story.evidence)]  # fmt: skip
        for at, (name, said) in enumerate(facts, row):
            self.text(sheet, at, 0, name, font_color=GREY)
            look = self.look(text_wrap=True, indent=1)
            sheet.merge_range(at, 1, at, 4, "", look)
            self.grow(sheet, at, {1: said}, sum(self.widths[1:]))
            if name == "Link" and story.stamp.opens:
                blue = self.look(font_color=BLUE, underline=1, indent=1)
                sheet.write_url(at, 1, story.stamp.link, blue, story.stamp.said)
            else:
                sheet.write_string(at, 1, said, look)
        for note, at in zip(out.notes, range(row + len(facts) + 1, row + 40), strict=False):
            look = self.look(text_wrap=True, font_color=GREY)
            sheet.merge_range(at, 0, at, 4, "", look)
            sheet.write_string(at, 0, clean(note, 600), look)
            self.grow(sheet, at, {0: note}, sum(self.widths))
        at = row + len(facts) + 1 + len(out.notes) + (1 if out.notes else 0)
        for i, key in enumerate(("operating_cost", "csat")):
            self.chart(sheet, at + 15 * i, key)
        sheet.print_area(0, 0, at + 30, 4)

    def chart(self, sheet: "Worksheet", row: int, key: str) -> None:
        """A living line chart over the monthly sheet."""
        column = _monthly_columns().index(key) * 3 + 1
        chart = self.book.add_chart({"type": "line"})
        assert chart is not None
        last = FIRST + 1 + MONTHS
        lines = ((0, "This scenario", BLUE, "solid"), (1, "Doing nothing", LIGHT["nothing"], "dash"))
        for offset, name, colour, dash in lines:
            chart.add_series({
                "name": name, "categories": ["Monthly", FIRST + 1, 0, last, 0],
                "values": ["Monthly", FIRST + 1, column + offset, last, column + offset],
                "line": {"color": colour, "width": 2.25, "dash_type": dash},
            })  # fmt: skip
        kind = OUTCOMES[key].unit
        chart.set_title({"name": self.story.path_title(key), "name_font": {"size": 11, "name": "Arial"},
                         "overlay": False})  # fmt: skip
        # Money on an axis in full would be too wide to read.
        short = f'{_quoted(numbers.sign(self.story.currency))}0.0,,"m"'
        form = short if kind == "money" and self.out.reference[key] >= 1e6 else number_format(kind, self.story.currency)
        chart.set_y_axis({"num_format": form, "major_gridlines": {"visible": True, "line": {"color": LIGHT["grid"]}},
                          "line": {"none": True}})  # fmt: skip
        chart.set_x_axis({"interval_unit": 6, "interval_tick": 6, "name": "Months from now",
                          "name_font": {"bold": False, "size": 9}})  # fmt: skip
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 830, "height": 280})
        sheet.insert_chart(row, 0, chart, {"description": self.story.path_title(key)})

    # Outcomes

    def outcomes(self) -> None:
        out, story = self.out, self.story
        names = [clean(other.scenario.name, 60) for other in story.others]
        sheet = self.sheet("Outcomes", "Outcomes", f"A year at the pace of month {self.month}; likely means 8 in 10.",
                           [30, 16, 16, 16, 16, 16, 62, *(16 for _ in names)])  # fmt: skip
        self.heads(sheet, ["Outcome", "This scenario", "Doing nothing", "Difference", "Likely from", "Likely to",
                                  "What it is", *names], texts=[6])  # fmt: skip
        for row, (key, known) in enumerate(OUTCOMES.items(), FIRST + 1):
            kind, own = known.unit, key in numbers.DIFFERENCES
            self.text(sheet, row, 0, known.label)
            if key == "operating_cost":
                path = f"{_cell(_MONTH_1, _TOTAL)}:{_cell(_MONTH_1 + MONTHS - 1, _TOTAL)}"
                sheet.write_formula(row, 1, f"=INDEX(Ledger!{path},{self.month})", self.number(kind), out.headline[key])
            elif key == "npv":
                sheet.write_formula(row, 1, f"=Ledger!{_NPV}", self.number(kind), out.headline[key])
            else:
                self.value(sheet, row, 1, key, out.headline[key])
            if not own:
                self.value(sheet, row, 2, key, out.reference[key])
                if math.isfinite(out.difference[key]):
                    sheet.write_formula(row, 3, f"=B{row + 1}-C{row + 1}", self.number(kind, signed=True),
                                        out.difference[key])  # fmt: skip
            likely = numbers.gap(story.ranges, key) if story.moved else numbers.UNKNOWN
            for column, end in enumerate(likely, 4):
                if math.isfinite(end):
                    signed = not own or kind == "money"
                    sheet.write_number(row, column, end, self.number(kind, signed))
                elif math.isfinite(likely[0]):  # a payback that may never come
                    self.value(sheet, row, column, key, end)
            self.text(sheet, row, 6, known.text, font_color=GREY)
            self.grow(sheet, row, {6: known.text})
            for column, other in enumerate(story.others, 7):
                self.value(sheet, row, column, key, other.headline[key])

    def value(self, sheet: "Worksheet", row: int, column: int, key: str, value: float) -> None:
        """An outcome's value; in words where it has none."""
        if math.isfinite(value):
            sheet.write_number(row, column, value, self.number(OUTCOMES[key].unit))
        else:
            self.text(sheet, row, column, numbers.number(key, value, self.story.currency), align="right")

    # Levers

    def levers(self) -> None:
        scenario = self.story.scenario
        sheet = self.sheet("Levers", "Levers", "Bold: moved in this scenario. Difference is a formula.",
                           [34, 16, 16, 16, 11, 44, 44, 16])  # fmt: skip
        self.heads(sheet, ["Lever", "Today", "This scenario", "Difference", "Unit", "What it costs",
                                  "How long it takes", "Begins"], texts=[4, 5, 6, 7])  # fmt: skip
        table = lever_table(scenario.baseline)
        row = FIRST + 1
        for look in dials(table, self.story.currency):
            if look.key not in table.index:  # agents of all channels together: the sum of those below
                continue
            kind = str(table.at[look.key, "unit"]).replace("count", "at once")
            # As on screen: the share of orders on time rather than late.
            turned = look.factor < 0
            today, here = scenario.baseline.levers[look.key], scenario.lever(look.key)
            values = (1 - today, 1 - here) if turned else (today, here)
            bold: dict[str, Any] = {"bold": True} if today != here else {}
            self.text(sheet, row, 0, look.label, **bold)
            for column, value in enumerate(values, 1):
                sheet.write_number(row, column, value, self.number(kind, **bold))
            sheet.write_formula(row, 3, f"=C{row + 1}-B{row + 1}", self.number(kind, signed=True, **bold),
                                values[1] - values[0])  # fmt: skip
            named = _LEVER_UNITS[kind].format(currency=self.story.currency)
            self.text(sheet, row, 4, named, font_color=GREY)
            begins = opening(words.since(scenario.starts.get(look.key, 0)) or "now") if today != here else ""
            said = {5: str(table.at[look.key, "price_text"]), 6: str(table.at[look.key, "delay_text"]), 7: begins}
            for column, text in said.items():
                self.text(sheet, row, column, text, font_color=GREY)
            self.grow(sheet, row, said)
            row += 1
        rule = {"as_set": "Agents stay where they are set", "follow_work": "Staffing follows the work"}
        self.text(sheet, row + 1, 0, "Staffing rule")
        self.text(sheet, row + 1, 2, rule[scenario.staffing_rule], align="right")
        self.text(sheet, row + 2, 0, "World")
        self.text(sheet, row + 2, 2, self.story.world or "As today", align="right")

    # Monthly

    def monthly(self) -> None:
        keys = _monthly_columns()
        # Beside the first column, which is printed on every page and would cut it.
        sheet = self.sheet("Monthly", "Month by month", "A year at the pace of each month; month 0 is today.",
                           [8, *(13 for _ in keys for _ in range(3))], at=1)  # fmt: skip
        self.heads(sheet, ["Month", *(name for _ in keys for name in ("This", "Doing nothing", "Difference"))])
        head = self.look(bold=True, align="center", bottom=1, bottom_color=GREY)
        for i, key in enumerate(keys):
            sheet.merge_range(FIRST - 1, 3 * i + 1, FIRST - 1, 3 * i + 3, "", head)
            sheet.write_string(FIRST - 1, 3 * i + 1, OUTCOMES[key].label, head)
        sheet.repeat_rows(FIRST - 1, FIRST)
        sheet.fit_to_pages(0, 0)
        sheet.set_print_scale(62)
        sheet.repeat_columns(0)
        sheet.set_v_pagebreaks([1 + 12 * page for page in range(1, len(keys) // 4 + 1)])  # four outcomes on a page
        for month in range(MONTHS + 1):
            row = FIRST + 1 + month
            here: dict[str, Any] = {"bg_color": LIGHT["marked"]} if month == self.month else {}
            sheet.write_number(row, 0, month, self.look(align="left", **here))
            for i, key in enumerate(keys):
                this, nothing = (
                    float(side[key].iloc[month]) for side in (self.out.monthly, self.out.reference_monthly)
                )
                kind, at = OUTCOMES[key].unit, 3 * i + 1
                sheet.write_number(row, at, this, self.number(kind, **here))
                sheet.write_number(row, at + 1, nothing, self.number(kind, **here))
                left, right = _cell(row, at), _cell(row, at + 1)
                sheet.write_formula(row, at + 2, f"={left}-{right}", self.number(kind, signed=True, **here),
                                    this - nothing)  # fmt: skip

    # Ledger

    def ledger(self) -> None:
        """Yearly cost items and what is paid once, and the value over 36 months reckoned again from them."""
        story, money = self.story, self.number("money")
        ledger = [{str(k): float(v) for k, v in row.items()} for row in self.out.ledger.to_dict("records")]
        # What the value on the cards stands against, to the last digit: solved in the months in which the plan turns.
        still = nothing_of(story.scenario)
        cost_0, once_0 = still.total["operating_cost"][0, 0, :, 0].tolist(), still.once[0, 0].tolist()
        heads = ["Month", *(ITEMS[key] for key in RECURRING), "Cost a year", *(ITEMS[key] for key in ONE_OFF),
                 "Paid once", "Doing nothing: cost a year", "Doing nothing: paid once", "Saving in the month",
                 "Discount factor", "Present value"]  # fmt: skip
        sheet = self.sheet("Ledger", "Ledger", "Cost a year at each month's pace, and what is paid once. Change the "
                           "discount rate to see the value move.", [8, *(13 for _ in heads[1:])])  # fmt: skip
        known = next(state for state in states(story.scenario) if state.row.key == "discount_rate")
        rate = known.values[1]
        self.text(sheet, 2, 0, "Discount rate a year", bold=True)
        look = self.look(num_format="0.0 %", bg_color=LIGHT["input"], border=1, border_color=GREY)
        sheet.write_number(2, 3, rate, look)
        self.text(sheet, 3, 0, OUTCOMES["npv"].label, bold=True)
        self.heads(sheet, heads)
        sheet.set_row(FIRST, 40)
        total, first_once = _TOTAL, _TOTAL + 1
        once = first_once + len(ONE_OFF)
        worth = 0.0
        for month in range(1, MONTHS + 1):
            row = FIRST + month
            sheet.write_number(row, 0, month, self.look(align="left"))
            paid = ledger[month - 1]
            for column, key in enumerate(RECURRING, 1):
                sheet.write_number(row, column, paid[key], money)
            for column, key in enumerate(ONE_OFF, first_once):
                sheet.write_number(row, column, paid[key], money)
            yearly, spent = (sum(paid[key] for key in keys) for keys in (RECURRING, ONE_OFF))
            yearly_0, spent_0 = cost_0[month], once_0[month]
            bold = self.number("money", bold=True)
            sheet.write_formula(row, total, f"=SUM({_cell(row, 1)}:{_cell(row, total - 1)})", bold, yearly)
            sheet.write_formula(row, once, f"=SUM({_cell(row, first_once)}:{_cell(row, once - 1)})", bold,
                                spent)  # fmt: skip
            sheet.write_number(row, once + 1, yearly_0, money)
            sheet.write_number(row, once + 2, spent_0, money)
            saving = (yearly_0 - yearly) / 12 - (spent - spent_0)
            c_total, c_once, c_nothing, c_still = (_cell(row, c) for c in (total, once, once + 1, once + 2))
            sheet.write_formula(row, once + 3, f"=({c_nothing}-{c_total})/12-({c_once}-{c_still})",
                                self.number("money", signed=True), saving)  # fmt: skip
            factor = 1 / (1 + rate) ** (month / 12)
            sheet.write_formula(row, once + 4, f"=1/(1+$D$3)^({_cell(row, 0)}/12)", self.look(num_format="0.000"),
                                factor)  # fmt: skip
            sheet.write_formula(row, once + 5, f"={_cell(row, once + 3)}*{_cell(row, once + 4)}",
                                self.number("money", signed=True), saving * factor)  # fmt: skip
            worth += saving * factor
        last = _cell(FIRST + MONTHS, once + 5)
        sheet.write_formula(3, 3, f"=SUM({_cell(FIRST + 1, once + 5)}:{last})",
                            self.number("money", signed=True, bold=True), worth)  # fmt: skip

    # Assumptions

    def assumptions(self) -> None:
        sheet = self.sheet("Assumptions", "Assumptions", f"{self.story.evidence}. Bold: changed in this scenario.",
                           [44, 13, 13, 13, 20, 12, 70, 40])  # fmt: skip
        self.heads(sheet, ["Assumption", "Low", "Likely", "High", "Unit", "Evidence", "Source",
                                  "Changed by, why, when"], texts=[4, 5, 6, 7])  # fmt: skip
        sheet.autofilter(FIRST, 0, FIRST + len(ASSUMPTIONS), 7)
        for row, state in enumerate(states(self.story.scenario), FIRST + 1):
            look = unit(state.row, self.story.currency)
            bold: dict[str, Any] = {"bold": True} if state.changed else {}
            self.text(sheet, row, 0, state.row.label, **bold)
            form = "0.0## %" if look.factor == 0.01 else "#,##0.0###"
            if state.row.unit.startswith("money"):
                form = f"{_quoted(look.before)}#,##0.00"
            # A number without a fraction is written without the point that a fraction would follow.
            whole = all(float(v / look.factor).is_integer() for v in state.values)
            form = form.replace(".0###", "").replace(".0##", "").replace(".00", "") if whole else form
            for column, value in enumerate(state.values, 1):
                sheet.write_number(row, column, value, self.look(num_format=form, align="right", **bold))
            self.text(sheet, row, 4, look.name, font_color=GREY)
            self.text(sheet, row, 5, GRADES[state.grade])
            note = state.note
            said = {6: _source(state), 7: f"{note.author}: {note.reason} ({numbers.day(note.date)})" if note else ""}
            for column, text in said.items():
                self.text(sheet, row, column, text, font_color=GREY)
            self.grow(sheet, row, {0: state.row.label, **said})


def _source(state: State) -> str:
    return "this company's data" if state.own else state.row.source


_LEVER_UNITS = {"share": "%", "money": "{currency} a year", "fte": "FTE", "hours": "hours", "at once": "at once"}
_MONTH_1 = FIRST + 1
"""The ledger's row of month 1, from 0."""
_TOTAL = len(RECURRING) + 1
"""The ledger's column of the cost a year, and the cell of the value over 36 months."""
_NPV = "D4"


def _monthly_columns() -> list[str]:
    """Outcomes that have a value in every month, in their order."""
    return [key for key in OUTCOMES if key not in (*numbers.DIFFERENCES, "consistency")]


def _cell(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"' if text else ""


def number_format(kind: str, currency: str, signed: bool = False) -> str:
    """The spreadsheet's format of a unit, as `numbers.number` writes it; `signed` as `numbers.step` does."""
    sign = _quoted(numbers.sign(currency))
    money = {"money": f"{sign}#,##0", "money_each": f"{sign}#,##0.00"}
    plain = money.get(kind) or {
        "share": '0.0 %" points"' if signed else "0.0 %", "seconds": '#,##0.0" s"', "hours": '#,##0.0" h"',
        "months": '#,##0.0" months"', "fte": "#,##0.0", "count": "#,##0.0", "at once": "0.00", "scale": "0.0",
        "points": "0.0",
    }[kind]  # fmt: skip
    minus = _quoted(numbers.MINUS)
    return f"{'+' if signed else ''}{plain};{minus}{plain};{plain}"
