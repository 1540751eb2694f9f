"""Administration: offices, people and budget years."""
