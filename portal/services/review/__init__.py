"""Review: transitions between states, claims, recommendations, opinions and their answers, dismissed findings."""
