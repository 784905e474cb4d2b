"""Values open only where they belong, under keys old and new, and never when altered."""

import base64
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.test import override_settings

from tongban.kernel.crypto import errors, keyring, providers, vault

RING = keyring.new_keyring()
NUMBER = "110101199003077758"


def test_an_encrypted_value_names_its_algorithm_and_key_and_opens_again() -> None:
    token = vault.encrypt("张三 𠮷", purpose="person.name", ring=RING)
    assert token.startswith("aesgcm$enc:1$")
    assert vault.decrypt(token, purpose="person.name", ring=RING) == "张三 𠮷"
    assert token != vault.encrypt("张三 𠮷", purpose="person.name", ring=RING)


def test_a_value_does_not_open_in_another_field() -> None:
    token = vault.encrypt(NUMBER, purpose="person.number", ring=RING)
    with pytest.raises(errors.Tampered):
        vault.decrypt(token, purpose="person.phone", ring=RING)


@pytest.mark.parametrize("place", [0, 11, 12, 20, -1])
def test_an_altered_value_does_not_open(place: int) -> None:
    head, key_id, value = vault.encrypt(NUMBER, purpose="p", ring=RING).split("$")
    sealed = bytearray(base64.b64decode(value))
    sealed[place] ^= 1
    altered = f"{head}${key_id}${base64.b64encode(sealed).decode()}"
    with pytest.raises(errors.Tampered):
        vault.decrypt(altered, purpose="p", ring=RING)


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", errors.NotAToken),
        (NUMBER, errors.NotAToken),
        ("aesgcm$enc:1$", errors.NotAToken),
        ("rot13$enc:1$AAAA", errors.UnknownAlgorithm),
        ("aesgcm$enc:9$AAAA", errors.UnknownKey),
        ("aesgcm$enc:1$AAAA", errors.Tampered),
        ("aesgcm$enc:1$***", errors.Tampered),
        ("hs256$enc:1$AAAA", errors.Tampered),
        ("aesgcm$sign:1$AAAA", errors.Tampered),
    ],
)
def test_what_is_no_token_is_named_for_what_it_is(
    token: str, error: type[errors.CryptoError]
) -> None:
    with pytest.raises(error):
        vault.decrypt(token, purpose="p", ring=RING)


def test_a_keyed_hash_is_steady_for_one_purpose_and_key() -> None:
    one = vault.keyed_hash(" 11010119900307775x ", purpose="person.number", ring=RING)
    assert one == vault.keyed_hash("11010119900307775X", purpose="person.number", ring=RING)
    assert one.startswith("hs256$hash:1$")
    assert one != vault.keyed_hash("11010119900307775X", purpose="person.phone", ring=RING)
    other = keyring.new_keyring()
    assert one != vault.keyed_hash("11010119900307775X", purpose="person.number", ring=other)


def test_a_signature_holds_for_its_data_only() -> None:
    signature = vault.sign(b"data", ring=RING)
    assert (signature.algorithm, signature.key_id) == ("ed25519", "sign:1")
    assert vault.verify(b"data", signature, ring=RING)
    assert not vault.verify(b"other", signature, ring=RING)
    assert vault.Signature.parse(str(signature)) == signature
    broken = vault.Signature("ed25519", "sign:1", "!!")
    assert not vault.verify(b"data", broken, ring=RING)
    with pytest.raises(errors.UnknownAlgorithm):
        vault.verify(b"data", vault.Signature("sm2", "sign:1", "AAAA"), ring=RING)


def test_others_can_verify_with_the_exported_key() -> None:
    signature = vault.sign(b"data", ring=RING)
    key = serialization.load_pem_public_key(vault.public_key("sign:1", ring=RING).encode())
    assert isinstance(key, ed25519.Ed25519PublicKey)
    key.verify(base64.b64decode(signature.value_b64), b"data")
    with pytest.raises(errors.UnknownKey):
        vault.public_key("enc:1", ring=RING)


def test_the_ring_of_the_settings_is_used_and_a_rotation_elsewhere_is_noticed(
    tmp_path: Path,
) -> None:
    with override_settings(TONGBAN_KEYS=tmp_path):
        _rotate_elsewhere(tmp_path)


def _rotate_elsewhere(tmp_path: Path) -> None:
    keyring.create_keyring(tmp_path)
    old = vault.encrypt(NUMBER, purpose="p")
    before = keyring.load_keyring()
    keyring.rotate("enc")
    new = vault.encrypt(NUMBER, purpose="p")
    assert new.startswith("aesgcm$enc:2$")
    assert not vault.is_current(old)
    assert vault.is_current(new)
    assert vault.decrypt(old, purpose="p") == vault.decrypt(new, purpose="p") == NUMBER
    keyring._cache[tmp_path] = before  # As in a process that started before the rotation.
    assert vault.decrypt(new, purpose="p") == NUMBER


def test_another_profile_can_be_added_and_moved_to(tmp_path: Path) -> None:
    class Another(providers.International):
        name = "another"
        digests = "drot"
        algorithms: Mapping[providers.Use, str] = {"enc": "rot26", "hash": "hrot", "sign": "srot"}

    keyring.create_keyring(tmp_path)
    old = vault.encrypt(NUMBER, purpose="p", ring=keyring.load_keyring(tmp_path))
    providers.register(Another())
    try:
        keyring.rotate("enc", folder=tmp_path, provider="another")
        ring = keyring.load_keyring(tmp_path)
        new = vault.encrypt(NUMBER, purpose="p", ring=ring)
        assert new.startswith("rot26$enc:2$")
        assert vault.decrypt(old, purpose="p", ring=ring) == NUMBER
        assert vault.decrypt(new, purpose="p", ring=ring) == NUMBER
    finally:
        del providers.PROVIDERS["another"]
        for name in Another.algorithms.values():
            del providers._BY_ALGORITHM[name]
        del providers._BY_DIGEST["drot"]


def test_forty_thousand_values_take_less_than_two_seconds() -> None:
    start = time.process_time()
    for _ in range(40_000):
        vault.encrypt(NUMBER, purpose="person.number", ring=RING)
        vault.keyed_hash(NUMBER, purpose="person.number", ring=RING)
    assert time.process_time() - start < 2
