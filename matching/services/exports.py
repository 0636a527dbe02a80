"""The provider record in the standards of the field, for other systems to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import matching
from matching.domain.access import Action
from matching.export.hmis import hmis_package
from matching.export.hsds import hsds_package
from matching.services.confidential import shown, shown_pools, veil_of
from matching.services.desk import Desk
from matching.services.views import ProviderRow


class StandardForm(StrEnum):
    """Standards in which providers are given out."""

    HSDS = "hsds-3.1"
    HMIS = "hmis-csv"


#: What each is called on a screen.
FORM_LABELS = {
    StandardForm.HSDS: "HSDS 3.1 data package, with beds as service capacity",
    StandardForm.HMIS: "HMIS CSV files (fiscal year 2026), with beds as inventory",
}


@dataclass(frozen=True, slots=True)
class Export:
    """A file to be given out.

    Attributes
    ----------
    filename : str
    content : bytes
        A zip.
    """

    filename: str
    content: bytes
    mime: str = "application/zip"


def filename(desk: Desk, form: StandardForm) -> str:
    """Return what the file is called: its standard and the day in the office."""
    return f"providers-{form.value}-{desk.local(desk.clock()):%Y-%m-%d}.zip"


def export_standard(desk: Desk, rows: Sequence[ProviderRow], form: StandardForm) -> Export:
    """Write providers in a standard of the field and say so in the audit.

    Places are given to county level only; what is unknown stays blank.

    Parameters
    ----------
    desk : Desk
    rows : sequence of ProviderRow
        The providers that are shown.
    form : StandardForm

    Returns
    -------
    Export

    Raises
    ------
    PermissionDenied
        If the actor may not export providers; then nothing is written.
    """
    desk.require(Action.EXPORT_PROVIDERS)
    veil = veil_of(desk)
    homes = shown(veil, (row.provider for row in rows))
    pools = shown_pools(veil, (pool for row in rows for pool in row.pools))
    now = desk.clock()
    if form is StandardForm.HSDS:
        content = hsds_package(homes, pools, now)
    else:
        content = hmis_package(homes, pools, now, matching.__version__)
    with desk.store.transaction() as record:
        record.audit.append(
            desk.actor,
            now,
            Action.EXPORT_PROVIDERS,
            object_kind="providers",
            details={"form": form.value, "providers": len(homes), "bed_pools": len(pools)},
        )
    return Export(filename(desk, form), content)
