"""Several files, one baseline: calls, ratings, a rota and wages of one company; what does not agree is named."""

import json
import random
from datetime import datetime, timedelta

import numpy as np
import pytest

from model import intake
from model.errors import IntakeError
from model.intake import Filters, Measurement
from model.intake.following import together
from model.intake.measuring import aggregate
from model.intake.queues import Wishes, channel_of

START = datetime(2024, 3, 4)
QUEUES = ("Sales", "Billing")
SECRET = "Zebulon"


def calls(weeks: int = 4, first: datetime = START, seed: int = 1, queue: bool = True, tests: int = 0) -> bytes:
    """Calls of two queues, 9 to 17 on weekdays, and 20 on Saturday nights; C1, C2, ... in their order."""
    draw = random.Random(seed)
    lines = ["Call ID,Start time,Queue,Queue time (s),Handle time (s),Outcome,Solved,Agent"]
    for day in range(7 * weeks):
        moment = first + timedelta(days=day)
        count = 160 if moment.weekday() < 5 else 20 if moment.weekday() == 5 else 0
        for _ in range(count):
            at = moment + timedelta(seconds=draw.uniform(9, 17) * 3600 if count > 20 else draw.uniform(20, 22) * 3600)
            wait = draw.expovariate(1 / 30) if draw.random() < 0.6 else 0
            gone = wait > 0 and draw.random() < 0.15
            name = "Test line" if tests and draw.random() < tests / 1000 else f"{SECRET} {draw.randrange(9)}"
            lines.append(f"C{len(lines)},{at:%Y-%m-%d %H:%M:%S},{draw.choice(QUEUES)},{wait:.0f},"
                         f"{'' if gone else round(draw.uniform(100, 500))},{'Abandoned' if gone else 'Answered'},"
                         f"{draw.choice(['Yes', 'Yes', 'No'])},{name}")  # fmt: skip
    rows = [line.split(",") for line in lines]
    return "\n".join(",".join(c for i, c in enumerate(row) if queue or i != 2) for row in rows).encode()


def ratings(numbers: list[str], grade: str = "5", dates: bool = False) -> bytes:
    head = "Contact ID,Rating,Survey comment" + (",Survey date" if dates else "")
    return "\n".join([head, *(f"{n},{grade},fine{',2024-03-05' if dates else ''}" for n in numbers)]).encode()


def rota(agents: int = 9, weeks: int = 4, first: datetime = START, queue: str = "") -> bytes:
    lines = ["Date,Interval start,Agents scheduled" + (",Queue" if queue else "")]
    for day in range(7 * weeks):
        moment = first + timedelta(days=day)
        if moment.weekday() < 5:
            lines += [f"{moment:%Y-%m-%d},{h // 2:02d}:{30 * (h % 2):02d},{agents}" + (f",{queue}" if queue else "")
                      for h in range(18, 34)]  # fmt: skip
    return "\n".join(lines).encode()


def read(content: bytes, name: str) -> intake.File:
    return intake.read(content, name)


def measured(*files: tuple[bytes, str], **wishes: object) -> Measurement:
    return intake.measurement(*(read(*file) for file in files), **wishes)  # type: ignore[arg-type]


def said(found: Measurement) -> str:
    return "\n".join(conflict.text for conflict in found.conflicts)


@pytest.mark.parametrize(
    "content, kind",
    [
        (ratings(["C1", "C2"]), "ratings"),
        (rota(), "rota"),
        (b"Role,Hourly wage,Headcount,Hours per week\nAgent,20,40,40\nSenior,25,10,40\n", "wages"),
        (b"Puesto,Salario mensual,Empleados\nAgente,1800,30\nJefe,2600,4\n", "wages"),
        ("Agent,Shift start,Shift end\n" + "\n".join(
            f"A{i},2024-03-{4 + i % 5:02d} 08:00,2024-03-{4 + i % 5:02d} 16:00" for i in range(30)), "rota"),
        (calls(1), "contacts"),
    ],
)  # fmt: skip
def test_each_file_is_told_for_what_it_is(content: bytes | str, kind: str) -> None:
    assert read(content if isinstance(content, bytes) else content.encode(), "file.csv").kind == kind


