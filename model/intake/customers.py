"""Which entries of a column of customers are none: words for a hidden number, and an entry behind too many contacts.

Shared by uploads, large files and warehouses, so that all count the same customers as coming back.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NO_CUSTOMER = (
    "", "0", "0.0", "-1", "unknown", "anonymous", "private", "restricted", "anonimo", "anónimo", "desconocido",
    "unavailable", "withheld", "blocked", "hidden", "not available", "out of area", "no number", "nonumber",
    "unknown number", "unknown caller", "number withheld", "number unavailable", "withheld number", "private number",
    "private caller", "restricted number", "anonymous caller", "blocked caller", "hidden number", "caller id blocked",
    "no caller id", "nocallerid", "no callerid", "caller unknown", "unidentified", "not provided",
    "anonymous@anonymous", "anonymous@anonymous.invalid", "privado", "numero privado", "número privado", "oculto",
    "numero oculto", "número oculto", "número desconocido", "sin numero", "sin número", "desconhecido",
    "não identificado", "nao identificado", "número desconhecido", "unbekannt", "anonym", "unterdrückt",
    "rufnummer unterdrückt", "privat", "inconnu", "masqué", "numéro masqué", "numéro inconnu", "anonyme", "privé",
    "sconosciuto", "anoniem", "onbekend",
    # What the letters of anonymous, restricted, unavailable and blocked are on the keys of a phone.
    "266696687", "+266696687", "7378742833", "+7378742833", "86282452253", "+86282452253", "2562533", "+2562533",
)  # fmt: skip
"""Entries that name nobody, in lower case."""
TOO_OFTEN = 0.05
FEWEST = 20
"""An entry behind more than this share of all contacts, and more than so many, is no customer who comes back."""


def limit(contacts: float) -> float:
    """More contacts than these are no single customer's."""
    return max(TOO_OFTEN * contacts, FEWEST)


def too_often(column: str) -> str:
    """The sentence for such an entry."""
    return f"One entry of {column!r} stands behind more than a twentieth of all contacts: taken as no customer"


def keys(column: pd.Series) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Customers as bare numbers, -1 for none: who they are does not go further. And the rows of an entry too often."""
    codes, uniques = pd.factorize(column)
    text = pd.Series(uniques, dtype="str").str.strip().str.lower()
    none = np.append(text.isin(NO_CUSTOMER).to_numpy(dtype=bool), True)
    # One customer in two ways of writing is one.
    same = np.append(pd.factorize(text)[0], -1)
    rows = np.where(none[codes], -1, same[codes]).astype(np.int64)
    counts = np.bincount(rows[rows >= 0], minlength=1)
    often = (rows >= 0) & (counts > limit(len(rows)))[np.maximum(rows, 0)]
    return np.where(often, -1, rows), often
