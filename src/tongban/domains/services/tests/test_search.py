"""Everyday words, pinyin, English, and one slip of the finger; and what is kept of a miss."""

import statistics
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domains.services import rules
from tongban.domains.services.rules import search

ENTRIES = [
    rules.Entry("one_thing", "birth", "新生儿出生一件事", ("生孩子", "Birth of a child")),
    rules.Entry(
        "service_item", "food", "食品经营许可（餐饮服务·新办）", ("Food business licence",)
    ),
    rules.Entry("service_item", "id", "居民身份证换领", ("Identity card renewal",)),
    rules.Entry("service_item", "card", "老年人优待证办理", ("Senior citizen card",)),
]
INDEX = rules.Index(ENTRIES, {"birth": ["宝宝上户口"], "food": ["开饭店"]})


def first(text: str) -> str:
    found = INDEX.search(text)
    return found[0].key if found else ""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("新生儿", "birth"),
        ("宝宝上户口", "birth"),
        ("生 孩 子！", "birth"),
        ("xinshenger", "birth"),
        ("xse", "birth"),
        ("xshenger", "birth"),
        ("xin生er", "birth"),
        ("身份证", "id"),
        ("shenfenzheng", "id"),
        ("sfz", "id"),
        ("申分证", "id"),
        ("身份政", "id"),
        ("居民身份换领", "id"),
        ("食品营经许可", "food"),
        ("开饭殿", "food"),
        ("food licence", "food"),
        ("BUSINESS", "food"),
        ("bussiness", "food"),
        ("senior card", "card"),
        ("laonianren", "card"),
        ("zzqqy", ""),
        ("我想上太空看看", ""),
        ("", ""),
        ("。。。", ""),
    ],
)
def test_what_people_type(text: str, key: str) -> None:
    assert first(text) == key


@given(st.text(max_size=80))
def test_any_text_is_answered(text: str) -> None:
    assert len(INDEX.search(text)) <= len(ENTRIES)


def test_it_is_quick_on_many_items() -> None:
    titles = [
        f"{a}{b}{c}" for a in ("食品", "道路", "户外", "医疗", "农药", "消防") for b in
        ("经营", "运输", "广告", "机构", "检查") for c in ("许可", "备案", "变更", "注销", "延续")
    ]  # fmt: skip
    entries = [rules.Entry("service_item", str(n), t, (f"Item {n}",)) for n, t in enumerate(titles)]
    words = {str(n): [f"办{t}证", f"怎么{t}", "营业执照"] for n, t in enumerate(titles)}
    index = rules.Index(entries, words)
    asked = ["食品许可", "spjyxk", "shipinjingying", "yiliao bg", "消防检察", "qqqqqqq", "item 3"]
    took = []
    for text in asked * 10:
        began = time.process_time()
        index.search(text)
        took.append(time.process_time() - began)
    assert statistics.quantiles(took, n=20)[-1] < 0.05


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  太空  旅游 ", "太空 旅游"),
        ("99010119961118803X", "#"),
        ("身份证99010119961118803X", "身份证#"),
        ("电话19901001010张三13900000000", ""),
        ("me@example.org 迁户", "# 迁户"),
        ("一二三四五六七八", "#"),
        ("字" * 31, ""),
        ("？？", ""),
    ],
)
def test_what_is_kept_of_a_miss_has_no_numbers(text: str, kept: str) -> None:
    found = search.kept(text)
    assert found == (kept if kept != "#" else "")
    assert not any(c.isdigit() for c in found)
