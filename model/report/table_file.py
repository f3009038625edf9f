"""Tables as files to take away: CSV that a spreadsheet opens as text and numbers, never as formulas."""

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is run by a spreadsheet; names of files and columns are strangers' text."""


def harmless(cell: object) -> object:
    """The same cell; text that a spreadsheet would run is kept as text by an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def csv(frame: pd.DataFrame) -> bytes:
    """A frame as CSV in UTF-8 with the mark by which spreadsheets know it; formulas are neutralised."""
    safe = frame.map(harmless).rename(columns=harmless)
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
