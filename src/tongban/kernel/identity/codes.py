"""Published numbers and their check digits (代码与校验码): read, compose, and say what is wrong.

`fault_in(kind, text)` answers why a number cannot be right, or None. The classes take a number
apart and raise `BadCode`. Generators make valid numbers under the unassigned division prefix 99,
which can never be a real person or firm.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Literal, NoReturn, Self

from tongban.kernel.errors import N_, Refusal

FICTIONAL = "99"
"""No province bears this number in GB/T 2260."""

PROVINCES = frozenset(
    {"11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"}
    | {"41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54"}
    | {"61", "62", "63", "64", "65", "71", "81", "82", "83"}
)
"""Province-level codes of GB/T 2260, and 83 of residence permits for people from Taiwan."""


class CodeFault(Enum):
    """Why a number cannot be right; the value is the sentence for the person who wrote it."""

    EMPTY = N_("The number is missing.")
    LENGTH = N_("The number is too long or too short; count its characters.")
    ALPHABET = N_("The number contains a character that cannot stand there.")
    CHECK = N_("The check character does not fit; compare each character with the document.")
    OLD_FORM = N_("This is the old 15-digit number; enter the 18-digit number of today's card.")
    DIVISION = N_("The number begins with a region that does not exist.")
    BIRTH_DATE = N_("The date of birth in the number is not a day of the calendar.")
    BIRTH_AHEAD = N_("The date of birth in the number lies in the future.")
    KIND = N_("The part of the number that tells the kind is not in use.")
    SHAPE = N_("The number is not built as the standard says; compare it with the example.")


class BadCode(Refusal):
    """A number cannot be right."""

    says = N_("This number cannot be right. {reason}")
    status = 422

    def __init__(self, fault: CodeFault) -> None:
        self.fault = fault
        super().__init__(reason=fault.value)


def _refuse(fault: CodeFault) -> NoReturn:
    raise BadCode(fault)


def normal(text: str) -> str:
    """The number as it is stored: half-width, capital letters, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def _shaped(text: str, length: int, pattern: str) -> str:
    """The normal form, once length and alphabet fit."""
    code = normal(text)
    if not code:
        _refuse(CodeFault.EMPTY)
    if len(code) != length:
        _refuse(CodeFault.LENGTH)
    # ASCII only: \d would let digits of other scripts pass.
    if not re.fullmatch(pattern, code, re.ASCII):
        _refuse(CodeFault.ALPHABET)
    return code


