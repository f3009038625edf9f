"""The truth behind the sample companies, and the figures that they would type in themselves."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Truth:
    """What a channel is made from.

    `goal` is the share in time that a rota of phone or chat is sized for, of e-mail and tickets the share of their
    capacity that the week's work fills. `spread_h` is how many hours a rota smears demand over (shifts are longer than
    peaks); `rated` and `satisfied` are the survey.
    """

    name: str
    kind: Literal["live", "chat", "deferred"]
    weekly: float
    days: tuple[float, ...]
    opens: float
    closes: float
    handle_s: float
    patience_s: float
    target_s: float
    goal: float
    spread_h: float
    rated: float
    satisfied: float
    transferred: float
    weeks: int
    style: Literal["suite", "switch", "cloud", "mail", "tickets"]


WEEKDAYS = (1.22, 1.06, 1.0, 0.97, 0.95)
COMPANIES: dict[str, tuple[tuple[Truth, ...], dict[str, Any]]] = {
    "retail": (
        (
            Truth(
                name="phone",
                kind="live",
                weekly=17_400,
                days=(*WEEKDAYS, 0.9, 0.55),
                opens=8,
                closes=21,
                handle_s=340,
                patience_s=190,
                target_s=20,
                goal=0.845,
                spread_h=3.5,
                rated=0.11,
                satisfied=0.765,
                transferred=0.12,
                weeks=6,
                style="suite",
            ),
            Truth(
                name="chat",
                kind="chat",
                weekly=5_900,
                days=(*WEEKDAYS, 0.8, 0.6),
                opens=8,
                closes=22,
                handle_s=660,
                patience_s=420,
                target_s=60,
                goal=0.845,
                spread_h=3.0,
                rated=0.16,
                satisfied=0.80,
                transferred=0.07,
                weeks=6,
                style="cloud",
            ),
            Truth(
                name="email",
                kind="deferred",
                weekly=4_250,
                days=(*WEEKDAYS, 0.75, 0.7),
                opens=8,
                closes=18,
                handle_s=400,
                patience_s=86_400,
                target_s=21_600,
                goal=0.85,
                spread_h=0,
                rated=0.09,
                satisfied=0.73,
                transferred=0.05,
                weeks=6,
                style="mail",
            ),
        ),
        {
            "label": "Sample retailer",
            "currency": "USD",
            "wage": 34.0,
            "hours": 2080,
            "overhead": 2_500_000,
            "stated_cost": 12_000_000,
            "customers": 850_000,
            "margin": 48.0,
            "orders_per_week": 62_000,
            "growth": 0.02,
            "month_factors": [0.96, 0.95, 0.96, 0.97, 0.96, 0.98, 0.98, 1.0, 1.06, 1.12, 1.08, 0.98],
            "levers": {
                "cross_training": 0.1,
                "schedule_flex": 0.1,
                "shrinkage": 0.32,
                "chat_concurrency": 2.0,
                "self_service_spend": 30_000,
                "agent_assist_spend": 0,
                "routing_spend": 40_000,
                "back_office_spend": 0,
                "training_hours": 24,
                "qa_coverage": 0.02,
                "late_order_rate": 0.09,
            },
            "channels": {
                "phone": {"fcr": 0.71, "critical_error_rate": 0.05},
                "chat": {"fcr": 0.68, "critical_error_rate": 0.05},
                "email": {"fcr": 0.66, "critical_error_rate": 0.06, "target_share": 0.9},
            },
        },
    ),
    "bank": (
        (
            Truth(
                name="phone",
                kind="live",
                weekly=64_500,
                days=(1.2, 1.06, 1.0, 0.98, 1.02, 0.5, 0.25),
                opens=7,
                closes=22,
                handle_s=345,
                patience_s=170,
                target_s=30,
                goal=0.80,
                spread_h=3.0,
                rated=0.07,
                satisfied=0.81,
                transferred=0.16,
                weeks=6,
                style="switch",
            ),
            Truth(
                name="chat",
                kind="chat",
                weekly=6_400,
                days=(*WEEKDAYS, 0.4, 0.3),
                opens=8,
                closes=20,
                handle_s=700,
                patience_s=450,
                target_s=60,
                goal=0.82,
                spread_h=2.0,
                rated=0.12,
                satisfied=0.84,
                transferred=0.1,
                weeks=6,
                style="cloud",
            ),
        ),
        {
            "label": "Sample bank",
            "currency": "USD",
            "wage": 37.0,
            "hours": 2080,
            "overhead": 7_500_000,
            "stated_cost": 33_000_000,
            "customers": 1_300_000,
            "margin": 145.0,
            "orders_per_week": 0,
            "growth": 0.02,
            "month_factors": [1.03, 1.04, 1.02, 0.99, 0.98, 0.96, 0.95, 0.98, 1.0, 1.0, 1.01, 1.04],
            "levers": {
                "cross_training": 0.15,
                "schedule_flex": 0.15,
                "shrinkage": 0.33,
                "chat_concurrency": 2.0,
                "self_service_spend": 150_000,
                "agent_assist_spend": 150_000,
                "routing_spend": 200_000,
                "back_office_spend": 250_000,
                "training_hours": 40,
                "qa_coverage": 0.03,
            },
            "channels": {
                "phone": {"fcr": 0.73, "critical_error_rate": 0.03},
                "chat": {"fcr": 0.7, "critical_error_rate": 0.03},
            },
        },
    ),
    "software": (
        (
            Truth(
                name="chat",
                kind="chat",
                weekly=4_700,
                days=(*WEEKDAYS, 0.25, 0.2),
                opens=7,
                closes=20,
                handle_s=1080,
                patience_s=500,
                target_s=60,
                goal=0.83,
                spread_h=2.5,
                rated=0.22,
                satisfied=0.86,
                transferred=0.09,
                weeks=6,
                style="cloud",
            ),
            Truth(
                name="tickets",
                kind="deferred",
                weekly=1_260,
                days=(*WEEKDAYS, 0.2, 0.18),
                opens=8,
                closes=18,
                handle_s=1900,
                patience_s=86_400,
                target_s=14_400,
                goal=0.88,
                spread_h=0,
                rated=0.25,
                satisfied=0.83,
                transferred=0.14,
                weeks=2,
                style="tickets",
            ),
        ),
        {
            "label": "Sample software company",
            "currency": "USD",
            "wage": 42.0,
            "hours": 2080,
            "overhead": 1_600_000,
            "stated_cost": 7_600_000,
            "customers": 46_000,
            "margin": 820.0,
            "orders_per_week": 0,
            "growth": 0.04,
            "month_factors": [1.02, 1.0, 1.01, 0.98, 0.96, 0.95, 1.01, 1.03, 1.03, 1.02, 0.96, 1.03],
            "levers": {
                "cross_training": 0.2,
                "schedule_flex": 0.2,
                "shrinkage": 0.3,
                "chat_concurrency": 2.0,
                "self_service_spend": 30_000,
                "agent_assist_spend": 40_000,
                "routing_spend": 0,
                "back_office_spend": 50_000,
                "training_hours": 48,
                "qa_coverage": 0.04,
            },
            "channels": {
                "chat": {"fcr": 0.72, "critical_error_rate": 0.04},
                "tickets": {"critical_error_rate": 0.04, "target_s": 14_400, "target_share": 0.9},
            },
        },
    ),
}
"""Truth of each channel, and what a company would type: money, seasons, today's levers, what no export shows."""
