"""A whole company by hand, one month and one number at a time: what the chain and the results are held against.

Its channels have the same arrivals and agents in every half-hour they are open (e-mail: around the clock), no season
and no forecast error, so that a week is one queue and the engine's shortcuts (points, months) drop out exactly.
"""

import math

from scipy import optimize

from model.assumptions import ASSUMPTIONS
from model.scenario import Channel, Scenario
from tests.by_hand import (
    HALF_HOURS,
    WEEKS,
    DeferredWeek,
    Queue,
    arrived,
    deferred_week,
    logit,
    queue,
    satisfied,
    sigma,
    soft,
)  # fmt: skip


def day_zero(channel: Channel, slots: float) -> tuple[float, Queue]:
    """Servers at which the queue has the observed abandonment, and that queue."""
    assert channel.abandonment is not None
    rate, target = max(channel.arrivals) / 1800, channel.target_s
    gap = lambda n: queue(rate, channel.handle_time_s, channel.patience_s, n, target).abandonment - channel.abandonment  # noqa: E731
    least = max(channel.agents) * slots
    servers = optimize.brentq(gap, 0.3 * least, 3 * least, xtol=1e-12, rtol=1e-14)
    return servers, queue(rate, channel.handle_time_s, channel.patience_s, servers, target)


class Company:
    """One scenario of an even company of phone, chat and deferred channels, evaluated month by month.

    The busy share's effect on leaving is left out (`attrition_occupancy_slope` must be 0): it is the one loop.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.s, self.base = scenario, scenario.baseline
        self.p = {key: row.mode for key, row in ASSUMPTIONS.items()} | {"wage": self.base.wage} | scenario.assumptions
        assert self.p["attrition_occupancy_slope"] == 0
        self.now, self.new = self.base.levers, {k: scenario.lever(k) for k in self.base.levers}
        self.weekly = {c.name: c.weekly_arrivals for c in self.base.channels}
        self.come = sum(self.weekly.values()) / (1 - self.now["outsourced_share"])  # those at the vendor too
        self.start = {c.name: day_zero(c, self.slots(c, 0)) for c in self.base.channels if c.kind != "deferred"}
        self.live = [c for c in self.base.channels if c.kind != "deferred"]

    # --- what a lever and an assumption have become in month t ---
    def level(self, key: str, t: int) -> float:
        return self.new[key] if t else self.now[key]

    def grown(self, key: str, months: str, t: int) -> float:
        return self.now[key] + arrived(t, self.p[months]) * (self.new[key] - self.now[key])

    def rise(self, key: str, half: str) -> float:
        labour = self.base.labour_cost
        return 2 ** (-self.now[key] / labour / self.p[half]) - 2 ** (-self.new[key] / labour / self.p[half])

    def slots(self, c: Channel, t: int) -> float:
        return self.level_of_chat(t) if c.kind == "chat" else 1.0

    def level_of_chat(self, t: int) -> float:
        return self.base.levers["chat_concurrency"] if t == 0 else self.s.lever("chat_concurrency")

    # --- demand ---
    def contained(self, t: int) -> float:
        p, labour = self.p, self.base.labour_cost
        c = [
            p["containment_ceiling"] * (1 - 2 ** (-x["self_service_spend"] / labour / p["self_service_half"]))
            for x in (self.now, self.new)
        ]
        return p["benefit_realised"] * arrived(t, p["self_service_months"]) * (c[1] - c[0]) / (1 - c[0])

    def removed(self, t: int) -> float:
        return self.contained(t) * (1 - (1 - self.p["contained_resolved"]) * self.p["containment_callback"])

    def volume(self, c: Channel, t: int) -> float:
        if t == 0:
            return 1.0
        orders = self.base.orders_per_week * self.p["late_order_contacts"] / self.come
        late = 1 + orders * (self.grown("late_order_rate", "late_order_months", t) - self.now["late_order_rate"])
        growth = (1 + self.s.conditions.get("growth", self.base.growth)) ** (t / 12)
        come = self.weekly[c.name] / (1 - self.vendor(0))  # at the vendor, too
        added = 1 + self.s.conditions.get(f"added_volume.{c.name}", 0.0) / come
        return self.s.conditions.get("demand", 1.0) * growth * added * late

    def orders(self, t: int) -> float:
        """Orders a week: as contacts, but for those that lateness brings or spares."""
        late = 1 + self.base.orders_per_week * self.p["late_order_contacts"] / self.come * (
            self.grown("late_order_rate", "late_order_months", t) - self.now["late_order_rate"]
        )
        came = sum(self.weekly[c.name] * self.volume(c, t) for c in self.base.channels) / late
        return self.base.orders_per_week * came / sum(self.weekly.values())

    def vendor(self, t: int) -> float:
        return self.grown("outsourced_share", "outsourcing_months", t)

    # --- quality ---
    def effect(self, key: str, half: str, months: str, t: int) -> float:
        return arrived(t, self.p[months]) * self.p["benefit_realised"] * self.rise(key, half)

    def progress(self, key: str, half: str, months: str, t: int) -> float:
        p = self.p
        return arrived(t, p[months]) * (2 ** (-self.now[key] / p[half]) - 2 ** (-self.new[key] / p[half]))

    def fcr(self, c: Channel, t: int) -> float:
        p = self.p
        odds = logit(c.fcr)
        odds += p["fcr_assist"] * self.effect("agent_assist_spend", "assist_half", "assist_months", t)
        odds += p["fcr_back_office"] * self.effect("back_office_spend", "back_office_half", "back_office_months", t)
        odds += p["fcr_programme_effect"] * (
            self.grown("fcr_programme", "fcr_programme_months", t) - self.now["fcr_programme"]
        )
        odds += p["fcr_training"] * self.progress("training_hours", "training_half_hours", "training_months", t)
        odds += p["fcr_qa"] * self.progress("qa_coverage", "qa_half", "qa_months", t)
        lost = p["chat_fcr_loss"] * (self.level_of_chat(t) - self.level_of_chat(0)) if c.kind == "chat" else 0.0
        house = self.of_all(sigma(odds) - lost, c.fcr, t)
        return house + p["vendor_fcr_points"] * (self.vendor(t) - self.vendor(0))

    def of_all(self, own: float, today: float, t: int) -> float:
        """What own agents do better or worse, in all contacts: the vendor's go on as today."""
        return (1 - self.vendor(t)) * own + self.vendor(t) * today

    def transfers(self, c: Channel, t: int) -> float:
        return c.transfer_rate * (
            1 - self.p["routing_ceiling"] * self.effect("routing_spend", "routing_half", "routing_months", t)
        )

    def errors(self, c: Channel, t: int) -> float:
        trained = self.p["error_training"] * self.progress(
            "training_hours", "training_half_hours", "training_months", t
        )
        return (
            c.critical_error_rate
            * (1 - trained)
            * (1 - self.p["error_qa"] * self.progress("qa_coverage", "qa_half", "qa_months", t))
        )

    # --- people ---
    def leaving(self, t: int) -> float:
        p = self.p
        ratio = (1 + self.level("wage_premium", t)) / (1 + self.now["wage_premium"])
        paid = ratio ** -(p["attrition_wage_elasticity"] * arrived(t, p["wage_months"]))
        withdrawn = self.now["shrinkage"] - self.level("shrinkage", t)
        return max(p["attrition"] * paid + p["attrition_shrinkage_slope"] * withdrawn, p["attrition"] / 20)

    def vacant(self, t: int) -> float:
        missing = self.leaving(t) * self.p["replace_years"]
        return missing / (1 + missing)

    def learning(self, t: int) -> float:
        trained = self.progress("training_hours", "training_half_hours", "training_months", t)
        years = self.p["ramp_months"] / 12 * (1 - self.p["training_ramp_effect"] * trained)
        return self.leaving(t) * years / (1 + self.leaving(t) * years)

    def shrinkage(self, t: int) -> float:
        return (
            self.level("shrinkage", t)
            + (self.level("training_hours", t) - self.now["training_hours"]) / self.base.hours_per_fte
        )

    def fte(self, c: Channel, t: int, ramp: float = 0.0) -> float:
        """Positions paid; with the ramp, the experienced work they do."""
        now, new = self.now[f"staffing.{c.name}"], self.new[f"staffing.{c.name}"]
        if t == 0 or new <= now:
            return new if t else now
        return now + (new - now) * arrived(t, self.p["hiring_delay_months"] + ramp)

    def present(self, c: Channel, t: int) -> float:
        """Factor on today's servers, chat slots included."""
        able = self.fte(c, t, self.p["ramp_months"] / 2) / self.now[f"staffing.{c.name}"]
        hours = (1 - self.vacant(t)) / (1 - self.vacant(0)) * (1 - self.shrinkage(t)) / (1 - self.shrinkage(0))
        return able * hours * self.slots(c, t) / self.slots(c, 0)

    def handle(self, c: Channel, t: int) -> float:
        p, removed = self.p, self.removed(t)
        slow = [1 - (1 - 1 / p["new_hire_handle_time"]) * self.learning(m) for m in (0, t)]
        novice = [1 + self.learning(m) * (p["assist_novice"] - 1) for m in (0, t)]
        assist = (
            p["assist_ceiling"]
            * self.effect("agent_assist_spend", "assist_half", "assist_months", t)
            * novice[1]
            / novice[0]
        )
        office = p["back_office_ceiling"] * self.effect(
            "back_office_spend", "back_office_half", "back_office_months", t
        )
        moved = (1 + p["transfer_handle_time"] * self.transfers(c, t)) / (
            1 + p["transfer_handle_time"] * c.transfer_rate
        )
        team = {d.name: self.now[f"staffing.{d.name}"] for d in self.live}
        others = 1 - team[c.name] / sum(team.values()) if c.name in team else 0.0
        cross = [self.grown("cross_training", "cross_training_months", m) * others for m in (0, t)]
        mixed = (1 + p["cross_training_penalty"] * cross[1]) / (1 + p["cross_training_penalty"] * cross[0])
        rises = {
            "assist_months": self.rise("agent_assist_spend", "assist_half"),
            "routing_months": self.rise("routing_spend", "routing_half"),
            "back_office_months": self.rise("back_office_spend", "back_office_half"),
            "fcr_programme_months": self.new["fcr_programme"] - self.now["fcr_programme"],
            "cross_training_months": self.new["cross_training"] - self.now["cross_training"],
        }
        a = {months: arrived(t, p[months]) for months in rises}
        dip = 1 + p["learning_dip"] * sum(4 * a[m] * (1 - a[m]) * max(rise, 0) for m, rise in rises.items())
        chat = 1.0
        if c.kind == "chat":
            chat = (1 + p["chat_slowdown"] * (self.level_of_chat(t) - 1)) / (
                1 + p["chat_slowdown"] * (self.level_of_chat(0) - 1)
            )
        complexity = (1 - removed * p["contained_work"]) / (1 - removed)
        return (
            c.handle_time_s * slow[0] / slow[1] * complexity * (1 - assist) * (1 - office) * moved * mixed * dip * chat
        )

    # --- queues and flows ---
    def first(self, c: Channel) -> float:
        lost = self.start[c.name][1].abandonment if c.name in self.start else 0.0
        return 1 - self.p["retrial_share"] * lost - (1 - c.fcr) * self.p["repeat_share"] * (1 - lost)

    def house_load(self, c: Channel, t: int) -> float:
        return self.volume(c, t) * (1 - self.removed(t)) * (1 - self.vendor(t)) / (1 - self.vendor(0))

    def solved(self, c: Channel, t: int) -> tuple[float, Queue]:
        """Repeat multiplier by plain iteration, and the queue there."""
        servers0, queue0 = self.start[c.name]
        r = 1.0
        for _ in range(500):
            rate = max(c.arrivals) / 1800 * self.house_load(c, t) * r
            found = queue(rate, self.handle(c, t), c.patience_s, servers0 * self.present(c, t), c.target_s)
            lost = (1 - self.vendor(t)) * found.abandonment + self.vendor(t) * queue0.abandonment
            again = 1 - self.p["retrial_share"] * lost - (1 - self.fcr(c, t)) * self.p["repeat_share"] * (1 - lost)
            r, before = self.first(c) / again, r
            if abs(r / before - 1) < 1e-14:
                break
        return r, found

    def hours0(self, c: Channel) -> float:
        """Server hours a week at day zero: chat slots count each, what is measured of agents is inside."""
        if c.name in self.start:
            return self.start[c.name][0] * sum(a > 0 for a in c.arrivals) / 2
        need = c.weekly_arrivals * c.handle_time_s / (sum(c.agents) * 1800 * ASSUMPTIONS["deferred_utilisation"].mode)
        return sum(c.agents) / 2 * max(1.0, 1.03 * need)  # no answer times are known in these companies

    def busy0(self, c: Channel) -> float:
        lost = self.start[c.name][1].abandonment if c.name in self.start else 0.0
        return c.weekly_arrivals * (1 - lost) * c.handle_time_s / 3600 / self.hours0(c)

    def spare(self, t: int) -> float:
        """Hours a week that cross-trained agents give to deferred work, above today's."""
        most, total = self.p["deferred_utilisation"], 0.0
        for c in self.live:
            hours = self.hours0(c) / self.slots(c, 0)
            people = self.present(c, t) * self.slots(c, 0) / self.slots(c, t)
            work = self.house_load(c, t) * self.handle(c, t) / c.handle_time_s / self.present(c, t)
            cross = self.grown("cross_training", "cross_training_months", t)
            total += cross * hours * people * max(most - self.busy0(c) * work, 0)
            total -= self.now["cross_training"] * hours * max(most - self.busy0(c), 0)
        mail = next(c for c in self.base.channels if c.kind == "deferred")
        in_use = max(self.hours0(mail) - sum(mail.agents) / 2, 0)
        return max(total / ASSUMPTIONS["deferred_utilisation"].mode, -in_use)

    def later(self, c: Channel, t: int) -> tuple[float, DeferredWeek]:
        """Repeat multiplier and the week of the only deferred channel, the backlog of earlier months carried along."""

        def month(m: int) -> tuple[float, float]:
            r = self.first(c) / (1 - (1 - self.fcr(c, m)) * self.p["repeat_share"])
            hours = self.hours0(c) * self.present(c, m) + self.spare(m)
            return r, hours * 3600 * ASSUMPTIONS["deferred_utilisation"].mode / self.handle(c, m)

        carried = 0.0
        for m in range(1, t + 1):
            r, capacity = month(m)
            carried = max(carried + (c.weekly_arrivals * self.house_load(c, m) * r - capacity) * WEEKS / 12, 0.0)
        r, capacity = month(t)
        arrivals = [a * self.house_load(c, t) * r for a in c.arrivals]
        week = deferred_week(arrivals, [capacity / HALF_HOURS] * HALF_HOURS, carried, c.target_s / 1800, 0.02)
        return r, week

    def line(self, c: Channel, t: int) -> tuple[float, Queue, Queue, float, float]:
        """How often an issue comes, the line of the month and of today, the share of time busy, what lies open."""
        if c.name in self.start:
            r, own = self.solved(c, t)
            today = self.start[c.name][1]
            busy = self.weekly[c.name] * self.house_load(c, t) * r * (1 - own.abandonment) * self.handle(c, t) / 3600
            busy /= self.hours0(c) * self.present(c, t)
            backlog = 0.0
        else:
            (r, week), (_, week0) = self.later(c, t), self.later(c, 0)
            wait, wait0 = week.response_h * 3600, week0.response_h * 3600
            own, today = Queue(0, week.level, wait, 2 * wait**2, 1), Queue(0, week0.level, wait0, 2 * wait0**2, 1)
            busy, backlog = self.busy0(c), week.backlog
        return r, own, today, busy, backlog

    def shares0(self, c: Channel, late: float) -> dict[str, float]:
        """Shares of today's answered contacts by what befell them; `late` the contacts over a late order each."""
        return {
            "transfer": c.transfer_rate,
            "failed_self_service": 0.0,
            "critical_error": c.critical_error_rate,
            "new_agent": self.learning(0),
            "late_order": min(late * self.now["late_order_rate"], 0.9),
            "vendor": 0.0,
        }

    def channel(self, c: Channel, t: int) -> dict[str, float]:
        """Flows a week, speeds and satisfaction of a channel, vendor included."""
        p = self.p
        r, own, today, busy, backlog = self.line(c, t)
        issues = self.weekly[c.name] / (1 - self.vendor(0)) * self.volume(c, t)
        offered, sent = issues * (1 - self.removed(t)) * r, self.vendor(t)
        house, vendor = offered * (1 - sent) * (1 - own.abandonment), offered * sent * (1 - today.abandonment)
        answered = house + vendor
        mix = {
            k: (getattr(own, k) * house + getattr(today, k) * vendor) / answered for k in ("wait", "square", "p_wait")
        }
        contained = self.first(c) * issues * self.contained(t)
        callbacks = contained * (1 - p["contained_resolved"]) * p["containment_callback"]
        late = self.base.orders_per_week * p["late_order_contacts"] / self.come
        then = self.grown("late_order_rate", "late_order_months", t)
        scale = c.target_s if c.kind == "deferred" else 60.0
        nodes = 150 if c.kind == "deferred" else 60  # waits of weeks against hours need many
        day0 = (c.fcr, today.p_wait, today.wait, today.square, scale, self.busy0(c), self.shares0(c, late))
        b0 = optimize.brentq(lambda b: satisfied(p, b, *day0, nodes=nodes) - c.csat, -8, 8, xtol=1e-12)
        shares = {
            "transfer": self.of_all(self.transfers(c, t), c.transfer_rate, t),
            "failed_self_service": callbacks / offered,
            "critical_error": self.of_all(self.errors(c, t), c.critical_error_rate, t),
            "new_agent": self.of_all(self.learning(t), self.learning(0), t),
            "late_order": min(late * then / (1 + late * (then - self.now["late_order_rate"])), 0.9),
            "vendor": sent - self.vendor(0),
        }
        b0_all = b0 + p["csat_overload"] * sent * (soft(self.busy0(c)) - soft(busy)) / 0.10
        happy = satisfied(
            p, b0_all, self.fcr(c, t), mix["p_wait"], mix["wait"], mix["square"], scale, busy, shares, nodes=nodes
        )
        abandoned = offered - answered
        glad = happy * answered + contained * p["contained_resolved"] * sigma(
            b0 + p["csat_resolved"] + p["csat_self_service"]
        )
        again = (1 - self.fcr(c, t)) * p["repeat_share"]
        return {
            "offered": offered,
            "answered": answered,
            "house": house,
            "vendor": offered * sent,
            "abandoned": abandoned,
            "contained": contained,
            "callbacks": callbacks,
            "new_issues": self.first(c) * issues,
            "repeats": again * answered,
            "retrials": p["retrial_share"] * abandoned,
            "service_level": (1 - sent) * own.level + sent * today.level,
            "abandonment": abandoned / offered,
            "asa": mix["wait"],
            "fcr": self.fcr(c, t),
            "occupancy": busy,
            "handle_time_s": self.handle(c, t),
            "transfer_rate": shares["transfer"],
            "critical_error_rate": shares["critical_error"],
            "csat_surveyed": happy,
            "events": answered + abandoned + contained,
            "csat": glad / (answered + abandoned + contained),
            "backlog": backlog,
            "fte": self.fte(c, t),
            "attrition": self.leaving(t),
            "resolution_time": (mix["wait"] + self.handle(c, t)) / 3600 + again / (1 - again) * p["repeat_gap_h"],
        }

    # --- money ---
    def items(self, t: int, rows: dict[str, dict[str, float]]) -> dict[str, float]:
        """Cost a year of each item but overhead."""
        p, base = self.p, self.base
        wage, hours = p["wage"], base.hours_per_fte
        labour0 = sum(v for k, v in self.now.items() if k.startswith("staffing.")) * hours * wage
        filled = {n: r["fte"] * (1 - self.vacant(t)) / (1 - self.vacant(0)) for n, r in rows.items()}
        everyone = sum(filled.values())
        raised = (1 + self.level("wage_premium", t)) / (1 + self.now["wage_premium"])
        spends = 0.0
        for key in ("self_service_spend", "agent_assist_spend", "routing_spend", "back_office_spend"):
            more = self.level(key, t) - self.now[key]
            spends += self.now[key] + more * (p["cost_overrun"] if more > 0 else 1)
        price = {}
        for c in base.channels:
            lost = self.start[c.name][1].abandonment if c.name in self.start else 0.0
            own = self.now[f"staffing.{c.name}"] * hours * wage / (self.weekly[c.name] * (1 - lost) * WEEKS)
            price[c.name] = p["vendor_price_ratio"] * own
        chat = sum(filled[c.name] for c in base.channels if c.kind == "chat")
        gain = lambda key, sign: max(sign * (self.level(key, t) - self.now[key]), 0)  # noqa: E731
        labour = everyone * hours * wage * raised
        by_shift = sum(filled[c.name] for c in self.live) * hours * wage * raised
        return {
            "labour": labour,
            "hiring": self.leaving(t) * everyone * p["replacement_cost"],
            "outsourcing": sum(r["vendor"] * price[n] for n, r in rows.items()) * WEEKS,
            "training": everyone * self.level("training_hours", t) * p["training_hour_cost"],
            "automation": spends,
            "self_service_contacts": sum(r["contained"] for r in rows.values())
            * WEEKS
            * p["self_service_contact_cost"],
            "flexibility": self.level("schedule_flex", t) * p["flex_premium"] * by_shift,
            "skills": self.level("cross_training", t) * p["skill_pay"] * by_shift,
            "shrinkage": gain("shrinkage", -1) * 100 * p["shrinkage_price"] * labour0,
            "concurrency": gain("chat_concurrency", 1) * chat * p["concurrency_a_year"],
            "fcr_programme": self.level("fcr_programme", t) * p["fcr_programme_a_year"] * labour0,
            "reviews": self.level("qa_coverage", t)
            * sum(r["house"] for r in rows.values())
            * WEEKS
            * p["qa_minutes"]
            / 60
            * wage
            * raised,
            "on_time_delivery": gain("late_order_rate", -1) * self.orders(t) * WEEKS * p["late_order_price"],
        }

    def once(self, t: int, last: dict[str, dict[str, float]]) -> dict[str, float]:
        """One-off costs of month t; `last` is the last month's contacts, of which those moved to the vendor count."""
        p, base = self.p, self.base
        wage, hours = p["wage"], base.hours_per_fte
        fte = sum(v for k, v in self.now.items() if k.startswith("staffing."))
        spoken = sum(self.now[f"staffing.{c.name}"] for c in self.live)
        chats = sum(self.now[f"staffing.{c.name}"] for c in base.channels if c.kind == "chat")
        up = lambda key: max(self.new[key] - self.now[key], 0)  # noqa: E731
        automation = sum(
            up(k) for k in ("self_service_spend", "agent_assist_spend", "routing_spend", "back_office_spend")
        )
        come = sum(self.weekly[c.name] * self.volume(c, 1) for c in base.channels) / (1 - self.vendor(0))
        moved = come * (self.new["outsourced_share"] - self.now["outsourced_share"])
        set_up = automation * p["automation_one_off"] * p["cost_overrun"]
        set_up += (
            (
                up("schedule_flex") * p["schedule_one_off"] * spoken
                + up("fcr_programme") * p["fcr_programme_one_off"] * fte
            )
            * hours
            * wage
        )
        set_up += (
            up("cross_training") * spoken * p["cross_training_hours"] * wage
            + up("chat_concurrency") * chats * p["concurrency_one_off"]
        )
        set_up += max(moved, 0) * WEEKS * p["outsourcing_transition"]
        joined, cut, raised = 0.0, 0.0, (1 + self.level("wage_premium", t)) / (1 + self.now["wage_premium"])
        for c in base.channels:
            before, now = self.fte(c, t - 1), self.fte(c, t)
            left = self.leaving(t) / 12
            joined += max(now - before, 0)
            unfilled = min(max((before - now) / (left * before), 0), 1)
            joined -= unfilled * left * now * (1 - self.vacant(t)) / (1 - self.vacant(0))
            cut += max(before - now - self.leaving(t) / 12 * before, 0)
        return {"set_up": set_up if t == 1 else 0.0, "joining": joined * p["replacement_cost"],
                "severance": cut * p["severance_weeks"] / WEEKS * hours * wage * raised}  # fmt: skip

    def totals(self, t: int, rows: dict[str, dict[str, float]]) -> dict[str, float]:
        """Company figures from the channels of the month."""
        p = self.p

        def mean(key: str, weight: str, names: list[str]) -> float:
            return sum(rows[n][key] * rows[n][weight] for n in names) / sum(rows[n][weight] for n in names)

        every, spoken = list(rows), [c.name for c in self.live]
        add = {k: sum(r[k] for r in rows.values()) for k in rows[every[0]]}
        hours = {c.name: self.hours0(c) / self.slots(c, 0) * self.fte(c, t) / self.fte(c, 0) for c in self.live}
        still = {c.name: self.channel(c, 0) for c in self.base.channels}
        overhead = (
            self.base.overhead
            if self.base.stated_cost is None
            else self.base.stated_cost - sum(self.items(0, still).values())
        )
        cost, csat = sum(self.items(t, rows).values()) + overhead, mean("csat", "events", every)
        touched = 1 - math.exp(-add["events"] * WEEKS / self.base.customers)
        solved = sum(r["answered"] * r["fcr"] + r["contained"] * p["contained_resolved"] for r in rows.values())
        return {
            "operating_cost": cost,
            "cost_per_contact": cost / (add["answered"] * WEEKS),
            "cost_per_resolution": cost / (solved * WEEKS),
            "fte": add["fte"],
            "asa": mean("asa", "answered", spoken),
            "service_level": mean("service_level", "offered", every),
            "abandonment": mean("abandonment", "offered", spoken),
            "resolution_time": mean("resolution_time", "answered", every),
            "fcr": mean("fcr", "answered", every),
            "csat": csat,
            "csat_surveyed": mean("csat_surveyed", "answered", every),
            "occupancy": sum(rows[n]["occupancy"] * h for n, h in hours.items()) / sum(hours.values()),
            "attrition": self.leaving(t),
            "backlog": add["backlog"],
            "containment": add["contained"] / add["new_issues"],
            "revenue_at_risk": self.base.customers
            * touched
            * (1 - csat)
            * p["churn_per_unsatisfied"]
            * self.base.margin_per_customer,
        }
