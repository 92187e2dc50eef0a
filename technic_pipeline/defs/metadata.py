"""What a person sees of a scan, or of the sectors, on a materialization."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import dagster as dg

from technic_pipeline.delta import DeltaReport
from technic_pipeline.pictures.content import Contents
from technic_pipeline.pictures.drawing import drawn
from technic_pipeline.pictures.glances import glances
from technic_pipeline.pictures.markdown import as_markdown
from technic_pipeline.scan.fundamentals import METRICS
from technic_pipeline.scan.known_fundamentals import RecordedStatistics
from technic_pipeline.scan.ranking import RankedScan
from technic_pipeline.scan.sector_quantiles import MARKET, QUANTILES
from technic_pipeline.scan.versions import Publication

PREVIEW_ROWS = 20
PREVIEW_COLUMNS = ("rank", "ticker", "name", "sector", "close", "score", "rank_change")


def scan_metadata(
    ranked: RankedScan, publication: Publication
) -> Mapping[str, dg.MetadataValue | str | int]:
    """The top of a published table, its funnel, and which version it is."""
    return {
        "scan": ranked.definition.name,
        "version": publication.version,
        "top": top_of_table(ranked),
        "funnel": funnel_table(ranked),
    }


def delta_metadata(report: DeltaReport) -> Mapping[str, dg.MetadataValue | str | int | float]:
    """How large the delta was, how much of it could go on from kept state, and what it restated."""
    restated = sorted(report.restated)
    share = {} if report.hit_rate is None else {"hit_rate": report.hit_rate}
    return share | {
        "changed_symbols": report.symbols,
        "resumed_symbols": report.resumed,
        "bars_read": report.bars_read,
        "rows": report.rows,
        "cache": "answered" if report.cache_answered else "ran without a cache",
        "restated_sessions": len(restated),
        "restated_from": str(restated[0]) if restated else "none",
        "restated_to": str(restated[-1]) if restated else "none",
    }


def pictures_metadata(contents: Contents) -> Mapping[str, dg.MetadataValue]:
    """How the market and the scan stood of late: two small pictures in the page, four large ones.

    Dagster's page shows what is longer than 1,000 characters behind a link.
    """
    small = {f"{name}_lately": dg.MetadataValue.md(md) for name, md in glances(contents).items()}
    large = {
        f"picture_of_{name}": dg.MetadataValue.md(as_markdown(svg, name.replace("_", " ")))
        for name, svg in drawn(contents).items()
    }
    return small | large


def seconds_since(started: float) -> Mapping[str, float]:
    """What a stage has taken by now, from a `time.perf_counter()`."""
    return {"seconds": round(time.perf_counter() - started, 3)}


def top_of_table(ranked: RankedScan) -> dg.MetadataValue:
    """The first rows of the ranked table."""
    head = {name: ranked.columns[name][:PREVIEW_ROWS].tolist() for name in PREVIEW_COLUMNS}
    rows = [dict(zip(head, row, strict=True)) for row in zip(*head.values(), strict=True)]
    # Said, since a scan that ranked nobody has no row to tell it from.
    schema = dg.TableSchema([dg.TableColumn(name) for name in head])
    return dg.MetadataValue.table([dg.TableRecord(_shown(row)) for row in rows], schema)


def funnel_table(ranked: RankedScan) -> dg.MetadataValue:
    """How many symbols each reason left out, largest first, then the ranked and the sum."""
    funnel = ranked.funnel()
    kept = funnel.pop("ranked")
    rows = [[reason, str(count)] for reason, count in sorted(funnel.items(), key=lambda f: -f[1])]
    rows += [["ranked", str(kept)], ["population", str(ranked.population)]]
    return _markdown(["reason", "symbols"], rows)


def statistics_metadata(
    recorded: RecordedStatistics,
) -> Mapping[str, dg.MetadataValue | str | int]:
    """How many symbols were known, the market's quantiles, and the median of every sector."""
    columns = [column.tolist() for column in recorded.columns.values()]
    rows = [dict(zip(recorded.columns, row, strict=True)) for row in zip(*columns, strict=True)]
    shown = ("metric", "symbols", *QUANTILES)
    market = [[_cell(row[name]) for name in shown] for row in rows if row["sector"] == MARKET]
    return {
        "known_as_of": str(recorded.as_of),
        "known_symbols": recorded.symbols,
        "values": sum(row["symbols"] for row in rows if row["sector"] == MARKET),
        "market": _markdown(list(shown), market),
        "sector_medians": _medians(rows),
    }


def _medians(rows: list[dict]) -> dg.MetadataValue:
    median = {(row["sector"], row["metric"]): row["p50"] for row in rows}
    metrics = [m.name for m in METRICS if (MARKET, m.name) in median]
    sectors = sorted({row["sector"] for row in rows} - {MARKET})
    table = [[s, *(_cell(median.get((s, metric))) for metric in metrics)] for s in sectors]
    return _markdown(["sector", *metrics], table)


def _shown(row: Mapping[str, Any]) -> dict[str, str | int | float]:
    """As a person reads it: two decimals, and nothing where there is nothing."""
    return {
        name: "" if value is None else round(value, 2) if isinstance(value, float) else value
        for name, value in row.items()
    }


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:.2f}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|")


def _markdown(header: list[str], rows: list[list[str]]) -> dg.MetadataValue:
    lines = [header, ["---"] * len(header), *rows]
    return dg.MetadataValue.md("\n".join("| " + " | ".join(line) + " |" for line in lines))
