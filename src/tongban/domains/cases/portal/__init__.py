"""The citizens' pages of cases: a draft step by step, and a filing until its end."""
