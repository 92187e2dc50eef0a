"""The market's pipeline as Dagster sees it. Nothing here computes: it reads, calls, reports."""
