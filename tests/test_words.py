"""Numbers and sentences as an executive reads them."""

import math
from dataclasses import dataclass, field

import pandas as pd
import pytest

import model
from model.assumptions import ASSUMPTIONS, Assumption
from model.levers import LEVERS
from model.outcomes import OUTCOMES
from model.report import assumption_words, measured, mix_chart, numbers, words
from pages.parts.pictures import LIMITS


@pytest.mark.parametrize(("value", "text"), [
    (12_480_000, "$12.5m"), (1_250_000, "$1.25m"), (999_950, "$1.00m"), (420_400, "$420k"), (-85, "−$85"),
    (2.5e9, "$2.50bn"), (0, "$0"),
])  # fmt: skip
def test_money_has_three_digits_and_its_sign_first(value: float, text: str) -> None:
    assert numbers.money(value) == text


def test_a_currency_without_a_sign_is_named() -> None:
    assert numbers.money(1.2e6, "CHF") == "CHF 1.20m"
    assert numbers.money(1.2e6, "EUR") == "€1.20m"


@pytest.mark.parametrize(("key", "value", "text"), [
    ("service_level", 0.8421, "84.2 %"), ("asa", 28.4, "28 s"), ("asa", 240, "4.0 min"),
    ("resolution_time", 14, "14.0 h"), ("resolution_time", 60, "2.5 days"),
    ("payback_months", math.nan, "not within 36 months"), ("fte", 118.4, "118 FTE"), ("fte", 8.25, "8.2 FTE"),
    ("cost_per_contact", 6.123, "$6.12"), ("backlog", 8633.1, "8,633"), ("nps", -3.2, "−3.2"),
    ("freed_fte", -0.01, "0.0 FTE"), ("npv", -0.3, "$0"), ("npv", -0.6, "−$1"), ("containment", -1e-6, "0.0 %"),
    ("resolution_time", -0.01, "0.0 h"), ("cost_per_contact", -0.001, "$0.00"), ("nps", -0.04, "0.0"),
])  # fmt: skip
def test_every_number_has_its_unit(key: str, value: float, text: str) -> None:
    assert numbers.number(key, value) == text


@pytest.mark.parametrize("key", list(ASSUMPTIONS))
def test_no_assumption_has_a_technical_name_or_unit_outside_its_page(key: str) -> None:
    row = ASSUMPTIONS[key]
    shown = assumption_words.everyday(row, "USD").text(row.high)
    for technical in ("log", "e-fold", "factor", "elasticity", "a point"):
        assert technical not in shown and technical not in assumption_words.called(row)


def test_an_effect_on_the_odds_is_said_as_the_most_points_it_can_be() -> None:
    row = ASSUMPTIONS["csat_late_order"]
    assert assumption_words.called(row) == "Satisfaction: a late order"
    assert assumption_words.everyday(row, "USD").text(-1.2) == "−30 points at most"
    assert assumption_words.everyday(ASSUMPTIONS["benefit_realised"], "USD").text(0.7) == "70 %"


@pytest.mark.parametrize("key", list(OUTCOMES))
def test_every_outcome_can_be_said(key: str) -> None:
    assert numbers.number(key, 1234.5)
    assert numbers.number(key, 0.0)


@pytest.mark.parametrize(("low", "high", "text"), [
    (9.2, math.nan, "9 to more than 36"), (7.4, 17.6, "7 to 18"), (math.nan, math.nan, ""),
])  # fmt: skip
def test_a_payback_that_may_never_come_has_an_open_range(low: float, high: float, text: str) -> None:
    ranges = pd.DataFrame({"difference_low": [low], "difference_high": [high]}, index=["payback_months"])
    assert numbers.likely(ranges, "payback_months") == text


def test_a_difference_too_small_to_show_is_no_change() -> None:
    assert numbers.step("csat", 0.0004) == ""
    assert numbers.change("csat", 0.0004, -1, 1).text == "no change"
    assert numbers.change("csat", 0.0006, math.nan, math.nan).text == "+0.1 points"


