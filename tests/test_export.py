"""What is taken into meetings: the workbook, the charts, the slides on screen, and the command that makes files."""

import csv
import dataclasses
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader

import model
from model import links
from model.__main__ import main
from model.assumptions import ASSUMPTIONS
from model.economics import ONE_OFF, RECURRING
from model.outcomes import OUTCOMES
from model.report import chart_files, fitting, slides, story, workbook
from model.report.story import CARDS, LONG_LINK, Stamp, Story
from model.scenario import MONTHS
from tests.export_examples import LINK, hostile, rendered, scenario, told, unmoved


def opened(story: Story, formulas: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook.workbook(story)), data_only=not formulas)


def column(sheet: Any, letter: str) -> dict[str, Any]:
    """Label -> value of a column, under the heads."""
    return {str(sheet[f"A{row}"].value): sheet[f"{letter}{row}"].value for row in range(7, sheet.max_row + 1)}


# The workbook


def test_the_workbook_holds_the_numbers_of_the_screen() -> None:
    book, out = opened(told()), told().outcome
    assert book.sheetnames == ["Summary", "Outcomes", "Levers", "Monthly", "Ledger", "Assumptions"]
    this, nothing, difference, low = (column(book["Outcomes"], letter) for letter in "BCDE")
    for key in ("operating_cost", "csat", "service_level", "fte", "npv", "asa"):
        assert this[OUTCOMES[key].label] == pytest.approx(out.headline[key], rel=1e-9)
    for key in CARDS:
        label = OUTCOMES[key].label
        assert nothing[label] == pytest.approx(out.reference[key], rel=1e-12)
        assert difference[label] == pytest.approx(out.difference[key], rel=1e-9)
    for key in (*CARDS, "npv"):
        likely = told().ranges.loc[key, "difference_low"]
        assert low[OUTCOMES[key].label] == pytest.approx(likely, rel=1e-12)
    assert book["Summary"]["A1"].value == "More self-service"
    assert book["Summary"]["A3"].value == told().headline.title
    levers = column(book["Levers"], "C")
    assert levers["Self-service"] == 400_000 and levers["On-time delivery"] == pytest.approx(0.91)
    assert len(column(book["Assumptions"], "B")) == len(ASSUMPTIONS)
    assert column(book["Assumptions"], "G")["Discount rate"] == ASSUMPTIONS["discount_rate"].source
    # The first column is printed again on every page: the title would be cut to its width.
    assert book["Monthly"]["B1"].value == "Month by month" and book["Monthly"]["A1"].value is None
    assert book["Monthly"]["B19"].value == pytest.approx(float(out.monthly["operating_cost"].iloc[12]))


def test_a_payback_that_may_never_come_says_so_at_the_open_end_of_its_range() -> None:
    levers = {"back_office_spend": 2.5e5}
    scenario = model.Scenario(baseline=model.sample("retail"), levers=levers, staffing_rule="follow_work")
    sheet, label = opened(story.tell(scenario, asked=False))["Outcomes"], OUTCOMES["payback_months"].label
    this, low, high = (column(sheet, letter)[label] for letter in "BEF")
    assert 5 < low < this < 20 and high == "not within 36 months"


def test_the_ledger_adds_up_to_the_cost_and_to_the_value() -> None:
    sheet = opened(told())["Ledger"]
    out = told().outcome
    assert sheet["D4"].value == pytest.approx(out.headline["npv"], rel=1e-9)
    assert sheet["D3"].value == 0.1
    assert set(workbook.ITEMS) >= {*RECURRING, *ONE_OFF}
    heads = [cell.value for cell in sheet[6]]
    total = heads.index("Cost a year") + 1
    assert sheet.cell(6 + 12, total).value == pytest.approx(out.headline["operating_cost"], rel=1e-9)


