"""Scenarios and databases for the tests of the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import sqlalchemy as sa

from model.scenario import Baseline, Channel, Scenario
from model.store import Seen

SEEN = Seen(
    headline={"operating_cost": 1_234_567.89, "csat": 0.8123456789, "payback_months": float("nan")},
    reference={"operating_cost": 1_300_000.0, "csat": 0.8},
    likely={"operating_cost": (-90_000.0, -40_000.0)},
    path={"operating_cost": tuple(float(m) for m in range(37))},
    nothing={"operating_cost": (1.5,) * 37},
)
"""Outcomes made up, so that nothing need be reckoned."""


def small(number: int = 0, wage: float = 34.1) -> Scenario:
    """A scenario of one channel; each number another one, on the same company while the wage is the same."""
    channel = Channel(name="phone", arrivals=(10.3,) * 336, agents=(3.7,) * 336)
    base = Baseline(name="Small", channels=(channel,), wage=wage)
    return Scenario(name=f"Scenario {number}", baseline=base, levers={"training_hours": 24 + number / 7 % 40})


@contextmanager
def database(server: str) -> Iterator[str]:
    """A fresh database of a running PostgreSQL server, dropped at the end."""
    name = f"test_{uuid4().hex}"
    admin = sa.create_engine(
        sa.make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
