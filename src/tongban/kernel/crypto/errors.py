"""What can go wrong with keys and values; for operators, so each says what to do."""

from typing import Any, ClassVar

from tongban.kernel.errors import N_


class CryptoError(Exception):
    """A key or a value cannot be used. Not a refusal: no citizen can mend it."""

    says: ClassVar[str] = N_("A key or an encrypted value cannot be used.")
    hint: ClassVar[str] = N_("Run `tongban doctor`.")

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(f"{self.says} {self.hint}".format(**facts))


class KeysMissing(CryptoError):
    """There is no key ring where the settings say."""

    says = N_("There is no key ring in {folder}.")
    hint = N_("Create one with `tongban keys create`, or restore it from its backup.")


class KeysExist(CryptoError):
    """A key ring would be overwritten."""

    says = N_("There is already a key ring in {folder}.")
    hint = N_("Keep it: without it nothing encrypted can be read. To change a key, rotate it.")


class KeysExposed(CryptoError):
    """Others on the machine may read or change the keys."""

    says = N_("The key ring {path} may be read or changed by other users (mode {mode}).")
    hint = N_("Run `chmod 600` on the file and `chmod 700` on its folder.")


class KeysDamaged(CryptoError):
    """The file of the key ring cannot be understood."""

    says = N_("The key ring {path} cannot be understood: {reason}.")
    hint = N_("Restore it from its backup; do not create a new one, it could read nothing.")


class UnknownKey(CryptoError):
    """A value names a key that the ring does not hold."""

    says = N_("There is no key {key_id} in the key ring.")
    hint = N_("The value was written under another key ring: restore that one from its backup.")


class UnknownAlgorithm(CryptoError):
    """A value or key names an algorithm that no provider here knows."""

    says = N_("The algorithm {algorithm} is not known here.")
    hint = N_("Known are: {known}. Install the provider that brings it.")


class NotAToken(CryptoError):
    """A text is not in the form of an encrypted value or signature."""

    says = N_("This is not an encrypted value or a signature of this platform.")
    hint = N_("Look whether a plain value was stored where an encrypted one belongs.")


class Tampered(CryptoError):
    """A value was altered, or stands in a field it was not encrypted for."""

    says = N_("An encrypted value was altered, or belongs to another field than {purpose}.")
    hint = N_("Restore the row from a backup, and look in the ledger who wrote it last.")


class RotationRefused(CryptoError):
    """Keyed-hash keys are not rotated."""

    says = N_("The keyed-hash key cannot be rotated: every stored hash would stop matching.")
    hint = N_("Re-index all hashed columns from their encrypted originals in a planned stop first.")
