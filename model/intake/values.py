"""Cells to values: numbers, counts, shares, yes or no. A column at a time.

Formats are decided from the whole column, never cell by cell: `1.234` alone says nothing. Every function works on the
distinct texts of a column and spreads the result, so that the cost is that of the distinct texts.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Decimal = Literal["point", "comma"]
YES = frozenset({"y", "yes", "true", "t", "1", "1.0", "si", "sí", "s", "sim", "ok", "resolved", "solved", "x",
                 "verdadero", "verdadeiro", "ja", "j", "oui", "wahr", "vrai", "vero", "sì", "waar"})  # fmt: skip
NO = frozenset({"n", "no", "false", "f", "0", "0.0", "nao", "não", "unresolved", "unsolved", "falso", "nein", "non",
                "nee", "falsch", "faux", "onwaar"})  # fmt: skip
LARGEST = 1e15

LONGEST = 500
"""Letters of a cell that are looked at; a longer one ends in a sign that no figure ends in."""
FEW_TEXTS = 3_000
"""So many distinct texts are matched in Python, whose patterns are compiled once; more of them in Arrow (RE2)."""
_NOISE = "[\\s\u00a0\u202f\u2009$€£']|R\\$|US\\$|USD|EUR|BRL"
_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_OPEN_DOT = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
_OPEN_COMMA = r"^[+-]?[1-9]\d{0,2},\d{3}$"
_BY_COMMA = r"^[+-]?([1-9]\d{0,2}(,\d{3})+|[1-9]\d?(,\d{2})+,\d{3})(\.\d*)?$"
_BY_DOT = r"^[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d*)?$"
_COMMA = r"^[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?$"


@dataclass(frozen=True, slots=True)
class Texts:
    """The distinct texts of a column (as Arrow strings, trimmed), and each row's position among them, -1 missing."""

    codes: NDArray[np.int64]
    texts: pa.Array

    @property
    def there(self) -> Mask:
        """Rows whose cell is not missing."""
        out: Mask = self.codes >= 0
        return out

    def holds(self, part: str) -> bool:
        """Whether any text holds a part."""
        return any(part in text for text in self.texts.to_pylist())

    def spread(self, values: Floats) -> Floats:
        """Values of the distinct texts, row by row; nan where the cell is missing."""
        out: Floats = np.append(values, np.nan)[self.codes]
        return out


Column = pd.Series | Texts
"""A column of text, or its distinct texts where they are known already: finding them is what costs."""


def texts_of(column: Column) -> Texts:
    """Distinct texts of a column."""
    if isinstance(column, Texts):
        return column
    codes, uniques = pd.factorize(column)
    texts = pc.utf8_trim_whitespace(pa.array(uniques.tolist(), pa.string()))
    length = pc.utf8_length(texts)
    if (pc.max(length).as_py() or 0) > LONGEST:
        # Nothing so long is a figure, and looking for one takes Python the square of its length.
        cut = pc.binary_join_element_wise(pc.utf8_slice_codeunits(texts, 0, LONGEST), "\u2026", "")
        texts = pc.if_else(pc.greater(length, LONGEST), cut, texts)
    return Texts(codes, texts)


def on_texts(column: Column, function: Callable[[list[str]], Floats]) -> Floats:
    """Apply a function of distinct texts to a column, for words and clocks, of which a column has few."""
    found = texts_of(column)
    return found.spread(function(found.texts.to_pylist()))


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled once."""
    return re.compile(pattern)


def matches(texts: pa.Array, pattern: str) -> Mask:
    """Which texts hold a pattern."""
    if len(texts) <= FEW_TEXTS:
        search = compiled(pattern).search
        return np.array([search(text) is not None for text in texts.to_pylist()], dtype=bool)
    out: Mask = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return out


def extracted(texts: pa.Array, pattern: str) -> tuple[Mask, dict[str, NDArray[Any]]]:
    """Which texts fit a pattern, and of those its named groups, "" where a group is not there."""
    if len(texts) <= FEW_TEXTS:
        match = compiled(pattern).match
        found = [match(text) for text in texts.to_pylist()]
        good = [one for one in found if one is not None]
        names = compiled(pattern).groupindex
        parts = {name: np.array([one[name] or "" for one in good], dtype=object) for name in names}
        return np.array([one is not None for one in found], dtype=bool), parts
    got = pc.extract_regex(texts, pattern)
    hit = got.is_valid()
    some = got.filter(hit)
    return hit.to_numpy(zero_copy_only=False), {
        f.name: pc.fill_null(some.field(f.name), "").to_numpy(zero_copy_only=False) for f in some.type
    }


@dataclass(frozen=True, slots=True)
class Forms:
    """Distinct texts as bare digits, and which way each may be read; `open_` ones are `1.234` or `1,234`."""

    bare: pa.Array
    percent: Mask
    plain: Mask
    open_dot: Mask
    open_comma: Mask
    by_comma: Mask
    by_dot: Mask
    comma: Mask

    @property
    def evidence(self) -> tuple[int, int]:
        """Texts that can only be read with a decimal point, and with a decimal comma."""
        dotted = self.plain & matches(self.bare, r"\.\d")
        return int((dotted | self.by_comma).sum()), int((self.comma | self.by_dot).sum())


def forms(texts: pa.Array) -> Forms:
    """Look at each text once."""
    short = pc.if_else(pc.less(pc.utf8_length(texts), 60), texts, pa.scalar("", pa.string()))
    bare = pc.replace_substring_regex(short, _NOISE, "")
    bare = pc.replace_substring(bare, "\u2212", "-")
    percent = pc.match_substring(bare, "%").to_numpy(zero_copy_only=False)
    bare = pc.replace_substring(bare, "%", "")
    bare = pc.replace_substring_regex(bare, r"^\(([\d.,]+)\)$", r"-\1")
    open_dot, open_comma = matches(bare, _OPEN_DOT), matches(bare, _OPEN_COMMA)
    return Forms(
        bare, percent, matches(bare, _PLAIN) & ~open_dot, open_dot, open_comma,
        matches(bare, _BY_COMMA) & ~open_comma, matches(bare, _BY_DOT) & ~open_dot,
        matches(bare, _COMMA) & ~open_comma & ~matches(bare, _BY_COMMA),
    )  # fmt: skip


def decimal_of(columns: Iterable[Column]) -> Decimal | None:
    """The decimal mark that the columns' unmistakable cells show; None where there is none of them."""
    point = comma = 0
    for column in columns:
        one, other = forms(texts_of(column).texts).evidence
        point, comma = point + one, comma + other
    return None if point == comma else "point" if point > comma else "comma"


