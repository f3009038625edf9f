"""Bytes to text in UTF-8 with LF line ends.

Libraries that guess encodings were tried and take short tables of figures in UTF-8 for iso8859_16 and cp850 for cp852:
an export has too few letters for them. What decides here is which reading makes words of the letters that are no ASCII.
"""

import re

from model.errors import IntakeError

HEAD = 256 * 1024
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_LOWER, _UPPER = "áéíóúàèâêîôûãõñçüöäëïß", "ÁÉÍÓÚÀÈÂÊÎÔÛÃÕÑÇÜÖÄËÏ"
_LETTERS = frozenset(_LOWER + _UPPER)
_SIGNS = frozenset("º°ª¿¡€–—’“”…·«»\u00a0£")


def as_text(data: bytes, name: str) -> tuple[bytes, str]:
    """The same text in UTF-8 with LF line ends, and the encoding it came in.

    Raises
    ------
    IntakeError
        It is no text, or its last character is cut.
    """
    encoding = "utf-8"
    mark = next((kind for magic, kind in _MARKS if data.startswith(magic)), "")
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    elif mark:
        encoding = mark
    elif b"\x00" in data[:4096]:
        head = data[:4096]
        odd, even = head[1::2].count(0), head[0::2].count(0)
        if max(odd, even) > 0.3 * len(head) / 2 and min(odd, even) < 0.05 * len(head) / 2:
            encoding = "utf-16-le" if odd > even else "utf-16-be"
    if encoding != "utf-8":
        try:
            data = data.decode(encoding).encode("utf-8")
        except UnicodeError as fault:
            raise IntakeError(f"{name} is cut short or damaged.", "Export it again.") from fault
    if b"\x00" in data:
        raise IntakeError(f"{name} is not a text file: it holds characters that no text has.", "Export it as CSV.")
    control = len(data[:HEAD].translate(None, bytes(b for b in range(256) if b >= 32 or b in b"\t\r\n\f\x1a")))
    if control > 0.01 * len(data[:HEAD]):
        raise IntakeError(f"{name} is not a text file.", "Export it as CSV, a text file with a header row.")
    try:
        data.decode("utf-8") if not data.isascii() else None
    except UnicodeDecodeError:
        encoding = eight_bit(data)
        data = data.decode(encoding, errors="replace").encode("utf-8")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data.rstrip(b"\x1a"), encoding


def eight_bit(data: bytes) -> str:
    """cp1252 (Latin-1 is part of it) or cp850: the reading with more letters where letters are expected.

    A letter within a word counts when its case is that of its neighbours: `Teléfono`, not `TelÚfono`.
    """
    runs = re.findall(rb"[A-Za-z]?[\x80-\xff]+[A-Za-z]?", data[: 4 * HEAD])[:20_000]
    scores = {}
    for encoding in ("cp1252", "cp850"):
        score = 0.0
        for run in runs:
            text = run.decode(encoding, errors="replace")
            for i, letter in enumerate(text):
                if ord(letter) < 128:
                    continue
                if letter in _LETTERS:
                    before = text[i - 1] if i else ""
                    after = text[i + 1] if i + 1 < len(text) else ""
                    lower = before.islower() or (not before and after.islower() and letter in _LOWER)
                    fits = letter in _LOWER if lower else True
                    score += 1.0 if fits else -1.0
                elif letter in _SIGNS:
                    score += 0.3
                else:
                    score -= 1.0
        scores[encoding] = score
    return "cp850" if scores["cp850"] > scores["cp1252"] else "cp1252"
