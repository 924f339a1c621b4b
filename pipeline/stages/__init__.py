"""The steps of the road, one module each: the only code that moves tables between parts."""
