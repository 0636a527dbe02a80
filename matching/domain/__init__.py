"""The words of the field: records, vocabularies, policies, roles and errors."""
