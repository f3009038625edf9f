"""Pay as payrolls write it: of the hours worked beside it, of two weeks."""

import pytest

from model import intake
from model.intake.sides import BENEFITS

HOURLY = (18, 19, 20, 21, 22, 24)


def wage(head: str, cells: str) -> tuple[float, intake.File]:
    rows = [f"E{i},{cells.format(p=pay, m=pay * 160, b=pay * 80, y=pay * 2080)}" for i, pay in enumerate(HOURLY)]
    file = intake.read("\n".join([f"Employee ID,{head}", *rows]).encode(), "payroll.csv")
    assert file.kind == "wages"
    return float(file.table["wage"].mean()) * (1 - BENEFITS), file


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("Hourly rate", "{p}"), ("Hours worked,Gross pay", "160,{m}"), ("Hours worked,Gross pay", "80,{b}"),
        ("Biweekly pay,Weekly hours", "{b},40"), ("Annual salary", "{y}"),
    ],
)  # fmt: skip
def test_pay_is_that_of_an_hour(head: str, cells: str) -> None:
    assert wage(head, cells)[0] == pytest.approx(sum(HOURLY) / len(HOURLY), rel=0.01)


def test_pay_of_hours_that_are_not_called_worked_is_asked_about() -> None:
    """A month's pay beside the hours of a week must not be divided by them."""
    found, file = wage("Hours,Gross pay", "40,{m}")
    assert found == pytest.approx(sum(HOURLY) / len(HOURLY) * 160 * 12 / (40 * 365.25 / 7), rel=0.01)
    (asked,) = [each for each in file.settings if each.key == "pay_per"]
    assert asked.open
    assert "hours" in asked.options
