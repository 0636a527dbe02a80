"""Papers to be printed: nothing of the record becomes a tag or a style."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from matching.export.paper import Bullets, Facts, Grid, Paper, Section, paper_page
from tests.export.test_brief import NASTY, Tags


def paper(words: str = "x", *, large: bool = False) -> Paper:
    blocks = (
        words,
        Bullets((words,)),
        Facts(((words, words),)),
        Grid(words, (words, words), ((words, words),)),
    )
    sections = (Section(words, blocks, words),)
    return Paper(words, words, words, words, (words,), sections, words, large=large)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_nothing_of_the_record_becomes_a_tag_or_an_attribute(words):
    plain, drawn = Tags(paper_page(paper()).decode()), Tags(paper_page(paper(words)).decode())
    assert drawn.tags == plain.tags
    assert drawn.attributes == plain.attributes


def style_of(one: Paper) -> str:
    page = paper_page(one).decode()
    return page[page.index("<style>") : page.index("</style>")]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_nothing_of_the_record_ends_the_style(words):
    style = style_of(paper(words))
    # What is quoted in the style has neither quotes, backslashes, brackets nor line ends.
    quoted = re.findall(r'content: "([^"]*)"; font', style)
    assert len(quoted) == 2
    assert not any(sign in "".join(quoted) for sign in '"\\<>{}\n\r')
    assert style.count('"') == style_of(paper("")).count('"')


def test_what_it_says_can_be_read():
    said = "".join(Tags(paper_page(paper(NASTY)).decode()).words)
    assert said.count(NASTY) >= 12


def test_it_needs_nothing_from_anywhere_and_forbids_it():
    page = paper_page(paper()).decode()
    assert not re.search(r"https?:|//|src=|url\(|@import|<script|<img|<link", page)
    assert "default-src 'none'" in page


def test_the_title_of_the_window_is_the_number_alone():
    page = paper_page(Paper("t", "DS-1", "R-4417", "w", (), (), "e")).decode()
    assert "<title>DS-1</title>" in page


def test_every_sheet_has_its_number_its_warning_and_which_page_it_is():
    page = paper_page(Paper("t", "DS-1", "s", "Destroy after use", (), (), "e")).decode()
    for rule in ("@top-left", "@top-right", "@bottom-right", "counter(page)", "counter(pages)"):
        assert rule in page
    assert 'content: "DS-1"' in page
    assert 'content: "Destroy after use"' in page


def test_a_reader_who_is_young_gets_large_letters():
    assert 'class="large"' in paper_page(paper(large=True)).decode()
    assert 'class="usual"' in paper_page(paper()).decode()
