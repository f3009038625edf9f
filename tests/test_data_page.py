"""My data as a script: what comes of files and typed numbers; what goes wrong loses nothing. No browser."""

import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

import model
from model import intake
from model.report import measured, table_file, week_chart
from pages.parts.data_own import Own, Typed
from pages.parts.data_words import report
from pages.parts.job import Job
from pages.parts.plain import plain
from tests import app_pages
from tests.own_files import BAD, calls
from tests.serving import ROOT

CSV = "text/csv"


@pytest.fixture
def data() -> AppTest:
    return app_pages.opened("data")


@pytest.fixture
def uploaded(data: AppTest) -> AppTest:
    return bring(data, ("calls.csv", calls()))


def bring(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader(key="upload").set_value([(name, content, CSV) for name, content in files]).run()
    assert not app.exception
    return app


def cards(app: AppTest) -> dict[str, str]:
    return {card.label: str(card.value) for card in app.metric}


def said(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption]).replace("\\", "")


def told(app: AppTest) -> list[str]:
    """Faults on the page: what is wrong, and what to do."""
    return [f"{box.proto.title} {box.value}".replace("\\", "") for box in app.error]


def baseline(app: AppTest) -> model.Baseline:
    found: model.Baseline = app.session_state["history"].present.baseline
    return found


def test_the_empty_page_says_what_to_bring(data: AppTest) -> None:
    assert "What to bring" in said(data)
    assert not data.metric and not told(data)


def test_a_file_becomes_key_numbers_each_with_its_evidence(uploaded: AppTest) -> None:
    truth = intake.measure(intake.read(calls(), "calls.csv")).channels[0]
    shown = cards(uploaded)
    assert truth.abandonment is not None and truth.service_level is not None
    assert shown["Gave up waiting"] == f"{truth.abandonment * 100:.1f} %"
    assert shown["Answered in time"] == f"{truth.service_level * 100:.1f} %"
    assert shown["Handle time"] == measured.duration(truth.handle_time_s)
    assert shown["Contacts a week"] == f"{truth.weekly_arrivals:,.0f}"
    assert set(shown) >= {"Average wait", "Solved first time", "CSAT", "People"}
    grades = [word for word in ("measured]", "inferred]", "assumed]") if word in said(uploaded)]
    assert grades == ["measured]", "inferred]", "assumed]"]


def test_the_file_is_described_in_plain_words(uploaded: AppTest) -> None:
    assert "each row is one contact · 3,600 rows · 4 March 2024 to 22 March 2024" in said(uploaded)
    assert "such as 2024-03-04" in said(uploaded)


def test_every_guessed_column_can_be_corrected(uploaded: AppTest) -> None:
    before = cards(uploaded)
    pickers = [box for box in uploaded.selectbox if str(box.key).endswith("_handle")]
    assert [box.value for box in pickers] == ["Talk time"]
    pickers[0].set_value("Queue time").run()
    assert not uploaded.exception and not told(uploaded)
    assert cards(uploaded)["Handle time"] != before["Handle time"]
    [box for box in uploaded.selectbox if str(box.key).endswith("_handle")][0].set_value("Talk time").run()
    assert cards(uploaded) == before


def test_a_correction_that_cannot_be_read_is_told_and_put_back(uploaded: AppTest) -> None:
    before = cards(uploaded)
    [box for box in uploaded.selectbox if str(box.key).endswith("_date")][0].set_value("Result").run()
    assert len(told(uploaded)) == 1 and "holds no dates" in told(uploaded)[0]
    assert [box.value for box in uploaded.selectbox if str(box.key).endswith("_date")] == ["Date"]
    assert cards(uploaded) == before


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_file_is_told_and_the_numbers_stay(uploaded: AppTest, name: str) -> None:
    before = cards(uploaded)
    content, message = BAD[name]
    bring(uploaded, ("calls.csv", calls()), (name, content))
    assert len(told(uploaded)) == 1 and message in told(uploaded)[0]
    assert cards(uploaded) == before


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_file_alone_is_told_with_what_to_do(data: AppTest, name: str) -> None:
    content, message = BAD[name]
    bring(data, (name, content))
    assert len(told(data)) == 1 and told(data)[0].startswith(message)
    assert data.error[0].value, "it does not say what to do"
    assert "What to bring" in said(data)


def test_a_bad_file_after_a_page_switch_leaves_the_earlier_files_in_use(uploaded: AppTest) -> None:
    before = cards(uploaded)
    uploaded.switch_page("pages/explore.py").run()
    uploaded.switch_page("pages/data.py").run()
    assert cards(uploaded) == before
    bring(uploaded, ("empty.csv", b""))
    assert len(told(uploaded)) == 1 and cards(uploaded) == before
    uploaded.file_uploader(key="upload").set_value(None).run()
    assert not told(uploaded) and cards(uploaded) == before
    uploaded.button(key="start_over").click().run()
    assert not uploaded.metric