def test_better_depends_on_the_outcome_and_people_are_never_judged() -> None:
    assert numbers.change("operating_cost", -1e6, -2e6, -5e5).verdict == "better"
    assert numbers.change("service_level", -0.1, -0.2, -0.05).verdict == "worse"
    assert numbers.change("fte", -10, -12, -8).verdict == "neutral"


def test_a_range_across_zero_is_too_uncertain_to_call() -> None:
    change = numbers.change("csat", 0.01, -0.004, 0.02)
    assert change.verdict == "unsure"
    assert change.likely == "likely −0.4 to +2.0: too uncertain to call"


def test_what_reads_as_nothing_is_not_certain_where_its_range_lies_on_both_sides() -> None:
    """A hair away, at .6 of a tenth of a point, the same range is called uncertain."""
    change = numbers.change("csat", 0.0004, -0.004, 0.003)
    assert (change.text, change.verdict) == ("no change", "unsure")
    assert change.likely == "likely −0.4 to +0.3: too uncertain to call"
    for key, low, high, likely in (
        ("csat", 0.0, 0.003, "likely 0.0 to +0.3"), ("csat", 0.001, 0.003, "likely +0.1 to +0.3"),
        ("csat", -0.0004, 0.0004, ""), ("fte", -2.0, 3.0, "likely −2.0 to +3.0"),
    ):  # fmt: skip
        assert numbers.change(key, 0.0004, low, high) == numbers.Change("no change", "off", "none", likely)
    apart = numbers.beside(change, "csat", 0.74051, 0.74047)
    assert (apart.text, apart.verdict) == ("under 0.1 points", "unsure")


def test_a_difference_beyond_the_far_end_of_its_range_is_not_called_by_its_own_sign() -> None:
    """All as likely it is cheaper, in eight of ten cases dearer: 'cheaper (likely 0.1 to 0.9m)' would be wrong."""
    assert numbers.change("operating_cost", -0.2e6, 0.1e6, 0.9e6).verdict == "unsure"
    assert numbers.change("csat", 0.01, -0.03, -0.001).verdict == "unsure"
    assert numbers.change("operating_cost", 0.2e6, 0.3e6, 0.9e6).verdict == "worse"


@pytest.mark.parametrize(("key", "low", "high", "text"), [
    ("operating_cost", -1.5e6, -0.6e6, "−$1.5m to −$0.6m"), ("operating_cost", -425e3, 28e3, "−$425k to +$28k"),
    ("npv", -1.003e6, -0.78e6, "−$1.00m to −$0.78m"), ("csat", -0.004, 0.02, "−0.4 to +2.0"),
    ("asa", 12, 19, "+12 to +19 s"), ("asa", -140, -110, "−2.3 to −1.8 min"),
    ("operating_cost", -20e3, 1.4e6, "$0 to +$1.4m"), ("cost_per_contact", -0.4, -0.12, "−$0.40 to −$0.12"),
    ("resolution_time", 1920.9, 2267.6, "+80.0 to +94.5 days"), ("csat", 0.0101, 0.0103, ""),
])  # fmt: skip
def test_a_range_is_in_the_unit_of_its_difference_and_empty_where_both_ends_read_alike(
    key: str, low: float, high: float, text: str
) -> None:
    low, high = sorted((low, high))
    assert numbers.span(key, low, high) == text


def test_a_range_of_money_is_in_the_form_of_its_own_currency_and_others_say_their_unit_once() -> None:
    assert numbers.span("operating_cost", 42e3, 490e3, signed=False) == "$42k to $490k"
    assert numbers.span("npv", -1.5e6, 0.6e6, "GBP") == "−£1.5m to +£0.6m"
    assert numbers.span("npv", -1.5e6, 0.6e6, "CHF") == "−CHF 1.5m to +CHF 0.6m"
    assert numbers.change("operating_cost", -85.0, -120.0, -40.0, "EUR").likely == "likely −€120 to −€40"
    assert numbers.span("asa", 12, 19, signed=False) == "12 to 19 s"


