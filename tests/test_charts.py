"""Chart builders: frames in, pictures out, without any page."""

import copy
import importlib
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import vl_convert

from model.report import charts, colours


def table(data: object) -> pd.DataFrame:
    frame: pd.DataFrame = data.to_pandas()  # type: ignore[attr-defined]
    return frame


CAUSES = pd.Series({"Self-service": -900.0, "Training": 200.0, "Solve it first time": -300.0})


def test_a_bridge_leads_from_doing_nothing_to_this_scenario_without_a_gap() -> None:
    bridge = table(charts.bridge_data("operating_cost", 10_000, 9_000, CAUSES))
    named = ["Doing nothing", "Self-service", "Solve it first time", "Training", "This scenario"]
    assert list(bridge["label"]) == named
    assert bridge["end"].iloc[0] == 10_000
    assert bridge["start"].iloc[1] == 10_000
    np.testing.assert_allclose(bridge["start"].iloc[2:-1], bridge["end"].iloc[1:-2])
    assert bridge["end"].iloc[-1] == 9_000
    assert bridge["end"].iloc[-2] == pytest.approx(9_000)


def test_a_bridge_colours_what_is_better_and_worse_for_that_outcome() -> None:
    cost = table(charts.bridge_data("operating_cost", 10_000, 9_000, CAUSES)).set_index("label")["kind"]
    csat = table(charts.bridge_data("csat", 0.7, 0.72, pd.Series({"A": 0.03, "B": -0.01}))).set_index("label")["kind"]
    people = table(charts.bridge_data("fte", 100, 90, pd.Series({"A": -10.0}))).set_index("label")["kind"]
    assert (cost["Self-service"], cost["Training"]) == ("better", "worse")
    assert (csat["A"], csat["B"]) == ("better", "worse")
    assert people["A"] == "neutral"


def test_a_bridge_of_many_causes_adds_the_small_ones_up_and_still_closes() -> None:
    many = pd.Series({f"Lever {i}": 100.0 + i for i in range(14)})
    bridge = table(charts.bridge_data("operating_cost", 10_000, 10_000 + float(many.sum()), many))
    assert len(bridge) == charts.MOST_CAUSES + 3
    assert bridge["label"].iloc[-2] == "Everything else"
    assert bridge["end"].iloc[-2] == pytest.approx(bridge["end"].iloc[-1])


def test_a_cause_too_small_to_show_has_no_bar_of_its_own() -> None:
    bridge = table(charts.bridge_data("csat", 0.7, 0.72, pd.Series({"A": 0.02, "B": 0.00001})))
    assert "B" not in set(bridge["label"])


def test_whole_bars_are_cut_below_so_that_steps_can_be_seen_but_never_below_zero() -> None:
    near = table(charts.bridge_data("operating_cost", 1e7, 0.99e7, pd.Series({"A": -1e5})))
    small = table(charts.bridge_data("operating_cost", 10, 1, pd.Series({"A": -9.0})))
    assert 0.9e7 < near["start"].iloc[0] < 0.99e7
    assert small["start"].iloc[0] == 0
    assert list(near["cut"]) == [True, False, True] and not small["cut"].any()


def test_a_bar_that_is_cut_fades_out_where_it_is_cut() -> None:
    fills = charts.bridge_spec()["layer"][0]["encoding"]["color"]["condition"]
    cut = [fill["value"]["stops"][0]["color"] for fill in fills if "datum.cut" in fill["test"]]
    assert cut == [colours.LIGHT["nothing"] + "00", colours.LIGHT["this"] + "00"]


@pytest.mark.parametrize("dark", [False, True])
def test_specs_are_compiled_once_and_hold_no_data(dark: bool) -> None:
    specs = [charts.bridge_spec(dark), charts.path_spec("csat", "USD", dark), charts.week_spec(dark),
             charts.plane_spec("EUR", dark)]  # fmt: skip
    for spec in specs:
        assert not {"data", "datasets", "config", "$schema"} & set(spec)
        assert all("data" not in layer for layer in spec.get("layer", ()))
    assert charts.bridge_spec(dark) is specs[0]
    assert charts.path_spec("csat", "USD", dark) is specs[1]


def test_light_and_dark_name_the_same_things_and_differ_in_colour_only() -> None:
    assert set(colours.LIGHT) == set(colours.DARK)
    light, dark = copy.deepcopy(charts.bridge_spec(False)), charts.bridge_spec(True)
    text = str(light)
    for name, colour in colours.LIGHT.items():
        text = text.replace(colour, colours.DARK[name])
    assert text == str(dark)


def test_a_path_has_a_row_a_month_and_marks_the_month_shown() -> None:
    value = pd.Series(np.linspace(10, 8, 37))
    ranges = pd.DataFrame({"month": range(37), "low": value - 1, "high": value + 1})
    path = table(charts.path_data(value, value * 0 + 10, ranges, 12))
    assert list(path["month"]) == list(range(37))
    assert list(path.loc[path["shown"], "month"]) == [12]
    assert (path["low"] < path["value"]).all()
    bare = table(charts.path_data(value, value, None, 12))
    assert (bare["low"] == bare["value"]).all()


