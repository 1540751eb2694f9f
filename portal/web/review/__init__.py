"""Review: pages of a table, opinions and answers, comparison of revisions, and the transitions of state."""
