"""Workbooks and sheets that leave the software."""
