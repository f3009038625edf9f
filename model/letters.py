"""What goes to a worker process and back, as bytes: tables as their numbers, their names made once for all tables.

An index of text costs more to make, and to find the first name in, than the arithmetic of its table; as pickle brings
tables over, a page would make and search a dozen anew for each move.
"""

from collections.abc import Hashable
from functools import lru_cache
from multiprocessing.reduction import ForkingPickler
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
_FLOAT = np.dtype(float)


def written(content: object) -> memoryview:
    """The bytes of anything that can be sent; what reads them is `multiprocessing`'s own."""
    return _Letter.dumps(content)


class _Letter(ForkingPickler):
    def reducer_override(self, thing: Any) -> Any:
        kind = type(thing)
        if kind is pd.DataFrame and {*thing.dtypes.to_numpy()} == {_FLOAT}:
            return _table, (thing.to_numpy(), thing.index, thing.columns)
        if kind is pd.Series and thing.dtype == _FLOAT:
            return _column, (thing.to_numpy(), thing.index, thing.name)
        if kind is pd.Index and thing.dtype == "str" and not thing.hasnans:
            return _names, (tuple(thing.tolist()), thing.name)
        return NotImplemented


def _table(values: Array, index: pd.Index, columns: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(values, index=index, columns=columns, copy=False)


def _column(values: Array, index: pd.Index, name: Hashable) -> pd.Series:
    return pd.Series(values, index=index, name=name, copy=False)


@lru_cache(maxsize=256)
def _names(names: tuple[str, ...], name: Hashable) -> pd.Index:
    return pd.Index(names, name=name, dtype="str")