# ── check characters ────────────────────────────────────────────────────────────────────────────

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_USCC_WEIGHTS = tuple(pow(3, at, 31) for at in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PERSON_WEIGHTS = tuple(pow(2, 17 - at, 11) for at in range(17))


def uscc_check(body: str) -> str:
    """The 18th character of a USCC (GB 32100-2015)."""
    total = sum(
        weight * _USCC.index(char) for weight, char in zip(_USCC_WEIGHTS, body, strict=True)
    )
    return _USCC[-total % 31]


def organisation_check(body: str) -> str:
    """The 9th character of an organisation code (GB 11714)."""
    total = sum(
        weight * _ALNUM.index(char)
        for weight, char in zip(_ORGANISATION_WEIGHTS, body, strict=True)
    )
    return "0123456789X"[-total % 11]


def person_check(body: str) -> str:
    """The 18th character of a citizen's number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(weight * int(char) for weight, char in zip(_PERSON_WEIGHTS, body, strict=True))
    return "0123456789X"[(1 - total) % 11]


def mod_11_10(body: str) -> str:
    """The check digit of GB/T 17710 (ISO 7064 MOD 11,10)."""
    return _hybrid(body, "0123456789")


def mod_37_36(body: str) -> str:
    """The check character of an electronic licence (ISO 7064 MOD 37,36)."""
    return _hybrid(body, _ALNUM)


def _hybrid(body: str, alphabet: str) -> str:
    """ISO 7064's hybrid system MOD M+1,M over an alphabet of M characters."""
    size = len(alphabet)
    carry = size
    for char in body:
        carry = ((carry + alphabet.index(char)) % size or size) * 2 % (size + 1)
    return alphabet[(1 - carry) % size]


def luhn(body: str) -> str:
    """The last digit of a bank card (ISO/IEC 7812, Luhn)."""
    total = sum(
        sum(divmod(int(char) * 2, 10)) if at % 2 == 0 else int(char)
        for at, char in enumerate(reversed(body))
    )
    return str(-total % 10)


# ── persons and organisations ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PersonNumber:
    """A citizen's number (公民身份号码), or a residence permit's of the same build."""

    text: str
    kind: Literal["citizen", "neighbour", "foreigner", "fictional"]
    """`neighbour`: resident from Hong Kong, Macao, Taiwan; `foreigner`: permanent resident."""
    division: str
    birth: date
    sex: Literal["male", "female"]

    @classmethod
    def read(cls, text: str, *, today: date | None = None) -> Self:
        """Take the number apart; `today` also refuses who is not yet born."""
        if re.fullmatch(r"[0-9]{15}", normal(text), re.ASCII):
            _refuse(CodeFault.OLD_FORM)  # no longer valid since 2013
        code = _shaped(text, 18, r"[0-9]{17}[0-9X]")
        kind = cls._kind(code)
        try:
            birth = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
        except ValueError:
            _refuse(CodeFault.BIRTH_DATE)
        if birth.year < 1860:
            _refuse(CodeFault.BIRTH_DATE)
        if code[17] != person_check(code[:17]):
            _refuse(CodeFault.CHECK)
        if today and birth > today:
            _refuse(CodeFault.BIRTH_AHEAD)
        return cls(code, kind, code[:6], birth, "male" if int(code[16]) % 2 else "female")

    @staticmethod
    def _kind(code: str) -> Literal["citizen", "neighbour", "foreigner", "fictional"]:
        # Old cards keep the codes of abolished districts, so only the province is checked here.
        if code[:2] in {"81", "82", "83"}:
            return "neighbour"
        if code[:2] in PROVINCES:
            return "citizen"
        if code[:2] == FICTIONAL:
            return "fictional"
        # 外国人永久居留身份证 (2023): 9 + province + country (three digits).
        if code[0] == "9" and code[1:3] in PROVINCES:
            return "foreigner"
        _refuse(CodeFault.DIVISION)

    def age(self, on: date) -> int:
        """Full years of age on a day (周岁)."""
        return on.year - self.birth.year - ((on.month, on.day) < (self.birth.month, self.birth.day))


@dataclass(frozen=True, slots=True)
class Uscc:
    """A unified social credit code (统一社会信用代码)."""

    text: str
    registrar: str
    """登记管理部门, 机构类别: `11` organ, `12` institution, `91` firm, `92` sole trader."""
    division: str
    organisation: str
    """组织机构代码, nine characters."""

    @classmethod
    def read(cls, text: str) -> Self:
        """Take the code apart."""
        code = _shaped(text, 18, rf"[{_USCC}]{{2}}[0-9]{{6}}[{_USCC}]{{10}}")
        if code[2:4] not in PROVINCES | {"10", FICTIONAL}:  # 10: registered with the State
            _refuse(CodeFault.DIVISION)
        if code[17] != uscc_check(code[:17]):
            _refuse(CodeFault.CHECK)
        return cls(code, code[:2], code[2:8], code[8:17])


def read_organisation(text: str) -> str:
    """An organisation code (组织机构代码), with or without its hyphen, as nine characters."""
    code = _shaped(text.replace("-", ""), 9, r"[0-9A-Z]{8}[0-9X]")
    if code[8] != organisation_check(code[:8]):
        _refuse(CodeFault.CHECK)
    return code


# ── items and licences ──────────────────────────────────────────────────────────────────────────

ITEM_TYPES = frozenset(f"{number:02}" for number in (*range(1, 11), *range(20, 100)))
"""事项类型: 01-10 as the law knows them, 20 public services; provinces add 21 and on."""


@dataclass(frozen=True, slots=True)
class CatalogCode:
    """A basic code (基本编码), 12 characters: region, type, main item, sub-item."""

    region: str
    """`00` for the nation, else the province's two digits."""
    type: str
    main: str
    sub: str = "000"

    @classmethod
    def read(cls, text: str) -> Self:
        """Take the code apart."""
        code = _shaped(text, 12, r"[0-9]{12}")
        if code[:2] not in PROVINCES | {"00", FICTIONAL}:
            _refuse(CodeFault.DIVISION)
        if code[2:4] not in ITEM_TYPES:
            _refuse(CodeFault.KIND)
        return cls(code[:2], code[2:4], code[4:9], code[9:])

    def __str__(self) -> str:
        return f"{self.region}{self.type}{self.main}{self.sub}"


@dataclass(frozen=True, slots=True)
class TaskCode:
    """An implementation code (实施编码), 31 characters: who carries out what, at which level."""

    organ: str
    """USCC of the body that carries it out (实施主体)."""
    level: str
    """行使层级: 1 State, 2 province, 3 city, 4 county, 5 township, 6 village."""
    catalog: CatalogCode

    @classmethod
    def read(cls, text: str) -> Self:
        """Take the code apart."""
        code = _shaped(text, 31, r"[0-9A-Z]{18}[0-9]{13}")
        organ = Uscc.read(code[:18]).text
        if code[18] not in "123456":
            _refuse(CodeFault.KIND)
        return cls(organ, code[18], CatalogCode.read(code[19:]))

    def __str__(self) -> str:
        return f"{self.organ}{self.level}{self.catalog}"


@dataclass(frozen=True, slots=True)
class HandlingCode:
    """A handling item's code (业务办理项编码), 33 characters: implementation code and number."""

    task: TaskCode
    number: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Take the code apart."""
        code = _shaped(text, 33, r"[0-9A-Z]{18}[0-9]{15}")
        return cls(TaskCode.read(code[:31]), code[31:])

    def __str__(self) -> str:
        return f"{self.task}{self.number}"


LICENCE_ROOT = "1.2.156.3005.2"


@dataclass(frozen=True, slots=True)
class LicenceIdentifier:
    """An electronic licence's identifier (电子证照标识, GB/T 36904-2018)."""

    type: str
    """证照类型代码: USCC of the body that defines it, and three digits."""
    issuer: str
    serial: str
    version: str = "001"

    @classmethod
    def read(cls, text: str) -> Self:
        """Take the identifier apart."""
        code = normal(text)
        if not code:
            _refuse(CodeFault.EMPTY)
        if not code.startswith(f"{LICENCE_ROOT}."):
            _refuse(CodeFault.SHAPE)
        parts = code.removeprefix(f"{LICENCE_ROOT}.").split(".")
        if len(parts) != 5:
            _refuse(CodeFault.SHAPE)
        found = cls(*parts[:4])
        if found.fault:
            _refuse(found.fault)
        if parts[4] != found.check:
            _refuse(CodeFault.CHECK)
        return found

    @property
    def fault(self) -> CodeFault | None:
        """Why the parts cannot make an identifier."""
        if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{3}", self.type, re.ASCII):
            return CodeFault.SHAPE
        if not re.fullmatch(r"[0-9A-Z]{1,32}", self.serial, re.ASCII):
            return CodeFault.SHAPE
        if not re.fullmatch(r"[0-9]{3}", self.version, re.ASCII):
            return CodeFault.SHAPE
        return fault_in("uscc", self.issuer) or fault_in("uscc", self.type[:18])

    @property
    def check(self) -> str:
        """The check character over the parts, without dots and root."""
        return mod_37_36(f"{self.type}{self.issuer}{self.serial}{self.version}")

    def __str__(self) -> str:
        if self.fault:
            _refuse(self.fault)
        parts = (LICENCE_ROOT, self.type, self.issuer, self.serial, self.version, self.check)
        return ".".join(parts)


@dataclass(frozen=True, slots=True)
class FoodLicence:
    """A food business licence's number (食品经营许可证编号, 国家市场监督管理总局令第78号)."""

    text: str
    trade: str
    """主体业态: 1 sale, 2 catering, 3 canteen."""
    division: str
    number: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Take the number apart."""
        code = _shaped(text, 16, r"JY[0-9]{14}")
        if code[2] not in "123":
            _refuse(CodeFault.KIND)
        if code[3:5] not in PROVINCES | {FICTIONAL}:
            _refuse(CodeFault.DIVISION)
        if code[15] != mod_11_10(code[2:15]):
            _refuse(CodeFault.CHECK)
        return cls(code, code[2], code[3:9], code[9:15])


# ── shapes without a check digit, and cards ─────────────────────────────────────────────────────


def read_bank_card(text: str) -> str:
    """A bank card's number (银行卡号), digits only."""
    code = normal(text).replace("-", "")
    if not code:
        _refuse(CodeFault.EMPTY)
    if not 12 <= len(code) <= 19:
        _refuse(CodeFault.LENGTH)
    if not re.fullmatch(r"[0-9]+", code, re.ASCII):
        _refuse(CodeFault.ALPHABET)
    if code[-1] != luhn(code[:-1]):
        _refuse(CodeFault.CHECK)
    return code


def read_mobile(text: str) -> str:
    """A mobile number (手机号码) of the mainland, eleven digits, without +86."""
    code = normal(text).replace("-", "")
    code = _shaped(re.sub(r"^(\+|00)86", "", code), 11, r"[0-9]{11}")
    if not re.fullmatch(r"1[3-9][0-9]{9}", code):
        _refuse(CodeFault.KIND)
    return code


def read_real_estate_unit(text: str) -> str:
    """A real-estate unit's code (不动产单元代码, GB/T 37346-2019), 28 characters.

    Parcel: division 6, cadastral area 3, sub-area 3, feature 2, number 5. Fixture: kind 1, 4, 4.
    """
    code = _shaped(text, 28, r"[0-9A-Z]{28}")
    found = re.fullmatch(r"[0-9]{12}[GJZ][A-Z][0-9]{5}([FLQW])([0-9]{8})", code)
    # W: nothing stands on the parcel, so there is no building and no flat.
    if not found or (found[1] == "W" and found[2] != "00000000"):
        _refuse(CodeFault.SHAPE)
    if code[:2] not in PROVINCES | {FICTIONAL}:
        _refuse(CodeFault.DIVISION)
    return code


def read_investment_project(text: str) -> str:
    """An investment project's code (投资项目统一代码): `2026-990102-04-01-123456`."""
    code = normal(text)
    if not code:
        _refuse(CodeFault.EMPTY)
    if not re.fullmatch(r"20[0-9]{2}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}", code, re.ASCII):
        _refuse(CodeFault.SHAPE)
    if code[5:7] not in PROVINCES | {"00", FICTIONAL}:
        _refuse(CodeFault.DIVISION)
    return code


READERS: dict[str, Callable[[str], object]] = {
    "person": PersonNumber.read,
    "uscc": Uscc.read,
    "organisation": read_organisation,
    "catalog": CatalogCode.read,
    "task": TaskCode.read,
    "handling": HandlingCode.read,
    "licence": LicenceIdentifier.read,
    "food_licence": FoodLicence.read,
    "bank_card": read_bank_card,
    "mobile": read_mobile,
    "real_estate_unit": read_real_estate_unit,
    "investment_project": read_investment_project,
}


def fault_in(kind: str, text: str) -> CodeFault | None:
    """Why the text cannot be a number of this kind, or None."""
    try:
        READERS[kind](text)
    except BadCode as bad:
        return bad.fault
    return None


# ── fictional numbers ───────────────────────────────────────────────────────────────────────────


def _fictional(division: str) -> str:
    if not re.fullmatch(rf"{FICTIONAL}[0-9]{{4}}", division, re.ASCII):
        raise ValueError(f"{division!r}: made-up numbers take six digits that begin with 99.")
    return division


def fictional_person_number(division: str, birth: date, serial: int) -> str:
    """A valid number that no person bears; an odd serial (0-999) is a man's."""
    body = f"{_fictional(division)}{birth:%Y%m%d}{serial:03}"
    return body + person_check(body)


def fictional_uscc(division: str, serial: int, *, registrar: str = "91") -> str:
    """A valid code that no body bears; `serial` up to 999,999 keeps firms' codes `MA…` apart."""
    # Since 2015 firms' codes begin with MA, those of organs (11) and institutions (12) with MB.
    organisation = f"{'MA' if registrar.startswith('9') else 'MB'}{serial:06}"
    body = f"{registrar}{_fictional(division)}{organisation}{organisation_check(organisation)}"
    return body + uscc_check(body)


def fictional_food_licence(division: str, serial: int, *, trade: str = "2") -> str:
    """A valid food licence number under a division that does not exist."""
    body = f"{trade}{_fictional(division)}{serial:06}"
    return f"JY{body}{mod_11_10(body)}"


def fictional_bank_card(serial: int) -> str:
    """A card number that passes Luhn under 9990, which no issuer bears."""
    body = f"9990{serial:014}"
    return body + luhn(body)
