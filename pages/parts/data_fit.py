"""The model held against days it has not seen: on the data page, below what was measured."""

import hashlib

import pandas as pd
import streamlit as st

from model.fit import Fit
from model.intake import Held, Measurement, held_back
from model.report import fit_chart
from model.scenario import Channel
from pages.parts.cards import is_dark
from pages.parts.data_words import whole_units

BADGES = {"good": "blue", "fair": "gray", "poor": "orange"}
ICONS = {"good": "check_circle", "fair": "info", "poor": "warning"}
BY_DAY, BY_HOUR, BY_WEEKDAY = "By day", "By half-hour", "By weekday"


@st.cache_resource(max_entries=16, show_spinner=False)
def _held(mark: str, _measurement: Measurement) -> tuple[Held, ...]:
    return held_back(_measurement)


def held(measurement: Measurement) -> tuple[Held, ...]:
    """Every channel's fit; worked out once for the same figures."""
    mark = hashlib.sha256(measurement.baseline.digest.encode())
    for part in measurement.parts:
        mark.update(pd.util.hash_pandas_object(part.cells, index=False).to_numpy().tobytes())
    return _held(mark.hexdigest(), measurement)


def panel(measurement: Measurement, channel: Channel) -> None:
    """One channel: the error in plain words, whether to trust the model, and the pictures behind it."""
    with st.container(border=True, key="held_back"):
        with st.spinner("Holding the model against days it has not seen"):
            found = next((one for one in held(measurement) if one.channel == channel.name), None)
        if found is None:
            return
        if found.fit is None:
            st.markdown("**How well the model explains single days**")
            st.caption(whole_units(found.reason))
            return
        _fit(found.fit, channel)


def _fit(fit: Fit, channel: Channel) -> None:
    verdict = f":{BADGES[fit.verdict]}-badge[:material/{ICONS[fit.verdict]}: {fit_chart.VERDICTS[fit.verdict]}]"
    st.markdown(f"**{whole_units(fit_chart.finding(fit))}** {verdict}")
    warnings = [whole_units(line) for line in fit_chart.warnings(fit)]
    if warnings:
        st.warning("\n\n".join(warnings[1:]), title=warnings[0], icon=":material/warning:")
    ways = [BY_DAY, BY_HOUR, BY_WEEKDAY] if len(fit.hours) else [BY_DAY, BY_WEEKDAY]
    with st.container(horizontal=True, gap="small"):
        way = st.segmented_control("Compared", ways, default=BY_DAY, required=True, key="fit_way",
                                   label_visibility="collapsed")  # fmt: skip
        keys = [speed.key for speed in fit.speeds]
        key = st.segmented_control("Speed", keys, default=keys[0], required=True, key="fit_speed",
                                   label_visibility="collapsed",
                                   format_func=fit_chart.SHORT.__getitem__) if len(keys) > 1 else keys[0]  # fmt: skip
    key, way = key if key in keys else keys[0], way if way in ways else BY_DAY
    if way == BY_DAY:
        data, spec = fit_chart.days_data(fit, key), fit_chart.days_spec(key, is_dark())
    elif way == BY_HOUR:
        data, spec = fit_chart.hours_data(fit, key), fit_chart.groups_spec(key, True, is_dark())
    else:
        data, spec = fit_chart.weekdays_data(fit, key), fit_chart.groups_spec(key, False, is_dark())
    st.vega_lite_chart(data, spec, height=230, key=f"fit_{way}_{key}", alt=fit_chart.finding(fit))
    grade = channel.grades.get("agents", "assumed")
    st.markdown("\n".join(f"- {whole_units(line)}" for line in fit_chart.lines(fit)))
    st.caption(whole_units(" ".join([
        fit_chart.method(fit), fit_chart.legend(fit) if way == BY_DAY else "", *fit_chart.remarks(fit),
        fit_chart.meaning(fit, grade),
    ])))  # fmt: skip
