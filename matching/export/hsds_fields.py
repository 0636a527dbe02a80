"""The tables of HSDS 3.1 that are written, with the columns the standard gives them.

The published description of 3.1 leaves the columns of ``unit`` and most of
``service_capacity`` out; these are the ones of their schemas and examples.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """One table of a data package.

    Attributes
    ----------
    name : str
        As the standard calls it.
    path : str
        Its file.
    fields : tuple of str
        Its columns, in the standard's order.
    numbers : frozenset of str
        Columns that hold numbers.
    joins : dict of str to str
        Column to the table whose id stands in it.
    """

    name: str
    path: str
    fields: tuple[str, ...]
    joins: dict[str, str]
    numbers: frozenset[str] = frozenset()

    def described(self) -> dict[str, object]:
        """Return the entry of the table in ``datapackage.json``."""
        return {
            "name": self.name,
            "path": self.path,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "profile": "tabular-data-resource",
            "schema": {
                "primaryKey": "id",
                "fields": [
                    {"name": one, "type": "number" if one in self.numbers else "string"}
                    for one in self.fields
                ],
                "foreignKeys": [
                    {"fields": column, "reference": {"resource": table, "fields": "id"}}
                    for column, table in self.joins.items()
                ],
            },
        }


def _resource(
    name: str, path: str, fields: str, joins: str = "", numbers: str = ""
) -> Resource:
    pairs = (one.partition("=") for one in joins.split())
    return Resource(
        name,
        f"{path}.csv",
        tuple(fields.split()),
        {column: owner for column, _, owner in pairs},
        frozenset(numbers.split()),
    )


RESOURCES: tuple[Resource, ...] = (
    _resource(
        "organization", "organizations",
        "id name alternate_name description email website tax_status tax_id year_incorporated "
        "legal_status logo uri parent_organization_id",
        numbers="year_incorporated",
    ),
    _resource(
        "program", "programs", "id organization_id name alternate_name description",
        "organization_id=organization",
    ),
    _resource(
        "service", "services",
        "id organization_id program_id name alternate_name description url email status "
        "interpretation_services application_process fees_description wait_time fees "
        "accreditations eligibility_description minimum_age maximum_age assured_date "
        "assurer_email licenses alert last_modified",
        "organization_id=organization program_id=program",
        "minimum_age maximum_age",
    ),
    _resource(
        "location", "locations",
        "id location_type url organization_id name alternate_name description transportation "
        "latitude longitude external_identifier external_identifier_type",
        "organization_id=organization",
        "latitude longitude",
    ),
    _resource(
        "service_at_location", "service_at_location", "id service_id location_id description",
        "service_id=service location_id=location",
    ),
    _resource("unit", "units", "id name scheme identifier uri"),
    _resource(
        "service_capacity", "service_capacity",
        "id service_id unit_id available maximum description updated",
        "service_id=service unit_id=unit",
        "available maximum",
    ),
    _resource(
        "service_area", "service_areas",
        "id service_id service_at_location_id name description extent extent_type uri",
        "service_id=service service_at_location_id=service_at_location",
    ),
    _resource(
        "language", "languages", "id service_id location_id phone_id name code note",
        "service_id=service location_id=location",
    ),
    _resource(
        "accessibility", "accessibility", "id location_id description details url",
        "location_id=location",
    ),
    _resource("taxonomy", "taxonomies", "id name description uri version"),
    _resource(
        "taxonomy_term", "taxonomy_terms",
        "id code name description parent_id taxonomy language taxonomy_id term_uri",
        "taxonomy_id=taxonomy",
    ),
    _resource(
        "attribute", "attributes",
        "id link_id taxonomy_term_id link_type link_entity value label",
        "taxonomy_term_id=taxonomy_term",
    ),
)  # fmt: skip