def undecided(column: Column) -> bool:
    """Whether a column has cells like `1.234` or `1,234` and none that shows the decimal mark."""
    found = forms(texts_of(column).texts)
    return bool((found.open_dot | found.open_comma).any()) and found.evidence[0] == found.evidence[1]


def numbers(column: Column, decimal: Decimal | None = None) -> Floats:
    """Numbers: decimal point or comma, thousands, currency and percent signs (94 % is .94); nan otherwise.

    `1.234` and `1,234` follow the column's other cells; where none shows its decimal mark, `decimal`, else a point.
    """
    found = texts_of(column)
    return found.spread(_numbers(found.texts, decimal))


def _numbers(texts: pa.Array, decimal: Decimal | None, percent: bool = True) -> Floats:
    if not len(texts):
        return np.array([])
    if matches(texts, _PLAIN).all():
        open_ = matches(texts, _OPEN_DOT)
        if decimal != "comma" or not open_.any() or (~open_ & matches(texts, r"\.\d")).any():
            return _within(np.asarray(texts.to_numpy(zero_copy_only=False), dtype=np.float64))
    found = forms(texts)
    point, comma = found.evidence
    by_comma = comma > point if comma != point else decimal == "comma"
    grouped_dot = found.by_dot | (found.open_dot & by_comma)
    grouped_comma = found.by_comma | (found.open_comma & (not by_comma))
    with_comma = found.comma | grouped_dot | (found.open_comma & by_comma)
    bare = found.bare.to_numpy(zero_copy_only=False)
    out = np.full(len(texts), np.nan)
    plain = found.plain | (found.open_dot & (not by_comma))
    out[plain] = bare[plain].astype(np.float64)
    for where, drop in ((grouped_comma, ","), (with_comma, ".")):
        for i in np.flatnonzero(where):
            out[i] = float(bare[i].replace(drop, "").replace(",", "."))
    if percent:
        out = np.where(found.percent, out / 100, out)
    return _within(out)


def _within(values: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        out: Floats = np.where(np.abs(values) < LARGEST, values, np.nan)
    return out


def counts(column: Column, decimal: Decimal | None = None, others: Iterable[Column] = ()) -> Floats:
    """Whole numbers of a column. `1.040` is a thousand and forty where it, or a count in another column, can be no
    whole number otherwise."""
    found = texts_of(column)
    whole = [*others, column]
    if any(_groups(texts_of(each).texts, "dot") for each in whole):
        decimal, texts = "comma", found.texts
    elif any(_groups(texts_of(each).texts, "comma") for each in whole):
        decimal, texts = "point", found.texts
    else:
        return found.spread(_numbers(found.texts, decimal))
    # Whole numbers as they are, so that nothing but the open cells decides.
    open_ = matches(texts, _OPEN_DOT if decimal == "comma" else _OPEN_COMMA)
    bare = pc.replace_substring(texts, "." if decimal == "comma" else ",", "")
    return found.spread(_numbers(pc.if_else(pa.array(open_), bare, texts), decimal))


def _groups(texts: pa.Array, sign: str) -> bool:
    """Whether the sign parts thousands: all cells with it have three digits behind it, and not all are `000`."""
    mark = "." if sign == "dot" else ","
    marked = texts.filter(pc.match_substring(texts, mark))
    if not len(marked):
        return False
    fits = matches(marked, r"^[+-]?\d{1,3}([.]\d{3})+$" if sign == "dot" else r"^[+-]?\d{1,3}(,\d{3})+$")
    return bool(fits.all() and (~matches(marked, r"000$")).any())


def grouped(columns: Iterable[Column]) -> bool:
    """Whether some cell of columns of counts shows which sign parts thousands."""
    texts = [texts_of(column).texts for column in columns]
    return any(_groups(each, sign) for each in texts for sign in ("dot", "comma"))


def shares(column: Column, decimal: Decimal | None = None) -> Floats:
    """Shares 0 to 1, from percent text, percent numbers or shares: above 1.5 somewhere means per cent throughout."""
    found = texts_of(column)
    values = _numbers(found.texts, decimal)
    if not pc.any(pc.match_substring(found.texts, "%")).as_py() and np.nanmax(np.append(values, 0.0)) > 1.5:
        values = values / 100
    with np.errstate(invalid="ignore"):
        return found.spread(np.where((values >= 0) & (values <= 1), values, np.nan))


def flags(column: Column) -> Floats:
    """1 for yes, 0 for no, nan otherwise; in the languages of YES and NO."""
    return on_texts(
        column, lambda texts: np.array([1.0 if t.lower() in YES else 0.0 if t.lower() in NO else np.nan for t in texts])
    )


def plain_numbers(texts: list[str], decimal: Decimal | None = None) -> Floats:
    """Numbers of a list of texts, decided together; a percent sign is left out of account."""
    return _numbers(pa.array(texts, pa.string()), decimal, percent=False)
