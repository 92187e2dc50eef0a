"""The command that opens a session's page."""

from __future__ import annotations

from typing import Annotated

import typer

from technic_pipeline.cli.arguments import parse_date
from technic_pipeline.errors import NothingPublished
from technic_pipeline.scan import DEFAULT_SCAN
from technic_pipeline.settings import load_settings
from technic_pipeline.store.opening import open_database


def report(
    session: Annotated[str | None, typer.Option("--session", help="Which session.")] = None,
    show: Annotated[
        bool,
        typer.Option("--open/--no-open", help="Open it in a browser, or only say where it is."),
    ] = True,
) -> None:
    """A page of the session's scans, made when it is not there yet, opened in a browser."""
    from technic_pipeline.report.files import (  # noqa: PLC0415
        is_current,
        report_path,
        write_report,
    )
    from technic_pipeline.report.versions import newest_published, read_versions  # noqa: PLC0415
    from technic_pipeline.sessions import load_calendar  # noqa: PLC0415
    from technic_pipeline.store.database import engine_for  # noqa: PLC0415

    settings = load_settings()
    url, _ = open_database(settings)
    asked = parse_date(session)
    day = asked or newest_published(engine_for(url))
    versions = read_versions(url, day) if day else ()
    if day is None or not versions:
        raise NothingPublished(DEFAULT_SCAN, asked)
    path = report_path(settings.home, day)
    if not is_current(path, versions):
        write_report(url, settings.home, day, load_calendar(settings.calendar), versions)
    typer.echo(path)
    if show:
        # Without a browser this does nothing; the path has been said.
        typer.launch(path.as_uri())
