"""The colours of files and pictures are the pages' own, and stand in one place."""

import re
import tomllib

import pytest

from model.report import colours
from tests.contrast import contrast, rgb
from tests.serving import ROOT

THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
NAMES = {
    "this": "blueColor", "nothing": "grayColor", "better": "greenColor", "worse": "redColor", "neutral": "violetColor",
    "another": "orangeColor", "text": "codeTextColor", "quiet": "grayTextColor", "better_text": "greenTextColor",
    "worse_text": "redTextColor", "ground": "backgroundColor", "edge": "borderColor", "grid": "dataframeBorderColor",
    "marked": "blueBackgroundColor", "input": "orangeBackgroundColor",
}  # fmt: skip
"""A colour's name here -> in the theme."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_colour_is_that_of_the_pages(scheme: str) -> None:
    own = colours.palette(scheme == "dark")
    assert {name: own[name] for name in NAMES} == {name: THEME[scheme][key] for name, key in NAMES.items()}
    assert set(own) - set(NAMES) == {"middle"}, "between better and worse, which no page shows"


def test_no_other_file_writes_a_colour_of_the_theme() -> None:
    written = {colour for scheme in ("light", "dark") for colour in re.findall(r"#[0-9a-f]{6}", str(THEME[scheme]))}
    assert len(written) > 50
    paths = [path for room in ("model", "pages") for path in (ROOT / room).rglob("*.py")]
    said = {path.name: written & set(re.findall(r"#[0-9a-f]{6}\b", path.read_text(encoding="utf-8"))) for path in paths}
    assert [name for name, found in said.items() if found] == ["colours.py"]


@pytest.mark.parametrize("dark", [False, True])
def test_a_verdict_in_words_stands_out_from_its_ground(dark: bool) -> None:
    own = colours.palette(dark)
    for colour in {*colours.verdicts(dark).values(), own["text"], own["quiet"]}:
        assert contrast(rgb(colour), rgb(own["ground"])) >= 4.5, colour
