"""A room of agents in Ciw: lines of customers, teams, flexible agents, several chats at once, shifts, returns.

Ciw keeps the clock, the customers, their journeys and their patience; what it lacks is added by its own way of
extending it, a node class: skills, several contacts an agent, and shifts that begin and end one agent at a time (Ciw's
own shift change brings a whole new team while the old one still finishes, which would be a free sixth of capacity where
contacts take five minutes of every half-hour). Events wait in heaps instead of being searched for. For one team without
skills the records are those of Ciw's own node to the last bit, which a test holds.

All random numbers come from generators of the run itself: nothing touches Python's or Ciw's shared generators, so runs
in threads or beside others give the same numbers. (Ciw itself draws from the shared one only to break ties between
events at the same instant, which leave the order of what follows open but change no result here.)
"""

import heapq
import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

import ciw
import numpy as np
from ciw.dists import Distribution
from ciw.routing import Leave, NetworkRouting, NodeRouting
from numpy.typing import NDArray

from model.referee.scene import Scene

Array = NDArray[np.float64]
Groups = dict[tuple[int, bool], list[int]]
"""(line, flexible) -> agents in each interval."""


@dataclass(frozen=True)
class Plan:
    """What changes over time: interval ends in s (the last for ever), rates (line, interval), agents by group.

    `extra_sessions` : of each group's agents, how many hold one contact more than the line's sessions.
    """

    ends: tuple[float, ...]
    rates: tuple[tuple[float, ...], ...]
    groups: Groups
    extra_sessions: dict[tuple[int, bool], int]


def steady(scene: Scene) -> Plan:
    """The plan of a scene in which nothing changes."""
    groups: Groups = {}
    for i, line in enumerate(scene.lines):
        groups[i, False], groups[i, True] = [line.agents - line.flexible], [line.flexible]
    return Plan((math.inf,), tuple((line.first_attempts,) for line in scene.lines), groups, {})


class _Own(Distribution):  # type: ignore[misc]
    """A distribution with a generator of its own, and the running sum of its draws less their mean."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.surplus = 0.0

    def __deepcopy__(self, memo: Any) -> "_Own":
        return self  # a copy would be a second generator with the same numbers

    def sample(self, t: Any = None, ind: Any = None) -> float:
        raise NotImplementedError


class _Arrivals(_Own):
    """Time to the next arrival of a Poisson process whose rate is constant in each interval; counts them."""

    def __init__(self, seed: int, ends: Sequence[float], rates: Sequence[float]) -> None:
        super().__init__(seed)
        self.ends, self.rates, self.number = ends, rates, 0

    def sample(self, t: Any = None, ind: Any = None) -> float:
        at = float(t)
        self.number += at > 0  # the first draw, at time 0, is no arrival yet
        left = self.random.expovariate(1.0)
        for end, rate in zip(self.ends, self.rates, strict=True):
            if at >= end:
                continue
            if rate > 0 and left <= rate * (end - at):
                return max(at + left / rate - float(t), 0.0)
            left -= rate * (end - at)
            at = end
        return math.inf


class _Exponential(_Own):
    def __init__(self, seed: int, mean: float) -> None:
        super().__init__(seed)
        self.average, self.rate = mean, 1 / mean

    def sample(self, t: Any = None, ind: Any = None) -> float:
        value = self.random.expovariate(self.rate)
        self.surplus += value - self.average
        return value


class _Lognormal(_Own):
    def __init__(self, seed: int, mean: float, cv: float) -> None:
        super().__init__(seed)
        self.average, self.sigma = mean, math.sqrt(math.log1p(cv * cv))
        self.mu = math.log(mean) - self.sigma**2 / 2

    def sample(self, t: Any = None, ind: Any = None) -> float:
        value = self.random.lognormvariate(self.mu, self.sigma)
        self.surplus += value - self.average
        return value


class _Comeback(NodeRouting):  # type: ignore[misc]
    """After service or giving up: away for good, or to the node of those who come back."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene, self.random = scene, Random(seed)
        self.fcr = {line.name: line.fcr for line in scene.lines}

    def next_node(self, ind: Any) -> Any:
        again = not ind.solved and self.random.random() < self.scene.repeat_share
        return self.simulation.nodes[2 if again else -1]

    def next_node_for_jockeying(self, ind: Any) -> Any:
        return self.simulation.nodes[2 if self.random.random() < self.scene.retrial_share else -1]


class _Journey(NetworkRouting):  # type: ignore[misc]
    def __init__(self, routers: list[Any]) -> None:
        self.routers = routers


