"""The program inside each package checks both profiles by itself: Ed25519, and SM2 with SM3."""

import base64
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tongban.client import archives as client
from tongban.kernel.crypto import keyring, national, vault

# GM/T 0003.5-2012, A.2, with the curve and the id that GM/T 0009 fixes.
ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
LONG = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
PUBLIC = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA


def test_sm3_by_the_examples_of_its_standard() -> None:
    assert client.sm3(b"abc").hex() == ABC
    assert client.sm3(b"abcd" * 16).hex() == LONG


def test_sm2_by_the_example_of_its_standard() -> None:
    value = encode_dss_signature(R, S)
    assert client.verify_sm2(PUBLIC, b"message digest", value)
    assert not client.verify_sm2(PUBLIC, b"message digests", value)
    assert not client.verify_sm2(PUBLIC, b"message digest", encode_dss_signature(R, S + 1))
    off = PUBLIC[:-1] + bytes([PUBLIC[-1] ^ 1])
    assert not client.verify_sm2(off, b"message digest", value), "a point off the curve"
    for broken in (b"", value[:-1], value + b"\0", b"0" * 70, encode_dss_signature(0, 0)):
        assert not client.verify_sm2(PUBLIC, b"message digest", broken)


@pytest.mark.parametrize("profile", ["international", "national"])
def test_what_the_vault_signs_the_program_checks(profile: str) -> None:
    if profile == "national" and not national.is_here():
        pytest.skip("The national profile is an extra.")
    ring = keyring.new_keyring(profile)
    key = client.public_key(vault.public_key(ring=ring))
    for length in (0, 1, 55, 56, 64, 300):
        data = secrets.token_bytes(length)
        signature = str(vault.sign(data, ring=ring))
        assert client.is_signed(key, data, signature)
        assert not client.is_signed(key, data + b"!", signature)
    other = keyring.new_keyring("international" if profile == "national" else profile)
    assert not client.is_signed(client.public_key(vault.public_key(ring=other)), data, signature)


def test_an_algorithm_that_came_later_is_named() -> None:
    with pytest.raises(client.Broken, match="ml-dsa"):
        client.is_signed(PUBLIC, b"", "ml-dsa$sign:9$" + base64.b64encode(b"x").decode())
    with pytest.raises(ValueError, match="Ed25519 and SM2"):
        client.public_key("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n")
