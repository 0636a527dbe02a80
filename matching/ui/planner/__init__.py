"""Parts of the page Planner."""
