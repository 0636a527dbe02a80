"""Colours with one meaning each, and the style of the parts Streamlit does not have.

The style leans on the colour of the text, so that it follows the light and the
dark theme of ``.streamlit/config.toml`` without naming a background.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args


@dataclass(frozen=True, slots=True)
class Meaning:
    """A colour, with the mark that says the same without it.

    Attributes
    ----------
    colour : str
        From the Okabe-Ito set, at least 3 to 1 against both backgrounds or
        given an outline by its mark.
    mark : str
        One sign.
    """

    colour: str
    mark: str


#: One meaning each through the whole dashboard.
MEANINGS = {
    "placed": Meaning("#009e73", "●"),
    "proposed": Meaning("#0072b2", "◆"),
    "held": Meaning("#e69f00", "◐"),
    "without": Meaning("#d55e00", "▲"),
    "unknown": Meaning("#767676", "○"),
    "asked": Meaning("#cc79a7", "?"),
}

#: Shades of maps, fewest first: one hue each, told apart by lightness alone. On a
#: dark background they are used the other way round, so that most stands out.
SHADES = {
    "without": ("#fde0c8", "#f8b27a", "#ec7d2e", "#b84e00", "#6e2c00"),
    "waiting": ("#e4dcf0", "#c3aedd", "#9a7ac2", "#70479e", "#452372"),
    "ready": ("#d6e8f3", "#93c2df", "#4794c4", "#0b689f", "#043b61"),
    "licensed": ("#d5efe4", "#93d3bb", "#45ac88", "#0c7a59", "#04482f"),
}

#: Hundredths of the width of a list that the part of a line that opens may take.
RowLead = Literal[11, 14, 20, 25]

#: Width below which a table becomes cards, in CSS pixels.
PHONE = 640

STYLE = (
    "<style>"
    + "".join(
        f".sb-mark-{name} {{ color: {meaning.colour}; }}\n"
        for name, meaning in MEANINGS.items()
    )
    + "".join(
        f'[class*="st-key-lines-{lead}-"] {{ grid-template-columns: '
        f"minmax(0, {lead}fr) minmax(0, {100 - lead}fr); }}\n"
        for lead in get_args(RowLead)
    )
    + """
.sb { font-variant-numeric: tabular-nums; line-height: 1.45; overflow-wrap: anywhere; }
.sb p { margin: 0; }
.sb-soft { color: color-mix(in srgb, currentColor 76%, transparent); }
.sb-head { max-width: 46rem; margin-bottom: 0.25rem; }
.sb-head .sb-over { font-size: 0.875rem; font-weight: 600; letter-spacing: 0.02em; }
.sb-head h1 { font-size: 1.75rem; line-height: 1.22; padding: 0.1rem 0 0.35rem; margin: 0;
  text-wrap: pretty; }
.sb-section { margin-top: 1.1rem; }
.sb-section h2 { font-size: 1.25rem; padding: 0; margin: 0; }
.sb-section p { max-width: 46rem; margin-top: 0.15rem; }

.sb-part h3 { font-size: 1.05rem; padding: 0; margin: 0; }
.sb-part p { max-width: 46rem; }

.sb-notices { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; font-size: 0.875rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent);
  padding-bottom: 0.6rem; }
.sb-notices p { flex: 1 1 20rem; }

.sb-door { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.25rem 1.5rem;
  align-items: baseline; font-size: 0.875rem; }
.sb-door p { margin: 0; }
.sb-ways { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin-left: auto; }
.sb p.sb-ways { display: flex; }
.sb .sb-ways a { color: inherit; text-decoration: underline; text-underline-offset: 0.2em;
  padding: 0.3rem 0; display: inline-block; }
