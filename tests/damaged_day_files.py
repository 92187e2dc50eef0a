"""Files in a day file's place: whole, damaged on their way, or something else."""

from __future__ import annotations

import gzip
from datetime import date, datetime

from dayfiles import HEADER, NEW_YORK
from hypothesis import strategies as st
from mutations import WORDS, harmed, reworded

ENCODINGS = ("utf-8-sig", "utf-16", "utf-32", "cp500", "utf-7")


def packed(text: bytes) -> bytes:
    """As gzip writes it, the same at every time of day."""
    return gzip.compress(text, mtime=0)


def day_text(session: date) -> str:
    """A day file as the vendor writes it: good rows, and some that are no bars."""
    begin = int(datetime(session.year, session.month, session.day, tzinfo=NEW_YORK).timestamp())
    stamp, tomorrow = begin * 10**9, (begin + 86_400) * 10**9
    rows = [
        f"A,2216600,42.39,42.21,42.53,42.2,{stamp},17",
        f"BRK.B,3.5,144,143.5,145,143,{stamp},",
        f"KIMpL,1.437085e+06,1,1,1,1,{stamp + 1},3",
        f"ZVZZT,1e6,1,1,1,1,{stamp},3",
        f"LATE,1,1,1,1,1,{tomorrow},",
        "NONE,1,1,1,1,1,,",
        *(f"T{n},{n},{n},{n},{n},{n},{stamp},{n}" for n in range(1, 30)),
    ]
    return "\n".join([HEADER, *rows, ""])


def day_files(session: date) -> st.SearchStrategy[bytes]:
    """What may be found where the file of a session is looked for."""
    whole = day_text(session)
    text = st.one_of(
        harmed(whole.encode()),
        reworded(whole, ",\n").map(str.encode),
        st.lists(st.sampled_from(WORDS), max_size=9).map(
            lambda row: f"{whole}{','.join(row)}\n".encode()
        ),
        st.tuples(reworded(whole, ",\n", 1), st.sampled_from(ENCODINGS)).map(
            lambda written: written[0].encode(written[1], "replace")
        ),
        st.permutations(whole.splitlines()[:7]).map(lambda rows: "\n".join(rows).encode()),
        st.binary(max_size=200),
    )
    return st.one_of(
        text.map(packed),
        text.map(packed),
        text,
        harmed(packed(whole.encode())),
        st.lists(text.map(packed), max_size=3).map(b"".join),
    )