class _Back(NodeRouting):  # type: ignore[misc]
    def next_node(self, ind: Any) -> Any:
        return self.simulation.nodes[1]


class _Gone(ciw.ExitNode):  # type: ignore[misc]
    """Customers who have left are in the log already; keeping them would fill the memory."""

    def accept(self, next_individual: Any, completed: bool = True) -> None:
        self.number_of_individuals += 1


class _Agent:
    """An agent and the contacts held now, all of one line at a time."""

    __slots__ = ("extra", "flexible", "held", "home", "leaving")

    def __init__(self, home: int, flexible: bool) -> None:
        self.home, self.flexible, self.extra, self.leaving = home, flexible, 0, False
        self.held: list[Any] = []


class _Away(ciw.Node):  # type: ignore[misc]
    """Those who will call again: everybody comes back when the own gap is over."""

    def __init__(self, id_: int, simulation: Any) -> None:
        super().__init__(id_, simulation)
        self.due: list[tuple[float, int, Any]] = []
        self.ticket = count()

    def accept(self, next_individual: Any, completed: bool = False) -> None:
        super().accept(next_individual, completed)
        heapq.heappush(self.due, (next_individual.service_end_date, next(self.ticket), next_individual))

    def write_individual_record(self, individual: Any) -> None:
        heapq.heappop(self.due)

    def update_next_event_date(self) -> None:
        self.next_event_type = "end_service"
        if self.due:
            self.next_event_date, _, one = self.due[0]
            self.next_individual = [one]
        else:
            self.next_event_date = math.inf


