"""The average week of a channel as a heat map: contacts by weekday and half-hour. Frame in, chart out."""

import altair as alt
import numpy as np
import pyarrow as pa

from model.report import words
from model.report.charts import Spec, kept, spec_of, week_axes
from model.report.colours import SHADES, palette
from model.report.numbers import clock
from model.scenario import Channel

"""The theme's sequential colours, from few contacts to many, on a light and a dark page."""


def profile_data(channel: Channel) -> pa.Table:
    """A row an open half-hour: day, hour and until (hours of the day), start as text, contacts, agents."""
    arrivals, agents = np.asarray(channel.arrivals), np.asarray(channel.agents)
    cell = np.flatnonzero(arrivals > 0)
    hour = (cell % 48) / 2
    return pa.table({
        "day": [words.DAYS[i] for i in cell // 48], "hour": hour, "until": hour + 0.5,
        "start": [clock(i % 48 / 2) for i in cell.tolist()], "contacts": np.round(arrivals[cell], 1),
        "agents": np.round(agents[cell], 1),
    })  # fmt: skip


def profile_title(channel: Channel) -> str:
    """What the picture shows: the busiest half-hour, and that the shape is assumed where it is."""
    top = int(np.argmax(channel.arrivals))
    most = max(channel.arrivals)
    contacts = f"{most:,.0f}" if most >= 9.5 else f"{most:.1f}"
    said = f"Busiest on {words.DAYS[top // 48]} at {clock(top % 48 / 2)}: {contacts} contacts in half an hour"
    if channel.grades.get("arrivals", "assumed") != "measured":
        return "Part or all of the shape of the week is assumed: your figures hold less than a whole week by half-hour"
    return said


@kept
def profile_spec(dark: bool = False) -> Spec:
    """Weekdays down, the day across; the darker (on dark pages: the lighter), the more contacts. Closed: blank."""
    quiet = palette(dark)["quiet"]
    cells = alt.Chart().mark_rect(stroke=None).encode(
        **week_axes(),
        color=alt.Color("contacts:Q", title="Contacts in half an hour", scale=alt.Scale(
            range=SHADES[dark], interpolate="rgb", zero=True, nice=True), legend=alt.Legend(
            orient="top", direction="horizontal", gradientLength=150, gradientThickness=8, tickCount=3,
            titleOrient="left", titleColor=quiet)),
        tooltip=[alt.Tooltip("day:N", title="Day"), alt.Tooltip("start:N", title="From"),
                 alt.Tooltip("contacts:Q", title="Contacts"), alt.Tooltip("agents:Q", title="Agents")],
    )  # fmt: skip
    return spec_of(cells)
