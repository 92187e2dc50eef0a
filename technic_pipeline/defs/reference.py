"""The assets of what is known about symbols, from lists at hand or from a vendor that counts."""

import time
from datetime import date

import dagster as dg

from technic_pipeline import clock
from technic_pipeline.defs.metadata import seconds_since
from technic_pipeline.defs.resources import PipelineResource
from technic_pipeline.defs.tables import OWNERS, fills
from technic_pipeline.errors import PlanTooSmall
from technic_pipeline.pipeline import Pipeline, calls_counted, record_calls
from technic_pipeline.refresh.companies import companies_of_the_evening, fill_details
from technic_pipeline.refresh.descriptions import describe, describe_listed, own_descriptions
from technic_pipeline.refresh.identities import follow_identities
from technic_pipeline.refresh.lists import (
    RATIOS,
    SPLITS,
    TICKERS,
    is_due,
    splits_since,
    todays_ratios,
    vendor_of,
)
from technic_pipeline.store.corporate_actions import record_splits
from technic_pipeline.store.explained_jumps import record_explained_jumps
from technic_pipeline.store.fundamentals import record_ratios
from technic_pipeline.store.reference import ReferenceReport
from technic_pipeline.store.schema import splits, symbols
from technic_pipeline.store.ticker_changes import apply_ticker_changes
from technic_pipeline.store.vendor_lists import record_refresh

Told = dict[str, int | float | str | dg.MetadataValue]
# Lists that are as of today follow the newest bars.
NEWEST_BARS = dg.AssetDep("daily_bars", partition_mapping=dg.LastPartitionMapping())


@dg.asset(
    group_name="ingest",
    kinds={"postgres"},
    deps=[NEWEST_BARS],
    owners=OWNERS,
    metadata=fills(splits),
)
def corporate_actions(pipeline: PipelineResource) -> dg.MaterializeResult:
    """Changes of ticker and splits as they are known today, into `symbol_tickers` and `splits`."""
    started, opened = time.perf_counter(), pipeline.opened
    with calls_counted(opened) as calls_made:
        told = _ticker_changes(opened) | _explained_jumps(opened)
        told |= _splits(opened, confirm_removals=pipeline.confirm_removals)
    return dg.MaterializeResult(metadata=told | {"calls": calls_made(), **seconds_since(started)})


# A symbol that a change of ticker just touched is described by the ticker that it bears now.
@dg.asset(
    group_name="ingest",
    kinds={"postgres"},
    deps=[NEWEST_BARS, corporate_actions],
    owners=OWNERS,
    metadata=fills(symbols),
)
def reference(pipeline: PipelineResource) -> dg.MaterializeResult:
    """Names, types, sectors and ratios as they are listed today, and when each became known."""
    started, opened = time.perf_counter(), pipeline.opened
    with calls_counted(opened) as calls_made:
        told = _descriptions(opened) | _ratios(opened)
    return dg.MaterializeResult(metadata=told | {"calls": calls_made(), **seconds_since(started)})


def _ticker_changes(opened: Pipeline) -> Told:
    vendor = vendor_of(opened)
    if vendor is None:
        changes = opened.source.ticker_changes()
        if changes is None:
            return {}
        report = apply_ticker_changes(opened.engine, changes)
        return {"ticker_changes": report.applied, "repointed_bars": report.repointed}
    if not is_due(opened.engine, TICKERS):
        return {}
    found = follow_identities(opened.engine, vendor)
    return {
        "changed_identities": found.found,
        "unexplained_identities": found.unexplained,
        "ticker_changes": found.changes.applied,
        "repointed_bars": found.changes.repointed,
    }


def _explained_jumps(opened: Pipeline) -> Told:
    jumps = opened.source.explained_jumps()
    if jumps is None:
        return {}
    report = record_explained_jumps(opened.engine, jumps)
    return {"jumps_explained": report.added, "jumps_unexplained": report.withdrawn}


def _splits(opened: Pipeline, *, confirm_removals: bool) -> Told:
    vendor = vendor_of(opened)
    since = splits_since(opened.engine) if vendor else date.min
    splits = opened.source.splits(since)
    if splits is None:
        return {}
    report = record_splits(opened.engine, splits, since, confirm_removals=confirm_removals)
    if vendor:
        record_refresh(opened.engine, SPLITS)
    return {
        "splits_listed": report.listed,
        "splits_of_unknown_tickers": report.unresolved,
        "splits_added": report.added,
        "splits_withdrawn": report.withdrawn,
        "splits_rejected": report.rejected,
    }


def _descriptions(opened: Pipeline) -> Told:
    vendor = vendor_of(opened)
    if vendor is None:
        listed = opened.source.descriptions()
        if listed is None:
            return {"listed": 0}
        return _described(describe(opened.engine, listed, own_descriptions(opened)))
    if not is_due(opened.engine, TICKERS):
        return {"listed": 0, "tickers": "refreshed today"}
    told = _described(describe_listed(opened, vendor))
    record_calls(opened)
    asked = companies_of_the_evening(opened.engine, clock.now())
    try:
        fill_details(opened, vendor, asked)
        companies = {"companies_asked_for": len(asked)}
    except PlanTooSmall as refused:
        companies = {"companies_asked_for": f"none: {refused}"}
    record_refresh(opened.engine, TICKERS)
    return told | companies


def _described(report: ReferenceReport) -> Told:
    return {
        "listed": report.listed,
        "changed": report.changed,
        "unknown_sectors": dg.MetadataValue.json(report.unknown_sectors),
    }


def _ratios(opened: Pipeline) -> Told:
    vendor = vendor_of(opened)
    ratios = todays_ratios(opened.engine, vendor) if vendor else opened.source.ratios()
    if ratios is None:
        return {"ratios": "the source has none"}
    if isinstance(ratios, str):
        return {"ratios": ratios}
    report = record_ratios(opened.engine, ratios)
    if vendor:
        record_refresh(opened.engine, RATIOS)
    return {
        "ratios_listed": report.listed,
        "ratios_added": report.added,
        "ratios_repeated": report.repeated,
        "ratios_of_unknown_tickers": report.unresolved,
    }
