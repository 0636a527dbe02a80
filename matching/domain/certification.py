"""What a certificate makes of a place, on a given day."""

from __future__ import annotations

from datetime import date

from matching.domain import words as w
from matching.domain.records import Provider


def certificate_valid(provider: Provider, on_day: date) -> bool | None:
    """Tell whether a provider's certificate counts on a day; None is unknown."""
    if provider.certificate is w.Certificate.NONE:
        return False
    if provider.certificate_expires is not None and provider.certificate_expires < on_day:
        return False
    if provider.certificate is None or provider.certificate_expires is None:
        return None
    return True


def effective_type(provider: Provider, on_day: date) -> w.PlacementType | None:
    """Return what a place is on a day, given the state of its certificate.

    A safe foster home or safe house whose certificate is not valid is what its
    base licence makes it. While nobody knows about the certificate, it is what
    it says it is, and the rules ask.
    """
    claimed = provider.placement_type
    if claimed in w.WITHOUT_CERTIFICATE and certificate_valid(provider, on_day) is False:
        return w.WITHOUT_CERTIFICATE[claimed]
    return claimed
