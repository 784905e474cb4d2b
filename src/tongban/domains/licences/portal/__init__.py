"""The citizens' pages of licences: the wallet, showing one, and checking one."""

from tongban.domains.licences.portal.words import standing_of, tone_of

__all__ = ["standing_of", "tone_of"]
