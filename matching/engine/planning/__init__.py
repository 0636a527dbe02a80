"""What closes gaps: more beds, places made ready and new homes, within a budget."""
