"""The device in a process of its own: what tests start.

Takes a file with a pickled dict of calls, and one for the pickled answers.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from calls import Call

from technic_pipeline.engines.gpu import Gpu

if __name__ == "__main__":
    given, found = map(Path, sys.argv[1:])
    calls: dict[str, Call] = pickle.loads(given.read_bytes())  # noqa: S301 - the test wrote it
    device = Gpu()
    found.write_bytes(pickle.dumps({name: call.of(device) for name, call in calls.items()}))
