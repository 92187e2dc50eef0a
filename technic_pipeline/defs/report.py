"""The page of a session, for people who read it elsewhere."""

import dagster as dg

from technic_pipeline.defs.assets import one_run, scan_results, selected_sessions
from technic_pipeline.defs.partitions import sessions
from technic_pipeline.defs.resources import PipelineResource
from technic_pipeline.defs.tables import OWNERS
from technic_pipeline.report.files import WrittenReport, is_current, report_path, write_report
from technic_pipeline.report.versions import newest_published, read_versions
from technic_pipeline.settings import load_settings

# Of a long range only the last sessions get a page at once; `technic report` makes any other.
PAGES_A_RUN = 5


@dg.asset(
    group_name="analysis",
    kinds={"html"},
    partitions_def=sessions(),
    backfill_policy=one_run,
    deps=[scan_results],
    owners=OWNERS,
    automation_condition=dg.AutomationCondition.eager(),
)
def scan_report(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> dg.MaterializeResult:
    """A self-contained HTML page of each session's scans, below `reports` in the home.

    Of the last sessions of a run, and of the newest published one where its page is out of date.
    """
    opened, home = pipeline.opened, load_settings().home
    newest = newest_published(opened.engine)
    days = {*selected_sessions(context)[-PAGES_A_RUN:], *([newest] if newest else [])}
    written: WrittenReport | None = None
    for day in sorted(days):
        versions = read_versions(opened.database_url, day)
        path = report_path(home, day)
        if versions and not is_current(path, versions):
            written = write_report(opened.database_url, home, day, opened.calendar, versions)
    shown = report_path(home, max(days))
    return dg.MaterializeResult(
        metadata={
            "page": dg.MetadataValue.url(shown.as_uri()),
            "path": dg.MetadataValue.path(shown),
            "opened_by": f"technic report --session {max(days)}",
            **(
                {"bytes": written.size, "rows": written.rows}
                if written and written.path == shown
                else {}
            ),
        }
    )
