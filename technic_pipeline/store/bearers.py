"""Which symbol bears a ticker in a session."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from numpy.typing import NDArray

from technic_pipeline.store.database import statement


def bearers(connection: sa.Connection, ticker: pa.StringArray, session: date) -> NDArray[np.int32]:
    """The symbol of each of the tickers, which are distinct; made for those that nobody bears."""
    borne, symbol_id = _borne(connection, session)
    places = _places(ticker, borne)
    if places.null_count:
        unknown = ticker.filter(places.is_null()).to_pylist()
        connection.execute(
            statement("create_symbols"), {"session": session, "tickers": sorted(unknown)}
        )
        borne, symbol_id = _borne(connection, session)
        places = _places(ticker, borne)
    return symbol_id[places.to_numpy()]


def _borne(connection: sa.Connection, session: date) -> tuple[pa.StringArray, NDArray[np.int32]]:
    tickers, symbol_ids = connection.execute(statement("read_bearers"), {"session": session}).one()
    return pa.array(tickers or [], pa.string()), np.array(symbol_ids or [], dtype=np.int32)


def _places(ticker: pa.StringArray, borne: pa.StringArray) -> pa.Int32Array:
    return pc.index_in(ticker, borne)  # pyright: ignore[reportAttributeAccessIssue] - made on import
