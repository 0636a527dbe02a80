"""What may tell who or where somebody is, is blanked and told, whatever column it stands in."""

from __future__ import annotations

import pytest

from matching.domain.errors import InputError
from matching.intake.columns import Special
from matching.intake.fields import SheetKind
from matching.intake.issues import Code, Severity
from tests.intake.drafts import drafted

P = SheetKind.PROVIDERS


@pytest.mark.parametrize("column", ["name", "agency", "pool_name", "confirmed_by", "contact"])
def test_a_social_security_number_is_kept_in_no_column(column: str) -> None:
    found = drafted(["provider_id", column], ["P1", "Oak 123-45-6789"])
    assert "6789" not in repr(found.upload)
    (issue,) = found.upload.issues
    assert (issue.code, issue.severity, issue.value) == (
        Code.PERSONAL_TEXT, Severity.WARNING, None,
    )  # fmt: skip
    assert found.upload.counts.loaded == 1


@pytest.mark.parametrize("text", ["(555) 010-0199 x2", "555-010-0199", "desk@oak.org"])
def test_a_work_number_belongs_to_the_contact_and_nowhere_else(text: str) -> None:
    found = drafted(["provider_id", "contact", "name"], ["P1", text, f"Oak {text}"])
    (home,) = found.upload.providers
    assert home.contact == text
    assert home.name is None
    assert [issue.column for issue in found.upload.issues] == ["name"]


def test_long_names_of_programmes_are_kept_and_stories_are_not() -> None:
    name = "Special Service for Groups of Families and Young People - Project 180, North Side"
    story = "She was brought here by her uncle last Tuesday and does not want him to know"
    found = drafted(["provider_id", "name", "confirmed_by"], ["P1", name, story])
    assert found.upload.providers[0].name == name
    assert found.upload.pools[0].confirmed_by is None


@pytest.mark.parametrize(
    "mark", ["confidential", "domestic_violence", "victim_service_provider"]
)
def test_a_secret_places_name_gives_no_address_away(mark: str) -> None:
    rows = (["provider_id", "name", mark], ["P1", "Haven at 12 Oak Street", "yes"],
            ["P2", "Shelter at 14 Elm Street", "no"])  # fmt: skip
    upload = drafted(*rows).upload
    assert [one.name for one in upload.providers] == [None, "Shelter at 14 Elm Street"]
    assert "Oak Street" not in repr(upload.issues)
    assert any("location is secret" in issue.sentence for issue in upload.issues)


@pytest.mark.parametrize(
    ("header", "text", "secret"),
    [
        ("UndisclosedLocation", "yes", True),
        ("PhysicalAddressIsPrivate", "1", True),
        ("AgencyAddressus_ConfidentialAddress_address_1", "203 Ulrich Lane", True),
        ("PhysicalAddressIsPrivate", "no", None),
        ("PhysicalAddressIsPrivate", "", None),
        ("UndisclosedLocation", "n/a", None),
    ],
)
def test_flags_that_a_place_is_secret_are_honoured(header, text, secret) -> None:
    found = drafted(["provider_id", header], ["P1", text])
    assert found.header.special == {Special.UNDISCLOSED: 1}
    assert found.upload.providers[0].confidential is secret
    assert "Ulrich" not in repr(found.upload)
    assert [one.column for one in found.upload.not_kept] == [found.header.matches[1].header]


def test_whichever_of_several_columns_says_it_keeps_the_place_secret() -> None:
    head = ["provider_id", "ConfidentialAddress_address_1", "ConfidentialAddress_city",
            "LocationIsPrivate"]  # fmt: skip
    rows = (head, ["P1", "", "Reading", ""], ["P2", "", "", "yes"], ["P3", "", "", "no"])
    upload = drafted(*rows).upload
    assert [one.confidential for one in upload.providers] == [True, True, None]
    assert len(upload.not_kept) == 3
    assert "Reading" not in repr((upload.providers, upload.pools, upload.issues))


def test_a_flag_stands_beside_the_columns_own_word() -> None:
    rows = (["provider_id", "confidential", "AddressIsPrivate"], ["P1", "no", "yes"],
            ["P2", "yes", "no"], ["P3", "no", "no"])  # fmt: skip
    upload = drafted(*rows).upload
    assert [one.confidential for one in upload.providers] == [True, True, False]


@pytest.mark.parametrize("name", ["Client", "Youth", "Survivor", "Resident name", "Last name"])
def test_a_list_of_people_is_refused_where_providers_belong(name: str) -> None:
    with pytest.raises(InputError, match="list of people") as caught:
        drafted([name, "DOB", "provider_id"], ["Jane", "2009-01-02", "P1"], kind=P)
    assert "Jane" not in caught.value.sentence()
