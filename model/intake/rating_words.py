"""What the words and signs of a rating say: satisfied or not, in the languages of the systems that ask.

Labels such as `Very satisfied` are made of few words; whole comments are no labels and say nothing here.
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

UNRATED = frozenset({
    "offered", "not offered", "unoffered", "not rated", "unrated", "no rating", "no response", "no answer", "not sent",
    "sent", "pending", "sin respuesta", "sin calificar", "sem resposta", "não avaliado", "nao avaliado",
    "not answered", "skipped", "declined", "expired", "not applicable", "keine angabe", "keine antwort",
    "pas de réponse", "sans réponse", "nessuna risposta", "geen antwoord", "нет ответа", "未回答", "無回答",
})  # fmt: skip
"""Words of a rating that was never given."""
MOST_LETTERS, MOST_WORDS = 60, 6
"""A label is no longer than that."""
MOST_LABELS = 12
"""Distinct words of a rating; a column of more holds comments."""
_GOOD = frozenset(
    "good great excellent amazing awesome outstanding perfect fantastic wonderful satisfied happy pleased delighted "
    "positive agree promoter like up yes bueno buena buenos excelente satisfecho satisfecha contento contenta feliz "
    "genial perfecto perfecta bom boa otimo otima satisfeito satisfeita gut zufrieden hervorragend ausgezeichnet super "
    "prima bon bonne bien satisfait satisfaite content contente parfait parfaite buono buona ottimo ottima eccellente "
    "soddisfatto soddisfatta goed uitstekend tevreden хорошо отлично доволен довольна удовлетворен удовлетворена "
    "хороший отличный".split()
)
_BAD = frozenset(
    "bad poor terrible awful horrible dissatisfied unsatisfied unhappy disappointed negative disagree frustrated angry "
    "sad fair average neutral ok okay passive detractor dislike down worst malo mala regular insatisfecho insatisfecha "
    "descontento pesimo pesima ruim insatisfeito insatisfeita pessimo pessima neutro neutra schlecht unzufrieden "
    "mangelhaft mittel mittelmassig befriedigend ausreichend ungenugend mauvais mauvaise insatisfait insatisfaite "
    "mecontent mecontente moyen moyenne neutre cattivo cattiva insoddisfatto insoddisfatta neutrale slecht ontevreden "
    "neutraal matig плохо ужасно недоволен недовольна неудовлетворен нормально нейтрально плохой".split()
)
_LESS = frozenset(
    "not no never neither nor slightly hardly barely moderately partly partially less little nada poco nunca ni pouco "
    "nicht kaum wenig pas peu niet weinig non не".split()
)
"""Words that make the good ones after them less than satisfied."""
_BAD_SIGNS = re.compile("不満|不满|普通|どちら|悪い|一般|很差|[😡😠🤬😞😟☹🙁😢😭😖😣😩😫😒😕😐😑😶👎❌💔]")
_GOOD_SIGNS = re.compile("満足|满意|良い|很好|[😀😃😄😁😊🙂☺😍🥰🤩😎👍✅❤💚]")
_MODIFIERS = re.compile("[\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
"""What changes only how a sign looks: its colour, or that it is drawn as a picture."""
_NOT_OF_SATISFACTION = re.compile(
    r"\b(nps|net promoter|promoter|recommend\w*|recomend\w*|empfehl\w*|recommand\w*|raccomand\w*|ces|effort|esfuerzo|"
    r"esforco|aufwand|easy|ease|remarks?|comments?|commentaires?|comentarios?|kommentare?|reasons?|verbatim)\b"
)
_RANGE = re.compile(r"(?<![\d.])([01])\s*(?:-|–|to|a|bis|à)\s*(100|10|7|5|4|3)(?![\d.])")
_OUT_OF = re.compile(r"(?:/|out of|sobre|von|sur)\s*(100|10|7|5|4|3)(?![\d.])")
_ONE_IS_BEST = re.compile(
    r"(?<!\d)1\s*(?:=|:|–|-|is|es|ist)?\s*(?:the )?(?:(?:very|extremely|most|highly|muy|sehr|muito|tr[eè]s|molto) )?"
    r"(?:best|good|excellent|satisfied|happy|highest|gut|zufrieden|satisfecho|satisfeito|satisfait|bueno|bom)\b"
    r"|(?:5|7|10)\s*(?:=|:|–|-|is|es|ist)?\s*(?:the )?(?:(?:very|extremely|most|highly|muy|sehr|muito|tr[eè]s) )?"
    r"(?:worst|bad|poor|dissatisfied|unhappy|lowest|schlecht|unzufrieden|insatisfecho|insatisfeito|malo)\b"
)


def plain(text: str) -> str:
    """A label in small letters without accents and signs' colours, in whatever alphabet."""
    kept = _MODIFIERS.sub("", text.strip().lower())
    # Accents of Latin letters only: Japanese marks and the Russian short i are letters of their own.
    return "".join(c for c in unicodedata.normalize("NFKD", kept) if not "\u0300" <= c <= "\u036f")


def meaning(text: str) -> float:
    """1 satisfied, 0 not, nan where the label says neither."""
    label = plain(text)
    if not label or len(label) > MOST_LETTERS:
        return np.nan
    if _BAD_SIGNS.search(label):
        return 0.0
    if _GOOD_SIGNS.search(label):
        return 1.0
    words = re.findall(r"[^\W\d_]+", label)
    if not words or len(words) > MOST_WORDS:
        return np.nan
    if _BAD.intersection(words) or label == "no":
        return 0.0
    if _GOOD.intersection(words):
        return 0.0 if _LESS.intersection(words) else 1.0
    return np.nan


def labels_of_a_scale(unknown: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether words that are not understood are labels of a scale: few, short, and not all of them unknown."""
    if not unknown or len(texts) > MOST_LABELS or max(map(len, unknown)) > MOST_LETTERS:
        return False
    return len(unknown) < len(texts)


def of_something_else(words: str) -> bool:
    """Whether a (normalised) header is of a question that is not of satisfaction: recommending, effort, a comment."""
    return bool(_NOT_OF_SATISFACTION.search(words)) and "csat" not in words.split()


def scale_in(header: str) -> str:
    """The scale that a header names, such as `CSAT (1-7)` or `Rating out of 10`; "" where it names none."""
    low = header.lower()
    if found := _RANGE.search(low):
        return "percent" if found[2] == "100" else f"{found[1]}-{found[2]}"
    if found := _OUT_OF.search(low):
        return "percent" if found[1] == "100" else f"1-{found[1]}"
    return ""


def best_is_lowest(header: str) -> bool:
    """Whether a header says that 1 is the best: `1 = very satisfied`."""
    return bool(_ONE_IS_BEST.search(header.lower()))
