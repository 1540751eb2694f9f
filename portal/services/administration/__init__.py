"""Changes to offices, user accounts, budget years and the calendar of working days."""
