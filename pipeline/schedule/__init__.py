"""The interview plan: working days, deadlines, officers' free times, and who is invited when."""
