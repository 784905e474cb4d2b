"""The national profile against the examples of its standards; skipped without the extra."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.crypto import keyring, national, vault
from tongban.kernel.crypto.errors import Tampered, UnknownAlgorithm

pytestmark = pytest.mark.skipif(
    not national.is_here(), reason="SM2 needs the extra: pip install tongban[sm]"
)
SM = national.National()

# GM/T 0003.5-2012, and GB/T 32918.5-2017, A.2: the signer's id is the default one.
SECRET = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
MESSAGE = b"message digest"
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA


def test_sm2_the_standard_s_key_and_signature() -> None:
    assert SM.public_of(SECRET) == PUBLIC
    assert SM.verify(PUBLIC, MESSAGE, encode_dss_signature(R, S))
    assert not SM.verify(PUBLIC, MESSAGE + b".", encode_dss_signature(R, S))
    assert not SM.verify(PUBLIC, MESSAGE, encode_dss_signature(S, R))


def test_sm3_the_standard_s_examples() -> None:
    """GM/T 0004-2012, A.1 and A.2."""
    assert SM.digest(b"abc").hex() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    assert SM.digest(b"abcd" * 16).hex() == (
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


def test_sm4_the_standard_s_example() -> None:
    """GM/T 0002-2012, A.1: one block under its own key."""
    block = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    cipher = Cipher(algorithms.SM4(block), modes.ECB()).encryptor()
    assert cipher.update(block).hex().upper() == "681EDF34D206965E86B3E94F536E4246"


def test_sm4_gcm_the_example_of_rfc_8998() -> None:
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    bound = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = bytes.fromhex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
        "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    )
    sealed = bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    assert SM.decrypt(key, nonce + sealed, bound) == plain
    assert SM.decrypt(key, nonce + sealed, bound + b"x") is None


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_what_is_encrypted_opens_and_any_change_is_found(plain: bytes, bound: bytes) -> None:
    secret = SM.new_secret("enc")
    sealed = SM.encrypt(secret, plain, bound)
    assert SM.decrypt(secret, sealed, bound) == plain
    assert SM.decrypt(secret, sealed[:-1] + bytes([sealed[-1] ^ 1]), bound) is None
    assert SM.decrypt(secret, sealed, bound + b"!") is None
    assert SM.decrypt(secret, sealed[:10], bound) is None


@given(st.binary(max_size=90))
def test_no_bytes_at_all_bring_the_verifier_down(value: bytes) -> None:
    assert not SM.verify(PUBLIC, MESSAGE, value)
    assert not SM.verify(value, MESSAGE, encode_dss_signature(R, S)) or value == PUBLIC
    assert SM.public_from_der(value) is None


def test_a_ring_in_the_national_profile_and_a_move_to_it() -> None:
    ring = keyring.new_keyring("national")
    token = vault.encrypt("张三", purpose="p", ring=ring)
    assert token.startswith("sm4gcm$") and vault.decrypt(token, purpose="p", ring=ring) == "张三"
    with pytest.raises(Tampered):
        vault.decrypt(token, purpose="q", ring=ring)
    signed = vault.sign(b"x", ring=ring)
    assert signed.algorithm == "sm2sm3" and vault.verify(b"x", signed, ring=ring)
    assert vault.keyed_hash("1", purpose="p", ring=ring).startswith("hsm3$")
    assert vault.digest(b"x", ring=ring)[0] == "sm3"
    pem = vault.public_key(ring=ring)
    assert pem.startswith("-----BEGIN PUBLIC KEY-----\n") and len(pem.splitlines()[1]) == 64
    key = ring.active("sign")
    assert SM.public_from_der(SM.public_der(key.public)) == key.public


def test_a_digest_nobody_knows_is_named() -> None:
    with pytest.raises(UnknownAlgorithm):
        vault.digest(b"", name="md5")
