"""When agents go whose work something else takes over: once it does, and not before.

A search for a mix looks at one month. In those before, tools and vendors still grow into their work, and whoever went
at once would leave it undone.
"""

from collections.abc import Iterable

import numpy as np

from model import results
from model.batch import batch, nodes_of
from model.needs import Need, held
from model.scenario import Fixed, Scenario

_WAITED = ("service_level", "csat")
"""What customers feel while nobody does the work yet. Costs are not waited for: they fall once people have gone."""


def when_it_can_be(scenario: Scenario, before: Scenario, needs: Iterable[Need]) -> Scenario:
    """The same levers, but agents go in the first month from which on service and CSAT of `needs` hold without them.

    Of channels with fewer agents than today and than `before`. Unchanged where nobody goes, where nothing is waited
    for, where no month up to the scenario's own is better, and for levers whose month somebody has chosen. The results
    of the scenario's own month stay; those over 36 months do not, as people are paid until then.
    """
    today, waited = scenario.baseline.levers, [need for need in needs if need.family in _WAITED]
    going = [
        key
        for key, value in scenario.levers.items()
        if key.startswith("staffing.") and value < min(today[key], before.lever(key)) and key not in scenario.starts
    ]
    if not going or not waited or scenario.staffing_rule == "follow_work":
        return scenario
    plans = [scenario] + [
        scenario.model_copy(update={"starts": Fixed({**scenario.starts, **dict.fromkeys(going, start)})})
        for start in range(1, scenario.month)
    ]
    found = results.run(batch(plans), nodes_of(scenario.month, True), path=True)
    paths = [results.figure(need.outcome, scenario.baseline, found.total, found.channel) for need in waited]
    hold = np.all([held(need, path[:, 0, 1:]) for need, path in zip(waited, paths, strict=True)], axis=0)
    for start, plan in enumerate(plans):
        if hold[start, start : scenario.month].all():
            return plan
    return scenario
