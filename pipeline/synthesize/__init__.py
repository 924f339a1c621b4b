"""The synthetic register: people, files and outcomes made up from public margins and a documented causal model."""
