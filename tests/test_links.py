"""Links: exact there and back, small, self-sufficient, and never anything but a LinkError on what is not one."""

import base64
import dataclasses
import hashlib
import json
import math
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from model import links, receipt
from model.assumptions import ASSUMPTIONS
from model.errors import ArgumentError, LinkError
from model.links import envelope, format_1, week
from model.outcomes import OUTCOMES
from model.parameters import ranges
from model.scenario import CELLS, Baseline, Channel, Scenario
from model.version import ENGINE_VERSION
from tests import fuzz_links
from tests.links_examples import company, planned, scenarios, seen, what_if

FROZEN = sorted((Path(__file__).parent / "frozen_links").glob("format_*.json"))


def forge(**parts: Any) -> str:
    """A token with a right checksum around a document in which `parts` (a.b.c=value, dots as __) are replaced."""
    document = json.loads(json.dumps(receipt.document_of(what_if(company(1)), seen(1), receipt.LINK_DIGITS)))
    for path, value in parts.items():
        *outer, last = path.split("__")
        inside = document
        for key in outer:
            inside = inside[int(key) if key.isdigit() else key]
        inside[last] = value
    return envelope.seal(1, format_1.write(document))


def raw(text: bytes, weeks: bytes = b"") -> str:
    """A token with a right checksum around any text and weeks."""
    return envelope.seal(1, format_1._deflate(text, format_1._DICTIONARY) + format_1._deflate(weeks))


# There and back


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios())
def test_any_scenario_comes_back_equal_to_the_last_bit(scenario: Scenario) -> None:
    back = links.decode(links.encode(scenario))
    assert back == scenario
    assert back.model_dump_json() == scenario.model_dump_json()
    assert back.baseline.digest == scenario.baseline.digest


@pytest.mark.parametrize("seed", range(6))
def test_measured_companies_come_back_equal(seed: int) -> None:
    scenario = what_if(company(seed, peak=10.0 * 2**seed, round_the_clock=seed % 2 == 0, shifts=seed % 3 == 0))
    back = links.decode(links.encode(scenario))
    assert back == scenario
    assert back.baseline.digest == scenario.baseline.digest


def test_the_same_scenario_gives_the_same_token() -> None:
    assert links.encode(what_if(company(2)), seen(2)) == links.encode(what_if(company(2)), seen(2))


def test_a_lever_set_to_todays_value_stays_set() -> None:
    base = company(3)
    scenario = Scenario(baseline=base, levers={"shrinkage": base.levers["shrinkage"]})
    assert links.decode(links.encode(scenario)).levers == scenario.levers


@pytest.mark.parametrize(
    "values",
    [[0.1 * k for k in range(CELLS)], [k / 3 for k in range(CELLS)], [math.pi] * CELLS, [5e-324] + [1e300] * 335,
     [-0.0] * 335 + [1.0], [2.0**53 + 2] * CELLS, [0.0] * CELLS],
    ids=["products", "thirds", "pi", "extremes", "minus zero", "beyond whole", "zeros"],
)  # fmt: skip
def test_a_week_of_any_numbers_comes_back_bit_by_bit(values: list[float]) -> None:
    back = week.unpack(week.pack([values, values]), 2)
    assert all(np.array(w).tobytes() == np.array(values).tobytes() for w in back)


@pytest.mark.parametrize(
    "name", ["a\x00b", "\u202egnp.exe", "<script>alert(1)</script>", "=1+1", "שלום 你好 \U0001f600"]
)
def test_hostile_names_come_back_as_they_are(name: str) -> None:
    assert links.decode(links.encode(Scenario(name=name, baseline=company(1)))).name == name


# Size


@pytest.mark.parametrize("peak", [3, 8, 20, 60, 200, 1000])
@pytest.mark.parametrize("round_the_clock", [False, True])
def test_three_channels_with_everything_stay_under_2000_characters(peak: float, round_the_clock: bool) -> None:
    base = company(int(peak), peak, round_the_clock=round_the_clock)
    assert len(links.encode(what_if(base), seen(int(peak)))) < 2_000
    assert len(links.encode(planned(base), seen(int(peak)))) < 2_250


def test_twelve_channels_stay_under_8000_characters() -> None:
    parts = [company(seed, 40, round_the_clock=True).channels for seed in range(4)]
    channels = [c.model_copy(update={"name": f"{c.name}_{i}"}) for i, group in enumerate(parts) for c in group]
    base = Baseline(name="Large", channels=tuple(channels))
    scenario = Scenario(baseline=base, levers={k: v for k, v in base.levers.items() if "." in k})
    assert len(links.encode(scenario, seen(1))) < links.LONG


