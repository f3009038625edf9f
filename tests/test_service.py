"""How long a contact takes and how often it is solved, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import service
from tests.by_hand import logit, modes, sigma

P = modes(
    assist_ceiling=0.08,
    assist_novice=2.4,
    back_office_ceiling=0.05,
    transfer_handle_time=0.5,
    cross_training_penalty=0.05,
    routing_ceiling=0.3,
    chat_slowdown=0.35,
    chat_fcr_loss=0.025,
    benefit_realised=0.75,
)
NONE = {"agent_assist_spend": np.zeros(1), "routing_spend": np.zeros(1), "back_office_spend": np.zeros(1)}


def effects(**arrived: float) -> dict[str, np.ndarray]:
    return NONE | {f"{key}_spend": np.array([value]) for key, value in arrived.items()}


@pytest.mark.parametrize(
    ("lever", "half"),
    [
        ("agent_assist_spend", "assist_half"),
        ("routing_spend", "routing_half"),
        ("back_office_spend", "back_office_half"),
    ],
)
def test_an_automation_has_the_share_of_its_ceiling_that_spend_adoption_and_realism_leave(
    lever: str, half: str
) -> None:
    today = dict.fromkeys(NONE, 0.0) | {lever: 20_000.0}
    levers = {k: np.array([v]) for k, v in today.items()} | {lever: np.array([40_000.0])}
    adopted = dict.fromkeys(NONE, np.array([0.4]))
    found = service.automation_effects(P | modes(benefit_realised=0.75, **{half: 0.02}), levers, today, 1e6, adopted)
    assert {k: v.item() for k, v in found.items()} == pytest.approx(dict.fromkeys(NONE, 0) | {lever: 0.4 * 0.75 * 0.25})


def handled(**moved: object) -> float:
    still = {
        "today": 300.0,
        "proficiency": 0.96,
        "proficiency0": 0.96,
        "complexity": 1.0,
        "effects": NONE,
        "learning": 0.1,
        "learning0": 0.1,
        "transfers": 0.12,
        "transfers0": 0.12,
        "cross": 0.1,
        "cross0": 0.1,
        "dip": 1.0,
    }
    return service.handle_time(
        P, **{k: v if isinstance(v, dict) else np.array(v) for k, v in (still | moved).items()}
    ).item()  # type: ignore[arg-type]


@pytest.mark.parametrize(("moved", "seconds"), [
    ({}, 300),
    ({"proficiency": 0.8}, 360),
    ({"complexity": 1.02}, 306),
    ({"dip": 1.03}, 309),
    ({"effects": effects(agent_assist=0.5)}, 300 * 0.96),
    ({"effects": effects(agent_assist=0.5), "learning": 0.2}, 300 * (1 - 0.04 * 1.28 / 1.14)),
    ({"effects": effects(back_office=0.5)}, 300 * 0.975),
    ({"effects": effects(routing=0.5)}, 300),
    ({"transfers": 0.06}, 300 * 1.03 / 1.06),
    ({"cross": 0.5}, 300 * 1.025 / 1.005),
])  # fmt: skip
def test_each_driver_of_handle_time_by_hand(moved: dict[str, object], seconds: float) -> None:
    assert handled(**moved) == pytest.approx(seconds)


def test_a_further_chat_slows_all_of_them() -> None:
    assert service.chat_duration(P, np.array(3.0), np.array(2.0)).item() == pytest.approx(1.7 / 1.35)
    assert service.chat_duration(P, np.array(1.0), np.array(1.0)).item() == 1


def test_routing_saves_transfers() -> None:
    assert service.transfer_rate(P, np.array(0.12), effects(routing=0.5)).item() == pytest.approx(0.12 * 0.85)


def test_training_and_reviews_each_save_their_share_of_errors() -> None:
    p = modes(error_training=0.15, error_qa=0.25)
    assert service.critical_error_rate(p, np.array(0.05), np.array(0.4), np.array(0.5)).item() == pytest.approx(
        0.05 * 0.94 * 0.875
    )


def fcr(
    effects_: dict[str, np.ndarray] = NONE,
    programme: float = 0,
    training: float = 0,
    reviews: float = 0,
    chats: float = 0,
    today: float = 0.7,
) -> float:
    p = modes(
        fcr_assist=0.11,
        fcr_back_office=0.13,
        fcr_programme_effect=0.17,
        fcr_training=0.19,
        fcr_qa=0.23,
        chat_fcr_loss=0.025,
    )
    return service.fcr(
        p, np.array(today), effects_, *(np.array(v) for v in (programme, training, reviews, chats))
    ).item()


@pytest.mark.parametrize(
    ("found", "odds"),
    [
        (fcr(effects(agent_assist=0.5)), 0.055),
        (fcr(effects(back_office=0.5)), 0.065),
        (fcr(effects(routing=0.5)), 0),
        (fcr(programme=1), 0.17),
        (fcr(training=0.5), 0.095),
        (fcr(reviews=-0.5), -0.115),
        (fcr(programme=1, training=1, reviews=1), 0.59),
    ],
)
def test_each_driver_of_solved_first_time_adds_its_log_odds(found: float, odds: float) -> None:
    assert found == pytest.approx(sigma(logit(0.7) + odds))


@given(st.floats(0.02, 0.98))
def test_with_nothing_moved_solved_first_time_keeps_its_last_bit(today: float) -> None:
    assert fcr(today=today) == today


def test_a_further_chat_costs_points_of_solved_first_time_within_what_is_possible() -> None:
    assert fcr(chats=2) == pytest.approx(0.65)
    assert fcr(chats=40) == 0.01
    assert fcr(chats=-40) == 0.99


def gain(cross: float, cross0: float, load: float = 25.0) -> float:
    return service.pooling_gain(np.array(cross), np.array(cross0), np.array(load)).item()


def test_pooling_gain_by_hand() -> None:
    # g = 1 - (1-f)^(1.1 x 5); from g0 towards one team
    g, g0 = 1 - 0.7**5.5, 1 - 0.9**5.5
    assert gain(0.3, 0.1) == pytest.approx((g - g0) / (1 - g0))


def test_pooling_gain_is_nothing_today_all_with_all_and_a_loss_below_today() -> None:
    assert gain(0.2, 0.2) == 0
    assert gain(1, 0.2) == 1
    assert gain(0, 0.1) == pytest.approx((0 - (1 - 0.9**5.5)) / 0.9**5.5)
    assert gain(0, 0.9) == -1
    assert gain(1, 1) == 0


def test_spare_hours_are_what_cross_trained_agents_have_below_full_use() -> None:
    hours = service.spare_hours(
        modes(deferred_utilisation=0.88), np.array(0.2), np.array([1000.0, 500.0]), np.array([0.78, 0.95])
    )
    assert hours.item() == pytest.approx(0.2 * 1000 * 0.10)


def test_time_to_resolve_is_wait_handling_and_the_gaps_of_all_repeats() -> None:
    p = modes(repeat_share=0.7, repeat_gap_h=36)
    repeats = sum((0.3 * 0.7) ** k for k in range(1, 60))
    found = service.resolution_time(p, np.array(60.0), np.array(300.0), np.array(0.7)).item()
    assert found == pytest.approx(0.1 + repeats * 36)
