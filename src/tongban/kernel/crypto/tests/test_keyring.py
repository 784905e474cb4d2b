"""Keys are kept close, never overwritten, and rotated without losing what they wrote."""

import json
import stat
from pathlib import Path

import pytest

from tongban.kernel.crypto import errors, keyring, vault


def test_a_new_ring_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    made = keyring.create_keyring(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / keyring.FILE).stat().st_mode) == 0o600
    assert [key.id for key in made.keys] == ["enc:1", "hash:1", "sign:1"]
    assert keyring.load_keyring(folder) == made
    assert keyring.load_keyring(folder) is keyring.load_keyring(folder)


def test_an_existing_ring_is_not_overwritten(tmp_path: Path) -> None:
    keyring.create_keyring(tmp_path)
    with pytest.raises(errors.KeysExist):
        keyring.create_keyring(tmp_path)


def test_missing_keys_are_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(errors.KeysMissing, match="tongban keys create"):
        keyring.load_keyring(tmp_path / "nowhere")
    with pytest.raises(errors.KeysMissing):
        keyring.rotate("enc", folder=tmp_path / "nowhere")


@pytest.mark.parametrize("mode", [0o604, 0o620, 0o666])
def test_keys_that_others_may_read_are_refused(tmp_path: Path, mode: int) -> None:
    keyring.create_keyring(tmp_path)
    (tmp_path / keyring.FILE).chmod(mode)
    with pytest.raises(errors.KeysExposed):
        keyring.reload_keyring(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 2, "keys": []}', '{"version": 1, "keys": []}', '{"version": 1}']
)
def test_a_damaged_ring_is_refused(tmp_path: Path, text: str) -> None:
    keyring.create_keyring(tmp_path)
    (tmp_path / keyring.FILE).write_text(text)
    with pytest.raises(errors.KeysDamaged):
        keyring.reload_keyring(tmp_path)


def test_a_retired_signing_key_verifies_but_can_sign_no_more(tmp_path: Path) -> None:
    keyring.create_keyring(tmp_path)
    signature = vault.sign(b"data", ring=keyring.load_keyring(tmp_path))
    assert keyring.rotate("sign", folder=tmp_path).id == "sign:2"
    ring = keyring.load_keyring(tmp_path)
    assert vault.verify(b"data", signature, ring=ring)
    assert ring.find("sign:1").secret == b""
    assert vault.sign(b"data", ring=ring).key_id == "sign:2"


def test_hash_keys_are_not_rotated(tmp_path: Path) -> None:
    keyring.create_keyring(tmp_path)
    before = (tmp_path / keyring.FILE).read_bytes()
    with pytest.raises(errors.RotationRefused, match="Re-index"):
        keyring.rotate("hash", folder=tmp_path)
    assert (tmp_path / keyring.FILE).read_bytes() == before


def test_secrets_do_not_show(tmp_path: Path) -> None:
    ring = keyring.create_keyring(tmp_path)
    rows = json.loads((tmp_path / keyring.FILE).read_text())["keys"]
    assert repr(ring.keys[0]) == "<Key enc:1 aesgcm active>"
    assert not any(row["secret"] in repr(ring) for row in rows)
    assert not any(repr(key.secret) in repr(ring) for key in ring.keys)