def test_twelve_channels_without_any_rounding_still_fit_a_token() -> None:
    rng = np.random.default_rng(1)
    channels = [
        Channel(name=f"c{i}", arrivals=tuple(rng.uniform(0, 90, CELLS)), agents=tuple(rng.uniform(0, 9, CELLS)))
        for i in range(12)
    ]
    scenario = Scenario(baseline=Baseline(name="Unrounded", channels=tuple(channels)))
    assert links.decode(links.encode(scenario)) == scenario


def test_a_token_is_url_safe_and_bare() -> None:
    assert set(links.encode(what_if(company(1)), seen(1))) <= set(fuzz_links.ALPHABET)


def test_a_scenario_beyond_all_measure_is_refused_when_a_link_is_asked_for() -> None:
    base = company(1)
    huge = Baseline(**{**base.model_dump(), "grades": {f"field {i}": "assumed" for i in range(5_000)}})
    with pytest.raises(LinkError, match="too large"):
        links.encode(Scenario(baseline=huge))


# Receipts


def test_a_receipt_holds_every_resolved_value() -> None:
    scenario = what_if(company(4))
    receipt_ = links.open(links.encode(scenario, seen(4)))
    assert receipt_.scenario == scenario
    assert (receipt_.format_version, receipt_.engine_version, receipt_.seed) == (
        receipt.FORMAT, ENGINE_VERSION, scenario.seed,
    )  # fmt: skip
    assert receipt_.levers == {key: scenario.lever(key) for key in scenario.baseline.levers}
    assert receipt_.conditions["demand"] == 1.1
    assert receipt_.conditions["growth"] == scenario.baseline.growth
    assert receipt_.conditions["forecast_cv"] == scenario.baseline.forecast_cv
    assert receipt_.targets["target_s.phone"] == 30.0
    assert receipt_.targets["target_share.chat"] == 0.8
    own = {"contained_work": 0.8, "wage": scenario.baseline.wage}
    assert receipt_.assumptions == {k: row.mode for k, row in ASSUMPTIONS.items()} | own


def test_outcomes_are_kept_as_seen_to_six_digits() -> None:
    figures = {**seen(5), "payback_months": math.nan, "csat": 0.123456789}
    kept = links.open(links.encode(what_if(company(5)), figures)).seen
    assert list(kept) == list(figures)
    assert math.isnan(kept["payback_months"])
    assert kept["csat"] == 0.123457
    assert all(kept[k] == pytest.approx(figures[k], rel=5e-6) for k in OUTCOMES if k != "payback_months")


@pytest.fixture
def changeable() -> Iterator[None]:
    """The table of assumptions put back as it was, in its order too: draws go by it."""
    before = dict(ASSUMPTIONS)
    yield
    ASSUMPTIONS.clear()
    ASSUMPTIONS.update(before)


@pytest.mark.usefixtures("changeable")
def test_a_link_remembers_the_defaults_of_its_day() -> None:
    scenario = what_if(company(6))
    token = links.encode(scenario)
    then = {key: (row.low, row.mode, row.high) for key, row in ASSUMPTIONS.items()}
    row = ASSUMPTIONS["retrial_share"]
    ASSUMPTIONS["retrial_share"] = dataclasses.replace(row, mode=row.mode / 2)
    del ASSUMPTIONS["csat_vendor"]
    opened = links.open(token)
    assert opened.scenario == scenario
    assert opened.assumption_ranges == then
    assert opened.not_applied == ("csat_vendor",)
    assert opened.scenario.baseline.digest == scenario.baseline.digest
    pinned = opened.as_seen()
    assert pinned.baseline.assumptions == {"retrial_share": then["retrial_share"]}
    assert pinned.baseline.digest != scenario.baseline.digest


@pytest.mark.usefixtures("changeable")
@pytest.mark.parametrize("grade", ["measured", "assumed"])
def test_a_wage_is_the_companys_own_and_as_sure_as_it_was(grade: str) -> None:
    base = company(6)
    base = base.model_copy(update={"wage": 41.0, "grades": {**base.grades, "wage": grade}})
    scenario = Scenario(baseline=base)
    token, row = links.encode(scenario), ASSUMPTIONS["wage"]
    assert links.open(token).assumptions["wage"] == 41
    ASSUMPTIONS["wage"] = dataclasses.replace(row, low=row.mode, high=row.mode * 2)
    low, mode, high = ranges(links.open(token).as_seen().baseline)["wage"]
    wide = grade == "assumed"
    assert (low, mode, high) == pytest.approx((41 * row.low / row.mode if wide else 41, 41,
                                               41 * row.high / row.mode if wide else 41))  # fmt: skip


def test_with_unchanged_defaults_the_scenario_as_seen_is_the_scenario() -> None:
    opened = links.open(links.encode(what_if(company(6))))
    assert opened.not_applied == ()
    assert opened.as_seen() is opened.scenario