/* The way out stands in the bar at the top, always in reach, beside the menu. */
.sb .sb-door .sb-leave { position: fixed; top: 0.8rem; right: 3.75rem; z-index: 999991;
  color: inherit; background: light-dark(#ffffff, #12161a); font-weight: 650;
  line-height: 1.4; border: 1px solid currentColor; border-radius: 6px;
  padding: 0.3rem 0.75rem; text-decoration: none; }
[data-testid="stMainMenu"] { margin-left: 7.25rem; }
[data-testid="stElementContainer"]:has(.sb-door) { opacity: 1 !important; }
[data-testid="stElementContainer"]:has(.sb-alone) { position: absolute; }

.sb-box { border-left: 4px solid currentColor; padding: 0.6rem 0.9rem; max-width: 46rem;
  background: color-mix(in srgb, currentColor 6%, transparent); border-radius: 0 6px 6px 0; }
.sb-box-good { border-left-color: #009e73; }
.sb-box-note { border-left-color: #0072b2; }
.sb-box-warn { border-left-color: #e69f00; }
.sb-box-bad { border-left-color: #d55e00; }

.sb-counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr));
  gap: 0.75rem; }
.sb dl { margin: 0; padding: 0; }
.sb-counts > div { border: 1px solid color-mix(in srgb, currentColor 18%, transparent);
  border-radius: 6px; padding: 0.6rem 0.9rem 0.7rem; display: flex; flex-direction: column; }
.sb-counts dt { font-size: 0.875rem; font-weight: 400; order: 0; }
.sb-counts dd { margin: 0; font-size: 1.75rem; line-height: 1.2; font-weight: 650; order: 1; }
.sb-counts dd.sb-note { font-size: 0.875rem; font-weight: 400; order: 2; line-height: 1.4; }

.sb ul.sb-chips { display: flex; flex-wrap: wrap; gap: 0.25rem; list-style: none;
  margin: 0; padding: 0; }
.sb .sb-chips li { margin: 0; padding: 0.05rem 0.5rem; font-size: 0.8125rem;
  line-height: 1.5; border-radius: 99px;
  border: 1px solid color-mix(in srgb, currentColor 30%, transparent); }

.sb table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; margin: 0; }
.sb caption { text-align: left; caption-side: top; padding: 0 0 0.35rem;
  font-size: 0.875rem; color: inherit; }
.sb caption.sb-quiet { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
.sb th, .sb td { text-align: left; vertical-align: top; padding: 0.4rem 0.75rem 0.4rem 0;
  border: 0; border-bottom: 1px solid color-mix(in srgb, currentColor 16%, transparent); }
.sb thead th { font-weight: 600; font-size: 0.8125rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 45%, transparent); }
.sb tbody th { font-weight: 600; }
.sb .sb-number { text-align: right; padding-right: 1.25rem; }
.sb tfoot th, .sb tfoot td { font-weight: 650; border-bottom: 0;
  border-top: 1px solid color-mix(in srgb, currentColor 45%, transparent); }

.sb-facts { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; margin: 0;
  gap: 0.3rem 1rem; max-width: 46rem; }
.sb-facts dt { font-weight: 400; color: color-mix(in srgb, currentColor 76%, transparent); }
.sb-facts dd { margin: 0; }

.sb-wide { max-width: none; font-size: 0.9375rem; }
[class*="st-key-option-"] { padding: 0.4rem 0 0.6rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 16%, transparent); }
.sb h3.sb-option { font-size: 1rem; font-weight: 600; padding: 0 0 0.15rem; margin: 0; }
.sb h3.sb-option .sb-soft { font-weight: 400; font-size: 0.9375rem; }

.sb-cells { display: grid; gap: 0.15rem 1rem; align-items: baseline; font-size: 0.9375rem; }
.sb-cells .sb-label { display: none; }
.sb-cells-head { font-size: 0.8125rem; font-weight: 600; }
/* A list is one grid: what opens a line in the first column, the rest in the second. */
[class*="st-key-lines-"] { display: grid !important; align-items: stretch; }
[class*="st-key-lines-"] > * { width: auto !important; min-width: 0; padding: 0.15rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 16%, transparent); }
[class*="st-key-lines-"] > :nth-child(-n + 2) { border-bottom-color:
  color-mix(in srgb, currentColor 45%, transparent); }
[class*="st-key-lines-"] > :nth-child(odd) { padding-right: 1rem; }
[class*="st-key-lines-"] button { text-decoration: underline; text-underline-offset: 0.2em;
  padding-left: 0; min-height: 1.9rem; font-weight: 600; text-align: left; }
[class*="st-key-lines-"] button > * { justify-content: flex-start; }
[class*="st-key-lines-"] :is(.sb-cells, .sb-cells-head) { padding-top: 0.25rem; }
[class*="st-key-row-decision-"] { padding: 0.15rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 16%, transparent); }