class _Team(ciw.Node):  # type: ignore[misc]
    """All agents of the room and all who wait for them, first come first served within what an agent can do."""

    def __init__(self, id_: int, simulation: Any) -> None:
        self.room: Room = simulation.network.room
        self.lines = self.room.scene.lines
        self.plan = self.room.plan
        self.place = {line.name: i for i, line in enumerate(self.lines)}
        self.ticket = count()
        self.ends: list[tuple[float, int, Any]] = []
        self.gives_up: list[tuple[float, int, Any]] = []
        self.waiting: list[OrderedDict[Any, None]] = [OrderedDict() for _ in self.lines]
        self.staff: dict[tuple[int, bool], list[_Agent]] = {group: [] for group in self.plan.groups}
        self.idle: dict[tuple[int, bool], list[_Agent]] = {group: [] for group in self.plan.groups}
        self.interval = 0
        super().__init__(id_, simulation)
        self._staff_up()

    def create_starting_servers(self) -> list[Any]:
        return []

    # --- who can take what ------------------------------------------------------------------------------------------
    def _holds(self, agent: _Agent, line: int) -> int:
        sessions = self.lines[line].sessions
        return sessions + agent.extra if sessions > 1 or agent.extra else 1

    def _groups_for(self, line: int) -> list[tuple[int, bool]]:
        others = [(i, True) for i in range(len(self.lines)) if i != line]
        return [(line, False), (line, True), *others]

    def find_free_server(self, ind: Any) -> _Agent | None:
        """An agent for a contact: of its own team first, and there who has least in hand."""
        line = self.place[ind.customer_class]
        for group in self._groups_for(line):
            idle = self.idle[group]
            if idle:
                return idle[-1]
            if self.lines[line].sessions > 1 or self.plan.extra_sessions:
                some = [a for a in self.staff[group] if self._has_room(a, line)]
                if some:
                    return min(some, key=lambda agent: len(agent.held))
        return None

    def _has_room(self, agent: _Agent, line: int) -> bool:
        if agent.leaving:
            return False
        if not agent.held:
            return True
        return self.place[agent.held[0].customer_class] == line and len(agent.held) < self._holds(agent, line)

    def _next_for(self, agent: _Agent) -> Any:
        """The longest waiting contact that a free agent can take."""
        best = None
        for line in range(len(self.lines)) if agent.flexible else (agent.home,):
            queue = self.waiting[line]
            if queue and self._has_room(agent, line):
                first = next(iter(queue))
                if best is None or first.arrival_date < best.arrival_date:
                    best = first
        return best

    # --- a contact's way --------------------------------------------------------------------------------------------
    def begin_service_if_possible_accept(self, next_individual: Any) -> None:
        next_individual.arrival_date = self.now
        next_individual.reneging_date = self.get_reneging_date(next_individual)
        agent = self.find_free_server(next_individual)
        if agent is not None:
            self._start(agent, next_individual)
            return
        self.waiting[self.place[next_individual.customer_class]][next_individual] = None
        heapq.heappush(self.gives_up, (next_individual.reneging_date, next(self.ticket), next_individual))

    def _start(self, agent: _Agent, ind: Any) -> None:
        line = self.place[ind.customer_class]
        self.waiting[line].pop(ind, None)
        ind.reneging_date = math.inf
        if not agent.held:
            self.idle[agent.home, agent.flexible].remove(agent)
        ind.server, ind.answered_by = agent, agent.home
        ind.service_start_date = self.now
        ind.service_time = self.get_service_time(ind)
        if agent.home != line:
            ind.service_time *= 1 + self.room.scene.away_penalty
        ind.service_end_date = self.now + ind.service_time
        self.number_in_service += 1
        agent.held.append(ind)
        slowdown = self.lines[line].slowdown
        if slowdown is not None:
            full = 1 + slowdown * (self.lines[line].sessions - 1)
            ind.service_end_date = self.now + ind.service_time / full * (1 + slowdown * (len(agent.held) - 1))
            self._stretch(agent, ind, (1 + slowdown * (len(agent.held) - 1)) / (1 + slowdown * (len(agent.held) - 2)))
        heapq.heappush(self.ends, (ind.service_end_date, next(self.ticket), ind))
        if self.room.at_answer:
            self.room.log.append((line, ind.arrival_date, self.now - ind.arrival_date, 1.0, 0.0, 0.0, agent.home))

    def _stretch(self, agent: _Agent, but: Any, factor: float) -> None:
        """What is left of an agent's other contacts takes `factor` times as long from now on."""
        for other in agent.held:
            if other is not but:
                other.service_end_date = self.now + (other.service_end_date - self.now) * factor
                heapq.heappush(self.ends, (other.service_end_date, next(self.ticket), other))

    def finish_service(self) -> None:
        ind = self.next_individual[0]
        ind.solved = self.room.outcome.random() < self.lines[self.place[ind.customer_class]].fcr
        next_node = self.next_node(ind)
        ind.destination = next_node.id_number
        self.release(ind, next_node)

    def detatch_server(self, server: _Agent, individual: Any) -> None:
        line = self.place[individual.customer_class]
        server.held.remove(individual)
        individual.server = False
        slowdown = self.lines[line].slowdown
        if slowdown is not None and server.held:
            left = len(server.held)
            self._stretch(server, individual, (1 + slowdown * (left - 1)) / (1 + slowdown * left))
        if not server.held:
            if server.leaving:
                self.staff[server.home, server.flexible].remove(server)
            else:
                self.idle[server.home, server.flexible].append(server)

    def begin_service_if_possible_release(self, next_individual: Any, newly_free_server: Any) -> None:
        self._fill(newly_free_server)

    def _fill(self, agent: _Agent) -> None:
        while not agent.leaving and (ind := self._next_for(agent)) is not None:
            self._start(agent, ind)

    def write_individual_record(self, individual: Any) -> None:
        if self.room.at_answer:
            return
        waited = individual.service_start_date - individual.arrival_date
        self.room.log.append(
            (
                self.place[individual.customer_class], individual.arrival_date, waited, 1.0,
                individual.exit_date - individual.service_start_date, float(individual.solved), individual.answered_by,
            )
        )  # fmt: skip

    def write_reneging_record(self, individual: Any) -> None:
        line = self.place[individual.customer_class]
        del self.waiting[line][individual]
        waited = individual.exit_date - individual.arrival_date
        self.room.log.append((line, individual.arrival_date, waited, 0.0, 0.0, 0.0, -1))

    # --- shifts -----------------------------------------------------------------------------------------------------
    def _staff_up(self) -> None:
        """Agents of this interval: who is missing comes, who is too many goes when nothing is left in hand."""
        came = []
        for group, wanted in self.plan.groups.items():
            staff = self.staff[group]
            there = [agent for agent in staff if not agent.leaving]
            change = wanted[self.interval] - len(there)
            for agent in [agent for agent in staff if agent.leaving][: max(change, 0)]:
                agent.leaving = False
                came.append(agent)
                change -= 1
            for _ in range(max(change, 0)):
                agent = _Agent(*group)
                staff.append(agent)
                self.idle[group].append(agent)
                came.append(agent)
            for agent in sorted(there, key=lambda a: len(a.held))[: max(-change, 0)]:
                if agent.held:
                    agent.leaving = True
                else:
                    staff.remove(agent)
                    self.idle[group].remove(agent)
            extra = self.plan.extra_sessions.get(group, 0)
            for i, agent in enumerate(staff):
                agent.extra = int(i < extra)
        for agent in came:
            self._fill(agent)

    def change_shift(self) -> None:
        self.interval += 1
        self._staff_up()

    def update_next_event_date(self) -> None:
        ends, gives_up = self.ends, self.gives_up
        while ends and ends[0][2].service_end_date != ends[0][0]:
            heapq.heappop(ends)
        while gives_up and gives_up[0][2].reneging_date != gives_up[0][0]:
            heapq.heappop(gives_up)
        shift = self.plan.ends[self.interval]
        self.next_event_date, self.next_event_type = shift, "shift_change"
        if ends and ends[0][0] < self.next_event_date:
            self.next_event_date, self.next_event_type = ends[0][0], "end_service"
            self.next_individual = [ends[0][2]]
        if gives_up and gives_up[0][0] < self.next_event_date:
            self.next_event_date, self.next_event_type = gives_up[0][0], "renege"
            self.next_individual = [gives_up[0][2]]

    def wrap_up_servers(self, current_time: float) -> None:
        """Time busy is reckoned from the log."""

    def find_server_utilisation(self) -> None:
        """Time busy is reckoned from the log."""


