"""Offices, people and budget years."""
