"""Parts of the pages of the working day: calls, holds, placements, and what was saved."""
