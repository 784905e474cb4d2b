"""The officials' pages of licences: what the own organ issued, and revocation."""
