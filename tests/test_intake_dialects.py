"""A small share of the two campaigns, `tests.dialects` and `tests.fuzz_files`, whose full runs are commands."""

from tests import dialects, fuzz_files


def test_no_dialect_changes_a_table_in_silence() -> None:
    came, _, faults = dialects.run(60, first=50_000)
    assert not faults
    assert came["same"] > 30


def test_a_change_in_silence_would_be_found() -> None:
    one = dialects.written(50_000)
    column = next(name for name in one.truth if name.endswith("_s"))
    one.truth[column] = one.truth[column] + 1
    assert dialects.check(one)[0] == "silent"


def test_no_mutated_file_fails_otherwise_than_in_words() -> None:
    _, faults, slowest = fuzz_files.run(45, seed=7)
    assert not faults
    assert slowest < fuzz_files.SLOWEST_S
