"""The command that fills in what the vendor tells of one company a call."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from technic_pipeline.errors import BadOption
from technic_pipeline.settings import load_settings

if TYPE_CHECKING:
    from technic_pipeline.pipeline import Pipeline

# On the free plan a batch is four minutes of asking.
COMPANIES_AT_ONCE = 20

reference = typer.Typer(help="What is known of each symbol.", no_args_is_help=True)


# Without a callback, a group of one command is that command.
@reference.callback()
def _group() -> None:
    """What is known of each symbol."""


@reference.command("fill")
def fill() -> None:
    """Ask the vendor for each company's sector once, most liquid first; may be stopped and resumed.

    Outside the evening's budget of calls.
    """
    from technic_pipeline.pipeline import open_pipeline  # noqa: PLC0415

    fill_reference(open_pipeline(load_settings()))


def fill_reference(opened: Pipeline) -> None:
    """Describe every listed security, then ask for each that the vendor was never asked for.

    Raises:
        BadOption: the source is not the vendor.
    """
    from technic_pipeline.cli.materialize import show_progress  # noqa: PLC0415
    from technic_pipeline.pipeline import calls_counted, source_kept  # noqa: PLC0415
    from technic_pipeline.refresh.companies import ask_for, describe_asked  # noqa: PLC0415
    from technic_pipeline.refresh.descriptions import describe_listed  # noqa: PLC0415
    from technic_pipeline.refresh.lists import vendor_of  # noqa: PLC0415
    from technic_pipeline.store.database import writer_lock  # noqa: PLC0415
    from technic_pipeline.store.symbol_details import symbols_to_ask  # noqa: PLC0415

    vendor = vendor_of(opened)
    if vendor is None:
        raise BadOption(
            f"the source '{opened.source.name}' lists everything it knows; "
            "set TECHNIC_SOURCE=massive to ask the vendor"
        )
    writing = partial(writer_lock, opened.database_url, "reference fill")
    say = Console(stderr=True, highlight=False, soft_wrap=True).print
    with source_kept(vendor), calls_counted(opened):
        say("asking for the list of securities")
        with writing():
            # Of a load that was killed, what was told may wait to take effect.
            describe_asked(opened, vendor, ())
            describe_listed(opened, vendor)
        asked = symbols_to_ask(opened.engine)
        seconds = timedelta(seconds=round(vendor.seconds_for(len(asked))))
        say(
            f"{len(asked)} companies to ask for, one call each, two where the ticker was another: "
            f"at least {seconds} on the plan '{vendor.plan.name}'; "
            "what is known stays when this is stopped"
        )
        with show_progress():
            for start in range(0, len(asked), COMPANIES_AT_ONCE):
                some = asked[start : start + COMPANIES_AT_ONCE]
                try:
                    ask_for(opened, vendor, some, start, len(asked))
                finally:
                    # Between whiles, so that an evening's run need not wait for hours.
                    with writing():
                        describe_asked(opened, vendor, some)