def test_a_file_taken_out_is_no_longer_in_use(uploaded: AppTest) -> None:
    uploaded.file_uploader(key="upload").set_value(None).run()
    assert not uploaded.metric and "What to bring" in said(uploaded)


def test_explore_says_the_companys_name_from_then_on(uploaded: AppTest) -> None:
    uploaded.text_input(key="company_name").set_value("First Bank").run()
    uploaded.button(key="explore_own").click().run()
    assert not uploaded.exception and not told(uploaded)
    assert baseline(uploaded).name == "First Bank" and baseline(uploaded).source == "company"
    assert not any("Sample" in str(part.value) for part in uploaded.markdown if "not your data" in str(part.value))
    assert uploaded.button(key="undo").disabled is False, "there is a way back to the sample"


def test_targets_and_money_are_the_users_own_once_typed(uploaded: AppTest) -> None:
    uploaded.session_state["about"] = "Targets and money"
    uploaded.run()
    assert "sample wages" in said(uploaded)
    before = cards(uploaded)
    [box for box in uploaded.number_input if str(box.key).startswith("target_s_")][0].set_value(60.0)
    uploaded.number_input(key="money_wage").set_value(41.5)
    uploaded.selectbox(key="company_currency").set_value("EUR")
    uploaded.button(key="company_submit").click().run()
    assert not uploaded.exception and not told(uploaded)
    assert cards(uploaded)["Answered in time"] != before["Answered in time"]
    uploaded.button(key="explore_own").click().run()
    own = baseline(uploaded)
    assert (own.wage, own.currency, own.channels[0].target_s) == (41.5, "EUR", 60.0)
    assert {own.grades[key] for key in ("wage", "hours_per_fte", "overhead", "customers")} == {"measured"}


def test_several_files_make_one_company(data: AppTest) -> None:
    folder = ROOT / "sample_data" / "retail"
    bring(data, *[(path.name, path.read_bytes()) for path in sorted(folder.glob("*.csv"))])
    assert not told(data)
    assert data.segmented_control(key="data_channel").options == ["Phone", "Chat", "E-mail"]
    data.segmented_control(key="data_channel").set_value("email").run()
    assert "Gave up waiting" not in cards(data)
    data.button(key="explore_own").click().run()
    assert len(baseline(data).channels) == 3


def test_the_same_file_twice_is_counted_once(data: AppTest) -> None:
    bring(data, ("calls.csv", calls()), ("copy.csv", calls()))
    assert "It is counted once." in told(data)[0]
    assert cards(data)["Contacts a week"] == cards(bring(data, ("calls.csv", calls())))["Contacts a week"]


