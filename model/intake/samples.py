"""The sample companies: their exports read and measured like a user's own, with the figures a company would type."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from model.errors import ArgumentError
from model.intake.remembered import measure_files
from model.intake.rounding import rounded
from model.scenario import Baseline, Channel, Grade

SAMPLES = ("retail", "bank", "software")
HOME = Path(__file__).resolve().parents[2] / "sample_data"
_TYPED = {
    "currency": "currency", "wage": "wage", "hours": "hours_per_fte", "overhead": "overhead",
    "stated_cost": "stated_cost", "customers": "customers",
    "margin": "margin_per_customer", "orders_per_week": "orders_per_week", "growth": "growth",
    "month_factors": "month_factors", "nps": "nps", "ces": "ces",
}  # fmt: skip


@lru_cache(maxsize=len(SAMPLES))
def sample(name: str) -> Baseline:
    """A sample company. Measured once a computer, as any file is; a baseline is frozen, so all may share it.

    Raises
    ------
    ArgumentError
        There is no sample of this name.
    """
    if name not in SAMPLES:
        raise ArgumentError(f"There is no sample company {name!r}.", f"There are: {', '.join(SAMPLES)}.")
    home = HOME / name
    files = [path for path in sorted(home.iterdir()) if path.suffix in (".csv", ".tsv")]
    company = json.loads((home / "company.json").read_text("utf-8"))
    targets = {name: own["target_s"] for name, own in company["channels"].items() if "target_s" in own}
    measured = measure_files(files, name=company["label"], target_s=targets)
    return with_company(measured, company).model_copy(update={"source": "sample"})


def with_company(baseline: Baseline, company: Mapping[str, Any]) -> Baseline:
    """A measured baseline with the figures no export holds: money, seasons, today's levers, targets and FCR.

    `company` holds the keys of a sample's `company.json`; a channel's measured fields are replaced where it names them.
    """
    data = {key: getattr(baseline, key) for key in type(baseline).model_fields}
    grades: dict[str, Grade] = dict(baseline.grades)
    for key, field in _TYPED.items():
        if key in company:
            data[field] = tuple(company[key]) if key == "month_factors" else company[key]
            grades[field] = "measured"
    channels = []
    for channel in baseline.channels:
        own = company.get("channels", {}).get(channel.name, {})
        fields = {key: getattr(channel, key) for key in type(channel).model_fields} | own
        fields["grades"] = {**channel.grades, **dict.fromkeys(own, "measured")}
        channels.append(Channel(**fields))
    # Positions follow from the agents and the company's own time away from customers.
    data |= {"channels": tuple(channels), "levers": dict(company.get("levers", {})), "grades": grades}
    return rounded(Baseline(**data))
