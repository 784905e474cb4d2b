"""The law of a case: what may be done when, what a filing needs, and what its documents say."""