def test_a_plan_that_begins_later_is_worth_in_the_ledger_what_it_is_on_the_cards() -> None:
    """What nothing costs is solved in the months in which the plan turns: the ledger stands against just that."""
    base = model.sample("retail")
    levers = {"staffing.email": 1.4 * base.levers["staffing.email"], "schedule_flex": 0.6}
    plan = model.Scenario(baseline=base, levers=levers, starts={"staffing.email": 27, "schedule_flex": 28},
                          conditions={"demand": 1.2, "growth": 0.3})  # fmt: skip
    told = story.tell(plan, asked=False)
    sheet = opened(told)["Ledger"]
    rows = [[cell.value for cell in sheet[6 + month]] for month in range(1, MONTHS + 1)]
    places = {cell.value: i for i, cell in enumerate(sheet[6])}
    written = [*(workbook.ITEMS[key] for key in (*RECURRING, *ONE_OFF))]
    worth = 0.0
    for month, row in enumerate(rows, 1):
        paid = {name: row[places[name]] for name in written}
        yearly, once = (sum(paid[workbook.ITEMS[key]] for key in keys) for keys in (RECURRING, ONE_OFF))
        still, still_once = (row[places[f"Doing nothing: {what}"]] for what in ("cost a year", "paid once"))
        assert still == pytest.approx(told.outcome.reference_monthly.at[month, "operating_cost"], rel=1e-12)
        worth += ((still - yearly) / 12 - once + still_once) / (1 + sheet["D3"].value) ** (month / 12)
    assert worth == pytest.approx(told.outcome.headline["npv"], rel=1e-9)


def test_numbers_in_the_workbook_are_written_as_on_screen() -> None:
    """No point without a digit behind it; a payback's or a share's own range is no difference, and has no sign."""
    book = opened(told())
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float | int)]
    assert len(cells) > 1000
    for cell in cells:
        assert ".#" not in cell.number_format, (cell.parent.title, cell.coordinate, cell.value)
    form = {row[0].value: row[4].number_format for row in book["Outcomes"].iter_rows(min_row=7)}
    for key in ("payback_months", "containment", "freed_fte", "redundancies"):
        assert not form[OUTCOMES[key].label].startswith("+") and "points" not in form[OUTCOMES[key].label], key
    assert form[OUTCOMES["npv"].label].startswith("+") and form[OUTCOMES["csat"].label].startswith("+")


def test_formulas_reckoned_anew_give_the_values_they_carry(tmp_path: Path) -> None:
    """LibreOffice reckons a copy from which the carried values were taken, with another discount rate too."""
    carried, bare = opened(told()), opened(told(), formulas=True)
    count = sum(cell.data_type == "f" for sheet in bare for row in sheet.iter_rows() for cell in row)
    assert count > 800
    bare.save(tmp_path / "bare.xlsx")
    values = _reckoned(tmp_path / "bare.xlsx", tmp_path)
    for name in ("Outcomes", "Levers", "Ledger", "Summary", "Monthly"):
        for row in bare[name].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    known = carried[name][cell.coordinate].value
                    found = values[name][cell.row - 1][cell.column - 1]
                    # A share is given in per cent with two decimals, whatever is asked for.
                    exact = 1e-4 if found.endswith("%") else 1e-6
                    value = float(found.removesuffix("%")) / (100 if found.endswith("%") else 1)
                    assert value == pytest.approx(known, rel=1e-6, abs=exact), (name, cell.coordinate)
    bare["Ledger"]["D3"] = 0.0
    bare.save(tmp_path / "free.xlsx")
    undiscounted = float(_reckoned(tmp_path / "free.xlsx", tmp_path)["Outcomes"][9][1])
    assert undiscounted > told().outcome.headline["npv"]