def test_values_beside_each_other_have_the_digits_that_tell_them_apart() -> None:
    assert numbers.apart("operating_cost", (12.0e6, 12.021e6)) == ["$12.00m", "$12.02m"]
    assert numbers.apart("operating_cost", (12.0e6, 12.4e6, 12.0e6)) == ["$12.0m", "$12.4m", "$12.0m"]
    assert numbers.apart("operating_cost", (189_000, 189_400), "EUR") == ["€189.0k", "€189.4k"]
    assert numbers.apart("csat", (0.7401, 0.7403)) == ["74.0 %", "74.0 %"]  # no difference would be said
    assert words.path_title("operating_cost", [12.0e6, 12.02e6], [12.0e6, 12.0e6], "USD") == (
        "Cost a year goes from $12.00m today to $12.02m in month 36; doing nothing ends at $12.00m")  # fmt: skip


@pytest.mark.parametrize(("path", "said"), [
    ((0.863, 0.88, 0.892, 0.87, 0.863), "rises to 89.2 % by month 2, back at 86.3 % in month 36"),
    ((0.863, 0.81, 0.85, 0.871), "falls from 86.3 % today to 81.0 % by month 1, at 87.1 % in month 36"),
    ((0.863, 0.8632, 0.863), "stays at 86.3 %"), ((0.863, 0.87, 0.88), "goes from 86.3 % today to 88.0 % in month 36"),
])  # fmt: skip
def test_a_path_that_turns_is_not_told_by_its_ends_alone(path: tuple[float, ...], said: str) -> None:
    assert words.path_title("service_level", path, path, "USD") == f"Answered in time {said}"


def test_values_that_read_apart_are_not_said_to_be_alike() -> None:
    def told(here: float, there: float, key: str = "resolution_time") -> str:
        return numbers.beside(numbers.change(key, here - there, 0.0, 0.0), key, here, there).text

    assert (told(11.16, 11.14), told(11.16, 11.17), told(11.5, 11.1)) == ("under 0.1 h", "no change", "+0.4 h")
    assert told(0.80052, 0.80048, "service_level") == "under 0.1 points"
    assert told(math.nan, 12.0, "payback_months") == "no change"


@pytest.mark.parametrize("row", ASSUMPTIONS.values(), ids=list(ASSUMPTIONS))
def test_an_assumption_is_written_alike_on_its_page_and_elsewhere(row: Assumption) -> None:
    if row.unit not in ("log-odds", "elasticity", "points a point"):
        here, there = (shown(row, "USD").text(row.mode) for shown in (assumption_words.unit, assumption_words.everyday))
        assert here == there and "factor" not in here


def test_sentences_made_of_parts_are_sentences() -> None:
    assert not [row.key for row in LEVERS.values() if "costs" in row.price_text]  # it follows "Costs"
    assert "How much each thing drives satisfaction" in LIMITS


@pytest.mark.parametrize(("difference", "redundancies", "text"), [
    (-12, 3.2, "12 fewer jobs by month 12: 9 by turnover, 3 redundancies"),
    (-12, 0, "12 fewer jobs by month 12: all by turnover"),
    (-1, 1, "1 fewer job by month 12: 1 redundancy"), (4.4, 0, "4 more jobs by month 12"), (0.3, 0, ""),
    (1.6, 3.8, "2 more jobs by month 12, though 4 redundancies"),
    (-0.2, 1, "as many jobs by month 12, though 1 redundancy"),
    (-2, 5, "2 fewer jobs by month 12: 5 redundancies, 3 more jobs elsewhere"),
    (-4, 5, "4 fewer jobs by month 12: 5 redundancies, 1 more job elsewhere"),
])  # fmt: skip
def test_what_happens_to_people_is_said(difference: float, redundancies: float, text: str) -> None:
    assert words.jobs(difference, redundancies, 12) == text


