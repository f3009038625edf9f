"""Ratings as surveys write them: labels in several languages, signs, scales that run down, numbers for no answer."""

import datetime as dt

import pytest

from model import intake

MONDAY = dt.datetime(2024, 3, 4, 9)
GIVEN = (5, 5, 4, 3, 2, 1, 5, 4, 5, 4)
"""Grades of 1 to 5, in turn: seven of ten are satisfied."""
LABELS = {
    "English": "Very dissatisfied|Dissatisfied|Neither satisfied nor dissatisfied|Satisfied|Very satisfied",
    "degrees": "Not at all satisfied|Slightly satisfied|Moderately satisfied|Very satisfied|Completely satisfied",
    "agreement": "Strongly disagree|Disagree|Neither agree nor disagree|Agree|Strongly agree",
    "happy": "Extremely Unhappy|Very unhappy|Neutral|Happy|Extremely Happy",
    "Spanish": "Nada satisfecho|Poco satisfecho|Neutro|Satisfecho|Totalmente satisfecho",
    "Portuguese": "Muito insatisfeito|Insatisfeito|Neutro|Satisfeito|Muito satisfeito",
    "German": "Sehr unzufrieden|Unzufrieden|Neutral|Zufrieden|Sehr zufrieden",
    "French": "Très insatisfait|Insatisfait|Neutre|Satisfait|Très satisfait",
    "Italian": "Molto insoddisfatto|Insoddisfatto|Neutrale|Soddisfatto|Molto soddisfatto",
    "Dutch": "Zeer ontevreden|Ontevreden|Neutraal|Tevreden|Zeer tevreden",
    "Russian": "Очень плохо|Плохо|Нормально|Хорошо|Отлично",
    "Japanese": "非常に不満|不満|普通|満足|非常に満足",
    "faces": "😡|🙁|😐|🙂|😀",
    "stars drawn as pictures": "⭐️|⭐️⭐️|⭐️⭐️⭐️|⭐️⭐️⭐️⭐️|⭐️⭐️⭐️⭐️⭐️",
    "grade in front": "1 - Very dissatisfied|2|3|4|5 - Very satisfied",
    "grade in front, 1 the best": "5 - Very dissatisfied|4|3|2|1 - Very satisfied",
    "grade behind": "Very dissatisfied (1)|Dissatisfied (2)|Neutral (3)|Satisfied (4)|Very satisfied (5)",
    "grade behind, 1 the best": "Very dissatisfied (5)|Dissatisfied (4)|Neutral (3)|Satisfied (2)|Very satisfied (1)",
}


def calls(cells: tuple[str, ...], header: str = "Customer satisfaction", blank: str = "", every: int = 3) -> bytes:
    """Calls of which each third is rated, by these cells in turn; the others carry `blank`."""
    rows = [f'Call ID,Date,Answered,Wait (s),"{header}"']
    for i in range(600):
        rating = cells[i // every % len(cells)] if i % every == 0 else blank
        rows.append(f"{i},{MONDAY + dt.timedelta(days=i // 30, minutes=10 * (i % 30))},Yes,20,{rating}")
    return ("\n".join(rows) + "\n").encode()


@pytest.mark.parametrize("language", LABELS)
def test_labels_of_a_scale_are_read_in_any_of_the_languages(language: str) -> None:
    words = LABELS[language].split("|")
    channel = intake.measure(intake.read(calls(tuple(words[grade - 1] for grade in GIVEN)))).channels[0]
    assert channel.grades["csat"] == "measured"
    assert channel.csat == pytest.approx(0.7, abs=0.001)
    assert channel.survey_rate == pytest.approx(1 / 3, abs=0.001)


def test_words_of_a_scale_that_are_not_all_understood_are_named_and_not_used() -> None:
    """With one of five labels left out, the others would say another share."""
    words = ["Terrible", "Bad", "Meh", "Good", "Great"]
    file = intake.read(calls(tuple(words[grade - 1] for grade in GIVEN)))
    assert any(each.kind == "rating_words" and "'Meh'" in each.text for each in file.problems)
    assert intake.measure(file).channels[0].grades["csat"] == "assumed"


def test_few_answers_among_words_for_none_are_ratings() -> None:
    """A ticket system writes Offered where nobody answered: nine in ten cells."""
    file = intake.read(calls(("Good", "Good", "Good", "Bad"), "Satisfaction Score", "Offered", every=10))
    channel = intake.measure(file).channels[0]
    assert (channel.csat, channel.survey_rate) == (pytest.approx(0.75), pytest.approx(0.1))


@pytest.mark.parametrize(
    "header", ["NPS rating", "Likelihood to recommend rating", "Customer effort rating", "Rating remark"]
)
def test_what_was_not_asked_about_satisfaction_is_no_satisfaction(header: str) -> None:
    file = intake.read(calls(("10", "9", "7", "5", "0"), header))
    assert "csat" not in file.columns


@pytest.mark.parametrize("header", ["Satisfaction (1 = very satisfied; 5 = very dissatisfied)", "Rating (1 best)"])
def test_a_scale_that_runs_down_is_turned_and_said_so(header: str) -> None:
    file = intake.read(calls(tuple(str(6 - grade) for grade in GIVEN), header))
    assert intake.measure(file).channels[0].csat == pytest.approx(0.7, abs=0.001)
    assert any(each.kind == "way" for each in file.problems)
    again = file.with_columns({}, choices={"way": "up"})
    assert intake.measure(again).channels[0].csat == pytest.approx(0.2, abs=0.001)


@pytest.mark.parametrize(("header", "satisfied"), [("CSAT (1-7)", 0.0), ("Rating out of 10", 0.0), ("CSAT", 0.7)])
def test_the_scale_that_a_header_names_goes_before_the_largest_rating(header: str, satisfied: float) -> None:
    channel = intake.measure(intake.read(calls(tuple(map(str, GIVEN)), header))).channels[0]
    assert channel.csat == pytest.approx(max(satisfied, 0.01), abs=0.001)


@pytest.mark.parametrize("blank", ["0", "-1", "99"])
def test_a_number_for_no_answer_is_no_grade(blank: str) -> None:
    file = intake.read(calls(tuple(map(str, GIVEN)), "CSAT", blank))
    channel = intake.measure(file).channels[0]
    assert (channel.csat, channel.survey_rate) == (pytest.approx(0.7, abs=0.001), pytest.approx(1 / 3, abs=0.001))
    assert any(each.kind == "no_rating" for each in file.problems)


def test_a_true_scale_from_0_can_be_chosen() -> None:
    file = intake.read(calls(("0", "5", "4", "1", "0"), "CSAT")).with_columns({}, choices={"scale": "0-5"})
    assert intake.measure(file).channels[0].csat == pytest.approx(0.4, abs=0.001)
