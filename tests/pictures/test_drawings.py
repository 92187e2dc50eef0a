"""The pictures: what they say, where they say it, and that any content gives one."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from made_up_contents import (
    CHANGES,
    MARKET,
    NAN,
    ODD_NAME,
    SECTORS,
    WAVES,
    contents,
    fills,
    history,
    paths,
    texts,
)

from technic_pipeline.pictures.content import MarketBreadth, RankChange, SectorCells
from technic_pipeline.pictures.drawing import drawn
from technic_pipeline.pictures.heat_map import draw_sectors
from technic_pipeline.pictures.histories import BOTTOM, LABEL_GAP, RIGHT, TOP, draw_history
from technic_pipeline.pictures.slopes import draw_rank_changes, previous_slots
from technic_pipeline.pictures.svg import WIDTH

DRAWABLE = {"svg", "rect", "path", "text"}
UNKNOWN = MarketBreadth(0, NAN, NAN, NAN)
ODD_SECTOR = SectorCells(ODD_NAME * 9, 1, 50.0, NAN, NAN, NAN)
CASES = [
    pytest.param({}, id="a session of which everything is known"),
    pytest.param({"breadth": history([40.0]), "scores": history([1.0])}, id="a single session"),
    pytest.param({"breadth": history([NAN], [NAN])}, id="nothing known of a single session"),
    pytest.param({"scores": history([NAN, 5.0, NAN])}, id="one session amid gaps"),
    pytest.param({"scores": history([50.0] * 60, [50.0] * 60)}, id="lines that never move"),
    pytest.param({"scores": history([0.0, 1e-7])}, id="a move too small to see"),
    pytest.param({"breadth": history([-3e9, 2e9])}, id="numbers too large for the page"),
    pytest.param({"sectors": (), "rank_changes": (), "market": UNKNOWN}, id="nobody ranked"),
    pytest.param({"sectors": (ODD_SECTOR,)}, id="a long name, and nothing known of its sector"),
    pytest.param({"rank_changes": (RankChange(1, ODD_NAME, 0),)}, id="one ticker, an odd one"),
    pytest.param(
        {"rank_changes": tuple(RankChange(at, f"T{at}", 0) for at in range(1, 21))},
        id="all of them new",
    ),
    pytest.param(
        {"rank_changes": tuple(RankChange(at, f"T{at}", 4000 - at) for at in range(1, 21))},
        id="all of them from far down",
    ),
    pytest.param({"scan": ODD_NAME}, id="an odd name of a scan"),
]


@pytest.mark.parametrize("facts", CASES)
def test_any_content_is_drawn_within_the_picture_and_needs_nothing_else(
    facts: dict[str, Any],
) -> None:
    for svg in drawn(contents(**facts)).values():
        root = ElementTree.fromstring(svg)  # noqa: S314 - made by the program under test
        assert {part.tag.split("}")[1] for part in root.iter()} <= DRAWABLE
        assert not re.search(r"href|url\(|style=|on\w+=|nan|inf", re.sub(r">[^<]*<", "><", svg))
        height = float(root.attrib["height"])
        assert float(root.attrib["width"]) == WIDTH
        for part in root.iter():
            assert 0 <= float(part.get("x", 0)) <= WIDTH
            assert 0 <= float(part.get("y", 0)) <= height
            for x, y in re.findall(r"([-\d.]+),([-\d.]+)", part.get("d", "")):
                assert 0 <= float(x) <= WIDTH
                assert 0 <= float(y) <= height


def test_a_name_is_said_as_it_is_and_cannot_be_markup() -> None:
    # An escape character has no place in XML.
    readable = ODD_NAME.replace("\x01", "\N{REPLACEMENT CHARACTER}")
    for svg in drawn(contents(scan=ODD_NAME)).values():
        assert f"{readable}, 2016-12-30" in texts(svg)[0]
    sectors = draw_sectors([SectorCells("A&<i>B</i>", 1, 1.0, 1.0, 1.0, 1.0)], "", "")
    assert "A&<i>B</i>" in texts(sectors)
    assert "A&<i>B</i>" in texts(draw_rank_changes([RankChange(1, "A&<i>B</i>", 0)], "", ""))


def test_a_history_names_each_line_with_its_newest_value() -> None:
    said = texts(draw_history(history([10.0, 20.25], [3.0, NAN], [NAN, NAN]), "t", "n"))
    assert {"t", "n", "a: 20.2", "b: 3.0"} <= set(said)
    assert not any(words.startswith("c") for words in said)


def test_shares_are_said_in_whole_percents() -> None:
    assert "a: -100%" in texts(draw_history(history([-99.9]), "", "", "%"))


def test_the_newest_session_is_beside_the_labels_even_if_it_is_the_only_one() -> None:
    assert f"M{RIGHT}," in "".join(paths(draw_history(history([50.0]), "", "")))
    assert f"L{RIGHT}," in "".join(paths(draw_history(history([NAN, 40.0, 50.0]), "", "")))


def test_a_line_stops_where_a_session_is_missing() -> None:
    whole = draw_history(history([1.0, 2.0, 3.0, 4.0, 5.0]), "", "")
    broken = draw_history(history([1.0, 2.0, NAN, 4.0, 5.0]), "", "")
    assert len(paths(broken)) == len(paths(whole)) + 1


@pytest.mark.parametrize(
    "newest",
    [
        pytest.param((0.0, 0.0, 0.0, 100.0), id="at the bottom"),
        pytest.param((0.0, 100.0, 100.0, 100.0), id="at the top"),
        pytest.param((0.0, 50.0, 50.0, 50.0), id="in the middle"),
    ],
)
def test_labels_of_lines_that_end_together_stay_apart(newest: tuple[float, ...]) -> None:
    svg = draw_history(history(*([at * 30.0, end] for at, end in enumerate(newest))), "", "")
    places = [
        float(y)
        for y, words in re.findall(r'<text x="[\d.]+" y="([\d.]+)"[^>]*>([^<]*)', svg)
        if re.match("[abcd]: ", words)
    ]
    assert len(places) == 4
    assert min(b - a for a, b in pairwise(sorted(places))) >= LABEL_GAP
    assert min(places) >= TOP
    assert max(places) <= BOTTOM + LABEL_GAP


def test_the_market_is_said_in_words_without_what_nobody_has() -> None:
    said = texts(drawn(contents(market=MARKET))["breadth"])[1]
    assert "12000 traded, 50% above sma_200, 48% above sma_50, rose less fell -12%" in said
    young = MarketBreadth(9, NAN, 0.5, 0.0)
    assert "9 traded, 50% above sma_50, rose" in texts(drawn(contents(market=young))["breadth"])[1]


def test_every_sector_has_its_numbers_in_coloured_cells() -> None:
    svg = draw_sectors(SECTORS, "", "")
    cells = ["40", "10", "71.2", "55.0", "+1.50", "-0.25", "75", "20", "80", "-"]
    assert [words for words in texts(svg) if words in cells] == cells
    # The ground, then a column after the other, each from the first sector to the last.
    ground, *colours = fills(svg)
    assert ground == "#ffffff"
    assert len(colours) == len(cells)
    up, down = (bytes.fromhex(colour[1:]) for colour in colours[4:6])
    assert up[1] > up[0]
    assert down[0] > down[1]


def test_who_was_not_ranked_before_is_new_and_has_no_line() -> None:
    svg = draw_rank_changes(CHANGES, "", "")
    moved = [words for words in texts(svg) if re.match("[▲▼]|new$", words)]
    assert moved == ["▲ 2", "new", "▲ 247"]
    without = draw_rank_changes([CHANGES[0], RankChange(2, "BBB", 2), CHANGES[2]], "", "")
    assert len(paths(without)) == len(paths(svg)) + 1


def test_those_from_further_down_are_written_below_in_their_order() -> None:
    changes = [RankChange(1, "A", 900), RankChange(2, "B", 1), RankChange(3, "C", 40)]
    assert previous_slots(changes) == {1: 1, 40: 4, 900: 5}


def test_a_full_picture_is_small() -> None:
    top = tuple(RankChange(at, f"T{at}", at % 7 * 30) for at in range(1, 21))
    eleven = tuple(SectorCells(f"Sector {at}", 9, 50.0, 1.0, 0.5, 50.0) for at in range(11))
    for svg in drawn(contents(breadth=WAVES, sectors=eleven, rank_changes=top)).values():
        assert len(svg) < 16_000
