"""The board deck and the one-page brief: what is on screen is in them, they hold together, nothing runs over."""

import dataclasses
import io
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Emu
from pypdf import PdfReader

from model.report import brief, deck, numbers, slides, story, words, workbook
from model.report.assumption_words import called
from model.report.fitting import width
from model.report.story import CARDS, Stamp, Story
from tests.export_examples import LINK, STAMP, hostile, rendered, scenario, told, unmoved

STORIES = pytest.mark.parametrize("make", [told, unmoved, hostile], ids=lambda make: make.__name__)


DRAWN: dict[int, tuple[Story, bytes]] = {}
"""Decks by the story that they tell, kept with it: each is drawn once."""


def drawn(story: Story) -> bytes:
    if id(story) not in DRAWN:
        DRAWN[id(story)] = story, deck.deck(story)
    return DRAWN[id(story)][1]


def opened(story: Story) -> Any:
    return Presentation(io.BytesIO(drawn(story)))


def texts(slide: Any) -> str:
    """All words of a slide, its tables' too."""
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


def test_the_deck_tells_title_headline_comparison_levers_causes_risks_and_assumptions() -> None:
    titles = [slide.shapes.title.text_frame.text for slide in opened(told()).slides]
    assert titles[0] == "More self-service"
    assert titles[1] == told().headline.title
    assert titles[2] == words.plane_title(told().outcome, told().ranges) and "oing nothing" in titles[2]
    assert titles[3] == "4 changes make the difference"
    assert titles[4].startswith("What caused the change in cost: mostly staffing follows the work")
    assert re.search(r"in (more than )?\d+ of 100 cases", titles[5])
    assert "assumptions are judgement" in titles[6]
    assert len(titles) == 7


def test_the_causes_are_named_whole_and_stand_above_how_they_are_reckoned() -> None:
    levers = {"staffing.phone": 72.0, "self_service_spend": 2.5e5, "fcr_programme": 0.6, "training_hours": 40.0,
              "agent_assist_spend": 1.5e5, "schedule_flex": 0.4, "cross_training": 0.3}  # fmt: skip
    many = story.tell(scenario(levers=levers, staffing_rule="as_set"), stamp=STAMP)
    causes = opened(many).slides[4]
    assert many.cause_title("csat") in texts(causes) and "…" not in texts(causes)
    [how] = [one for one in causes.shapes if one.has_text_frame and "all orders" in one.text_frame.text]
    pictures = [one for one in causes.shapes if one.shape_type == MSO_SHAPE_TYPE.PICTURE]
    assert len(pictures) == 2 and all(one.top + one.height <= how.top for one in pictures)
    shown = slides.slides(True)[2].sheet(many).words
    assert many.cause_title("csat") in shown and "…" not in shown


def test_a_sample_is_said_to_be_one_on_the_first_page_and_no_share_has_its_error() -> None:
    first, *_, risks, _ = opened(told()).slides
    assert "Sample retailer: a sample, not your data" in texts(first)
    assert told().depends_how in texts(risks) and "±" not in texts(risks)


def test_the_numbers_of_the_screen_stand_on_the_slides() -> None:
    slides, out = list(opened(told()).slides), told().outcome
    for key in CARDS:
        value = numbers.number(key, out.headline[key])
        assert value in texts(slides[1]).splitlines() and value in texts(slides[2])
        assert told().change(key).text in texts(slides[1])
    for other in told().others:
        assert numbers.number("csat", other.headline["csat"]) in texts(slides[2])
    for cause in ("operating_cost", "csat"):
        share = float(told().causes[cause]["Self-service"])
        assert numbers.step(cause, share) in texts(slides[3])
    for state in told().assumed[:3]:
        assert called(state.row) in texts(slides[6]) and told().span(state) in texts(slides[6])


@STORIES
def test_every_slide_but_the_first_is_stamped_and_its_link_lives(make: Any) -> None:
    story = make()
    for number, slide in enumerate(opened(story).slides, 1):
        frames = [shape.text_frame for shape in slide.shapes if shape.has_text_frame]
        runs = [run for frame in frames for paragraph in frame.paragraphs for run in paragraph.runs]
        links = [run.hyperlink.address for run in runs if run.hyperlink.address]
        assert links == [story.stamp.link]
        assert "22 Nov 2026" + (f" · {number}" if number > 1 else "") in texts(slide)
        if make is not hostile:
            assert LINK in texts(slide)


@STORIES
def test_nothing_runs_over_an_edge_or_into_the_foot(make: Any) -> None:
    made = opened(make())
    for slide in made.slides:
        for shape in slide.shapes:
            name = shape.name
            assert shape.left >= 0 and shape.top >= 0, name
            assert shape.left + shape.width <= made.slide_width, name
            below = shape.top + shape.height
            assert below <= made.slide_height, name
            is_foot = shape.top >= Emu(int(6.9 * 914400))
            assert is_foot or below <= Emu(int(7.0 * 914400)), (name, below / 914400)
            if shape.has_table:
                assert sum(row.height for row in shape.table.rows) == pytest.approx(shape.height, abs=100)


@STORIES
def test_no_line_is_wider_than_its_place(make: Any) -> None:
    for slide in opened(make()).slides:
        for shape in slide.shapes:
            frames = [(shape.text_frame, shape.width)] if shape.has_text_frame else []
            if shape.has_table:
                columns = [column.width for column in shape.table.columns]
                frames += [(cell.text_frame, columns[i] - cell.margin_left - cell.margin_right)
                           for row in shape.table.rows for i, cell in enumerate(row.cells)]  # fmt: skip
            for frame, room in frames:
                for run in (run for paragraph in frame.paragraphs for run in paragraph.runs):
                    words = run.text if frame.word_wrap is False else max(run.text.split() or [""], key=len)
                    assert width(words, run.font.size.pt, run.font.bold) <= room / 12700 + 1, run.text