def _reckoned(path: Path, folder: Path) -> dict[str, list[list[str]]]:
    """Every sheet as LibreOffice reckons it, cell by cell, numbers in full."""
    if shutil.which("soffice") is None:
        pytest.skip("no soffice: install libreoffice-calc")
    every = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    own = f"-env:UserInstallation=file://{folder}/office"
    subprocess.run(["soffice", own, "--headless", "--convert-to", every, "--outdir", str(folder), str(path)],
                   check=True, capture_output=True, timeout=300)  # fmt: skip
    found = {}
    for file in folder.glob(f"{path.stem}-*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            found[file.stem.removeprefix(f"{path.stem}-")] = list(csv.reader(lines))
    return found


def test_no_text_of_a_user_becomes_a_formula_or_a_link() -> None:
    book = opened(hostile(), formulas=True)
    ours = re.compile(r"=(\(?[A-Z]+\d+|SUM|INDEX|1/|Outcomes!|Ledger!)")
    texts = []
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert ours.match(str(cell.value)), cell.value
                elif isinstance(cell.value, str):
                    texts.append(cell.value)
                if cell.hyperlink:
                    assert cell.hyperlink.target.startswith(LINK)
    assert any(text.startswith("=HYPERLINK") for text in texts)
    assert not set("".join(texts)) & set("\u202e\u202c\x07")


def test_an_unmoved_company_has_a_workbook_too() -> None:
    assert column(opened(unmoved())["Outcomes"], "D")["CSAT"] == 0


def test_libre_office_prints_the_workbook(tmp_path: Path) -> None:
    assert 8 <= len(rendered(workbook.workbook(told()), "book.xlsx", tmp_path)) <= 16


# Charts and slides


def test_every_page_has_its_pictures_in_the_archive() -> None:
    found = chart_files.pictures(told())
    names = [picture.name for picture in found]
    assert len(set(names)) == len(names)
    for start, count in {"what-caused-the-change": 4, "over-time": 4, "through-the-week": 3, "cost-and-csat": 1,
                         "side-by-side": 4, "what-the-answer-depends-on": 2, "roadmap": 4}.items():  # fmt: skip
        assert sum(name.startswith(start) for name in names) == count, start
    assert [p.name for p in chart_files.pictures(unmoved())][-1] == "roadmap-hiring"
    for picture in [p for p in found if p.name.startswith(("side", "what-the", "roadmap"))]:
        said = chart_files.svg(picture, 900)
        words = " ".join(re.findall(r">([^<>]+)</t(?:ext|span)>", said))
        assert picture.title.split()[0] in words and "NaN" not in said and "undefined" not in said
        if picture.name.startswith("side"):
            assert "Doing nothing" in words and "Twelve fe" in words
        if picture.name.startswith("what-the"):
            key = "csat" if "csat" in picture.name else "operating_cost"
            assert ASSUMPTIONS[str(told().depends[key].rows.index[0])].label in words, picture.name


def test_every_picture_is_there_as_png_and_svg_with_its_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    some = chart_files.pictures(told())[:2]
    monkeypatch.setattr(chart_files, "pictures", lambda story: some)
    with zipfile.ZipFile(io.BytesIO(chart_files.archive(told()))) as packed:
        names = packed.namelist()
        pictures = chart_files.pictures(told())
        assert len(names) == 2 * len(pictures) and len({name.split("-", 1)[1] for name in names}) == len(names)
        drawn = packed.read("01-what-caused-the-change-cost.svg").decode()
        with Image.open(io.BytesIO(packed.read("01-what-caused-the-change-cost.png"))) as image:
            assert image.width >= 2_000 and round(image.info["dpi"][0]) >= 200
    words = " ".join(re.findall(r">([^<>]+)</t(?:ext|span)>", drawn))
    assert pictures[0].title.split(":")[0] in words and "More self-service" in words
    assert "−$" in words and "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", drawn)


@pytest.mark.parametrize("make", [told, unmoved, hostile], ids=lambda make: make.__name__)
@pytest.mark.parametrize("dark", [False, True])
def test_slides_on_screen_are_sound_drawings_whose_lines_fit(make: Any, dark: bool) -> None:
    story = make()
    found = slides.slides(story.moved)
    assert [slide.name for slide in found] == ["Headline", "Comparison", "Bridge", "Risks"][: 4 if story.moved else 2]
    for slide in found:
        sheet = slide.sheet(story, dark)
        drawn = sheet.svg()
        ElementTree.fromstring(drawn)
        assert len(set(re.findall(r'\bid="([^"]+)"', drawn))) == len(re.findall(r'\bid="([^"]+)"', drawn))
        own = re.findall(r'<text x="([\d.-]+)" y="([\d.-]+)" font-size', "".join(sheet.parts))
        assert all(0 <= float(x) <= slides.WIDE and float(y) <= slides.HIGH for x, y in own), slide.name
        assert sheet.words


def test_the_first_slide_says_the_headline_and_the_cards() -> None:
    words = slides.slides(True)[0].sheet(told()).words
    for card in told().cards:
        assert card.value in words and card.moved in words


def test_a_sample_is_said_to_be_one_on_the_first_slide_and_the_first_sheet() -> None:
    said = "Sample retailer: a sample, not your data"
    assert said in slides.slides(True)[0].sheet(told()).words
    assert opened(told())["Summary"]["A2"].value == said
    company = model.sample("retail").model_copy(update={"source": "company"})
    own = dataclasses.replace(told(), scenario=scenario(baseline=company))
    assert own.whose == "" and "not your data" not in slides.slides(True)[0].sheet(own).words
    assert opened(own)["Summary"]["A2"].value == "Sample retailer"


def test_slides_show_shares_of_the_doubt_as_rough_and_without_errors() -> None:
    words = slides.slides(True)[-1].sheet(told()).svg()
    assert re.search(r">about \d+ %</text>", words) and "±" not in words
    assert "A share: roughly how much of the doubt goes with it, from 32 cases." in told().depends_how


# Fitting


