"""What every engine is: the same indicators, run over many symbols somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from technic_pipeline.engines.history import BarHistory, IndicatorRows
from technic_pipeline.engines.layout import Layout
from technic_pipeline.engines.state import States, initial_states
from technic_pipeline.engines.work import Advanced
from technic_pipeline.indicators.indicator import Indicator


class Engine(Protocol):
    """Takes symbols on by their bars.

    Engines of one `fingerprint` give the same bits. A call is best given `bars_at_once`, and so
    many calls may be under way at once.
    """

    @property
    def name(self) -> str:
        """As TECHNIC_ENGINE has it."""
        ...

    @property
    def fingerprint(self) -> str:
        """Which build of the engine its values are of."""
        ...

    @property
    def arrays(self) -> ModuleType:
        """The library whose arrays lie where it computes: NumPy, or one with its operations."""
        ...

    @property
    def bars_at_once(self) -> int:
        """So many bars keep it busy; a bar on its way takes 2 KB."""
        ...

    @property
    def calls_at_once(self) -> int:
        """From so many threads it may be called."""
        ...

    def advance(
        self,
        history: BarHistory,
        before: States,
        first_wanted: NDArray[np.int64],
        stops: NDArray[np.int64],
        indicators: Sequence[Indicator],
        columns: Sequence[str],
    ) -> Advanced:
        """Take symbols on by their bars at hand: the one way in which values come about.

        Args:
            history: the bars that follow those which `before` has taken in. A split may only take
                effect among them for a symbol that has none before.
            before: the symbols' states.
            first_wanted: int64, the first bar at hand of each symbol whose row is wanted.
            stops: int64 `[symbol, stop]`, numbers of bars after which its state is wanted, or -1. A
                state adjusted by a split that took effect later is none: then there is none.
            indicators: what to run, in the registry's order.
            columns: which of their columns to return, in this order.
        """
        ...

    def prepare(self, indicators: Sequence[Indicator]) -> None:
        """Have the machine code for some indicators loaded, or made, which takes a minute."""
        ...


def compute(
    engine: Engine,
    history: BarHistory,
    first_wanted: NDArray[np.int64],
    indicators: Sequence[Indicator],
    columns: Sequence[str],
) -> IndicatorRows:
    """The rows of every symbol from its bar `first_wanted[symbol]` on, from its first bar.

    Arguments are those of `Engine.advance`; `history` has every bar of the symbols.
    """
    before = initial_states(Layout(tuple(indicators)), history.symbol_id)
    nowhere = np.empty((len(before), 0), dtype=np.int64)
    return engine.advance(history, before, first_wanted, nowhere, indicators, columns).rows
