"""`qonys tune`: a search for better settings inside the time split."""
