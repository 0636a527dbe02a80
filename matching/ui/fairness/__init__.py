"""The parts of the page Fairness."""