def test_ratings_go_to_their_contacts_by_number() -> None:
    numbers = [f" c{i} " for i in range(1, 200)]  # the survey system writes them its own way
    bad = ratings([f"C{i}" for i in range(200, 300)], "1").split(b"\n", 1)[1]
    (channel,) = measured((calls(), "calls.csv"), (ratings(numbers) + b"\n" + bad, "survey.csv")).baseline.channels
    whole = measured((calls(), "calls.csv")).baseline.channels[0]
    table = read(calls(), "calls.csv").table
    answered = (table["state"] == "answered").to_numpy()
    first, second = answered[:199].sum(), answered[199:299].sum()
    assert channel.csat == pytest.approx(first / (first + second), abs=1e-3)
    assert channel.grades["csat"] == "measured"
    assert channel.survey_rate == pytest.approx((first + second) / answered.sum(), rel=1e-3)
    assert channel.arrivals == whole.arrivals and whole.grades["csat"] == "assumed"


def test_ratings_of_unknown_contacts_and_given_twice_are_named() -> None:
    numbers = [f"C{i}" for i in range(1, 101)]
    found = measured((calls(), "calls.csv"), (ratings([*numbers, "C1", "X1", "X2"]), "survey.csv"))
    counts = {conflict.text: conflict.count for conflict in found.conflicts}
    assert counts["survey.csv rates contacts more than once: the last rating counts"] == 1
    assert counts["Ratings of survey.csv are of no contact in the other files: left out"] == 2
    strange = measured((calls(), "calls.csv"), (ratings([f"Z{i}" for i in range(50)]), "survey.csv"))
    assert "Hardly any rating of survey.csv finds its contact" in said(strange)


def test_two_ratings_of_one_contact_that_differ_are_named_and_the_survey_counts() -> None:
    lines = calls().decode().split("\n")
    own = "\n".join([lines[0] + ",Rating", *(f"{line},{1 + i % 2 * 4}" for i, line in enumerate(lines[1:]))])
    file = (own.encode(), "calls.csv")
    found = measured(file, (ratings([f"C{i}" for i in range(1, 201)], "5"), "survey.csv"))
    assert "rated otherwise in survey.csv" in said(found)
    assert found.baseline.channels[0].csat > measured(file).baseline.channels[0].csat


def test_ratings_without_a_number_go_to_the_channel_by_day() -> None:
    lines = ["Survey date,Rating"]
    lines += [f"2024-03-{5 + i % 20:02d},{5 if i % 4 else 1}" for i in range(400)]
    lines += ["2025-01-01,1"] * 30
    found = measured((calls(), "calls.csv"), ("\n".join(lines).encode(), "survey.csv"))
    (channel,) = found.baseline.channels
    assert channel.csat == pytest.approx(0.75, abs=1e-3) and channel.grades["csat"] == "measured"
    assert [c.count for c in found.conflicts if "no contacts are known" in c.text] == [30]


def test_a_rota_stands_in_the_place_of_staffing_worked_out_from_waits() -> None:
    found = measured((calls(), "calls.csv"), (rota(9), "rota.csv"))
    (channel,) = found.baseline.channels
    week = np.array(channel.agents).reshape(7, 48)
    np.testing.assert_allclose(week[:5, 18:34], 9)
    assert week[:5].sum() == pytest.approx(5 * 16 * 9)
    assert channel.grades["agents"] == "measured"
    assert "does not cover all weekdays" in said(found)  # Saturday's calls
    assert measured((calls(), "calls.csv")).baseline.channels[0].grades["agents"] == "inferred"