# Formats


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_links_of_released_formats_still_open(path: Path) -> None:
    frozen = json.loads(path.read_text(encoding="utf-8"))
    opened = links.open(frozen["token"])
    assert opened.scenario == Scenario.model_validate(frozen["scenario"])
    assert opened.engine_version == frozen["engine"]
    assert opened.assumption_ranges == {key: tuple(values) for key, values in frozen["assumptions"].items()}
    assert opened.seen == frozen["seen"]


def test_there_are_frozen_links_of_every_format() -> None:
    assert {int(path.stem.split("_")[1]) for path in FROZEN} == set(links.READERS)


def test_a_link_of_the_first_format_begins_everything_now_and_has_no_calendar() -> None:
    scenario = what_if(company(1))
    document = receipt.document_of(scenario, seen(1), receipt.LINK_DIGITS)
    opened = links.open(envelope.seal(1, format_1.write(document)))
    assert opened.scenario == scenario and opened.refused == {}
    assert (opened.scenario.starts, opened.scenario.calendar) == ({}, ())


def test_the_time_line_and_the_calendar_travel() -> None:
    scenario = planned(company(3))
    assert links.decode(links.encode(scenario)) == scenario
    assert len(scenario.starts) == len(scenario.calendar) == 3


def test_without_a_plan_a_link_is_no_longer_than_in_the_first_format() -> None:
    document = receipt.document_of(what_if(company(2)), seen(2), receipt.LINK_DIGITS)
    assert len(links.encode(what_if(company(2)), seen(2))) == len(envelope.seal(1, format_1.write(document)))


def test_an_entry_of_the_calendar_that_cannot_be_applied_is_left_out_and_named() -> None:
    scenario = planned(company(4))
    document = json.loads(json.dumps(receipt.document_of(scenario, seen(4), receipt.LINK_DIGITS)))
    document["scenario"]["calendar"][1]["channels"] = ["telex"]
    document["scenario"]["starts"]["teleportation"] = 3
    opened = links.open(envelope.seal(2, format_1.write(document)))
    assert set(opened.refused) == {"calendar: Card", "teleportation"}
    assert "telex" in opened.refused["calendar: Card"]
    assert [entry.name for entry in opened.scenario.calendar] == ["Spring sale", "Canada"]
    assert opened.scenario.starts == scenario.starts


def test_the_dictionary_of_format_1_never_changes() -> None:
    digest = hashlib.sha256(format_1._DICTIONARY).hexdigest()
    assert digest.startswith("7e12c08fab05069e1ad61a7b31254713")


def test_an_older_format_is_brought_up_one_step_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []

    def step(document: dict[str, Any], name: str) -> dict[str, Any]:
        steps.append(document["scenario"]["name"])
        return {**document, "scenario": {**document["scenario"], "name": name}}

    token = links.encode(what_if(company(1)))
    newest = receipt.FORMAT
    monkeypatch.setattr(receipt, "FORMAT", newest + 2)
    monkeypatch.setitem(receipt.STEPS, newest, lambda document: step(document, "second"))
    monkeypatch.setitem(receipt.STEPS, newest + 1, lambda document: step(document, "third"))
    opened = links.open(token)
    assert steps == ["More self-service", "second"]
    assert (opened.scenario.name, opened.format_version) == ("third", newest)


def test_a_newer_format_says_so() -> None:
    newer = receipt.FORMAT + 1
    with pytest.raises(LinkError, match=rf"newer version .*format {newer}") as caught:
        links.open(envelope.seal(newer, b"anything"))
    assert "updated" in caught.value.hint


# What is not a link


@pytest.mark.parametrize("share", [0.001, 0.01, 0.3, 0.9, 0.999])
def test_a_link_cut_short_says_so(share: float) -> None:
    token = links.encode(what_if(company(1)))
    with pytest.raises(LinkError, match="cut short") as caught:
        links.open(token[: int(share * len(token)) + 1])
    assert "whole link" in caught.value.hint


def test_every_single_altered_character_is_noticed() -> None:
    token = links.encode(Scenario(baseline=Baseline(name="x", channels=(Channel(name="a", arrivals=(1,) * CELLS, agents=(1,) * CELLS),))))  # fmt: skip  # noqa: E501
    for at in range(len(token)):
        other = "B" if token[at] == "A" else "A"
        with pytest.raises(LinkError):
            links.open(token[:at] + other + token[at + 1 :])


def test_a_link_wrapped_by_a_mail_program_opens() -> None:
    token = links.encode(what_if(company(1)))
    assert links.decode(f" {token[:76]}\r\n{token[76:]}\n") == what_if(company(1))


@pytest.mark.parametrize("text", ["", " ", "A", "hello", "../../etc/passwd", "é" * 50, "x" * 200_000, "A" * 131_000])
def test_text_that_is_no_link_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(LinkError) as caught:
        links.open(text)
    assert caught.value.message and caught.value.hint


