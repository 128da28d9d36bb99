from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from tests.report.hostile import results
from tests.report.samples import CALL, EMPTY, MATRIX, RICH

from pentascope.model.scoping import ScanResult
from pentascope.report.formats import html

_VOID = {"meta", "col", "br", "polygon"}


class Reader(HTMLParser):
    """What stands in a page: tags in order, attributes, ids, and whether every element was closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        told = dict(attrs)
        self.ids += [told["id"] or ""] if "id" in told else []
        self.links += [told["href"] or ""] if "href" in told else []
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)


@cache
def _own() -> Reader:
    return Reader(html.render(RICH, matrix=MATRIX))


@pytest.mark.parametrize("result", [RICH, EMPTY], ids=["rich", "empty"])
def test_page_asks_nothing_of_the_network_and_runs_nothing(result: ScanResult) -> None:
    page = html.render(result, matrix=MATRIX)

    assert re.findall(r"\bsrc=|@import|url\(|<script|<link|<iframe|style=\"|javascript:|\bon\w+=", page.replace("[x](javascript:1)", "")) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(result=results())
def test_no_word_of_the_tree_becomes_an_element_or_an_attribute(result: ScanResult) -> None:
    own = _own()

    told = Reader(html.render(result, matrix=MATRIX))

    assert set(told.tags) - set(own.tags) - {"style"} == set()
    assert told.attributes - own.attributes == set()
    assert (told.unbalanced, told.open) == ([], [])
    assert {link.removeprefix("#") for link in told.links} - set(told.ids) == set()
    assert len(told.ids) == len(set(told.ids))


def test_every_link_leads_to_a_place_on_the_page() -> None:
    page = Reader(html.render(RICH, matrix=MATRIX))

    assert {link[1:] for link in page.links} - set(page.ids) == set()
    assert len(page.ids) == len(set(page.ids))


def test_lines_that_share_an_id_share_one_anchor() -> None:
    again = msgspec.structs.replace(CALL, line=CALL.line + 9)
    page = Reader(html.render(msgspec.structs.replace(RICH, evidence=(*RICH.evidence, again)), matrix=MATRIX))

    assert page.ids.count(f"e-{CALL.id}") == 1


def test_headings_never_skip_a_level() -> None:
    page = Reader(html.render(RICH, matrix=MATRIX))

    levels = [int(tag[1]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]

    assert levels[0] == 1
    assert [(above, below) for above, below in pairwise(levels) if below > above + 1] == []


def test_cells_of_found_scopes_are_lit_and_no_others() -> None:
    page = html.render(RICH, matrix=MATRIX)

    assert page.count('<td class="off">') == 10
    assert [page.count(f'<td class="s{scope} lit">') for scope in range(1, 6)] == [0, 5, 5, 5, 0]


def test_page_of_a_tree_without_use_lights_nothing() -> None:
    page = html.render(EMPTY, matrix=MATRIX)

    assert page.count('<td class="off">') == 25
    assert "No use of generative AI was found in this tree." in page


def _luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_text_colour_has_contrast_on_every_ground() -> None:
    page = html.render(EMPTY, matrix=MATRIX)
    tokens = {name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", page)}
    inks = [name for name in tokens if name not in ("paper", "card", "sunk", "line")]

    faint = [
        (ink, ground, theme)
        for ink in inks
        for ground in ("paper", "card", "sunk")
        for theme in (0, 1)
        if _contrast(tokens[ink][theme], tokens[ground][theme]) < 4.5
    ]

    assert faint == []
