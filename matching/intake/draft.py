"""A file on its way in: what it was recognised as, what is asked, what would be kept.

A draft is worked out anew from the file and the decisions about it; it changes
nothing, and holds nothing that was dropped.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

from matching.domain.errors import InputError
from matching.intake import checks, columns, formats
from matching.intake.body import build
from matching.intake.columns import Header, score
from matching.intake.fields import SheetKind
from matching.intake.firewall import is_value, may_tell_who, safe_header
from matching.intake.formats import Standard
from matching.intake.grid import Grid
from matching.intake.issues import Code, Issue, NotKept, Severity
from matching.intake.known_lists import KnownList, known_list
from matching.intake.layout import lay_out
from matching.intake.making import name_pools, records_of
from matching.intake.meanings import Meaning, State, meanings
from matching.intake.reader import Book, Sheet
from matching.intake.recipe import Recipe, headers_fingerprint
from matching.intake.repairs import Repair, repairs
from matching.intake.table import Table
from matching.intake.uploads import Counts, ProviderUpload, ReferralUpload

#: Rows of a sheet that the choice of the sheet looks at.
_GLANCE = 60


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """One sheet of a file.

    Attributes
    ----------
    name : str
    shown : str
        Its name, safe to show.
    rows : int
        Rows that hold anything.
    hidden : bool
    """

    name: str
    shown: str
    rows: int
    hidden: bool


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a file holds, as far as it is settled.

    Attributes
    ----------
    filename : str
        For the screen only.
    sha256 : str
    kind : SheetKind
    recipe : Recipe
        What a person decided.
    used : Recipe
        The same with what was remembered, and what is known of the list, under it.
    remembered : Recipe or None
        What was taken over from a file with the same columns.
    encoding, delimiter : str or None
        How a text file was read.
    sheets : tuple of SheetChoice
    standard : str
        What it was recognised as, in words; empty for any other table.
    grid : Grid or None
        ``None`` where a standard is not a single table.
    header : Header or None
    repairs : tuple of Repair
    stop : InputError or None
        Why nothing can be kept so; then ``upload`` is ``None``.
    upload : ProviderUpload or ReferralUpload or None
    """

    filename: str
    sha256: str
    kind: SheetKind
    recipe: Recipe
    used: Recipe
    remembered: Recipe | None
    encoding: str | None
    delimiter: str | None
    sheets: tuple[SheetChoice, ...]
    standard: str
    grid: Grid | None
    header: Header | None
    repairs: tuple[Repair, ...]
    stop: InputError | None
    upload: ProviderUpload | ReferralUpload | None

    @cached_property
    def meanings(self) -> tuple[Meaning, ...]:
        """Return every different text of the columns of words, questions first."""
        if self.grid is None or self.header is None:
            return ()
        return meanings(self.grid, self.header, self.used)

    @property
    def asked(self) -> tuple[Meaning, ...]:
        """Return the texts that nobody understands yet."""
        return tuple(one for one in self.meanings if one.state is State.ASKED)

    @property
    def lasting(self) -> Recipe:
        """Return what is worth keeping for the next file with the same columns.

        Nothing about single rows, and of cells only the words of columns of
        words, where none of them may tell who somebody is.
        """
        known = {one.column for one in self.meanings}
        before = self.remembered or Recipe()
        whole = before.under(self.recipe)
        values = {
            column: {
                text: instead
                for text, instead in mine.items()
                if not may_tell_who(text) and not may_tell_who(instead)
            }
            for column, mine in whole.values.items()
            if column in known
        }
        headers = {name: to for name, to in whole.columns.items() if not is_value(name)}
        return replace(
            whole, header=(), rows={}, cells={}, left_out={}, values=values, columns=headers
        )

    @property
    def columns_fingerprint(self) -> str:
        """Return what files with the same columns have in common."""
        return headers_fingerprint(self.grid.columns if self.grid else ())


