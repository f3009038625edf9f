"""What a mix must hold, in an executive's units: limits on results, and between which values a lever may move."""

import streamlit as st

import model
from model.needs import OF_THE_WEEK
from model.optimise import Limits
from model.outcomes import OUTCOMES
from model.report import numbers
from model.report.dials import Dial, dial
from model.scenario import Scenario

ASKED_ELSEWHERE = ("csat", "service_level", "operating_cost", "csat_surveyed", "nps", "ces", *OF_THE_WEEK)
_UNITS = {"share": "%", "seconds": "s", "hours": "h", "months": "months", "fte": "FTE"}


def own_key(name: str, now: Scenario) -> str:
    """A field's key for this company: what is typed for one says nothing of another."""
    return f"{name}_{now.baseline.digest[:8]}"


def results(now: Scenario, here: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Any other result, (at least, at most); it begins where the scenario stands."""
    offered = [key for key in here if key not in ASKED_ELSEWHERE and here[key] == here[key]]
    at_least, at_most = dict[str, float](), dict[str, float]()
    chosen = st.multiselect("Other results to hold", offered, key=own_key("mix_results", now),
                            placeholder="Choose results",
                            format_func=lambda key: OUTCOMES[key].label, persist_state="session")  # fmt: skip
    for key in chosen:
        row = OUTCOMES[key]
        scale = 100.0 if row.unit == "share" else 1.0
        unit = numbers.sign(now.baseline.currency).strip() if row.unit.startswith("money") else _UNITS.get(row.unit, "")
        side = "at least" if row.better == "up" else "at most"
        typed = st.number_input(f"{row.label}, {side}{f' ({unit})' if unit else ''}", value=round(here[key] * scale, 2),
                                key=own_key(f"mix_result_{key}", now), persist_state="session")  # fmt: skip
        (at_least if row.better == "up" else at_most)[key] = typed / scale
    return at_least, at_most


def levers(now: Scenario) -> Limits:
    """Levers that stay, levers that move only so far, and the fewest people."""
    table = model.lever_table(now.baseline)
    dials = {str(row["key"]): dial({str(k): v for k, v in row.items()}, now.baseline.currency)
             for row in table[table["shown"]].to_dict("records")}  # fmt: skip
    labels = {key: one.label for key, one in dials.items()}
    usual = [k for k in ("wage_premium", "shrinkage") if k in labels]
    locked = st.multiselect("Levers that stay as they are", list(labels), usual, key=own_key("mix_locked", now),
                            format_func=lambda key: labels.get(key, key), persist_state="session")  # fmt: skip
    bounded = st.multiselect("Levers that move only so far", [k for k in labels if k not in locked],
                             key=own_key("mix_bounded", now), placeholder="Choose levers",
                             format_func=lambda key: labels.get(key, key), persist_state="session")  # fmt: skip
    bounds = {key: _bounds(dials[key], own_key(f"mix_bounds_{key}", now)) for key in bounded}
    fewest = st.number_input("Fewest people in any channel (% of today)", 0, 150, 50, 5, key="mix_fewest",
                             persist_state="session")  # fmt: skip
    people = {c.name: now.baseline.levers[f"staffing.{c.name}"] * fewest / 100 for c in now.baseline.channels}
    # A slider of one's own says how few; the share of today is for the others.
    people = {name: least for name, least in people.items() if f"staffing.{name}" not in bounds}
    return {"locked": tuple(locked), "bounds": bounds, "minimum_staffing": people}


def _bounds(one: Dial, widget: str) -> tuple[float, float]:
    low, high = st.slider(one.label, one.low, one.high, (one.low, one.high), one.step, key=widget,
                          format=one.format, persist_state="session")  # fmt: skip
    ends = sorted((one.real(low), one.real(high)))
    return ends[0], ends[1]
