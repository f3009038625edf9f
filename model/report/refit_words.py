"""What ratings say of the drivers of satisfaction, before and after, in words and as a table."""

from model.refit import Coefficient, Refit
from model.report.grammar import listed
from model.report.numbers import MINUS

HEAD = ("What moves satisfaction", "Before", "After", "From your ratings")


DRIVERS = {"csat_resolved": "being solved", "csat_wait": "waiting", "csat_transfer": "a transfer"}
EITHER_WAY = {
    "csat_resolved": "whether the contact was solved or not", "csat_wait": "after short and long waits",
    "csat_transfer": "with and without a transfer",
}  # fmt: skip


def value(number: float) -> str:
    """A coefficient as it is read: −0.25."""
    text = f"{abs(number):.2f}"
    return f"{MINUS}{text}" if number < 0 and float(text) else text


def span(values: tuple[float, float, float]) -> str:
    """Likely value, and the range."""
    low, mode, high = (value(v) for v in values)
    return f"{mode} ({low} to {high})"


def share(one: Coefficient) -> str:
    """How much of what is known of a coefficient came from the ratings; why it was kept where none did."""
    if one.kept:
        return f"kept: {one.why}"
    own = 100 * (1 - one.prior_share)
    return "more than 99 %" if own > 99 else f"{own:.0f} %"


def finding(found: Refit) -> str:
    """What came of the ratings in one sentence."""
    known = [c for c in found.coefficients if not c.kept]
    if not known:
        return f"{found.ratings:,} ratings are too few, or hold too little, to change what is assumed of satisfaction."
    what = listed([DRIVERS[one.key] for one in known]) if len(known) < 3 else "all three drivers"
    return f"{found.ratings:,} ratings say what {what} {'does' if len(known) == 1 else 'do'} to satisfaction."


def rows(found: Refit) -> list[tuple[str, str, str, str]]:
    """A row a driver, as HEAD names its cells."""
    return [(one.label, span(one.before), span(one.after), share(one)) for one in found.coefficients]


def lines(found: Refit) -> list[str]:
    """A sentence a driver."""
    out = []
    for one in found.coefficients:
        if one.kept:
            out.append(f"{one.label}: {span(one.before)}, {share(one)}.")
        else:
            out.append(f"{one.label}: {span(one.before)} before, {span(one.after)} after; {share(one)} of it from "
                       "your ratings.")  # fmt: skip
    return out


def caution(found: Refit) -> list[str]:
    """Where the ratings say that a driver hardly matters: worth a look before it is believed."""
    flat = [EITHER_WAY[one.key] for one in found.coefficients
            if not one.kept and one.before[1] and abs(one.after[1]) < 0.15 * abs(one.before[1])]  # fmt: skip
    if not flat:
        return []
    return [f"Your ratings are much the same {listed(flat)}. That is rare: before you use this, check these "
            "columns, and that people rated the contact rather than something else."]  # fmt: skip
