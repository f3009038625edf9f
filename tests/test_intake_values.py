"""Cells: formats are decided from the whole column, in English, Spanish and Portuguese."""

import time

import numpy as np
import pandas as pd
import pytest

from model.intake import dates, durations, ratings, values


def column(*cells: str | None) -> pd.Series:
    return pd.Series(list(cells), dtype="str")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2.5", "-3"], [1, 2.5, -3]),
        (["1,5", "2,25"], [1.5, 2.25]),
        (["1,234", "12,345,678"], [1234, 12345678]),
        (["1.234,5", "1.234", "7"], [1234.5, 1234, 7]),
        (["1,234.5", "7"], [1234.5, 7]),
        (["94.01%", "7,5 %"], [0.9401, 0.075]),
        (["$ 1,200", "€3"], [1200, 3]),
        (["1.16E-05", "x", None], [1.16e-5, np.nan, np.nan]),
    ],
)
def test_numbers_in_any_dialect(cells: list[str | None], expected: list[float]) -> None:
    np.testing.assert_allclose(values.numbers(column(*cells)), expected)


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("Talk", ["00:02:23", "1:00:00"], [143, 3600]),
        ("Talk", ["02:23", "75:10"], [143, 4510]),
        ("Time (hh:mm hours)", ["02:30"], [9000]),
        ("Wait (sec)", ["12", "3.5"], [12, 3.5]),
        ("call duration in minutes", ["17", "0.5"], [1020, 30]),
        ("Full resolution time (hrs)", ["1.5"], [5400]),
        ("time_to_close (ms)", ["1500"], [1.5]),
        ("Length", ["0.001", "0.5"], [86.4, 43200]),
        ("Length", ["00:10:53", "1.16E-05"], [653, 1.00224]),
        ("Length", ["1 day, 02:00:00", "-0:00:05"], [93600, -5]),
    ],
)
def test_durations_in_any_unit(header: str, cells: list[str], expected: list[float]) -> None:
    np.testing.assert_allclose(durations.durations(column(*cells), header).seconds, expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2024-03-01", "2024-12-31"], ["2024-03-01", "2024-12-31"]),
        (["2024-03-01 08:15:59", "2024-03-01T23:00Z"], ["2024-03-01T08:15:59", "2024-03-01T23:00"]),
        (["01/03/2024", "31/03/2024"], ["2024-03-01", "2024-03-31"]),
        (["03/01/2024", "03/31/2024"], ["2024-03-01", "2024-03-31"]),
        (["29-02-2016 01:16"], ["2016-02-29T01:16"]),
        (["1/2/25 1:05 PM", "1/3/25 12:00 AM"], ["2025-01-02T13:05", "2025-01-03"]),
        (["Wednesday, 1/31/25"], ["2025-01-31"]),
        (["5 de março de 2024", "31 ene 2024"], ["2024-03-05", "2024-01-31"]),
        (["Mar 5, 2024"], ["2024-03-05"]),
        (["Apr-15", "dez-16"], ["2015-04-01", "2016-12-01"]),
        (["31/02/2024", "28/02/2024"], ["NaT", "2024-02-28"]),
    ],
)
def test_dates_in_any_form(cells: list[str], expected: list[str]) -> None:
    got = dates.dates(column(*cells)).values
    np.testing.assert_array_equal(got, np.array(expected, dtype="datetime64[s]"))


def test_the_order_of_day_and_month_follows_the_rows_where_no_part_is_above_twelve() -> None:
    month_first = column(*[f"{m}/{d}/2024" for m in (1, 2) for d in range(1, 13)])
    assert dates.dates(month_first).values[1] == np.datetime64("2024-01-02")
    day_first = column(*[f"{d}/{m}/2024" for m in (1, 2) for d in range(1, 13)])
    assert dates.dates(day_first).values[1] == np.datetime64("2024-01-02")


def test_an_undecidable_order_is_said_to_be_so() -> None:
    assert dates.dates(column("3/4/2024")).undecided
    assert not dates.dates(column("13/4/2024")).undecided


def test_bare_digits_are_dates_only_where_asked_for() -> None:
    digits = column("990201", "990214")
    assert np.isnat(dates.dates(digits).values).all()
    assert dates.dates(digits, compact=True).values[1] == np.datetime64("1999-02-14")
    assert dates.dates(column("45352.5"), compact=True).values[0] == np.datetime64("2024-03-01T12:00")


def test_times_of_day_in_any_form() -> None:
    got = dates.times(column("7:02:47", "9:30 PM", "08:00-08:15", "0930", "23", "0.5", "25:00", "08h30"))
    np.testing.assert_allclose(got, [25367, 77400, 28800, 34200, 82800, 43200, np.nan, 30600])


@pytest.mark.parametrize(
    ("cells", "satisfied", "scale"),
    [
        (["5", "4", "3", "1"], [1, 1, 0, 0], "1 to 5, satisfied from 4"),
        (["10.0", "8.0", "7.0"], [1, 1, 0], "1 to 10, satisfied from 8"),
        (["95", "40"], [0.95, 0.4], "per cent"),
        (["Good", "Bad", "Offered"], [1, 0, np.nan], "good or bad"),
    ],
)
def test_satisfaction_on_any_scale(cells: list[str], satisfied: list[float], scale: str) -> None:
    got = ratings.satisfaction(column(*cells))
    assert got.scale == scale
    np.testing.assert_allclose(got.values, satisfied)


def test_a_giant_cell_of_digits_is_no_figure_and_does_not_hang() -> None:
    cells = column("12", "9" * 400_000 + "x", "7" * 400_000, None)
    began = time.process_time()
    np.testing.assert_array_equal(values.numbers(cells), [12, np.nan, np.nan, np.nan])
    assert np.isnat(dates.dates(cells).values[1:]).all()
    assert np.isnan(durations.durations(cells, "s").seconds[1:]).all()
    assert time.process_time() - began < 2.0