@pytest.mark.parametrize("token", [None, b"AgADWruh", 7])
def test_a_token_that_is_no_text_is_refused_in_words(token: Any) -> None:
    for act in (links.open, links.decode):
        with pytest.raises(LinkError, match="token must be text, but is") as caught:
            act(token)
        assert caught.value.hint
    with pytest.raises(ArgumentError, match="scenario must be a Scenario, but is of type Baseline"):
        links.encode(company(1))  # type: ignore[arg-type]


def test_two_thousand_random_and_mutated_links_are_refused_in_words() -> None:
    told, faults = fuzz_links.run(2_000)
    assert faults == []
    assert sum(told.values()) == 2_000


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"scenario__levers": {"teleportation": 1.0}}, "Unknown lever teleportation"),
        ({"scenario__levers": {"shrinkage": 0.99}}, "Lever shrinkage is 0.99, outside 0.02 to 0.8"),
        ({"scenario__levers": {"x" * 500: 1.0}}, "Unknown lever xxx"),
        ({"scenario__conditions": {"weather": 1.0}}, "Unknown condition weather"),
        ({"scenario__assumptions": {"luck": 1.0}}, "Unknown assumption luck"),
        ({"scenario__levers": {"shrinkage": "much"}}, "levers.shrinkage"),
        ({"scenario__targets": {"csat": 1.5}}, "Target csat is 1.5"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)  # fmt: skip
def test_what_cannot_be_applied_is_left_out_and_named(parts: dict[str, Any], words: str) -> None:
    (field, [(key, _)]), *_ = [(path.removeprefix("scenario__"), list(v.items())) for path, v in parts.items()]
    opened = links.open(forge(**parts))
    [(named, why)] = opened.refused.items()
    assert named == (key if len(key) <= 80 else key[:77] + "...") and words in why
    assert set(opened.refused) <= set(opened.not_applied)
    assert getattr(opened.scenario, field) == {}
    assert opened.scenario.conditions == ({} if field == "conditions" else what_if(company(1)).conditions)
    with pytest.raises(LinkError, match=words):
        links.decode(forge(**parts))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"scenario__month": 99}, "month"),
        ({"scenario__month": 10**400}, "month"),
        ({"scenario__staffing_rule": "by_dice"}, "staffing_rule"),
        ({"scenario__baseline__wage": -1}, "wage"),
        ({"scenario__baseline__levers__shrinkage": 1.0}, "cannot|no sense"),
        ({"scenario__baseline__channels__0__agents": [1e308] * CELLS}, "cannot|no sense"),
        ({"scenario__baseline__channels__0__arrivals": [0.0] * CELLS}, "no contacts"),
        ({"scenario__surprise": "x"}, "surprise"),
        ({"surprise": "x"}, "surprise"),
        ({"engine": ""}, "engine"),
        ({"defaults__assumptions": {"retrial_share": [1, 2]}}, "retrial_share"),
        ({"seen": {"csat": "high"}}, "csat"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_forged_value_is_named(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(LinkError, match=words) as caught:
        links.open(forge(**parts))
    assert caught.value.hint
    assert len(caught.value.message) <= 300


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"scenario":{"baseline":{"channels":[]}}}', b"[" * 30_000,
     b'{"scenario":{"baseline":{"channels":[1]}}}', b'{"scenario":{"baseline":{"channels":{"a":1}}}}',
     b'{"scenario":{"baseline":{"channels":[{}]}},"x":NaN}', b"1" * 30_000],
)  # fmt: skip
def test_a_forged_document_of_another_shape_is_refused(text: bytes) -> None:
    with pytest.raises(LinkError, match="readable"):
        links.open(raw(text))


def test_a_small_token_that_unpacks_to_a_gigabyte_is_refused_before_unpacking() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"".join(packer.compress(b" " * 2**20) for _ in range(80)) + packer.flush()
    assert len(body) < 90_000  # 80 MB: more would not fit the longest token
    with pytest.raises(LinkError, match="more than a scenario can hold"):
        links.open(envelope.seal(1, body))
    weeks = format_1._deflate(b"{}", format_1._DICTIONARY) + body
    with pytest.raises(LinkError, match="more than a scenario can hold"):
        links.open(envelope.seal(1, weeks))


def test_a_gigabyte_in_a_token_is_refused_unread() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"".join(packer.compress(b"\0" * 2**24) for _ in range(64)) + packer.flush()
    token = base64.urlsafe_b64encode(bytes([1]) + bytes(7) + body).decode().rstrip("=")
    with pytest.raises(LinkError, match="too long"):
        links.open(token)


def test_a_token_too_long_is_never_written() -> None:
    with pytest.raises(LinkError, match="too large"):
        envelope.seal(1, bytes(100_000))
