"""What the assets share in a run: the opened pipeline, and the writer's lock while it lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import dagster as dg
from pydantic import PrivateAttr

from technic_pipeline.indicators.registry import REGISTRY
from technic_pipeline.pipeline import Pipeline, open_pipeline
from technic_pipeline.settings import load_settings
from technic_pipeline.store.database import run_holder, writer_lock


class PipelineResource(dg.ConfigurableResource):
    """Opens the pipeline when a run starts and holds the lock from its first step to its last.

    The steps of a run share one process (the in-process executor), so that one lock spans them.
    """

    confirm_removals: bool = False
    confirm_unusual: bool = False
    _opened: Pipeline = PrivateAttr()
    _require_lock: Callable[[], None] = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[PipelineResource]:
        """Called by Dagster around the run's steps."""
        self._opened = open_pipeline(load_settings())
        # After a change of the engine its machine code takes a minute; bars come in meanwhile.
        prepare = self._opened.computing.prepare
        Thread(target=prepare, args=(REGISTRY,), name="prepare", daemon=True).start()
        holder = run_holder(context.run.run_id) if context.run else "session"
        with writer_lock(self._opened.database_url, holder) as self._require_lock:
            yield self

    @property
    def opened(self) -> Pipeline:
        """The pipeline of this run, for as long as the run holds the writer's lock.

        Raises:
            ConnectionLost: the lock went with its connection, and another run may have it.
        """
        self._require_lock()
        return self._opened
