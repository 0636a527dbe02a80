"""Parts of the page Sharing."""
