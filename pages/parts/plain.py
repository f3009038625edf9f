"""Users' text on a page: shown as it is, never as Markdown."""

import re


def plain(text: str) -> str:
    """Text of a file, a link or a user as it is: nothing in it is a picture, a link or a heading in Markdown."""
    flat = re.sub(r"\s+", " ", str(text))
    return re.sub(r"([\\`*_{}\[\]<>()#+\-.!|$~:^&@/=])", r"\\\1", flat)
