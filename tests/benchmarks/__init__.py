"""What the bars are measured with: `python -m tests.benchmarks`, from the project's root."""
