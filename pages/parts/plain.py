"""Text on a page: what users wrote is shown as it is, and a dollar sign is a dollar sign."""

import re

JOINED = "\N{WORD JOINER}"
"""Between two characters: no line ends there."""


def plain(text: str) -> str:
    """Text of a file, a link or a user as it is: nothing in it is a picture, a link or a heading in Markdown."""
    flat = re.sub(r"\s+", " ", str(text))
    return re.sub(r"([\\`*_{}\[\]<>()#+\-.!|$~:^&@/=])", r"\\\1", flat)


def markdown(text: str) -> str:
    """Text for Markdown, where two dollar signs would begin a formula."""
    return text.replace("$", "\\$")


def money_whole(text: str) -> str:
    """A text in which a minus keeps to the sign of its money: a browser ends lines between the two."""
    return re.sub(r"(?<=\N{MINUS SIGN})(?=[$£¥₠-⃏])", JOINED, text)
