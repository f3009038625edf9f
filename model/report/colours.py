"""The colours of pictures, decks, workbooks and printed pages: those of the pages' theme in `.streamlit/config.toml`.

Files are made without a page too, so that the theme's values stand here once more and nowhere else; a test holds them
equal. Okabe and Ito's, which people with any kind of colour blindness tell apart, with one meaning each: this scenario
blue, doing nothing grey, better green, worse vermilion, neither of both purple.
"""

LIGHT = {
    "this": "#0072b2", "nothing": "#6b7785", "better": "#009e73", "worse": "#d55e00", "neutral": "#cc79a7",
    "another": "#e69f00", "text": "#17222e", "quiet": "#56616e", "better_text": "#006b4e", "worse_text": "#a34700",
    "ground": "#ffffff", "edge": "#d5dce4", "grid": "#e1e6ec", "middle": "#f3f6f9", "marked": "#e3f0f8",
    "input": "#fdf3dd",
}  # fmt: skip
DARK = {
    "this": "#56b4e9", "nothing": "#94a1b0", "better": "#1fb98c", "worse": "#e8772e", "neutral": "#cc79a7",
    "another": "#e69f00", "text": "#e8edf2", "quiet": "#a9b5c2", "better_text": "#5fd3b1", "worse_text": "#f7a26b",
    "ground": "#0a0f15", "edge": "#324050", "grid": "#2a3745", "middle": "#1a2430", "marked": "#12293b",
    "input": "#382a0c",
}  # fmt: skip
SHADES = {False: ["#eaf4fa", "#8dc1df", "#1f82b9", "#003d61"], True: ["#10293b", "#185f8e", "#479fd5", "#c8e4f4"]}
"""On a light and on a dark page: from few to many."""


def palette(dark: bool) -> dict[str, str]:
    """The colours of a light or a dark page."""
    return DARK if dark else LIGHT


def verdicts(dark: bool) -> dict[str, str]:
    """The colour of a change in words, by its verdict (`numbers.Change`): dark or bright enough to be read."""
    own = palette(dark)
    quiet = dict.fromkeys(("neutral", "unsure", "none"), own["quiet"])
    return {"better": own["better_text"], "worse": own["worse_text"], **quiet}
