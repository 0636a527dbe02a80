"""What a form did to a provider, told with the way back."""

from __future__ import annotations

from matching.services.desk import Desk
from matching.services.provider_edit import Corrected
from matching.services.upload_undo import undo
from matching.ui.casework.said import Told


def told(done: Corrected) -> Told:
    """Return what is to be told of a correction, which may have changed nothing."""
    sentence, number = " ".join((done.sentence, *done.notes)), done.batch
    if number is None:
        return Told(sentence, moves=False)

    def back(at: Desk) -> Told:
        return Told(undo(at, number).sentence)

    return Told(sentence, back)
