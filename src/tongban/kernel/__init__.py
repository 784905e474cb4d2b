"""Mechanisms with no government noun in them; each part uses only the parts below it."""
