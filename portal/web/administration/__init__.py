"""Administration: offices, people, budget years and the calendar of working days."""
