"""Long work tells how far it is, and stops when asked to."""

import io
import pickle
import sys

import pytest

from model.progress import Cancelled, on_terminal, part
from pages.parts.data_own import Own


def test_a_step_tells_its_part_of_the_whole_and_never_beyond() -> None:
    told: list[tuple[float, str]] = []
    step = part(lambda done, what: told.append((done, what)), 0.2, 0.6)
    for done in (0.0, 0.5, 1.0, 1.7, -0.3):
        step(done, "Reading")
    assert told == [(pytest.approx(share), "Reading") for share in (0.2, 0.4, 0.6, 0.6, 0.2)]


def test_a_wish_to_end_goes_whole_from_one_process_to_another() -> None:
    wish = pickle.loads(pickle.dumps(Cancelled("Reading was cancelled.", "Choose it again.")))
    assert isinstance(wish, Cancelled) and (wish.message, wish.hint) == ("Reading was cancelled.", "Choose it again.")


def test_a_cancelled_upload_is_no_refused_file() -> None:
    rows = "\n".join(f"2026-05-04 {9 + i // 60:02d}:{i % 60:02d}:00,{i},answered" for i in range(400))
    upload = io.BytesIO(f"Start,Queue time (s),Outcome\n{rows}\n".encode())
    upload.name = "a.csv"

    def stop(share: float, _step: str) -> None:
        if 0.1 < share < 0.9:  # while the file is read; what follows may not ask again
            raise Cancelled

    with pytest.raises(Cancelled):
        Own().upload([upload], progress=stop)


@pytest.mark.parametrize("looked_at", [True, False])
def test_progress_is_printed_for_one_who_looks_on_alone(looked_at: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(out, "isatty", lambda: looked_at, raising=False)
    monkeypatch.setattr(sys, "stderr", out)
    on_terminal(0.25, "Reading")
    assert out.getvalue().strip() == ("Reading: 25 %" if looked_at else "")
