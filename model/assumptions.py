"""The assumptions: every number of the model that is not the company's own, with range, unit, grade and source.

`low`, `mode` and `high` bound and shape the PERT distribution of the draws. `neutral` is the value that switches the
relation off. `floor` and `ceiling` are what the model accepts: a value beyond them has no meaning (a share above one,
a time below zero) or no solution. `acts_in` names the relation modules that read the key (the chain or the results
where none does).

Grades: *published* (the source says at least one end of the range), *judgement* (nobody's data; a source then only
shows that there is such an effect); *measured* is what a company's own files replace them with.
"""

from dataclasses import dataclass
from typing import Literal

Grade = Literal["measured", "published", "judgement"]
Family = Literal["demand", "timing", "people", "service", "satisfaction", "economics"]


@dataclass(frozen=True, slots=True)
class Assumption:
    """One row of the assumption table."""

    key: str
    family: Family
    label: str
    low: float
    mode: float
    high: float
    neutral: float
    floor: float
    ceiling: float
    unit: str
    grade: Grade
    source: str
    acts_in: tuple[str, ...]

    def allows(self, value: float) -> bool:
        """Whether the model accepts a value: floor <= value <= ceiling."""
        return self.floor <= value <= self.ceiling


_A = Assumption
_ROWS = (
    # Demand: what comes back, what self-service takes, what late orders bring
    _A("retrial_share", "demand", "Callers who gave up and call again", 0.25, 0.45, 0.65, 0, 0, 0.95,
       "share", "judgement",
       "own range; that callers retry is documented by Hoffman and Harris 1986, European Journal of Operational "
       "Research 27(2), and Aguir et al. 2004, OR Spectrum 26(3)", ("demand",)),
    _A("repeat_share", "demand", "Unsolved contacts that come back", 0.5, 0.7, 0.85, 0, 0, 0.95,
       "share", "judgement",
       "own range; Dixon, Freeman and Toman 2010, Harvard Business Review July-August, find 62 % of customers had "
       "to contact a company repeatedly", ("demand", "service")),
    _A("repeat_gap_h", "demand", "Hours until an unsolved contact comes back", 12, 36, 72, 0, 0, 2000,
       "hours", "judgement", "own estimate: one to three days between attempts", ("service",)),
    _A("containment_ceiling", "demand", "Most that self-service can take", 0.1, 0.25, 0.45, 0, 0, 0.8,
       "share", "published",
       "Gartner, press release of September 2019 (9 % fully solved by self-service) and June 2023 (chatbots solve "
       "17 % of billing disputes to 58 % of returns; 497 customers)", ("demand",)),
    _A("self_service_half", "demand", "Self-service spend for half the ceiling", 0.01, 0.02, 0.04, 0.02, 0.0005, 1,
       "of labour cost", "judgement",
       "own estimate: licences and upkeep of a bot for a few cents of every labour dollar", ("demand",)),
    _A("contained_resolved", "demand", "Self-service contacts really solved", 0.6, 0.75, 0.9, 1, 0, 1,
       "share", "judgement",
       "own range; Gartner's June 2023 survey of 497 customers shows that many chatbot contacts end unsolved",
       ("demand", "satisfaction")),
    _A("containment_callback", "demand", "Unsolved self-service that turns to an agent", 0.5, 0.7, 0.9, 0, 0, 1,
       "share", "judgement", "own estimate: most who fail in self-service need the answer all the same", ("demand",)),
    _A("contained_work", "demand", "Work in a self-served contact against the average", 0.5, 0.7, 0.95, 1, 0, 1,
       "factor", "judgement", "own estimate: the simple contacts go first; what is left is harder", ("demand",)),
    _A("benefit_realised", "demand", "Share of planned automation benefit that arrives", 0.44, 0.75, 1.05, 1, 0, 1.2,
       "factor", "published",
       "Bloch, Blumberg and Laartz 2012, Delivering large-scale IT projects on time, on budget, and on value "
       "(McKinsey with Oxford): 56 % less value than predicted; likely and high are own", ("demand", "service")),
    _A("late_order_contacts", "demand", "Contacts a late order brings", 0.3, 0.6, 1, 0, 0, 20,
       "contacts", "judgement", "own estimate: some ask more than once, some wait without a word", ("demand",)),
    # Timing: months to half of the effect
    _A("self_service_months", "timing", "Self-service: months to half its effect", 4, 5.5, 7, 0, 0, 60,
       "months", "judgement", "own estimate: content and intents are added over two quarters", ("adoption",)),
    _A("assist_months", "timing", "Agent assist: months to half its effect", 3, 4, 5, 0, 0, 60,
       "months", "judgement",
       "own range; Brynjolfsson, Li and Raymond 2023, Generative AI at Work, NBER working paper 31161, see effects "
       "within the first months of use", ("adoption",)),
    _A("routing_months", "timing", "Routing: months to half its effect", 3, 3.5, 4, 0, 0, 60,
       "months", "judgement", "own estimate: rules, data and tuning", ("adoption",)),
    _A("back_office_months", "timing", "Back office: months to half its effect", 5, 7, 9, 0, 0, 60,
       "months", "judgement", "own estimate: integration with several systems", ("adoption",)),
    _A("fcr_programme_months", "timing", "Solve it first time: months to half its effect", 1, 1.5, 2, 0, 0, 60,
       "months", "judgement", "own estimate: a change of mandate and knowledge, not of systems", ("adoption",)),
    _A("training_months", "timing", "Training: months to half its effect", 2, 3, 4, 0, 0, 60,
       "months", "judgement", "own estimate: courses are spread over a quarter or two", ("adoption",)),
    _A("qa_months", "timing", "Reviews: months to half their effect", 2, 3, 4, 0, 0, 60,
       "months", "judgement", "own estimate: feedback changes habits over some cycles", ("adoption",)),
    _A("cross_training_months", "timing", "Cross-training: months to half its effect", 2, 3, 4, 0, 0, 60,
       "months", "judgement", "own estimate: classes are trained in turns", ("adoption",)),
    _A("schedule_months", "timing", "Flexible shifts: months to half their effect", 1, 2, 3, 0, 0, 60,
       "months", "judgement", "own estimate: agreements and the next planning rounds", ("adoption",)),
    _A("outsourcing_months", "timing", "Outsourcing: months to half the move", 2, 3, 5, 0, 0, 60,
       "months", "judgement", "own estimate: selection is done; the vendor hires and trains", ("adoption",)),
    _A("wage_months", "timing", "Pay: months to half its effect on leaving", 2, 3, 6, 0, 0, 60,
       "months", "judgement", "own estimate: people decide over some months whether to leave", ("adoption",)),
    _A("late_order_months", "timing", "On-time delivery: months to half its effect", 2, 3, 4, 0, 0, 60,
       "months", "judgement", "own estimate: carrier and warehouse changes", ("adoption",)),
    _A("learning_dip", "timing", "Slower handling while people learn", 0.02, 0.035, 0.05, 0, 0, 0.5,
       "share of handle time", "judgement",
       "own estimate: every roll-out slows agents before it helps them; greatest half-way", ("adoption",)),
    # People
    _A("attrition", "people", "Agents who leave in a year", 0.25, 0.38, 0.45, 0, 0, 3,
       "share a year", "published",
       "SQM Group 2023, Call Center Attrition Rate: It Is Now the Most Important KPI, press release of 13 April: "
       "38 % on average, 20 % to over 200 % by site", ("people",)),
    _A("attrition_occupancy_slope", "people", "Leaving: points for each point of time busy above 85 %",
       0, 0.5, 1.5, 0, 0, 5,
       "points a point", "judgement", "own range: burnout rises with load; its size is not well measured", ("people",)),
    _A("attrition_wage_elasticity", "people", "Leaving: fall in % for each % of pay", 0.5, 1.5, 3, 0, 0, 5,
       "elasticity", "published",
       "Manning 2021, Monopsony in Labor Markets: A Review, ILR Review 74(1), and Naidu and Carr 2022, Economic "
       "Policy Institute: 2 to 3 in experiments, less elsewhere", ("people",)),
    _A("attrition_shrinkage_slope", "people", "Leaving: points for each point of time off the queue withdrawn",
       0, 0.3, 0.8, 0, 0, 5,
       "points a point", "judgement",
       "own estimate: breaks, coaching and meetings are what make the job bearable", ("people",)),
    _A("replace_years", "people", "Years to fill a vacancy", 0.08, 0.12, 0.2, 0, 0, 1,
       "years", "judgement",
       "own estimate: one to two and a half months from notice to a new agent's first class", ("people",)),
    _A("new_hire_handle_time", "people", "Handle time of a new agent", 1.3, 1.5, 1.8, 1, 1, 5,
       "factor", "published",
       "WFM Labs wiki, Speed to proficiency curve, read 2026: 1.3 to 1.8 times a tenured agent's", ("people",)),
    _A("ramp_months", "people", "Months a new agent learns", 3, 4, 6, 0, 0, 36,
       "months", "published",
       "WFM Labs wiki, Speed to proficiency curve, read 2026: three to six months for routine work", ("people",)),
    _A("hiring_delay_months", "people", "Months until an added agent starts", 1, 2, 3, 0, 0, 24,
       "months", "judgement", "own estimate: advertise, choose, notice period, class", ("people",)),
    _A("training_ramp_effect", "people", "Learning time saved by full training", 0, 0.15, 0.3, 0, 0, 1,
       "share", "judgement", "own estimate: structured training shortens the ramp", ("people",)),
    _A("training_half_hours", "people", "Training hours a year for half its effect", 20, 40, 80, 40, 1, 1000,
       "hours", "judgement", "own estimate: one to two weeks a year", ("adoption",)),
    _A("redundancies_allowed", "people", "Jobs cut beyond turnover when staffing follows the work",
       0, 0.01, 0.03, 0.01, 0, 1,
       "share a month", "judgement", "own estimate: most companies prefer turnover to redundancies", ("people",)),
    # Service: handle time, chat, pooling, automation of the agent's work
    _A("chat_slowdown", "service", "Each further chat at once slows each by", 0.2, 0.35, 0.6, 0, 0, 2,
       "share", "judgement", "own estimate: agents switch between chats", ("service",)),
    _A("chat_fcr_loss", "service", "Solved first time lost for each further chat at once", 0.01, 0.025, 0.04, 0, 0, 0.2,
       "share", "judgement", "own estimate: attention is shared", ("service",)),
    _A("cross_training_penalty", "service", "Handle time of agents outside their main skill", 0, 0.05, 0.12, 0, 0, 1,
       "share", "judgement", "own range: none to an eighth longer outside the main skill", ("service",)),
    _A("assist_ceiling", "service", "Handle time saved by full agent assist", 0.03, 0.08, 0.14, 0, 0, 0.8,
       "share", "published",
       "Brynjolfsson, Li and Raymond 2023, Generative AI at Work, NBER working paper 31161: 14 % more issues an "
       "hour, which is the high end; likely and low are own", ("service",)),
    _A("assist_novice", "service", "Agent assist: effect on new agents against the average", 1.5, 2.4, 3, 1, 1, 5,
       "factor", "published",
       "Brynjolfsson, Li and Raymond 2023, Generative AI at Work, NBER working paper 31161: 34 % for the newest "
       "against 14 % on average", ("service",)),
    _A("assist_half", "service", "Agent assist spend for half its ceiling", 0.01, 0.02, 0.04, 0.02, 0.0005, 1,
       "of labour cost", "judgement",
       "own estimate: licence prices for an agent a month against a loaded wage", ("service",)),
    _A("routing_ceiling", "service", "Transfers saved by full routing", 0.15, 0.3, 0.45, 0, 0, 0.8,
       "share", "judgement", "own range: vendors claim more; many transfers are policy, not routing", ("service",)),
    _A("routing_half", "service", "Routing spend for half its ceiling", 0.005, 0.01, 0.02, 0.01, 0.0005, 1,
       "of labour cost", "judgement", "own estimate: licence prices against a loaded wage", ("service",)),
    _A("back_office_ceiling", "service", "Handle time saved by full back-office automation",
       0.02, 0.05, 0.09, 0, 0, 0.8,
       "share", "judgement", "own estimate: part of wrap-up, look-ups and rework", ("service",)),
    _A("back_office_half", "service", "Back-office spend for half its ceiling", 0.015, 0.03, 0.06, 0.03, 0.0005, 1,
       "of labour cost", "judgement", "own estimate: integration is dearer than licences", ("service",)),
    _A("transfer_handle_time", "service", "Handle time a transfer adds", 0.3, 0.5, 0.8, 0, 0, 3,
       "share", "judgement", "own estimate: the second agent asks again", ("service",)),
    _A("deferred_utilisation", "service", "Busy share that e-mail and ticket agents reach",
       0.8, 0.88, 0.95, 0.95, 0.3, 1,
       "share", "judgement",
       "own estimate: no waiting for the next contact, but breaks in concentration", ("service",)),
    _A("vendor_fcr_points", "service", "Vendor: solved first time against in house", -0.08, -0.03, 0, 0, -0.5, 0.2,
       "share", "judgement", "own estimate: less access and less context", ("effects",)),
    _A("fcr_assist", "service", "Solved first time: full agent assist", 0.1, 0.2, 0.3, 0, -1, 3,
       "log-odds", "judgement", "own estimate: knowledge at hand", ("service",)),
    _A("fcr_back_office", "service", "Solved first time: full back office", 0.1, 0.2, 0.3, 0, -1, 3,
       "log-odds", "judgement", "own estimate: fewer promises broken behind the scenes", ("service",)),
    _A("fcr_programme_effect", "service", "Solved first time: full programme", 0.1, 0.2, 0.3, 0, -1, 3,
       "log-odds", "judgement", "own estimate: mandate, knowledge and root causes", ("service",)),
    _A("fcr_training", "service", "Solved first time: full training", 0.1, 0.2, 0.3, 0, -1, 3,
       "log-odds", "judgement", "own estimate: skill", ("service",)),
    _A("fcr_qa", "service", "Solved first time: full reviews", 0.1, 0.2, 0.3, 0, -1, 3,
       "log-odds", "judgement",
       "own range, kept small: SQM Group, Call Quality Monitoring FCR Impact Study, finds one agent in five whose "
       "review scores go with solving", ("service",)),
    _A("error_training", "service", "Critical errors avoided by full training", 0.05, 0.15, 0.3, 0, 0, 1,
       "share", "judgement", "own estimate: skill", ("service",)),
    _A("error_qa", "service", "Critical errors avoided by full reviews", 0.1, 0.25, 0.4, 0, 0, 1,
       "share", "judgement", "own estimate: feedback on just these errors", ("service",)),
    _A("qa_half", "service", "Share reviewed for half the effect of reviews", 0.02, 0.05, 0.1, 0.05, 0.001, 1,
       "share", "judgement", "own estimate: the first reviews teach most", ("adoption",)),
    # Satisfaction, in log-odds of being satisfied
    _A("csat_resolved", "satisfaction", "Solved", 0.8, 1.7, 2.7, 0, 0, 6,
       "log-odds", "published",
       "SQM Group, Call Center Customer Experience Research (sqmgroup.com): CSAT 33 % higher where one contact "
       "solved it, and FCR 2008, p. 3: 20 points less for each further call; the range is read off these",
       ("satisfaction",)),
    _A("csat_wait", "satisfaction", "Waiting, each e-fold of one plus the wait in minutes",
       -0.6, -0.25, -0.05, 0, -3, 0,
       "log-odds", "judgement",
       "own range, from nearly nothing up: Feinberg et al. 2000, International Journal of Service Industry "
       "Management 11(2), 131-141, find no significant effect of the average wait", ("satisfaction",)),
    _A("csat_transfer", "satisfaction", "A transfer", -1, -0.5, -0.2, 0, -5, 0,
       "log-odds", "judgement",
       "own estimate: customers repeat themselves; Dixon, Freeman and Toman 2010 count it among what costs loyalty",
       ("satisfaction",)),
    _A("csat_failed_self_service", "satisfaction", "Self-service that failed first", -0.8, -0.35, -0.1, 0, -5, 0,
       "log-odds", "judgement",
       "own range; Dixon, Freeman and Toman 2010, Harvard Business Review July-August: 57 % had to switch from web "
       "to phone", ("satisfaction",)),
    _A("csat_critical_error", "satisfaction", "A critical error", -2.5, -1.5, -0.8, 0, -8, 0,
       "log-odds", "judgement", "own estimate: a wrong answer, or the wrong thing done", ("satisfaction",)),
    _A("csat_new_agent", "satisfaction", "An agent still learning", -0.5, -0.25, -0.05, 0, -5, 0,
       "log-odds", "judgement", "own estimate: unsure answers", ("satisfaction",)),
    _A("csat_overload", "satisfaction", "Each 10 points of time busy above 85 %", -0.4, -0.15, 0, 0, -5, 0,
       "log-odds", "judgement",
       "own size; Oliva and Sterman 2001, Management Science 47(7), 894-914: overload erodes quality",
       ("satisfaction",)),
    _A("csat_late_order", "satisfaction", "A late order", -2, -1.2, -0.5, 0, -8, 0,
       "log-odds", "judgement", "own estimate: the promise is broken already", ("satisfaction",)),
    _A("csat_self_service", "satisfaction", "Solved by self-service against solved by an agent", -0.3, 0, 0.3, 0, -3, 3,
       "log-odds", "judgement", "own range: some prefer it, some do not", ("satisfaction",)),
    _A("csat_vendor", "satisfaction", "Answered by the vendor", -0.4, -0.15, 0, 0, -5, 1,
       "log-odds", "judgement", "own estimate: less context", ("satisfaction",)),
    # Economics: wages and prices
    _A("wage", "economics", "Loaded cost of a paid hour", 28, 34, 45, 34, 0.01, 100000,
       "money an hour", "published",
       "US Bureau of Labor Statistics, May 2024, customer service representatives: median 42,830 USD a year (20.6 "
       "an hour), with benefits near 30 % of cost; overhead on top is own", ("economics",)),
    _A("replacement_cost", "economics", "Hiring and training a new agent", 6000, 14000, 20000, 0, 0, 1000000000,
       "money", "published",
       "Gartner as cited by C. Taylor, apexcx.com: 14,113 USD to replace an agent; McKinsey as cited by Five9: "
       "10,000 to 20,000", ("economics",)),
    _A("severance_weeks", "economics", "Notice and severance of a redundancy", 4, 8, 16, 0, 0, 156,
       "weeks of pay", "judgement", "own range: law and custom differ widely", ("economics",)),
    _A("vendor_price_ratio", "economics", "Vendor's price against a contact's cost in house",
       0.6, 0.85, 1.1, 0.85, 0, 10,
       "factor", "judgement", "own range, offshore to onshore", ("economics",)),
    _A("outsourcing_transition", "economics", "Transition for each yearly contact moved", 0.5, 1, 2, 0, 0, 1000000,
       "money", "judgement", "own estimate: knowledge transfer and parallel running", ("economics",)),
    _A("flex_premium", "economics", "Premium on hours that can be moved", 0.02, 0.05, 0.1, 0, 0, 2,
       "share of wage", "judgement", "own estimate: split shifts and short notice are paid for", ("economics",)),
    _A("schedule_one_off", "economics", "Planning tool for flexible shifts", 0.002, 0.005, 0.01, 0, 0, 1,
       "of labour cost", "judgement", "own estimate: licence and roll-out at full flexibility", ("economics",)),
    _A("cross_training_hours", "economics", "Hours to train an agent for another queue", 40, 80, 160, 0, 0, 2080,
       "hours", "judgement", "own estimate: one to four weeks", ("economics",)),
    _A("skill_pay", "economics", "Skill pay of a cross-trained agent", 0.01, 0.03, 0.06, 0, 0, 2,
       "share of wage", "judgement", "own estimate of what pay scales grant", ("economics",)),
    _A("shrinkage_price", "economics", "Lowering time off the queue by one point", 0.002, 0.004, 0.008, 0, 0, 1,
       "of labour cost", "judgement", "own estimate: tools, incentives and overtime", ("economics",)),
    _A("concurrency_one_off", "economics", "Training a chat agent for a further chat", 200, 500, 1000, 0, 0, 100000000,
       "money", "judgement", "own estimate: a few days", ("economics",)),
    _A("concurrency_a_year", "economics", "Desktop for a further chat, an agent a year", 100, 240, 500, 0, 0, 100000000,
       "money", "judgement", "own estimate of licence prices", ("economics",)),
    _A("automation_one_off", "economics", "Set-up of automation against the rise in yearly spend",
       0.3, 0.5, 1, 0, 0, 10,
       "factor", "judgement", "own estimate: integration, content and change", ("economics",)),
    _A("cost_overrun", "economics", "Automation costs against plan", 1, 1.15, 1.45, 1, 0.2, 10,
       "factor", "published",
       "Bloch, Blumberg and Laartz 2012, Delivering large-scale IT projects on time, on budget, and on value "
       "(McKinsey with Oxford): 45 % over budget; likely is own", ("economics",)),
    _A("self_service_contact_cost", "economics", "A contact in self-service", 0.1, 0.25, 1, 0, 0, 100000,
       "money", "published",
       "Gartner, Customer Service and Support Leader poll 2019: about 0.10 USD a contact; likely and high are own",
       ("economics",)),
    _A("fcr_programme_one_off", "economics", "Set-up of solve it first time", 0.005, 0.01, 0.02, 0, 0, 1,
       "of labour cost", "judgement", "own estimate: knowledge base, mandate, root causes", ("economics",)),
    _A("fcr_programme_a_year", "economics", "Running solve it first time", 0.005, 0.01, 0.02, 0, 0, 1,
       "of labour cost a year", "judgement",
       "own estimate: one specialist for every fifty to two hundred agents", ("economics",)),
    _A("training_hour_cost", "economics", "Trainers and material for an agent's hour", 5, 12, 25, 0, 0, 1000000,
       "money", "judgement", "own estimate: a trainer for a class of ten", ("economics",)),
    _A("qa_minutes", "economics", "Minutes to review a contact", 10, 15, 25, 0, 0, 480,
       "minutes", "judgement", "own estimate: listen, score, talk it over", ("economics",)),
    _A("late_order_price", "economics", "Making an order arrive on time", 2, 4, 8, 0, 0, 1000000,
       "money an order", "judgement", "own estimate: faster carriers and stock", ("economics",)),
    _A("churn_per_unsatisfied", "economics", "Extra customers lost for each one dissatisfied", 0.01, 0.04, 0.1, 0, 0, 1,
       "share", "judgement",
       "own range, kept wide; SQM Group, April 2022: 5 % intend to leave when solved at first call, 25 % when "
       "never solved, and more say so than do so", ("economics",)),
    _A("discount_rate", "economics", "Discount rate", 0.08, 0.1, 0.15, 0, 0, 1,
       "share a year", "judgement", "own range: cost of capital", ("results",)),
)  # fmt: skip

ASSUMPTIONS: dict[str, Assumption] = {row.key: row for row in _ROWS}