def draft(
    book: Book,
    filename: str,
    sha256: str,
    *,
    kind: SheetKind | None = None,
    recipe: Recipe | None = None,
    remembered: Recipe | None = None,
    today: date | None = None,
) -> Draft:
    """Work out what a file holds.

    Parameters
    ----------
    book : Book
        The file as it was read with the recipe's encoding and delimiter.
    filename : str
        Its name, for the screen.
    sha256 : str
        Fingerprint of its bytes.
    kind : SheetKind, optional
        What it is meant to be; recognised if not given.
    recipe : Recipe, optional
        What a person decided so far.
    remembered : Recipe, optional
        What was decided for a file with the same columns before.
    today : date, optional
        The day for which dated inventories count; today in UTC if not given.

    Returns
    -------
    Draft

    Raises
    ------
    InputError
        If it is a list of people where providers were expected, or a list of
        providers where people were.
    """
    told = recipe or Recipe()
    standard = formats.recognise(book) if told.standard and told.sheet is None else None
    if standard is not None and kind is SheetKind.REFERRALS:
        raise InputError(
            "The file is a list of providers, not of referrals.",
            next_step="Choose the list of referrals.",
        )
    work = _Work(book, filename, sha256, told, remembered)
    if standard is not None:
        return work.of_standard(standard, today or date.today())  # noqa: DTZ011 - a calendar day
    return work.of_table(kind)


def digest(data: bytes) -> str:
    """Return the fingerprint of a file."""
    return hashlib.sha256(data).hexdigest()


