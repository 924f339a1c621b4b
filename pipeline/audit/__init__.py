"""Readings by group: what came of the queue for whom, how sure that is, and what nobody can say yet."""
