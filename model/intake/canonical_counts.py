"""A table of counts where it lies to the canonical columns that `aggregates` asks for: intervals, days or months."""

from typing import Any

import numpy as np

from model.errors import IntakeError
from model.intake.answers import scalars
from model.intake.canonical import COUNTS, DURATIONS, Canonical, Roles, began, label_of, labels_of, not_below_zero
from model.intake.columns import FileKind
from model.intake.means import missing_parts
from model.intake.problems import Problems
from model.intake.ratings import mean_share, scale_of_means
from model.intake.words import normalised


def counts(roles: Roles, kind: FileKind) -> Canonical:
    """Rows that are counts: intervals, days or months."""
    import ibis

    if "date" not in roles:
        hint = "Choose the column that says when intervals began."
        raise IntakeError(f"{roles.where} has no column with dates.", hint)
    problems = Problems()
    start, has_time = began(roles)
    told = {role: ibis.ifelse(roles.number(role) >= 0, roles.number(role), ibis.null("float64")) for role in COUNTS}
    time = {role: not_below_zero(roles.seconds(role)) for role in DURATIONS[:5] if role in roles}
    if "offered" not in roles:
        told["offered"] = told["answered"] + (told["abandoned"] if "abandoned" in roles else 0.0)
    handle = time.get("handle", ibis.null("float64"))
    for part in missing_parts(normalised(roles.headers["handle"])) if "handle" in roles else ():
        if part in time:
            handle = handle + time[part].fill_null(0.0)
    table = roles.table.mutate(
        start=start, **told, handle_s=handle, wait_s=time.get("wait", ibis.null("float64")),
        abandon_wait_s=time.get("abandon_wait", ibis.null("float64")), label=label_of(roles),
        service_level=_share(roles, "service_level"), resolved=_share(roles, "resolved"), csat=_mean_rating(roles),
        transferred=roles.number("transferred"),
        **{f"{role}_told": ibis.literal(role in roles) for role in ("answered", "abandoned", "surveys")},
    )  # fmt: skip
    known = table.offered.notnull() & table.start.notnull()
    found = scalars(table, rows=table.count(), kept=table.count(where=known), all=table.offered.sum(where=known))
    none = int(found["rows"] - found["kept"])
    problems.add("no_volume", "Rows without a number of contacts or a date", none, "dropped")
    if not found["all"] > 0:
        raise IntakeError(f"{roles.where} counts no contacts.", "Choose the column that counts contacts offered.")
    labels = labels_of(roles)
    keep = ("label", "start", *COUNTS, "wait_s", "abandon_wait_s", "handle_s", "service_level", "csat", "resolved",
            "transferred", "answered_told", "abandoned_told", "surveys_told")  # fmt: skip
    return Canonical(table.filter(known).select(*keep), has_time or kind == "intervals", labels, problems)


def _share(roles: Roles, role: str) -> Any:
    """Shares 0 to 1; above 1.5 somewhere means per cent throughout."""
    import ibis

    if role not in roles:
        return ibis.null("float64")
    number = roles.number(role)
    if scalars(roles.table, top=number.max())["top"] > 1.5:
        number = number / 100
    return ibis.ifelse((number >= 0) & (number <= 1), number, ibis.null("float64"))


def _mean_rating(roles: Roles) -> Any:
    """Satisfied share behind mean ratings, by the scale that their largest and smallest give away."""
    import ibis

    if "csat" not in roles:
        return ibis.null("float64")
    number = roles.number("csat")
    found = scalars(roles.table, low=number.min(), top=number.max())
    key = scale_of_means(np.array([found["low"], found["top"]]))
    # A mean's share is linear in it: two points say which line.
    at = mean_share(np.array([found["low"], found["top"]]), key)
    slope = (at[1] - at[0]) / (found["top"] - found["low"]) if found["top"] > found["low"] else 0.0
    return at[0] + (number - found["low"]) * float(slope)