def test_who_has_to_go_is_said_where_as_many_are_hired_elsewhere() -> None:
    base = model.Scenario(baseline=model.sample("software"))
    moved = {"staffing.chat": base.lever("staffing.chat") - 8, "staffing.tickets": base.lever("staffing.tickets") + 8}
    out = model.evaluate(base.model_copy(update={"levers": moved}))
    gone = round(out.headline["redundancies"])
    assert gone >= 3 and abs(out.difference["fte"]) < 0.5
    assert (
        f"As many jobs by month 12, though {gone} redundancies"
        in words.headline(out, model.ranges(out.scenario)).detail
    )
    change = numbers.change("fte", out.difference["fte"], math.nan, math.nan)
    assert words.note("fte", out, change) == f"{gone} redundancies"


@dataclass
class Told:
    """What the sentences read of an outcome."""

    scenario: model.Scenario
    headline: dict[str, float]
    reference: dict[str, float]
    today: dict[str, float]
    channels: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(
        {"service_level": [0.82], "target_share": [0.8]}, index=["phone"]))  # fmt: skip

    @property
    def difference(self) -> dict[str, float]:
        return {k: v - self.reference[k] for k, v in self.headline.items()}


@pytest.fixture
def baseline() -> model.Baseline:
    phone = model.Channel(name="phone", arrivals=(60.0,) * 336, agents=(12.0,) * 336)
    own = dict.fromkeys(words.MONEY_FIELDS, "measured")
    return model.Baseline(name="Acme", channels=(phone,), currency="EUR", grades=own)


def values(**other: float) -> dict[str, float]:
    stood = {"operating_cost": 12.5e6, "service_level": 0.80, "csat": 0.742, "fte": 120.0, "redundancies": 0.0}
    return {**stood, "cost_per_contact": 6.0, "csat_surveyed": 0.77, "attrition": 0.38, **other}