def test_single_shifts_are_counted_into_half_hours_and_names_stay_behind() -> None:
    lines = ["Agent,Shift start,Shift end"]
    for day in range(28):
        moment = START + timedelta(days=day)
        if moment.weekday() < 5:
            lines += [f"{SECRET} {i},{moment:%Y-%m-%d} 09:00,{moment:%Y-%m-%d} 1{3 if i < 4 else 7}:15"
                      for i in range(10)]  # fmt: skip
    file = read("\n".join(lines).encode(), "shifts.csv")
    found = intake.measurement(read(calls(), "calls.csv"), file)
    monday = np.array(found.baseline.channels[0].agents)[:48]
    np.testing.assert_allclose(monday[18:26], 10)
    assert monday[26] == pytest.approx(8) and monday[27] == pytest.approx(6)  # 4 of 10 leave at 13:15
    np.testing.assert_allclose(monday[27:34], 6)
    assert SECRET not in found.baseline.model_dump_json() and SECRET not in repr(file.table)


def test_a_rota_that_does_not_agree_with_the_calls_is_named() -> None:
    early = measured((calls(), "calls.csv"), (rota(9, first=datetime(2023, 1, 2)), "rota.csv"))
    assert "is of other days than the contacts" in said(early)
    strange = measured((calls(), "calls.csv"), (rota(9, queue="Chat support"), "rota.csv"))
    assert "names a queue (chat) that no contacts belong to" in said(strange)
    assert strange.baseline.channels[0].grades["agents"] == "inferred"


def test_a_rota_for_several_channels_is_shared_by_work_and_said_so() -> None:
    mapping = {"Sales": "Sales", "Billing": "Billing"}
    found = measured((calls(), "calls.csv"), (rota(10), "rota.csv"), channels=mapping)
    total = sum(np.array(channel.agents).reshape(7, 48)[:5].sum() for channel in found.baseline.channels)
    assert total == pytest.approx(5 * 16 * 10, rel=0.02)
    assert "shared out by the work" in said(found)


def test_a_rota_without_queues_is_given_to_the_channel_that_the_user_names() -> None:
    mapping = {"Sales": "Sales", "Billing": "E-mail", "rota.csv": "Sales"}
    found = measured((calls(), "calls.csv"), (rota(10), "rota.csv"), channels=mapping).baseline
    assert found.channel("sales").grades["agents"] == "measured"
    assert np.array(found.channel("sales").agents).reshape(7, 48)[:5].sum() == pytest.approx(5 * 16 * 10)
    assert found.channel("email").grades["agents"] != "measured"


def test_wages_become_the_cost_of_a_paid_hour() -> None:
    pay = b"Role,Hourly wage,Headcount,Hours per week\nAgent,20,40,40\nSenior,28,10,20\n"
    base = measured((calls(), "calls.csv"), (pay, "wages.csv")).baseline
    mean = (20 * 40 * 40 + 28 * 10 * 20) / (40 * 40 + 10 * 20)
    assert base.wage == pytest.approx(mean / 0.7, rel=1e-4) and base.grades["wage"] == "measured"
    assert base.hours_per_fte == pytest.approx((40 * 40 + 20 * 10) / 50 * 365.25 / 7, rel=1e-3)
    known = measured((calls(), "calls.csv"), (pay, "wages.csv"), finance={"wage": 41.0}).baseline
    assert known.wage == 41.0


def test_pay_is_asked_and_can_be_said_to_be_the_full_cost() -> None:
    pay = read(b"Role,Annual salary,Headcount\nAgent,41600,40\nSenior,52000,10\n", "wages.csv")
    asked = {setting.key: setting for setting in pay.settings}
    assert asked["pay_is"].open and not asked["pay_per"].open and asked["pay_per"].value == "year"
    assert pay.table["wage"].iloc[0] == pytest.approx(20 / 0.7)
    assert pay.with_columns({}, choices={"pay_is": "cost"}).table["wage"].iloc[0] == pytest.approx(20)


def test_the_pay_of_few_is_not_told() -> None:
    with pytest.raises(IntakeError, match="fewer than 5 people"):
        read(b"Role,Hourly wage,Headcount\nAgent,20,3\nSenior,25,1\n", "wages.csv")


def test_files_without_contacts_are_not_measured_alone() -> None:
    with pytest.raises(IntakeError, match="holds a rota, no contacts"):
        measured((rota(), "rota.csv"))


