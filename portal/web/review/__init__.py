"""Review: the queue and the desk of the bureau, pages of a table, opinions and answers, transitions of state."""
