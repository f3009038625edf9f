"""Levers as dials: what a slider shows (FTE, $k, %), and the model's value behind it. Plain data, no interface."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.report import numbers

FAMILIES = {"resources": "People", "automation": "Automation, a year", "process": "How work is done"}


@dataclass(frozen=True, slots=True)
class Dial:
    """A lever as a slider: bounds, step and today's value in shown units, which are `zero` + value / `factor`."""

    key: str
    family: str
    label: str
    low: float
    high: float
    step: float
    today: float
    factor: float
    zero: float
    decimals: int
    before: str
    after: str
    help: str
    first: bool

    @property
    def widget(self) -> str:
        """The widget's key."""
        return "lever_" + self.key.replace(".", "_")

    @property
    def format(self) -> str:
        """The slider's printf format."""
        return f"{self.before}%,.{self.decimals}f{self.after.replace('%', '%%')}"

    def shown(self, value: float) -> float:
        """The model's value in shown units."""
        return round(self.zero + value / self.factor, 6)

    def real(self, shown: float) -> float:
        """A shown value in the model's units, without the dust of binary fractions."""
        return float(f"{(shown - self.zero) * self.factor:.10g}")

    def text(self, shown: float) -> str:
        """A shown value as the slider writes it, with the minus of the page."""
        if shown == 0 and self.before:
            return f"{self.before}0"
        return f"{numbers.MINUS if shown < 0 else ''}{self.before}{abs(shown):,.{self.decimals}f}{self.after}"


def _look(unit: str, high: float, currency: str) -> tuple[float, str, str]:
    """Factor, text before and text after the number."""
    match unit:
        case "share":
            return 0.01, "", " %"
        case "money":
            return (1e6, numbers.sign(currency), "m") if high >= 2e7 else (1e3, numbers.sign(currency), "k")
        case "fte":
            return 1.0, "", " FTE"
        case "hours":
            return 1.0, "", " h"
        case _:
            return 1.0, "", ""


def _decimals(step: float) -> int:
    """Decimals a step needs, at most 3."""
    for decimals in range(3):
        if math.isclose(step * 10**decimals, round(step * 10**decimals), abs_tol=1e-9):
            return decimals
    return 3


def _help(row: Mapping[str, Any]) -> str:
    return f"**Costs** {row['price_text']}.\n\n**Takes** time: {row['delay_text']}.\n\n**Moves** {row['moves']}."


def dial(row: Mapping[str, Any], currency: str) -> Dial:
    """A dial of a row of the lever table, its bounds widened to hold today's value."""
    factor, before, after = _look(row["unit"], row["high"], currency)
    zero = 0.0
    if row["key"] == "late_order_rate":  # an executive speaks of the orders that come on time
        factor, zero = -factor, 100.0
    today, *ends = (round(zero + row[end] / factor, 6) for end in ("today", "low", "high"))
    step = round(row["step"] / abs(factor), 6)
    return Dial(
        key=row["key"], family=row["family"], label=row["label"], low=min(*ends, today), high=max(*ends, today),
        step=step, today=today, factor=factor, zero=zero, decimals=_decimals(step), before=before, after=after,
        help=_help(row), first=bool(row["first"]))  # fmt: skip


def dials(table: pd.DataFrame, currency: str) -> list[Dial]:
    """Every lever that has an effect on this company; `staffing` first, which moves all channels together."""
    records: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]
    rows = [row for row in records if row["shown"]]
    staffing = [row for row in rows if str(row["key"]).startswith("staffing.")]
    others = [dial(row, currency) for row in rows if row not in staffing]
    total = dict(staffing[0]) | {"key": "staffing", "label": "Agents, all channels" if len(staffing) > 1 else "Agents"}
    for part in ("low", "high", "today"):
        total[part] = round(sum(row[part] for row in staffing), 2)
    total["step"] = max(row["step"] for row in staffing)
    single = [dial({**row, "first": False}, currency) for row in staffing] if len(staffing) > 1 else []
    return [dial(total, currency), *single, *others]


def spread(total: float, now: Mapping[str, float]) -> dict[str, float]:
    """Agents of all channels together, shared out as they stand now; exact to a hundredth of a position."""
    held = sum(now.values())
    shares = {key: round(total * value / held, 2) for key, value in now.items()}
    largest = max(shares, key=lambda key: shares[key])
    shares[largest] = round(shares[largest] + total - sum(shares.values()), 2)
    return shares