def ranges(cost: tuple[float, float], csat: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame([cost, csat], index=["operating_cost", "csat"], columns=["difference_low", "difference_high"])


def test_a_card_says_how_likely_its_difference_is_even_where_the_range_reads_like_it(baseline: model.Baseline) -> None:
    told = Told(model.Scenario(baseline=baseline), values(csat=0.745), values(), values())
    for low, high, said in ((0.001, 0.005, "likely +0.1 to +0.5"), (0.0029, 0.0031, "likely as shown")):
        assert words.note("csat", told, numbers.change("csat", 0.003, low, high)) == said
    assert words.note("csat", told, numbers.change("csat", 0.0, 0.0, 0.0)) == ""
    dearer = numbers.change("operating_cost", 95e3, 86e3, 122e3, baseline.currency)  # +€95k stands right above it
    assert words.note("operating_cost", told, dearer) == "likely +86k to +122k"


def test_the_headline_says_cost_csat_and_the_target_with_their_ranges(baseline: model.Baseline) -> None:
    scenario = model.Scenario(baseline=baseline, levers={"fcr_programme": 0.5})
    now = values(operating_cost=11.3e6, csat=0.76, service_level=0.82, fte=108.0, redundancies=3.0)
    told = Told(scenario, now, values(), values())
    said = words.headline(told, ranges((-1.6e6, -0.7e6), (0.004, 0.031)))  # type: ignore[arg-type]
    assert said.title == ("After 12 months: **€1.20m a year cheaper** (likely €0.7m to €1.6m), **CSAT up 1.8 points** "
                          "(likely 0.4 to 3.1), 82 % answered in time (target 80 %).")  # fmt: skip
    assert "12 fewer jobs by month 12: 9 by turnover, 3 redundancies" in said.detail
    assert "wages" not in said.detail


def test_the_headline_calls_nothing_that_is_uncertain(baseline: model.Baseline) -> None:
    told = Told(model.Scenario(baseline=baseline, levers={"fcr_programme": 0.5}), values(csat=0.75), values(), values())
    said = words.headline(told, ranges((0.0, 0.0), (-0.004, 0.02)))  # type: ignore[arg-type]
    assert "**cost unchanged**" in said.title
    assert "**CSAT: too uncertain to call** (likely −0.4 to +2.0)" in said.title
    same = Told(told.scenario, values(operating_cost=12.3e6), values(), values())
    said = words.headline(same, ranges((0.1e6, 0.9e6), (-0.004, 0.003)))  # type: ignore[arg-type]
    assert "**cost: too uncertain to call** (likely +€100k to +€900k)" in said.title
    assert "**CSAT: too uncertain to call** (likely −0.4 to +0.3)" in said.title


def test_with_nothing_moved_the_headline_shows_no_differences(baseline: model.Baseline) -> None:
    told = Told(model.Scenario(baseline=baseline), values(), values(), values())
    said = words.headline(told, ranges((0, 0), (0, 0)))  # type: ignore[arg-type]
    assert said.title == "Today: **€12.5m** a year, **80 %** answered in time, CSAT **74.2 %**"
    assert "cheaper" not in said.title + said.detail


def test_a_changed_world_is_said_and_compared_with_nothing(baseline: model.Baseline) -> None:
    scenario = model.Scenario(baseline=baseline, conditions={"demand": 1.2, "growth": 0.05})
    said = words.headline(Told(scenario, values(), values(), values()), ranges((0, 0), (0, 0)))  # type: ignore[arg-type]
    assert said.title.startswith("After 12 months with 20 % more contacts, 5 % growth a year: ")


def test_what_was_set_is_told_with_the_digits_that_it_was_set_with(baseline: model.Baseline) -> None:
    """As on Compare and Risks: a target of 99.9 % is not one of 100 %, and growth of .4 % is not none."""
    scenario = model.Scenario(
        baseline=baseline, targets={"target_share.phone": 0.999},
        conditions={"demand": 1.025, "growth": -0.004, "peak": 1.125, "forecast_cv": 0.075})  # fmt: skip
    assert words.conditions(scenario) == (
        "with 2.5 % more contacts, 0.4 % decline a year, peaks 12.5 % higher, a forecast error of 7.5 %")  # fmt: skip
    assert words.target(Told(scenario, values(), values(), values())) == "target 99.9 %"  # type: ignore[arg-type]
    week = pd.DataFrame({"channel": ["phone"], "half_hour": [20], "arrivals": [50.0], "service_level": [0.7]})
    assert words.week_title(week, baseline, "phone", 0.825).startswith("Phone is below its 82.5 % in 1 of 1")
    assert measured.target(baseline.channels[0].model_copy(update={"target_share": 0.825})) == "82.5 % within 20 s"


def test_every_target_holds_where_those_for_csat_and_cost_do_too(baseline: model.Baseline) -> None:
    def said(**targets: float) -> str:
        there = {"csat": 0.74, "operating_cost": 13.1e6}
        return words.target(Told(model.Scenario(baseline=baseline, targets=targets), there, there, there))  # type: ignore[arg-type]

    assert said() == "target 80 %"
    assert said(csat=0.73, budget=14e6) == "every target holds"
    assert said(csat=0.78) == "CSAT misses its target"
    assert said(csat=0.78, budget=12e6) == "CSAT and cost miss their targets"


def test_money_counts_as_sample_until_all_five_figures_are_the_companys_own(baseline: model.Baseline) -> None:
    assert not words.sample_money(baseline)
    assert words.sample_money(baseline.model_copy(update={"grades": {**baseline.grades, "wage": "assumed"}}))
    assert words.sample_money(baseline.model_copy(update={"source": "sample"}))


def test_the_title_over_the_bridge_names_the_three_largest_causes_by_the_way_they_work() -> None:
    causes = pd.Series({"Self-service": -900e3, "Agent assist": 390e3, "Training": -20e3, "Routing": 10e3})
    assert words.cause_title("operating_cost", causes, "USD") == (
        "mostly self-service (−$900k) and training (−$20k); the other way: agent assist (+$390k)")  # fmt: skip
    one_way = pd.Series({"A": 0.03, "B": 0.02, "C": 0.01, "D": -0.005})
    assert words.cause_title("csat", one_way, "USD") == "mostly a (+3.0 points), b (+2.0 points) and c (+1.0 points)"
    assert words.cause_title("csat", one_way.head(2), "USD") == "a (+3.0 points) and b (+2.0 points)"  # and no other
    assert words.cause_title("csat", pd.Series({"Training": 0.012}), "USD") == "training (+1.2 points)"
    assert words.cause_title("csat", pd.Series({"Training": 0.00001}), "USD") == "nothing moves it"


def test_the_week_is_read_without_closed_half_hours(baseline: model.Baseline) -> None:
    week = pd.DataFrame({
        "channel": ["phone"] * 4, "half_hour": [0, 20, 21, 70], "arrivals": [1e-14, 50.0, 60.0, 40.0],
        "service_level": [0.0, 0.7, 0.9, 0.81],
    })  # fmt: skip
    assert words.week_title(week, baseline, "phone", 0.8) == (
        "Phone is below its 80 % in 1 of 3 half-hours; most late answers Monday 10:00")  # fmt: skip
    assert words.week_title(week.iloc[2:], baseline, "phone", 0.8).startswith("Phone holds its 80 % in every half-hour")
    assert words.week_title(week, baseline, "phone", None) == "Phone: most late answers Monday 10:00"


def test_the_plane_calls_nothing_that_the_cards_do_not_call(baseline: model.Baseline) -> None:
    here, there = {"operating_cost": 11e6, "csat": 0.76}, {"operating_cost": 12e6, "csat": 0.74}
    told = Told(model.Scenario(baseline=baseline), here, there, there)

    def said(cost: tuple[float, float], csat: tuple[float, float]) -> str:
        return words.plane_title(told, ranges(cost, csat))  # type: ignore[arg-type]

    assert said((-2e6, -5e5), (0.01, 0.03)) == "€1.00m a year cheaper and CSAT 2.0 points higher than doing nothing"
    assert said((-2e6, -5e5), (-0.01, 0.03)) == (
        "Against doing nothing: €1.00m a year cheaper, CSAT too uncertain to call")  # fmt: skip
    assert said((-2e6, 5e5), (-0.01, 0.03)).startswith("Against doing nothing: Cost too uncertain to call, CSAT")


def test_a_channel_that_bears_a_name_keeps_it_within_sentences() -> None:
    """ "whatsapp" is how nobody writes it, and "sms" no word."""
    retail = model.sample("retail")
    phone, chat, email = retail.channels
    labels = {phone: "Phone", chat: "WhatsApp", email: "SMS and forms"}
    own = tuple(one.model_copy(update={"label": label}) for one, label in labels.items())
    scenario = model.Scenario(
        baseline=retail.model_copy(update={"channels": own}),
        conditions={"added_volume.chat": 200.0, "added_volume.phone": 100.0})  # fmt: skip
    assert words.outcome_label("service_level.chat", scenario) == "Answered in time, WhatsApp"
    assert words.outcome_label("service_level.phone", scenario) == "Answered in time, phone"
    said = words.conditions(scenario)
    assert "200 added WhatsApp contacts" in said and "100 added phone contacts" in said
    first = pd.DataFrame({"csat": [0.0], "spent": [1e4], "back": [5e5]}, index=["staffing.chat"])
    assert "CSAT: agents, WhatsApp, $500k back" in mix_chart._pays(first, scenario)[0]