def test_months_that_follow_each_other_are_one_channel_as_in_one_file() -> None:
    whole = calls(8)
    lines = whole.decode().split("\n")
    cut = next(i for i, line in enumerate(lines) if ",2024-04-01" in line)
    march = "\n".join(lines[:cut]).encode()
    april = "\n".join([lines[0], *lines[cut:]]).encode()
    parts = measured((march, "march.csv"), (april, "april.csv")).baseline
    one = measured((whole, "march.csv")).baseline
    assert parts.channels == one.channels and parts.forecast_cv == one.forecast_cv and parts.period == one.period


def test_files_of_the_same_days_are_not_added_up_unless_they_are_said_to_be_one_channel() -> None:
    a, b = (calls(seed=1, queue=False), "north.csv"), (calls(seed=2, queue=False), "south.csv")
    apart = measured(a, b).baseline
    assert {c.name for c in apart.channels} == {"phone", "phone_2"}
    (one,) = measured(a, b, channels={"north.csv": "Phone", "south.csv": "Phone"}).baseline.channels
    assert one.weekly_arrivals == pytest.approx(sum(c.weekly_arrivals for c in apart.channels), rel=1e-4)
    (left,) = measured(a, b, channels={"south.csv": ""}).baseline.channels
    assert left.weekly_arrivals == pytest.approx(apart.channel("phone").weekly_arrivals, rel=1e-3)


def test_queues_are_merged_parted_and_left_out_as_the_user_says() -> None:
    file = (calls(), "calls.csv")
    total = measured(file).baseline.channels[0].weekly_arrivals
    parted = measured(file, channels={"Sales": "Sales line", "Billing": "E-mail"}).baseline
    assert {c.name: c.kind for c in parted.channels} == {"sales_line": "live", "email": "deferred"}
    assert sum(c.weekly_arrivals for c in parted.channels) == pytest.approx(total, rel=1e-3)
    (rest,) = measured(file, channels={"Sales": "Phone", "Billing": ""}).baseline.channels
    assert rest.weekly_arrivals == pytest.approx(total / 2, rel=0.05)


@pytest.mark.parametrize(
    "called, channel",
    [("Phone", "phone"), ("e-mail", "email"), ("VIP Línea <b>", "vip_linea_b"), ("Web chat", "web_chat")],
)
def test_a_channel_of_ones_own_has_a_plain_name(called: str, channel: str) -> None:
    found = channel_of(called)
    assert found is not None and found[0] == channel and not set("<>`") & set(found[2])
    assert channel_of("  ") is None


def test_filters_leave_out_days_hours_and_weekdays() -> None:
    file = (calls(), "calls.csv")
    whole = measured(file)
    second = measured(file, filters=Filters(first="2024-03-11", last="2024-03-24"))
    assert second.baseline.period == "11 March 2024 to 23 March 2024"
    assert second.baseline.channels[0].weekly_arrivals == pytest.approx(820, rel=0.01)
    open_ = measured(file, filters=Filters(opens=9, closes=17, days=(0, 1, 2, 3, 4)))
    week = np.array(open_.baseline.channels[0].arrivals).reshape(7, 48)
    assert week[5:].sum() == 0 and week[:, 34:].sum() == 0
    assert whole.baseline.channels[0].weekly_arrivals == pytest.approx(820, rel=0.01)
    assert week.sum() == pytest.approx(800, rel=0.01)


def test_filters_act_on_counts_and_where_the_data_live_alike(tmp_path: object) -> None:
    filters = Filters(first="2024-03-11", closes=12)
    content = rota(30).decode().replace("Agents scheduled", "Calls offered").encode()
    (channel,) = measured((content, "calls.csv"), filters=filters).baseline.channels
    week = np.array(channel.arrivals).reshape(7, 48)
    assert week[:, 24:].sum() == 0 and week.sum() == pytest.approx(5 * 6 * 30)


def test_test_contacts_are_left_out_on_request() -> None:
    file = read(calls(tests=50), "calls.csv")
    count = int(file.table["test"].sum())
    assert 50 < count < 300
    kept = intake.measurement(file).baseline.channels[0].weekly_arrivals
    without = intake.measurement(file, filters=Filters(tests=True)).baseline.channels[0].weekly_arrivals
    assert kept - without == pytest.approx(count / 4, abs=1)


