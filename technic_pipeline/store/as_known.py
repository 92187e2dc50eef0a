"""The database as it was known at a moment: the same tables for the same queries."""

from __future__ import annotations

from datetime import datetime

from psycopg.conninfo import conninfo_to_dict, make_conninfo


def as_known(url: str, moment: datetime) -> str:
    """Where the schema `as_known` of sql/as_known/ stands before the tables, as of an aware moment.

    Read only: what it has of `daily_bars`, `splits`, `explained_jumps`, `symbols`, `fundamentals`
    and `scan_runs` is what had been committed by then. All else is as it is today.
    """
    options = f"-csearch_path=as_known,public -ctechnic.known_at={moment.isoformat()}"
    given = conninfo_to_dict(url).get("options")
    return make_conninfo(url, options=f"{given} {options}" if given else options)