class Room:
    """One run of a scene.

    `advance(until)` runs on to a time and gives back the visits that ended since (rows in the columns of `scene`);
    `surplus()` the running sums whose expectation is 0 whatever happens: arrivals, handle times and patience drawn.
    With `at_answer` a visit is in the log as soon as it is answered, and nothing is known of what follows.
    """

    def __init__(self, scene: Scene, seed: int, plan: Plan | None = None, at_answer: bool = False) -> None:
        self.scene, self.at_answer = scene, at_answer
        self.plan = plan or steady(scene)
        self.log: list[tuple[float, ...]] = []
        seeds = iter(np.random.SeedSequence(seed).generate_state(3 * len(scene.lines) + 3, np.uint64).tolist())
        self.outcome = Random(next(seeds))
        self.arrivals = [_Arrivals(next(seeds), self.plan.ends, rates) for rates in self.plan.rates]
        self.handle: list[_Own] = [
            _Lognormal(next(seeds), line.handle_time_s, line.handle_cv)
            if line.handle_shape == "lognormal"
            else _Exponential(next(seeds), line.handle_time_s)
            for line in scene.lines
        ]
        self.patience = [_Exponential(next(seeds), line.patience_s) for line in scene.lines]
        gap = _Exponential(next(seeds), scene.gap_s)
        comeback = next(seeds)
        names = [line.name for line in scene.lines]
        returns = scene.retrial_share > 0 or scene.repeat_share > 0

        def by_line(team: Sequence[Any], away: Any) -> dict[str, list[Any]]:
            return {name: [one, away] if returns else [one] for name, one in zip(names, team, strict=True)}

        routers: list[Any] = [_Comeback(scene, comeback), _Back()] if returns else [Leave()]
        network = ciw.create_network(
            arrival_distributions=by_line(self.arrivals, None),
            service_distributions=by_line(self.handle, gap),
            reneging_time_distributions=by_line(self.patience, None),
            routing={name: _Journey(routers) for name in names},
            number_of_servers=[1, math.inf] if returns else [1],
        )
        network.room = self
        self.simulation = ciw.Simulation(
            network, node_class=[_Team, _Away] if returns else [_Team], exit_node_class=_Gone
        )

    def advance(self, until: float) -> Array:
        """Run on to `until` (s); the visits that ended since the last call, (visit, 7)."""
        self.simulation.simulate_until_max_time(until)
        ended = np.array(self.log).reshape(-1, 7)
        self.log.clear()
        return ended

    def waiting_since(self, before: float) -> bool:
        """Whether anybody still waits who came before a time."""
        queues = self.simulation.transitive_nodes[0].waiting
        return any(queue and next(iter(queue)).arrival_date < before for queue in queues)

    def surplus(self) -> list[float]:
        """Arrivals less their expectation so far, then the handle times' and the patiences' draws less their means."""
        now = self.simulation.current_time
        expected = [_integral(self.plan.ends, rates, now) for rates in self.plan.rates]
        came = [one.number - e for one, e in zip(self.arrivals, expected, strict=True)]
        return came + [one.surplus for one in (*self.handle, *self.patience)]


def _integral(ends: Sequence[float], rates: Sequence[float], until: float) -> float:
    """Expected arrivals up to a time."""
    total, start = 0.0, 0.0
    for end, rate in zip(ends, rates, strict=True):
        total += rate * (min(end, until) - start)
        if end >= until:
            break
        start = end
    return total
