"""Recognisers and readers of known file formats."""
