"""Rows of one contact that was passed on: each leg has a row of its own, under the number of the contact."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SLACK_S = 900.0
"""A leg begins at most so many seconds after what is known of the one before it: systems use a number again later."""


def joined(table: pd.DataFrame, number: pd.Series, apart: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows that are later legs of a contact; `table` is changed so that the first leg of each tells of all.

    Parameters
    ----------
    table : canonical, of contacts: `arrived`, `state`, `wait_s`, `handle_s` and what else the file says
    number : of the contact, missing where unknown
    apart : rows that are left out for another reason, such as those that are there twice
    """
    later = np.zeros(len(table), dtype=bool)
    use = np.flatnonzero(~apart & number.notna().to_numpy(dtype=bool) & table["arrived"].notna().to_numpy(dtype=bool))
    code = pd.factorize(number.iloc[use])[0]
    arrived = table["arrived"].to_numpy(dtype="datetime64[s]").astype(np.int64)
    order = np.lexsort((arrived[use], code))
    rows, code = use[order], code[order]
    known = np.nan_to_num(table["wait_s"].to_numpy(dtype=float)) + np.nan_to_num(
        table["handle_s"].to_numpy(dtype=float)
    )
    follows = np.zeros(len(rows), dtype=bool)
    follows[1:] = (code[1:] == code[:-1]) & (np.diff(arrived[rows]) <= known[rows[:-1]] + SLACK_S)
    if "customer" in table:
        who = table["customer"].to_numpy()[rows]
        follows[1:] &= (who[1:] == who[:-1]) | (who[1:] < 0) | (who[:-1] < 0)
    if not follows.any():
        return later
    contact = np.cumsum(~follows) - 1
    first = rows[~follows]
    several = np.bincount(contact) > 1
    inside = several[contact]
    legs = table.iloc[rows[inside]].groupby(contact[inside])
    where = table.index[first[several]]
    table.loc[where, "handle_s"] = legs["handle_s"].sum(min_count=1).to_numpy()
    answered = legs["state"].agg(lambda states: (states == "answered").any()).to_numpy(dtype=bool)
    table.loc[where[answered], "state"] = "answered"
    for column in ("resolved", "csat", "rating"):
        if column in table:
            table.loc[where, column] = legs[column].last().to_numpy()
    if "transferred" in table:
        table.loc[where, "transferred"] = 1.0
    later[rows[follows]] = True
    return later
