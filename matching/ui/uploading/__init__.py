"""The steps of the page Upload, one module each."""
