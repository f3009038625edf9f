"""What goes to a worker process and back, as bytes: tables as their numbers, and what stays the same read only once.

An index of text costs more to make, and to find the first name in, than the arithmetic of its table; as pickle brings
tables over, a page would make and search a dozen anew for each move. A company's weeks go with each question and are
some thousand figures: the same bytes give the same baseline, which every cache then knows at a glance.
"""

from collections.abc import Hashable
from functools import lru_cache
from multiprocessing.reduction import ForkingPickler
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.scenario import Baseline

Array = NDArray[np.float64]
_FLOAT = np.dtype(float)


def written(content: object) -> memoryview:
    """The bytes of anything that can be sent; what reads them is `multiprocessing`'s own."""
    return _Letter.dumps(content)


class _Letter(ForkingPickler):
    def reducer_override(self, thing: Any) -> Any:
        kind = type(thing)
        if kind is pd.DataFrame:
            values = thing.to_numpy()
            # Not copied: all columns are of this one kind. To ask each takes longer than all the rest.
            if values.dtype == _FLOAT and np.may_share_memory(values, thing.to_numpy()):
                return _table, (values, thing.index, thing.columns)
        if kind is pd.Series and thing.dtype == _FLOAT:
            return _column, (thing.to_numpy(), thing.index, thing.name)
        if kind is pd.Index and thing.dtype == "str" and not thing.hasnans:
            return _names, (tuple(thing.tolist()), thing.name)
        if kind is Baseline:
            return _company, (_packed(thing),)
        return NotImplemented


def _table(values: Array, index: pd.Index, columns: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(values, index=index, columns=columns, copy=False)


def _column(values: Array, index: pd.Index, name: Hashable) -> pd.Series:
    return pd.Series(values, index=index, name=name, copy=False)


@lru_cache(maxsize=256)
def _names(names: tuple[str, ...], name: Hashable) -> pd.Index:
    return pd.Index(names, name=name, dtype="str")


@lru_cache(maxsize=32)
def _packed(baseline: Baseline) -> bytes:
    return bytes(ForkingPickler.dumps(baseline))


@lru_cache(maxsize=32)
def _company(packed: bytes) -> Baseline:
    found: Baseline = ForkingPickler.loads(packed)
    return found
