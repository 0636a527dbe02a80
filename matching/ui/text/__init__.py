"""Every word on a screen, one module for each page, so that a second language can follow."""
