"""Review: transitions between states, claims, opinions and the office's answers to them."""