def test_of_a_plan_that_begins_after_the_month_shown_neither_side_is_said_to_be_ahead() -> None:
    levers = {"self_service_spend": 400_000.0, "training_hours": 60.0}
    later = story.tell(scenario(levers=levers, starts=dict.fromkeys(levers, 14), staffing_rule="as_set"))
    assert [card.change.text for card in later.cards if card.change] == ["no change"] * 4
    assert later.odds_said("csat") == "This scenario and doing nothing are alike in CSAT in every case"
    assert later.turn_title("csat") == "Both are alike in CSAT"
    assert later.turn_title("operating_cost") == "Both are alike in cost"


def test_text_is_cut_to_its_room_and_words_too_long_are_broken() -> None:
    assert fitting.shorten("Cost a year", 100, 12) == "Cost a year"
    cut = fitting.shorten("W" * 10_000, 100, 12)
    assert cut.endswith("…") and fitting.width(cut, 12) <= 100
    lines = fitting.wrap("one " + "W" * 200 + " two", 80, 10, lines=3)
    assert len(lines) == 3 and lines[-1].endswith("…")
    assert all(fitting.width(line, 10) <= 80 for line in lines)


def test_what_cannot_be_seen_is_left_out_of_text() -> None:
    assert fitting.clean("a\u202eb\x00c\n d\u2066 שלום") == "abc d שלום"


def test_a_long_link_stands_behind_words() -> None:
    long = Stamp("https://figures.example.com/explore?s=" + "x" * 1_500)
    assert long.opens and len(long.said) < LONG_LINK
    assert not Stamp("https://figures.example.com/?s=" + "x" * 9_000).opens
    assert not Stamp("javascript:alert(1)").opens


# The command


@pytest.mark.parametrize("name, start", [("a.xlsx", b"PK"), ("a.svg", b"<svg"), ("a.png", b"\x89PNG")])
def test_the_command_makes_what_the_ending_says(name: str, start: bytes, tmp_path: Path) -> None:
    assert main(["export", "--set", "self_service_spend=400000", "--to", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().startswith(start)


def test_an_unknown_ending_or_chart_is_told_with_what_there_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "--to", str(tmp_path / "a.doc")]) == 2
    assert ".pptx (a board deck)" in capsys.readouterr().err
    assert main(["export", "--to", str(tmp_path / "a.svg"), "--chart", "pie"]) == 2
    assert "over-time-csat" in capsys.readouterr().err
    assert main(["export", "--to", str(tmp_path / "none" / "a.svg")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_brief_is_made_without_a_word_and_opens_whole(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "a.pdf"
    assert main(["export", "--set", "self_service_spend=400000", "--name", "More", "--to", str(path)]) == 0
    assert caplog.records == []  # pypdf speaks through the log
    found = PdfReader(path, strict=True)
    assert len(found.pages) == 1 and found.metadata is not None and found.metadata.title == "More"
    assert "More" in found.pages[0].extract_text()
    assert caplog.records == []


def test_a_token_or_a_file_asked_for_beside_the_workbook_is_made_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["export", "--set", "self_service_spend=400000", "--to", str(tmp_path / "a.svg")]
    assert main([*asked, "--token"]) == 0
    assert links.decode(capsys.readouterr().out).levers == {"self_service_spend": 400_000}
    assert main([*asked, "-o", str(tmp_path / "a.json")]) == 0
    assert model.Scenario.model_validate_json((tmp_path / "a.json").read_bytes()).levers
    assert main(asked) == 0 and capsys.readouterr().out == ""


def test_what_only_a_file_for_a_meeting_can_show_is_not_dropped_in_silence(capsys: pytest.CaptureFixture[str]) -> None:
    for more in (["--chart", "over-time-csat"], ["--link", "https://example.org"]):
        assert main(["export", *more]) == 2
        assert "without --to" in capsys.readouterr().err


def test_a_scenario_beside_one_of_the_same_name_goes_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path := tmp_path / "fewer.json").write_text(
        model.Scenario(baseline=model.sample("retail"), levers={"staffing.phone": 68.0}).model_dump_json()
    )
    beside = list[str]()

    def tell(scenario: model.Scenario, others: list[model.Scenario], *more: object, **asked: object) -> Story:
        beside.extend([scenario.name, *(one.name for one in others)])
        return told()

    monkeypatch.setattr(story, "tell", tell)
    assert main(["export", "--to", str(tmp_path / "a.svg"), "--beside", str(path)]) == 0
    assert beside == ["Scenario", "fewer"]
