from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from matching.export.brief import Brief, BriefTable, brief_page

NASTY = "<script>alert(1)</script>\"&'=1+1"


def brief(words="Gaps", rows=(("Oak", "1 to 10"),)):
    table = BriefTable(words, ("County", "People"), rows, words)
    return Brief(words, words, (words,), (table,), ((words, words),))


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        self.words.append(data)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_nothing_of_the_record_becomes_a_tag(words):
    plain = Tags(brief_page(brief("x")).decode())
    drawn = Tags(brief_page(brief(words, ((words, words),))).decode())
    assert drawn.tags == plain.tags
    assert drawn.attributes == plain.attributes


def test_what_it_says_can_be_read():
    said = "".join(Tags(brief_page(brief(NASTY)).decode()).words)
    assert said.count(NASTY) >= 6
    assert "1 to 10" in said


def test_it_needs_nothing_from_anywhere_and_forbids_it():
    page = brief_page(brief()).decode()
    assert not re.search(r"https?:|//|src=|url\(|@import|<script|<img|<link", page)
    assert "default-src 'none'" in page


def test_every_row_and_column_has_a_header():
    page = brief_page(brief(rows=(("Oak", "3"), ("Elm", "0")))).decode()
    assert page.count('scope="row"') == 2
    assert page.count('scope="col"') == 2


def test_the_same_brief_gives_the_same_bytes():
    assert brief_page(brief()) == brief_page(brief())