class _Work:
    """One file and the decisions about it."""

    def __init__(
        self,
        book: Book,
        filename: str,
        sha256: str,
        told: Recipe,
        remembered: Recipe | None,
    ) -> None:
        self.book, self.filename, self.sha256 = book, filename, sha256
        self.told, self.remembered = told, remembered
        self.recipe = told if remembered is None else remembered.under(told)
        self._grids: dict[tuple[int, SheetKind], Grid] = {}

    # --- standards -------------------------------------------------------------------

    def of_standard(self, standard: Standard, today: date) -> Draft:
        """Read a known standard."""
        found = standard.load(self.book, today)
        upload = ProviderUpload(
            providers=found.providers,
            pools=found.pools,
            **self._common(
                standard.name, found.issues, found.not_kept, found.decisions, found.counts
            ),
        )
        return self._draft(SheetKind.PROVIDERS, standard.label, None, None, None, upload)

    # --- any other table -------------------------------------------------------------

    def of_table(self, kind: SheetKind | None) -> Draft:
        """Read a sheet by its columns."""
        kind = kind or self._kind()
        sheet = self._sheet(kind)
        grid = self._grid(sheet, kind)
        known = self._known(grid, kind)
        # Whether codes are made from names is remembered as the columns are.
        told = replace(self.told, made_ids=self.recipe.made_ids)
        header = columns.match(grid, kind, told, self.remembered)
        stop, upload = header.stop, None
        if stop is None and not grid.rows:
            stop = InputError(
                f"The file has the columns of a list of {kind.value} but no rows.",
                next_step="Fill in at least one row.",
            )
        if stop is None:
            upload = self._upload(sheet, grid, header, known.decisions if known else ())
        label = known.label if known else ""
        return self._draft(kind, label, grid, header, stop, upload)

    def _known(self, grid: Grid, kind: SheetKind) -> KnownList | None:
        """Put what is known of a published list under what was decided."""
        found = known_list(grid.columns) if kind is SheetKind.PROVIDERS else None
        if found is None or not self.told.standard:
            return None
        gone = found.rows_left_out(grid)
        kept = {row for row, data in self.told.rows.items() if data}
        gone = {row: why for row, why in gone.items() if row not in kept}
        below = replace(found.recipe, left_out=gone)
        self.recipe = below.under(self.recipe)
        left = {**below.left_out, **self.recipe.left_out}
        self.recipe = replace(self.recipe, left_out=left)
        return found

    def _kind(self) -> SheetKind:
        """Tell whether the file names cases, and not rather providers."""
        referrals = self._grid(self._sheet(SheetKind.REFERRALS), SheetKind.REFERRALS)
        providers = self._grid(self._sheet(SheetKind.PROVIDERS), SheetKind.PROVIDERS)
        names_cases = columns.has_key(referrals.columns, SheetKind.REFERRALS)
        names_homes = columns.has_key(providers.columns, SheetKind.PROVIDERS)
        more = score(referrals.columns, SheetKind.REFERRALS) >= score(
            providers.columns, SheetKind.PROVIDERS
        )
        people = names_cases and (not names_homes or more)
        return SheetKind.REFERRALS if people else SheetKind.PROVIDERS

    def _sheet(self, kind: SheetKind) -> Sheet:
        """Return the sheet to read: the one chosen, or the one that fits best."""
        for sheet in self.book.sheets:
            if self.told.sheet is not None and sheet.name == self.told.sheet:
                return sheet
        shown = [sheet for sheet in self.book.sheets if not sheet.hidden]
        fits = shown or list(self.book.sheets)
        if len(fits) == 1:
            return fits[0]
        return max(fits, key=lambda sheet: _fit(sheet, kind))

    def _grid(self, sheet: Sheet, kind: SheetKind) -> Grid:
        place = next(k for k, one in enumerate(self.book.sheets) if one is sheet)
        if (place, kind) not in self._grids:
            grid = lay_out(
                sheet,
                partial(score, kind=kind),
                header=self.told.header or None,
                rows=self.told.rows,
            )
            if kind is SheetKind.REFERRALS:
                # Titles and notes on a list of people may name one of them.
                told = tuple(replace(one, text="") for one in grid.left_out)
                grid = replace(grid, left_out=told)
            self._grids[place, kind] = grid
        return self._grids[place, kind]

    def _upload(
        self, sheet: Sheet, grid: Grid, header: Header, assumed: tuple[str, ...]
    ) -> ProviderUpload | ReferralUpload:
        body = build(grid, header, self.recipe)
        if header.kind is SheetKind.PROVIDERS:
            name_pools(body)
            checks.check_providers(body)
        else:
            checks.check_referrals(body)
        records = records_of(body, header.kind)
        issues = (*header.issues, *sorted(body.issues, key=lambda issue: issue.row or 0))
        said = (
            *self._about_sheet(sheet),
            *grid.decisions,
            *assumed,
            *body.decisions,
        )
        common = self._common("template", issues, header.not_kept, said, _counts(body))
        if header.kind is SheetKind.PROVIDERS:
            return ProviderUpload(**records, **common)
        return ReferralUpload(**records, **common)

    def _about_sheet(self, sheet: Sheet) -> list[str]:
        if len(self.book.sheets) < 2:
            return []
        return [f"Of {len(self.book.sheets)} sheets, '{safe_header(sheet.name)}' was read."]

    # --- both ------------------------------------------------------------------------

    def _common(
        self,
        name: str,
        issues: tuple[Issue, ...],
        not_kept: tuple[NotKept, ...],
        decisions: tuple[str, ...],
        counts: Counts,
    ) -> dict[str, Any]:
        """Return the parts of every upload."""
        lost = self.book.formulas_without_result
        if lost:
            said = Issue(
                Severity.WARNING,
                Code.FORMULA_WITHOUT_RESULT,
                None,
                None,
                None,
                f"{lost} formulas have no stored result; their cells are read as unknown.",
                "Open the file in a spreadsheet program, save it, and load it again.",
            )
            issues = (said, *issues)
        return {
            "filename": self.filename,
            "sha256": self.sha256,
            "format": name,
            "issues": issues,
            "not_kept": not_kept,
            "decisions": (*self.book.decisions, *decisions),
            "counts": counts,
        }

    def _draft(
        self,
        kind: SheetKind,
        standard: str,
        grid: Grid | None,
        header: Header | None,
        stop: InputError | None,
        upload: ProviderUpload | ReferralUpload | None,
    ) -> Draft:
        book = self.book
        return Draft(
            filename=self.filename,
            sha256=self.sha256,
            kind=kind,
            recipe=self.told,
            used=self.recipe,
            remembered=self.remembered,
            encoding=book.encoding,
            delimiter=book.delimiter,
            sheets=tuple(
                SheetChoice(
                    one.name, safe_header(one.name), sum(map(any, one.rows)), one.hidden
                )
                for one in book.sheets
            ),
            standard=standard,
            grid=grid,
            header=header,
            repairs=repairs(upload.issues, kind) if upload is not None else (),
            stop=stop,
            upload=upload,
        )


def _fit(sheet: Sheet, kind: SheetKind) -> tuple[bool, int]:
    """Return how well a sheet fits; its key counts before all else."""
    first = replace(sheet, rows=sheet.rows[:_GLANCE])
    grid = lay_out(first, partial(score, kind=kind))
    return columns.has_key(grid.columns, kind), score(grid.columns, kind)


def _counts(body: Table) -> Counts:
    """Count rows of the file; one that was split is one row."""
    every, bad = set(body.rows), {body.rows[k] for k in body.bad}
    loaded = {body.rows[k] for k in body.good} - bad
    read = len(every) + body.apart
    return Counts(read, len(loaded), len(bad), read - len(loaded) - len(bad))
