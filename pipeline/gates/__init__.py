"""Hard rules from the law: each answers PASS, FAIL, UNKNOWN or NOT_APPLICABLE for a file; none of them refuses anybody."""
