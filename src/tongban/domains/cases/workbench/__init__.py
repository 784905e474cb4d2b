"""The officials' pages of a case (办件审核)."""