@pytest.mark.parametrize(
    "wrong", [{"first": "2024-13-01"}, {"first": "2024-03-02", "last": "2024-03-01"}, {"opens": 9.0, "closes": 8.0},
              {"days": (9,)}],
)  # fmt: skip
def test_filters_that_cannot_be_are_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(IntakeError):
        Filters(**wrong)  # type: ignore[arg-type]


def test_a_recipe_measures_the_next_quarter_as_the_last() -> None:
    file = read(calls(), "calls.csv").with_columns({"handle": None, "wait": "Handle time (s)"})
    recipe = intake.recipe_of([file], channels={"Sales": "Phone", "Billing": ""}, filters=Filters(closes=18),
                              target_s={"phone": 45.0})  # fmt: skip
    again = intake.load_recipe(recipe.text().encode())
    assert again == recipe
    later = intake.read(calls(seed=9, first=datetime(2024, 6, 3)), "q2.csv", recipes=again.files)
    assert later.columns == file.columns and not again.strange([later])
    base = intake.measure(later, **again.wishes)
    (channel,) = base.channels
    assert channel.target_s == 45 and np.array(channel.arrivals).reshape(7, 48)[:, 36:].sum() == 0
    assert again.strange([read(rota(), "rota.csv")]) == ["rota.csv"]


def test_a_recipe_holds_headers_and_queues_never_rows() -> None:
    recipe = intake.recipe_of([read(calls(), "calls.csv")], channels={"Sales": "Phone"})
    assert SECRET not in recipe.text() and "2024-" not in recipe.text() and "C17" not in recipe.text()
    assert set(json.loads(recipe.text())) == {"format", "files", "channels", "filters", "target_s", "target_share",
                                              "repeat_days"}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"format": 1}', b'{"format": 9, "files": []}', b"\xff\xfe", b'{"format":1,"files":[{}]}',
     b'{"format":1,"files":[],"filters":{"evil":1}}', b'{"format":1,"files":[],"target_s":{"phone":-1}}',
     b'{"format":1,"files":[{"header":"x","kind":"contacts","columns":{"shell":"rm"}}]}', b"[" * 100_000,
     b'{"format":1,"files":[],"more":1}'],
)  # fmt: skip
def test_what_is_no_recipe_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(IntakeError) as fault:
        intake.load_recipe(content)
    assert fault.value.hint


def test_sums_of_two_sources_are_those_of_one() -> None:
    file = read(calls(), "calls.csv")
    half = [intake.read(calls(seed=s, first=START + timedelta(days=28 * s)), "c.csv") for s in (0, 1)]
    parts = [aggregate(f, Wishes()) for f in half]
    (one,) = together(parts, Wishes())
    assert one.rows == sum(p.rows for p in parts)
    assert one.waits is not None and all(p.waits is not None for p in parts)
    assert one.waits["answered"].sum() == sum(p.waits["answered"].sum() for p in parts if p.waits is not None)
    other = together([aggregate(file, Wishes()), aggregate(file, Wishes())], Wishes())
    assert len(other) == 2


def test_ratings_of_several_files_teach_what_moves_satisfaction() -> None:
    rng = np.random.default_rng(3)
    file = read(calls(8), "calls.csv")
    solved = file.table["resolved"].to_numpy() == 1
    level = 1 + (1.6 * solved[:, None] + rng.logistic(size=len(solved))[:, None] > [-1, 0, 0.8, 2]).sum(axis=1)
    lines = ["Contact ID,Rating,Survey comment", *(f"C{i + 1},{n},x" for i, n in enumerate(level))]
    survey = read("\n".join(lines).encode(), "survey.csv")
    found = intake.learned(file, survey)
    assert found is not None and found.grades == 5
    by = {c.key: c for c in found.coefficients}
    assert by["csat_resolved"].after[1] == pytest.approx(1.6, abs=0.15) and by["csat_resolved"].prior_share < 0.1
    assert by["csat_transfer"].why == "not in your files"
    assert intake.learned(file) is None