@pytest.mark.parametrize("end", [9.99, 10.0, 10.01])
def test_names_of_lines_that_end_close_together_stand_apart(end: float) -> None:
    value = pd.Series(np.linspace(10, end, 37))
    value[18] = 9.0  # the picture is about one unit high
    ranges = pd.DataFrame({"low": value, "high": value})
    path = table(charts.path_data(value, value * 0 + 10, ranges, 12)).iloc[-1]
    assert abs(path["value_at"] - path["nothing_at"]) == pytest.approx(charts.NAME * 1.0, rel=0.02)
    assert (path["value_at"] + path["nothing_at"]) / 2 == pytest.approx((end + 10) / 2)
    assert (path["value_at"] > path["nothing_at"]) == (end >= 10)


def test_names_of_lines_that_end_far_apart_stand_at_their_ends() -> None:
    path = table(charts.path_data(np.linspace(10, 8, 37), np.full(37, 10.0), None, 12)).iloc[-1]
    assert (path["value_at"], path["nothing_at"]) == (8, 10)


def test_every_bar_of_a_bridge_is_named_however_many_there_are() -> None:
    causes = pd.Series({f"Lever {letter}": -10_000.0 * (i + 1) for i, letter in enumerate("ABCDEFGHI")})
    rows = table(charts.bridge_data("operating_cost", 2e6, 2e6 + float(causes.sum()), causes))
    spec = {**charts.bridge_spec(), "data": {"values": rows.to_dict("records")}, "width": 700, "height": 215}
    drawn = vl_convert.vegalite_to_svg(spec)
    assert len(rows) == 11
    assert [name for name in rows["label"] if f">{name}</text>" not in drawn] == []


def test_a_path_that_hardly_moves_is_not_blown_up_to_the_height_of_the_picture() -> None:
    value = pd.Series(np.linspace(12_000, 12_010, 37))
    path = table(charts.path_data(value, value, None, 12))
    assert path["roof"].iloc[0] - path["floor"].iloc[0] > 200


def test_the_week_leaves_out_closed_half_hours_and_measures_against_the_target() -> None:
    week = pd.DataFrame({
        "channel": ["phone"] * 3 + ["chat"], "half_hour": [0, 16, 65, 16], "arrivals": [0.0, 12.0, 7.0, 3.0],
        "agents": [0.0, 4.0, 3.0, 2.0], "service_level": [np.nan, 0.9, 0.6, 0.5],
    })  # fmt: skip
    cells = table(charts.week_data(week, "phone", 0.8))
    assert list(cells["day"]) == ["Monday", "Tuesday"]
    assert list(cells["start"]) == ["08:00", "08:30"]
    np.testing.assert_allclose(cells["gap"], [0.1, -0.2])
    assert list(cells["in_time"]) == ["90 %", "60 %"]


@pytest.mark.parametrize(("opens", "closes", "ends"), [(8, 21, ("6:00", "21:00")), (0, 24, ("0:00", "24:00"))])
def test_the_week_is_shown_for_the_hours_that_have_contacts(opens: int, closes: int, ends: tuple[str, str]) -> None:
    cells = list(range(2 * opens, 2 * closes))
    week = pd.DataFrame({"channel": "phone", "half_hour": cells, "arrivals": 9.0, "agents": 4.0, "service_level": 0.9})
    rows = table(charts.week_data(week, "phone", 0.8)).to_dict("records")
    spec = charts.week_spec()
    assert "24" not in str([layer["encoding"]["x"].get("scale") for layer in spec["layer"]])
    drawn = vl_convert.vegalite_to_svg({**spec, "data": {"values": rows}, "width": 700, "height": 215})
    hours = re.findall(r">(\d+:00)</text>", drawn)
    assert (hours[0], hours[-1]) == ends


def test_the_plane_gives_the_scenario_its_likely_range_and_doing_nothing_none() -> None:
    ranges = pd.DataFrame({"low": [8.0, 0.7], "high": [9.0, 0.8]}, index=["operating_cost", "csat"])
    points = [("Doing nothing", "nothing", 10.0, 0.7), ("This scenario", "this", 8.5, 0.75)]
    plane = table(charts.plane_data(points, ranges)).set_index("kind")
    assert (plane.loc["this", "cost_low"], plane.loc["this", "csat_high"]) == (8.0, 0.8)
    assert plane.loc["nothing", "cost_low"] == plane.loc["nothing", "cost_high"] == 10.0


def test_a_picture_asked_for_by_many_at_once_is_authored_once() -> None:
    authored: list[int] = []

    def author(number: int) -> charts.Spec:
        authored.append(number)
        time.sleep(0.05)
        return {"number": number}

    picture = charts.kept(author)
    with ThreadPoolExecutor(8) as visitors:
        found = list(visitors.map(picture, [1] * 8))
    assert authored == [1] and all(one is found[0] for one in found)
    assert picture(number=2) is picture(number=2) and authored == [1, 2]


def test_every_picture_of_a_page_is_kept() -> None:
    for path in sorted(Path(charts.__file__).parent.glob("*.py")):
        module = importlib.import_module(f"model.report.{path.stem}")
        for name, function in vars(module).items():
            if name.endswith("spec") and getattr(function, "__module__", "") == module.__name__:
                assert function.__code__ is charts.bridge_spec.__code__, f"{path.name}: {name} is not kept"
