"""Parts of the page Gaps."""
