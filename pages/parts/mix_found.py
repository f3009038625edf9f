"""What Best mix found: progress, the mix and what it moves, the curve, and where the next money should go."""

import streamlit as st

from model import mixes
from model.optimise import Mix
from model.report import mix_chart, numbers, words
from pages.parts import errors, mix_job, results, state
from pages.parts.cards import is_dark, markdown
from pages.parts.mix_ask import KEY
from pages.parts.mix_job import Search

AMOUNT = 100_000.0


def show() -> None:
    """The search that was asked for, while it runs and after."""
    search = mix_job.of(KEY, state.scenario())
    if search is None:
        st.markdown("Choose a goal and press **Find the best mix**, or draw the least cost for each CSAT.")
    elif search.running:
        st.fragment(_watch, run_every=mix_job.EVERY_S)(search)
    else:
        _ended(search)


def _watch(search: Search) -> None:
    if not search.running:
        st.rerun()
    job = search.job
    assert job is not None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.progress(job.share, job.step)
        st.button("Cancel", icon=":material/close:", key="mix_cancel", on_click=mix_job.cancel, args=(KEY,))
    if search.kind == "curve":
        _curve(search)


def _ended(search: Search) -> None:
    job = search.job
    fault = job.fault if job else None
    if fault is not None and type(fault).__name__ == "Cancelled":
        st.caption("Cancelled. " + ("What was found so far stays." if search.found else "Nothing was found yet."))
    elif fault is not None:
        with errors.told():
            raise fault
    if search.kind == "curve" and search.found:
        _curve(search)
    elif search.found:
        mix(search.found[-1], search)


def mix(found: Mix, search: Search, name: str = "Best mix") -> None:
    """One mix in words, and the click that makes it the scenario."""
    scenario, out = search.scenario, found.outcome
    if not found.reached:
        ways = "; ".join(mix_chart.limit_text(way, scenario) for way in found.in_the_way)
        st.warning(markdown(f"{ways or 'The nearest mix is shown'}."), title="No mix holds every limit",
                   icon=":material/block:")  # fmt: skip
    st.markdown(markdown(f"#### {words.standing(out.headline, scenario.baseline.currency)}"), anchors=False)
    moved = mix_chart.moved_text(scenario, found.scenario)
    st.markdown(markdown(f"**Moved:** {moved}." if moved else "Nothing needs to be moved: this is the best already."))
    payback = numbers.number("payback_months", out.headline["payback_months"])
    worth = numbers.number("npv", out.headline["npv"], scenario.baseline.currency)
    st.caption(markdown(f"Value over 36 months {worth}; payback {payback}."))
    st.button("Open on Explore", type="primary", icon=":material/arrow_forward:", key="mix_use",
              on_click=_use, args=(found, name))  # fmt: skip


def _use(found: Mix, name: str) -> None:
    state.accept(lambda now: now.to(found.scenario.model_copy(update={"name": name})))
    st.session_state["mix_opened"] = True


def _curve(search: Search) -> None:
    kept, currency = mixes.efficient(list(search.found)), search.scenario.baseline.currency
    now = results.of(search.scenario).outcome
    points = [(f"Mix {i + 1}", "mix", m.outcome.headline["operating_cost"], m.outcome.headline["csat"])
              for i, m in enumerate(kept)]  # fmt: skip
    points.append(("Doing nothing", "nothing", now.reference["operating_cost"], now.reference["csat"]))
    if words.is_moved(search.scenario):
        points.append(("This scenario", "this", now.headline["operating_cost"], now.headline["csat"]))
    title = mix_chart.curve_title(kept, mixes.prices(kept), currency)
    st.markdown(markdown(f"**Best mixes** {title}"))
    event = st.vega_lite_chart(
        mix_chart.curve_data(points, currency), mix_chart.curve_spec(currency, is_dark()), height=360, key="mix_plane",
        on_select="rerun", selection_mode="picked", alt="Least cost a year for each CSAT")  # fmt: skip
    chosen = [int(one["point"]) for one in event["selection"].get("picked", []) if "point" in one]
    if chosen and chosen[0] < len(kept):
        mix(kept[chosen[0]], search, f"Mix {chosen[0] + 1}")
    elif kept and not search.running:
        st.caption("Click a point to see its levers and to open it.")


def next_money() -> None:
    """Which lever the next 100,000 should go to."""
    box = st.expander("Where the next 100,000 should go", key="mix_next", on_change="rerun")
    if not box.open:
        return
    now = state.scenario()
    with box, errors.told():
        table = mixes.next_spend(now, AMOUNT)
        st.markdown(markdown(mix_chart.next_table(table, now)))
