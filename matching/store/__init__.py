"""The record: tables, migrations, repositories and the audit chain."""
