"""Everything that changes a case, by noun: drafts, filing, acceptance, determination, notices."""
