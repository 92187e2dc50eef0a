"""What a run survives: `python -m tests.faults`, from the project's root."""