def test_pictures_are_sharp_and_say_what_they_show() -> None:
    pictures = [shape for slide in opened(told()).slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) == 6
    for shape in pictures:
        with Image.open(io.BytesIO(shape.image.blob)) as image:
            assert image.width / (shape.width / 914400) >= 200
        said = shape._element._nvXxPr.cNvPr.get("descr")
        assert "in month 36" in said or said.startswith(("What caused", "The answer on"))


def test_nothing_moved_gives_a_short_deck_without_differences() -> None:
    slides = list(opened(unmoved()).slides)
    assert len(slides) == 4
    assert not re.search(r"[▲▼]|Difference", "\n".join(texts(slide) for slide in slides))


def test_markup_and_marks_that_turn_writing_stay_words() -> None:
    words = "\n".join(texts(slide) for slide in opened(hostile()).slides)
    assert "<b>&amp;</b>" in words and "שלום" in words
    assert not set(words) & set("\u202e\u202c\x07")


def test_a_deck_without_a_link_says_so() -> None:
    story = dataclasses.replace(unmoved(), stamp=Stamp("", "22 Nov 2026"))
    assert "Not saved yet: no link" in texts(opened(story).slides[0])


def test_libre_office_shows_every_slide(tmp_path: Path) -> None:
    pages = rendered(drawn(hostile()), "deck.pptx", tmp_path)
    assert len(pages) == 7
    for page in pages:
        with Image.open(page) as image:
            assert image.width / image.height == pytest.approx(16 / 9, abs=0.02)
            assert len(image.convert("L").getcolors(256) or []) > 20  # not an empty sheet


# The brief


def read(story: Story) -> tuple[Any, str]:
    found = PdfReader(io.BytesIO(brief.brief(story)))
    return found, re.sub(r"\s+", " ", found.pages[0].extract_text())


@STORIES
def test_the_brief_is_one_a4_page(make: Any) -> None:
    found, _ = read(make())
    assert len(found.pages) == 1
    assert [round(float(side)) for side in found.pages[0].mediabox[2:]] == [595, 842]


def test_the_brief_says_what_the_screen_says() -> None:
    found, words = read(told())
    for part in (told().headline.title, "More self-service", "22 Nov 2026", LINK, told().evidence):
        assert part in words
    for card in told().cards:
        assert card.label in words and card.value in words and card.change is not None and card.change.text in words
    for moved in told().levers:
        assert moved.label in words and moved.value in words
    assert found.metadata.title == "More self-service"
    assert [note["/A"]["/URI"] for note in (n.get_object() for n in found.pages[0]["/Annots"])] == [LINK]


def test_letters_of_other_scripts_are_embedded() -> None:
    found, words = read(hostile())
    assert "Żółć" in words
    fonts = found.pages[0]["/Resources"]["/Font"].get_object()
    for font in fonts.values():
        descendant = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor = descendant["/FontDescriptor"].get_object()
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


@STORIES
def test_nothing_on_the_brief_stands_below_its_foot_or_beyond_its_edges(make: Any) -> None:
    sheet = brief.page(make())
    start = r'<text x="([\d.-]+)" y="([\d.-]+)" font-size="([\d.]+)" text-anchor="(\w+)"( font-weight)?[^>]*>'
    lines = re.findall(start + r"([^<]*)<", "".join(sheet.parts))
    own = [line for line in lines if float(line[2]) <= 20]
    assert len(own) >= 20
    downs = sorted(float(y) for _, y, *_ in own)
    assert downs[-1] < brief.HIGH - 12
    inside = [y for y in downs if y < brief.FOOT]
    assert max(inside) < brief.FOOT - 2
    for x, _, size, anchor, bold, text in own:
        wide = width(text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"), float(size), bool(bold))
        left = float(x) - (wide if anchor == "end" else 0)
        assert left >= brief.EDGE - 2 and left + wide <= brief.WIDE - brief.EDGE + 2, text


def test_no_name_becomes_markup_of_the_page() -> None:
    drawn = brief.page(hostile()).svg()
    assert "&lt;b&gt;" in drawn and "<b>" not in drawn and "\u202e" not in drawn


def test_deck_brief_and_workbook_say_in_which_month_a_lever_begins() -> None:
    """One that begins later is no mistake in the numbers of the months before."""
    later = dataclasses.replace(told(), scenario=scenario(starts={"self_service_spend": 6, "fcr_programme": 1}))
    lines = texts(opened(later).slides[3]).splitlines()
    assert {"Self-service, from month 7", "Solve it first time, from month 2", "Agent assist"} <= set(lines)
    _, said = read(later)
    assert "Self-service, from month 7" in said and "Agent assist, from" not in said
    sheet = load_workbook(io.BytesIO(workbook.workbook(later)))["Levers"]
    begins = {row[0].value: row[7].value for row in sheet.iter_rows(min_row=6)}
    assert begins["Lever"] == "Begins" and begins["Self-service"] == "From month 7"
    assert begins["Agent assist"] == "Now" and not begins["Routing"]


def test_a_long_name_takes_two_lines_on_the_brief_and_keeps_its_month() -> None:
    base = told().scenario.baseline
    long = base.channels[0].model_copy(update={"label": "Customer service for Lisbon, Porto and Faro"})
    named = base.model_copy(update={"channels": (long, *base.channels[1:])})
    key = f"staffing.{long.name}"
    later = scenario(baseline=named, levers={key: named.levers[key] + 4}, starts={key: 20}, staffing_rule="as_set")
    said = brief.page(dataclasses.replace(told(), scenario=later)).words
    assert "from month 21" in said and "…" not in said[said.index("What changes") : said.index("How sure")]
