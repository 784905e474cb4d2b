"""Names and numbers, drawn with a seeded die from the words of a city's `names.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tongban.kernel.identity import codes

# What a city without names.toml gets; the commonest, so that nobody in particular is meant.
STOCK: dict[str, str] = {
    "surnames": "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗",
    "given_male": "伟 强 军 磊 勇 杰 涛 明 超 刚 平 辉 鹏 飞 波 斌 宇 浩 凯 俊",
    "given_female": "芳 娜 敏 静 丽 艳 娟 霞 秀 英 慧 玲 桂 红 玉 萍 婷 雪 倩 怡",
    "given_elder_male": "建国 国强 志明 德福 永贵 大山 树林 长青",
    "given_elder_female": "秀英 桂兰 玉梅 淑珍 凤霞 春花 素芬 翠莲",
    "given_baby": "沐 宸 梓 涵 诺 亦 辰 允 和 安",
    "rare": "喆 淼 垚 玥",
    "dotted_names": "扎西·次仁 卓玛·央金",
    "estates": "禾苑 云锦园 溪畔里 松涛苑 望江花园",
    "roads": "大道 书院路 松涛路 湖滨路 石桥路 建设路 人民路",
    "firm_heads": "青禾 丰禾 禾润 嘉禾 溪畔 江岸",
    "firm_trades": "商贸 科技 建筑工程 物流 文化传播 食品",
    "firm_tails": "有限公司 股份有限公司",
    "shop_heads": "老 小 阿 禾香 溪口 外婆",
    "shop_kinds": "小馆 面馆 饭店 火锅店 早餐店 粥铺",
    "hospitals": "妇幼保健院 第一人民医院",
    "schools": "实验小学 第一中学",
    "plate_prefix": "原A",
    "phone_prefix": "1990100",
}


@dataclass(frozen=True, slots=True)
class Names:
    """The stock of names of one city."""

    words: Mapping[str, tuple[str, ...]]
    weights: tuple[float, ...]

    def pick(self, die: Random, kind: str) -> str:
        """A word of a kind, as the file names them."""
        return die.choice(self.words[kind])

    def person(self, die: Random, sex: str, *, born: int = 1990, surname: str = "") -> str:
        """A name for a man (1) or a woman (2); one in a hundred has what programs stumble over."""
        if not surname and die.random() < 0.004:
            return self.pick(die, "dotted_names")
        gender = "male" if sex == "1" else "female"
        kind = f"given_elder_{gender}" if born < 1962 else f"given_{gender}"
        if born >= 2016:
            kind = "given_baby"
        first = self.pick(die, "rare" if die.random() < 0.01 else kind)
        second = self.pick(die, kind) if len(first) == 1 and die.random() < 0.75 else ""
        return (surname or self.surname(die)) + first + (second if second != first else "")

    def surname(self, die: Random) -> str:
        """A surname, the common ones more often."""
        return die.choices(self.words["surnames"], self.weights)[0]

    def surname_of(self, name: str) -> str:
        """The surname that a child takes over; names with a dot have none."""
        if "·" in name:
            return ""
        double = name[:2]
        return double if double in self.words["surnames"] and len(name) > 2 else name[:1]


def read(folder: Path) -> Names:
    """Read `names.toml`; what it lacks is filled from the common stock."""
    path = folder / "names.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    rows = found.get("surnames") or [{"name": name} for name in STOCK["surnames"].split()]
    words = {kind: _words(found.get(kind), stock) for kind, stock in STOCK.items()}
    words["surnames"] = tuple(row["name"] for row in rows)
    return Names(words, tuple(float(row.get("weight", 1)) for row in rows))


def _words(value: Any, stock: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(value or stock.split())


class Numbers:
    """Numbers that nobody bears, each given once."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._serials: dict[str, int] = {}

    def person(self, die: Random, division: str, born: date, sex: str) -> str:
        """A citizen's number; its last digit but one tells the sex."""
        while True:
            serial = die.randrange(10, 500) * 2 + (1 if sex == "1" else 0)
            number = codes.fictional_person_number(division, born, serial)
            if number not in self._taken:
                self._taken.add(number)
                return number

    def next(self, kind: str, start: int = 1) -> int:
        """The next serial of a kind."""
        self._serials[kind] = self._serials.get(kind, start - 1) + 1
        return self._serials[kind]


def mobile(prefix: str, serial: int) -> str:
    """A mobile number as forms read it; the prefix's 8000 and on belong to the stories."""
    return f"{prefix}{serial:04}" if serial < 8000 else f"1999{serial:07}"


def day_between(die: Random, first: date, last: date) -> date:
    """Some day of a period."""
    return first + timedelta(days=die.randint(0, max(0, (last - first).days)))
