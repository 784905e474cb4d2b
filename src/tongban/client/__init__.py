"""The small public client of the API; imports nothing of ours."""
