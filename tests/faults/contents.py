"""What a database holds, told by ticker and session, and what in it is not whole.

Numbers given in the order of arrival, and times, are left out: they may differ. Values are compared
as PostgreSQL writes them, which is exact.
"""

from __future__ import annotations

from collections import Counter

import psycopg

from technic_pipeline.store.schema import metadata

# A symbol goes by the ticker that it bears now.
NAMED = "with named as (select symbol_id, ticker as symbol from symbols)"
OF_ARRIVAL = {
    *("symbol_id", "merged_into", "batch_id", "replaced_by", "revision_id", "split_id"),
    *("engine_build_id", "scan_run_id", "previous_scan_run_id", "version", "inputs_sha256"),
    *("fetched_at", "committed_at", "replaced_at", "known_from", "known_to", "applied_at"),
    *("published_at", "stale_since", "computed_at", "seconds"),
}
# {table} are the table's other columns.
QUERIES = {
    "daily_bars": "select symbol, {daily_bars} from daily_bars join named using (symbol_id)",
    "bar_revisions": "select symbol, {bar_revisions} from bar_revisions"
    " join named using (symbol_id)",
    "rejected_bars": "select {rejected_bars} from rejected_bars",
    "ingest_batches": "select {ingest_batches} from ingest_batches",
    "pending_changes": "select symbol, from_session from pending_changes"
    " join named using (symbol_id)",
    "indicators": "select symbol, fingerprint, {indicators} from indicators"
    " join named using (symbol_id) join engine_builds using (engine_build_id)",
    "splits": "select symbol, {splits}, known_to is null from splits join named using (symbol_id)",
    "explained_jumps": "select symbol, {explained_jumps}, known_to is null from explained_jumps"
    " join named using (symbol_id)",
    "fundamentals": "select symbol, {fundamentals} from fundamentals join named using (symbol_id)",
    "symbols": "select {symbols}, (select symbol from named m where m.symbol_id = s.merged_into)"
    " from symbols s",
    "symbol_tickers": "select symbol, {symbol_tickers} from symbol_tickers"
    " join named using (symbol_id)",
    "symbol_versions": "select symbol, {symbol_versions}, known_to is null from symbol_versions"
    " join named using (symbol_id)",
    "ticker_changes": "select {ticker_changes}, applied_at is not null from ticker_changes",
    "sector_distributions": "select {sector_distributions}, stale_since is null"
    " from sector_distributions",
    "sector_statistics": "select {sector_statistics} from sector_statistics",
    "scan_runs": "select distinct on (scan, session) {scan_runs}, stale_since is null"
    " from scan_runs order by scan, session, version desc",
    "scan_results": "select symbol, {scan_results} from scan_current join named using (symbol_id)",
    "scan_exclusions": "select scan, session, symbol, reason from scan_exclusions"
    " join named using (symbol_id) join (select distinct on (scan, session) scan_run_id, scan,"
    " session from scan_runs order by scan, session, version desc) newest using (scan_run_id)",
}
# Nothing but what is whole may be seen; one row for each part that is not.
PARTIAL = {
    "sessions": "select b.session from (select session, sum(inserted - removed) as told"
    " from ingest_batches group by session) b full join (select session, count(*) as stored"
    " from daily_bars group by session) d using (session) where told is distinct from stored",
    "bars": "select b.symbol_id, b.session from daily_bars b left join indicators i"
    " using (symbol_id, session) where i.symbol_id is null and not exists (select from"
    " pending_changes p where p.symbol_id = b.symbol_id and p.from_session <= b.session)",
    "rows": "select i.symbol_id, i.session from indicators i left join daily_bars b"
    " using (symbol_id, session) where b.symbol_id is null and not exists (select from"
    " pending_changes p where p.symbol_id = i.symbol_id and p.from_session <= i.session)",
    "scans": "select scan_run_id from scan_runs r where ranked <> (select count(*)"
    " from scan_results t where t.session = r.session and t.scan_run_id = r.scan_run_id)"
    " or population <> ranked + (select count(*) from scan_exclusions x"
    " where x.scan_run_id = r.scan_run_id)",
}

Contents = dict[str, Counter[str]]


def read_contents(url: str) -> Contents:
    """Every row of every table that a person would miss."""
    columns = {
        table.name: ", ".join(f'"{c.name}"' for c in table.columns if c.name not in OF_ARRIVAL)
        for table in metadata.sorted_tables
    }
    with psycopg.connect(url) as connection:
        return {
            table: Counter(_rows(connection, f"{NAMED} select r::text from ({query}) r"))
            for table, query in ((t, q.format_map(columns)) for t, q in QUERIES.items())
        }


def differences(found: Contents, expected: Contents) -> dict[str, list[str]]:
    """Rows that are in one of two databases and not in the other, by table where there are any.

    One that has another value counts twice.
    """
    rows = {
        table: [
            *(f"not expected: {row}" for row in (found[table] - expected[table]).elements()),
            *(f"missing: {row}" for row in (expected[table] - found[table]).elements()),
        ]
        for table in QUERIES
    }
    return {table: some for table, some in rows.items() if some}


def partial(url: str) -> dict[str, int]:
    """How many sessions, bars, rows and scans are there in part, or would never be followed."""
    with psycopg.connect(url) as connection:
        return {what: len(_rows(connection, query)) for what, query in PARTIAL.items()}


def _rows(connection: psycopg.Connection, query: str) -> list[str]:
    return [row[0] for row in connection.execute(query.encode())]
