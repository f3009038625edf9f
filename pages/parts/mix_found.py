"""What Best mix found: how far it is, the mix and what it moves, the curve."""

import streamlit as st

import model
from model import mixes, needs
from model.engine import Outcome
from model.optimise import Mix
from model.report import mix_chart, numbers, words
from model.report.mix_chart import Point
from model.scenario import Scenario
from pages.parts import errors, mix_job, mix_saved, results, state
from pages.parts.cards import is_dark
from pages.parts.mix_ask import KEY
from pages.parts.mix_job import Search
from pages.parts.plain import markdown, plain

NOTHING, THIS, SAVED = 1000, 1001, 2000
"""Places on the plane beyond those of mixes, which are the order in which they were found."""


def show() -> None:
    """The search that was asked for, while it runs and after."""
    search = mix_job.of(KEY, state.scenario())
    if search is None:
        st.markdown("**What would it take?** Choose a goal and press **Find the best mix**: it says which "
                    "levers to move, and what that costs. **Draw the curve** shows the least cost found for each CSAT; "
                    "each point is one click from a scenario.")  # fmt: skip
    elif search.work.running:
        st.fragment(_watch, run_every=mix_job.EVERY_S)(search)
    else:
        _ended(search)


def _watch(search: Search) -> None:
    mix_job.progress(search, KEY, "mix_cancel")
    _so_far(search)


def _ended(search: Search) -> None:
    if search.work.cancelled:
        st.caption("Cancelled. " + ("What was found so far stays." if search.mixes else "Nothing was found yet."))
    with errors.told():
        if search.work.fault is not None:
            raise search.work.fault
    _so_far(search)


def _so_far(search: Search) -> None:
    if search.kind == "curve":
        _curve(search)
    elif search.mixes:
        over = not search.work.running and not search.work.cancelled
        mix(search.mixes[-1], search, "Best mix found" if over else "Best mix so far")


def mix(found: Mix, search: Search, name: str) -> None:
    """One mix in words, and the click that makes it the scenario. The click stands where rows that come move it not."""
    scenario, out, currency = search.scenario, found.outcome, search.scenario.baseline.currency
    if not found.reached and not search.work.running and not search.work.cancelled:
        ways = "; ".join(mix_chart.limit_text(way, scenario) for way in found.in_the_way)
        st.warning(markdown(f"{ways or 'The limits contradict each other'}. The nearest mix found is shown."),
                   title="No mix found holds every limit", icon=":material/block:")  # fmt: skip
    with st.container(border=True, gap="small"):
        st.markdown(markdown(f"##### {name}: {words.standing(out.headline, currency)}"), anchors=False)
        now = results.of(state.scenario()).outcome
        said = [mix_chart.against_text(out.headline, now.headline, currency), *_before_opening(found, now)]
        if not search.work.running:  # while better ones come, none is worth the cases
            said += _edge(found, search)
        st.markdown(markdown("  \n".join(f":small[{line}]" for line in said)))
        payback = numbers.number("payback_months", out.headline["payback_months"])
        worth = numbers.number("npv", out.headline["npv"], currency)
        st.caption(markdown(f"Value over 36 months {worth}; payback {payback}. {_how_sure(found, search)}"))
        _open(found.scenario, name)
        limits = {key: search.asked.get(key) for key in ("bounds", "minimum_staffing")}
        moved = mix_chart.moves_table(scenario, found.scenario, **limits)
        if moved:
            st.markdown(markdown(moved))
        else:
            st.markdown("Nothing needs to be moved: nothing better was found than the scenario as it is.")


def _before_opening(found: Mix, now: Outcome) -> list[str]:
    """What must be known before a mix is taken: the jobs that go and when, and the targets that it misses."""
    missed, people = words.targets_text(found.outcome), mix_chart.people_text(found.outcome)
    said = [f"Against doing nothing: {people or 'as many jobs'}"]
    if missed:
        said.append(f":orange[:material/warning: **Target missed**:] {missed}")
    elif needs.targets(found.scenario):
        said.append(f":material/check: Every target holds at month {found.scenario.month}")
    if way := mix_chart.waiting_text(now, found):
        said.append(way)
    if way := mix_chart.other_months(found.outcome):
        said.append(f":orange[:material/warning: **Other months**:] {way}")
    return said


