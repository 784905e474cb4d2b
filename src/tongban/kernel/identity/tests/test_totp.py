import base64

import pytest

from tongban.kernel.identity import totp

# The secret and the SHA-1 vectors of RFC 6238, appendix B, cut to six digits.
SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert totp.code_at(SECRET, seconds // 30) == code
    assert totp.step_of(SECRET, code, seconds, after=0) == seconds // 30


@pytest.mark.parametrize(("drift", "taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_phone_may_be_one_step_off(drift: int, taken: bool) -> None:
    step = 1234567890 // 30
    found = totp.step_of(SECRET, totp.code_at(SECRET, step + drift), 1234567890, after=0)
    assert found == (step + drift if taken else None)


def test_a_step_counts_once() -> None:
    step = 1234567890 // 30
    code = totp.code_at(SECRET, step)
    assert totp.step_of(SECRET, code, 1234567890, after=step) is None
    assert totp.step_of(SECRET, f"{code[:3]} {code[3:]}", 1234567890, after=step - 1) == step


@pytest.mark.parametrize("code", ["", "287", "２８７０８２", "28708x"])
def test_what_is_no_code_is_not_taken(code: str) -> None:
    assert totp.step_of(SECRET, code, 59, after=0) is None
