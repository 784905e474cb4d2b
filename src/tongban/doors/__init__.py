"""Shells: layout, sign-in, navigation, refusals as HTTP, pages over several domains."""
