"""Quantiles against NumPy's own, and who is counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from technic_pipeline.scan.fundamentals import METRICS, SECTORS, SectorDistributions
from technic_pipeline.scan.sector_quantiles import MARKET, QUANTILES, quantile_columns

NAMES = [metric.name for metric in METRICS]


def rows(values: np.ndarray, sector: np.ndarray) -> dict[tuple[str, str], dict[str, float]]:
    columns = quantile_columns(SectorDistributions.of(values, sector))
    listed = {name: column.tolist() for name, column in columns.items()}
    return {
        key: {name: listed[name][at] for name in ("symbols", *QUANTILES)}
        for at, key in enumerate(zip(listed["sector"], listed["metric"], strict=True))
    }


@given(
    st.lists(
        st.tuples(
            st.floats(0.01, 1e6),
            st.one_of(st.just(np.nan), st.floats(-1e6, 1e6)),
            st.integers(0, len(SECTORS) - 1),
        ),
        max_size=60,
    )
)
def test_quantiles_are_numpys(drawn: list[tuple[float, float, int]]) -> None:
    values = np.full((len(drawn), len(NAMES)), np.nan)
    for column, name in enumerate(("price_to_book", "return_on_equity")):
        values[:, NAMES.index(name)] = [row[column] for row in drawn]
    sector = np.array([row[2] for row in drawn], dtype=np.int8)
    expected = {}
    for name in ("price_to_book", "return_on_equity"):
        column = values[:, NAMES.index(name)]
        for label, here in [(s, sector == at) for at, s in enumerate(SECTORS)] + [
            (MARKET, np.ones(len(sector), dtype=bool))
        ]:
            present = column[here & ~np.isnan(column)]
            if len(present):
                expected[label, name] = present
    found = rows(values, sector)
    assert found.keys() == expected.keys()
    for key, present in expected.items():
        assert found[key]["symbols"] == len(present)
        asked = [found[key][name] for name in QUANTILES]
        assert asked == pytest.approx(np.quantile(present, list(QUANTILES.values())), abs=1e-6)


def test_nothing_known_has_no_rows() -> None:
    assert rows(np.empty((0, len(NAMES))), np.empty(0, dtype=np.int8)) == {}