def _edge(found: Mix, search: Search) -> list[str]:
    """That a mix stands on the edge of a target, and how to ask for one that does not."""
    edge = mix_chart.edge_text(found.outcome, model.target_odds(found.scenario))
    more = "" if search.asked.get("sure") else f". “{mix_chart.SURER}” finds a surer mix, which may cost more"
    return [f":orange[:material/warning: **On the edge**:] {edge}{more}"] if edge else []


def _how_sure(found: Mix, search: Search) -> str:
    """Whether a mix is the last word: points of the curve are, each for its CSAT; the best so far is not."""
    if search.kind == "curve" or not (search.work.running or search.work.cancelled):
        return "The best that the search found; it cannot prove that there is none better."
    held = "" if found.reached else "It may still miss a limit. "
    return held + ("Better ones may come." if search.work.running else "A longer search may find better ones.")


def _open(scenario: Scenario, name: str) -> None:
    st.button("Open on Explore", type="primary", icon=":material/arrow_forward:", key="mix_use",
              on_click=_use, args=(scenario, name))  # fmt: skip


def _use(scenario: Scenario, name: str) -> None:
    before = state.scenario()
    state.accept(lambda now: now.change(**mix_saved.carried(name, scenario)))
    if errors.pending() is None:
        moved = mix_chart.moved_text(before, state.scenario())
        state.remark(f"{name} is on screen. Moved: {moved}." if moved else f"{name} is on screen.")
        st.session_state["mix_opened"] = True
        st.rerun("app")  # while a search works the button stands in a part that would be drawn anew alone


def _curve(search: Search) -> None:
    currency, found = search.scenario.baseline.currency, list(search.work.found)
    kept = mixes.efficient(found)
    prices = mixes.prices(kept)
    here, saved = results.of(state.scenario()).outcome, mix_saved.all_saved()
    st.markdown(markdown(f"**{mix_chart.curve_title(kept, here.reference, currency)}**"))
    places = {id(one): place for place, one in enumerate(found)}
    points = [Point(f"Mix {i + 1}", "mix", *_at(one.outcome.headline), places[id(one)], price)
              for i, (one, price) in enumerate(zip(kept, prices, strict=True))]  # fmt: skip
    points.append(Point("Doing nothing", "nothing", *_at(here.reference), NOTHING))
    if words.is_moved(state.scenario()):
        points.append(Point("This scenario", "this", *_at(here.headline), THIS))
    points += [Point(one.name, "saved", *_at(one.outcome.headline), SAVED + i) for i, one in enumerate(saved)]
    event = st.vega_lite_chart(
        mix_chart.curve_data(points, currency), mix_chart.curve_spec(currency, is_dark()), height=380, key="mix_plane",
        on_select="rerun", selection_mode="picked",
        alt="Cost a year across, CSAT upwards: the best mixes found as a line, doing nothing and saved scenarios "
        "beside it")  # fmt: skip
    asked = " ".join([mix_chart.price_text(kept, prices, currency), "Click a point to see it and to open it."])
    st.caption(markdown(asked.strip()))
    lost = len(found) - len(kept)
    if lost and not search.work.running:
        st.caption(f"{len(found)} mixes were sought; {lost} {'is' if lost == 1 else 'are'} not shown, since others "
                   "found are both cheaper and better, or since they miss a limit.")  # fmt: skip
    chosen = [int(one["point"]) for one in event["selection"].get("picked", []) if "point" in one]
    if chosen:
        _picked(chosen[0], points, found, search, saved)
    if kept:
        with st.expander("The mixes as a table", type="compact"):
            st.markdown(markdown(mix_chart.curve_table(kept, prices, currency)))


def _at(head: dict[str, float]) -> tuple[float, float]:
    return head["operating_cost"], head["csat"]


def _picked(place: int, points: list[Point], found: list[Mix], search: Search, saved: list[mix_saved.Saved]) -> None:
    """What was clicked: a mix, or a saved scenario."""
    label = next((point.label for point in points if point.place == place), "")
    if label and place < NOTHING:
        mix(found[place], search, label)
    elif label and place >= SAVED:
        one = saved[place - SAVED]
        with st.container(border=True, gap="small"):
            standing = words.standing(one.outcome.headline, search.scenario.baseline.currency)
            st.markdown(f"##### {plain(one.name)}: {markdown(standing)}", anchors=False)
            _open(one.outcome.scenario, one.name)
