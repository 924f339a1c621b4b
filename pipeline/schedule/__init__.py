"""The interview plan: officers' free times, and who is invited when."""