.st-key-upload-steps { row-gap: 0; }
.sb p.sb-steps, p.sb-steps { font-size: 0.875rem; margin: 0; }
.sb-whole { white-space: nowrap; }
.sb-step { font-size: 0.875rem; font-weight: 650; padding: 0.25rem 0; min-height: 2.5rem;
  display: flex; align-items: center; border-bottom: 3px solid #0072b2; }
.sb-list { margin: 0; padding-left: 1.1rem; }
.sb-list li { margin: 0 0 0.15rem; }
.sb td ul.sb-list { padding-left: 0; margin: 0; list-style: none; }
.sb td ul.sb-list li { margin: 0; padding: 0; font-size: 0.9375rem; }
.sb-place { min-width: 13rem; }
.sb-place .sb-soft { font-weight: 400; }
.sb ul.sb-asks { list-style: none; margin-left: 0; padding-left: 0; }
.sb ul.sb-asks li { margin-left: 0; }
/* Words and numbers of charts in the colour of the text, light or dark. */
[data-testid="stPlotlyChart"] .annotation-text,
[data-testid="stPlotlyChart"] .bartext-outside { fill: currentColor !important; }
/* What is chosen is read on a shade of the primary colour, in the colour of the text. */
[data-testid="stButtonGroup"] [data-testid$="Active"] p,
[data-testid="stButtonGroup"] [aria-checked="true"] p {
  color: light-dark(#161a1d, #eceff1); font-weight: 600; }
[class*="st-key-narrow-"], [class*="st-key-option-change-"] { max-width: 46rem; }

.sb ol.sb-stages { list-style: none; padding-left: 0; margin-top: 0.4rem; }
.sb ol.sb-stages li[aria-current] { font-weight: 600; }
/* What is being decided stays in sight while the page under it is read. */
[data-testid="stLayoutWrapper"]:has(> .st-key-deciding) { position: sticky; top: 3.75rem;
  z-index: 90; }
.st-key-deciding { border: 2px solid #0072b2; border-radius: 8px; padding: 0.75rem 1rem 1rem;
  max-height: 70vh; overflow-y: auto; background: Canvas;
  background: light-dark(#ffffff, #12161a); }
.st-key-deciding .sb-section { margin-top: 0; }
/* What is reached under it by the keyboard comes to lie below it. Nothing inside it moves
   the page: a list that opens there would close with the scrolling. */
[data-testid="stMain"]:has(.st-key-deciding) :is(a, button, input, summary, [tabindex]):not(
  .st-key-deciding *) { scroll-margin-top: 72vh; }

/* What was done just now, or why not, stays in sight wherever on the page it was pressed. */
[data-testid="stLayoutWrapper"]:has(> .st-key-casework-said .sb-box) { position: sticky;
  top: 3.75rem; z-index: 80; }
.st-key-casework-said:has(.sb-box) { padding: 0.4rem 0; max-height: 40vh; overflow-y: auto;
  flex-flow: row wrap !important; align-items: center; gap: 0.5rem 1rem;
  background: Canvas; background: light-dark(#ffffff, #12161a); }
.st-key-casework-said > :has(.sb-box) { flex: 1 1 20rem; max-width: 46rem; }
.st-key-casework-said > :has(.stButton) { flex: none; width: auto !important; }
[data-testid="stMain"]:has(.st-key-casework-said .sb-box) :is(a, button, input, summary,
  [tabindex]):not(.st-key-casework-said *, .st-key-deciding *) { scroll-margin-top: 12rem; }

/* What is open for work on a page of lists: a call, somebody's stay. */
[class*="st-key-open-part-"] { border: 2px solid #0072b2; border-radius: 8px;
  padding: 0.75rem 1rem 1rem; }
[class*="st-key-open-part-"] .sb-section { margin-top: 0; }
[class*="st-key-holding-"] { padding: 0.35rem 0 0.6rem;
  border-bottom: 1px solid color-mix(in srgb, currentColor 16%, transparent); }
[class*="st-key-call-person-"] { padding: 0.5rem 0 0.75rem;
  border-top: 1px solid color-mix(in srgb, currentColor 16%, transparent); }

.sb ul.sb-legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; list-style: none;
  margin: 0; padding: 0; font-size: 0.875rem; max-width: 46rem; }
.sb .sb-legend li { margin: 0; display: inline-flex; align-items: center; gap: 0.4rem; }
.sb-swatch { display: inline-block; width: 1.4rem; height: 1rem; border: 1px solid #767676;
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }

.sb-shade { display: inline-block; min-width: 2.6rem; padding: 0 0.4rem; border-radius: 3px;
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.sb-shade-1 { background: color-mix(in srgb, #d55e00 12%, transparent); }
.sb-shade-2 { background: color-mix(in srgb, #d55e00 26%, transparent); }
.sb-shade-3 { background: color-mix(in srgb, #d55e00 42%, transparent); }
.sb-shade-4 { background: color-mix(in srgb, #d55e00 60%, transparent); }
.sb-shade-5 { background: #d55e00; color: #161a1d; font-weight: 650; }

.sb-empty { max-width: 40rem; padding: 1rem 0 0.5rem; }
.sb-empty h2 { font-size: 1.25rem; padding: 0 0 0.25rem; margin: 0; }

/* Sentences beside longer sentences still get room for a few words a line. */
@media (min-width: 900px) { .sb td.sb-long { min-width: 9rem; } }
@media (min-width: 641px) {
  /* What names a row is broken between its words. */
  .sb table:has(td.sb-long) tbody th { min-width: 7rem; }
  /* Words to press stand on the line of the fields beside them. */
  [class*="-filters"] [data-testid="stButtonGroup"] > div:last-child { min-height: 2.5rem;
    align-items: center; }
}
@media (max-width: 640px) {
  .sb-head h1 { font-size: 1.4rem; }
  .sb-counts { grid-template-columns: 1fr 1fr; gap: 0.5rem; }
  .sb-counts dd { font-size: 1.4rem; }
  .sb table, .sb tbody, .sb tfoot, .sb tr, .sb td, .sb tbody th, .sb tfoot th {
    display: block; }
  .sb thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .sb tr { border: 1px solid color-mix(in srgb, currentColor 22%, transparent);
    border-radius: 6px; padding: 0.5rem 0.75rem; margin-bottom: 0.5rem; }
  .sb td, .sb tbody th, .sb tfoot th, .sb tfoot td { border: 0; padding: 0.1rem 0; }
  .sb td[data-label] { display: flex; justify-content: space-between; gap: 1rem;
    text-align: right; }
  .sb td[data-label]::before { content: attr(data-label); text-align: left; flex: none;
    max-width: 55%; color: color-mix(in srgb, currentColor 76%, transparent); }
  .sb td.sb-long { display: block; text-align: left; }
  .sb td.sb-long::before { display: block; max-width: none; font-size: 0.8125rem; }
  /* The only thing said of a row needs no name. */
  .sb tr > td.sb-long:nth-child(2):last-child::before { display: none; }
  .sb td.sb-number { padding-right: 0; }
  .sb td.sb-blank, .sb td:has(.sb-zero) { display: none; }
  .sb .sb-chips { justify-content: inherit; }
  .sb-facts { grid-template-columns: 1fr; gap: 0; }
  .sb-facts dd { margin-bottom: 0.5rem; }
  .sb-cells { grid-template-columns: 1fr !important; }
  .sb-cells .sb-label { display: inline; margin-right: 0.35rem;
    color: color-mix(in srgb, currentColor 76%, transparent); }
  [class*="st-key-lines-"] { grid-template-columns: minmax(0, 1fr); }
  [class*="st-key-lines-"] > :nth-child(-n + 2) { display: none !important; }
  [class*="st-key-lines-"] > * { border: 1px solid
    color-mix(in srgb, currentColor 22%, transparent); }
  [class*="st-key-lines-"] > :nth-child(odd) { border-bottom: 0; border-radius: 6px 6px 0 0;
    padding: 0.35rem 0.75rem 0; }
  [class*="st-key-lines-"] > :nth-child(even) { border-top: 0; border-radius: 0 0 6px 6px;
    padding: 0 0.75rem 0.6rem; margin-bottom: 0.5rem; }
  [class*="-filters"] > *, [class*="-filters"] .stTextInput,
  [class*="-filters"] .stSelectbox, [class*="-filters"] .stMultiSelect {
    width: 100% !important; flex-basis: 100% !important; max-width: none; }
  .sb .sb-cells ul.sb-chips { display: inline-flex; vertical-align: bottom; }
}
@media print {
  [data-testid="stHeader"], [data-testid="stSidebar"], .stButton, .stDownloadButton,
  .sb-door { display: none; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-casework-said) { position: static; }
  /* What opens a line is also its name. */
  [class*="st-key-lines-"] .stButton { display: block; }
}
</style>"""
)