def test_a_table_of_a_warehouse_is_measured_where_it_lies(
    data: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = data.segmented_control(key="way")
    assert "Use a connection" not in ways.options, "none is set up"
    (tmp_path / "calls.csv").write_bytes(calls())
    with duckdb.connect(tmp_path / "calls.duckdb") as link:
        link.execute(f"""CREATE TABLE calls AS SELECT "Date" + "Start" AS "Start time", "Queue time", "Talk time",
                         "Result", "Rating" FROM read_csv('{tmp_path}/calls.csv')""")
    (tmp_path / "own.toml").write_text(
        f'[warehouses.contact_centre]\nurl = "{tmp_path}/calls.duckdb"\ntables = ["calls", "gone"]\n'
    )
    monkeypatch.setenv("TRILEVER_WAREHOUSES", str(tmp_path / "own.toml"))
    data.run()
    data.segmented_control(key="way").set_value("Use a connection").run()
    assert data.selectbox(key="warehouse_table").options == ["Contact centre: calls", "Contact centre: gone"]
    data.button(key="warehouse_measure").click().run()
    assert not data.exception and not told(data)
    shown, truth = cards(data), intake.measure(intake.read(calls(), "calls.csv")).channels[0]
    assert shown["Contacts a week"] == f"{truth.weekly_arrivals:,.0f}"
    assert shown["Handle time"] == measured.duration(truth.handle_time_s)
    data.selectbox(key="warehouse_table").set_value(("contact_centre", "gone")).run()
    data.button(key="warehouse_measure").click().run()
    assert len(told(data)) == 1 and "no table 'gone'" in told(data)[0] and str(tmp_path) not in told(data)[0]
    assert cards(data) == shown
    data.button(key="explore_own").click().run()
    assert baseline(data).channels[0].weekly_arrivals == pytest.approx(truth.weekly_arrivals)


def test_connections_that_cannot_be_read_are_told_and_files_still_work(
    data: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRILEVER_WAREHOUSES", str(tmp_path / "gone.toml"))
    data.run()
    assert len(told(data)) == 1 and "connections" in told(data)[0] and str(tmp_path) not in told(data)[0]
    assert data.file_uploader(key="upload") is not None


def test_ten_typed_numbers_are_enough(data: AppTest) -> None:
    data.segmented_control(key="way").set_value("Type ten numbers").run()
    data.number_input(key="typed_csat").set_value(81.0)
    data.button(key="typed_submit").click().run()
    assert not data.exception and cards(data)["CSAT"] == "81.0 %"
    data.button(key="explore_own").click().run()
    assert baseline(data).channels[0].csat == 0.81


def test_ten_numbers_that_cannot_be_are_told_and_the_last_ones_stay(data: AppTest) -> None:
    data.segmented_control(key="way").set_value("Type ten numbers").run()
    data.button(key="typed_submit").click().run()
    before = cards(data)
    data.number_input(key="typed_contacts_a_week").set_value(90_000.0)
    data.button(key="typed_submit").click().run()
    assert len(told(data)) == 1 and "hours of work" in told(data)[0]
    assert cards(data) == before


def test_a_file_known_by_its_bytes_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from io import BytesIO

    def upload(content: bytes, name: str) -> Any:
        file = BytesIO(content)
        file.name = name
        return file

    own = Own().upload([upload(calls(), "calls.csv")])
    role = own.loaded[0]
    own = own.correct(role.digest, {"csat": None})
    monkeypatch.setattr(intake, "read", lambda *_: pytest.fail("read again"))
    assert "csat" not in own.upload([upload(calls(), "calls.csv")]).loaded[0].file.columns


def test_the_report_taken_away_runs_no_formula() -> None:
    file = intake.read(calls().replace(b",Answered,", b",Left us,", 3), "=HYPERLINK(1).csv")
    frame = report([file])
    assert 3 in list(frame["Rows"])
    lines = table_file.csv(frame).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("'=HYPERLINK(1).csv,")


def test_rows_in_the_report_run_no_formula_and_are_no_markup(data: AppTest) -> None:
    lines = calls().decode().split("\n")
    lines[3] = "=HYPERLINK(1)," + lines[3].split(",", 1)[1].replace(",Answered,", ",![x](http://a.b/c.png),")
    bring(data, ("calls.csv", "\n".join(lines).encode()))
    data.session_state["about"] = "Report"
    data.run()
    assert "=HYPERLINK(1)" in said(data)
    assert not any("![x]" in str(part.value) for part in data.markdown)
    frame = report([one.file for one in data.session_state["own"].loaded])
    assert "'=HYPERLINK" in table_file.csv(frame).decode("utf-8-sig")


def test_nothing_is_said_of_the_rows_of_a_file_that_cannot_be_measured(data: AppTest) -> None:
    rows = [f"{i},Email,2023-06-01 12:1{i}:36,2023-06-01 18:05:38" for i in range(9)]
    head = "Ticket ID,Channel,First Response Time,Time to Resolution"
    bring(data, ("tickets.csv", "\n".join([head, *rows]).encode()))
    assert data.session_state["own"].loaded[0].fault is not None
    data.session_state["about"] = "Report"
    data.run()
    assert "can be said once the file is measured" in said(data) and "Nothing was wrong" not in said(data)


def test_a_question_the_file_leaves_open_is_asked_and_its_answer_is_used(data: AppTest) -> None:
    bring(data, ("calls.csv", calls()))
    (unit,) = [box for box in data.selectbox if str(box.key).startswith("choice_unit_wait")]
    assert unit.label == "Waiting time is in" and "please say" in said(data)
    before = cards(data)["Average wait"]
    unit.set_value("min").run()
    assert not data.exception and not told(data)
    assert cards(data)["Average wait"] != before
    assert "2 findings in the report" in said(data), "counted after the correction, not before it"


def test_a_correction_holds_for_the_next_file_of_the_same_header(uploaded: AppTest) -> None:
    [box for box in uploaded.selectbox if str(box.key).endswith("_csat")][0].set_value("Not in this file").run()
    bring(uploaded, ("april.csv", calls(seed=9)))
    assert "csat" not in uploaded.session_state["own"].loaded[0].file.columns


def test_a_file_without_a_date_is_there_to_be_corrected(data: AppTest) -> None:
    lines = ["Ticket ID,First Response Time,Status"]
    lines += [f"T{i},2024-03-{1 + i % 28:02d} {8 + i % 9:02d}:15:00,closed" for i in range(400)]
    bring(data, ("tickets.csv", "\n".join(lines).encode()))
    assert "does not say when each contact began" in told(data)[0]
    assert "'First Response Time'" in told(data)[0]
    assert not data.metric
    more = [part for part in data.expander if part.label == "Not found in the file"]
    assert more, "the date can be picked"
    own = data.session_state["own"]
    picked = own.correct(own.loaded[0].digest, {"date": "First Response Time", "replied_at": None})
    assert picked.measured is not None and picked.loaded[0].fault is None


def test_a_reading_that_is_cancelled_leaves_what_was_there() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(progress: intake.Progress) -> Own:
        begun.set()
        go_on.wait(10)
        progress(0.5, "Reading rows")
        return Own()

    job = Job(work, "reading")
    assert begun.wait(10) and not job.wait(0)
    job.cancel()
    go_on.set()
    assert job.wait(10)
    assert job.result is None and isinstance(job.fault, intake.Cancelled)


def test_a_fault_of_the_background_is_kept_for_the_page() -> None:
    def work(_progress: intake.Progress) -> Own:
        raise ZeroDivisionError

    job = Job(work, "reading")
    assert job.wait(10) and isinstance(job.fault, ZeroDivisionError)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_cells_that_a_spreadsheet_would_run_stay_text(cell: str) -> None:
    assert table_file.harmless(cell) == "'" + cell
    assert table_file.harmless(-1.5) == -1.5 and table_file.harmless("a-b") == "a-b"


@pytest.mark.parametrize("text", ["![x](http://a.b/c.png)", "[x](y)", ":red[x]", "$a$", "# a", "<b>", ":material/x:"])
def test_strangers_text_is_no_markup(text: str) -> None:
    safe = plain(text)
    assert safe.replace("\\", "") == text
    assert all(safe[i - 1] == "\\" for i, letter in enumerate(safe) if letter in "![]()$#<>:`*_")


def test_the_fit_says_which_speed_was_met_and_which_check_it() -> None:
    own = intake.measure(intake.read(calls(), "calls.csv"))
    fit = measured.explain(own, own.channels[0])
    assert [speed.label for speed in fit.speeds if speed.fitted] == ["Gave up waiting"]
    assert len(fit.speeds) == 3 and fit.verdict in ("well", "roughly", "poor")
    assert "The model is set to meet" in measured.setting(fit)


def test_a_rota_that_cannot_explain_the_waits_is_named() -> None:
    own = intake.measure(intake.read(calls(), "calls.csv"))
    channel = own.channels[0].model_copy(update={"agents": tuple(2.5 * a for a in own.channels[0].agents)})
    fit = measured.explain(own.model_copy(update={"channels": (channel,)}), channel)
    assert len(fit.notes) == 1 and fit.notes[0].startswith("Agents as given do not explain the waits")
    assert fit.staffing == ""


def test_waits_that_no_queue_would_show_are_not_called_explained() -> None:
    own = intake.measure(intake.read(calls(), "calls.csv"))
    channel = own.channels[0].model_copy(update={"service_level": 0.05})
    own = own.model_copy(update={"channels": (channel,)})
    fit = measured.explain(own, channel)
    assert fit.verdict == "poor" and measured.trouble(fit)


@pytest.mark.parametrize(("seconds", "text"), [
    (0.4, "0 s"), (35.05, "35 s"), (169.9, "2 min 50 s"), (360, "6 min"), (26_460, "7.3 h"), (86_400, "24 h"),
    (1_137_000, "13.2 days"),
])  # fmt: skip
def test_times_are_said_as_people_say_them(seconds: float, text: str) -> None:
    assert measured.duration(seconds) == text


def test_the_week_picture_names_the_busiest_half_hour_and_leaves_closed_ones_out() -> None:
    channel = intake.measure(intake.read(calls(), "calls.csv")).channels[0]
    table = week_chart.profile_data(channel)
    assert set(table["day"].to_pylist()) == {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}
    assert week_chart.profile_title(channel).startswith("Busiest on ")
    typed = Typed().type({}, "live", "USD").measured
    assert typed is not None and "assumed" in week_chart.profile_title(typed.baseline.channels[0])
    rated = channel.model_copy(update={"grades": {**channel.grades, "survey_rate": "measured"}, "survey_rate": 1.0})
    own = model.Baseline(name="Rated", channels=(rated,))
    assert "100 % of answered contacts rated" in [figure.note for figure in measured.figures(own, rated)]
    known = channel.model_copy(update={"grades": {**channel.grades, "arrivals": "inferred"}})  # a few days only
    assert "less than a whole week by half-hour" in week_chart.profile_title(known)
