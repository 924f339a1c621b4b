"""The law's clocks: when each starts, how long it runs, what stops or meets it, and where every file stands on a day."""
