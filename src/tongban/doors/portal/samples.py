"""Sample values for the style guide: invented, Chinese, and never read by a real page."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator

from tongban.doors.portal.home import (
    Cut,
    Figure,
    LicenceCard,
    PortalHome,
    Quick,
    Reminder,
    Running,
    Stage,
    ThingCard,
)
from tongban.kernel import clock
from tongban.kernel.ui.fields import FieldView, Option
from tongban.kernel.ui.lights import Light
from tongban.kernel.ui.refusals import Said

PAGES = ("home", "thing", "progress", "queue", "refusal")


class SampleForm(forms.Form):
    """A form with a fault in it, to show how faults are shown."""

    name = forms.CharField(
        label="孩子姓名",
        help_text="与出生医学证明一致，提交前可改",
        error_messages={"required": "请填写孩子姓名"},
    )
    phone = forms.CharField(
        label="联系手机", widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    )
    relation = forms.ChoiceField(
        label="您是孩子的",
        choices=[
            ("", "请选择"),
            ("father", "父亲"),
            ("mother", "母亲"),
            ("guardian", "其他监护人"),
        ],
    )
    note = forms.CharField(
        label="想说的话", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    agree = forms.BooleanField(
        label="我同意为办理本事项查询上述数据",
        error_messages={"required": "不同意查询就无法替您填好，请勾选或到窗口办理"},
    )


def page(name: str) -> tuple[str, dict[str, Any]]:
    """The template and the values of a whole sample page."""
    if name == "home":
        values = {"home": home(), "signed_in": True, "search_urls": {"portal": "#"}}
        return "portal/home.html", values
    if name == "refusal":
        said = Said("刚才有人先处理了这件事。", "请看看现在的状态再决定，您的操作没有生效。", 412)
        return "ui/error.html", {"said": said}
    return f"portal/samples/{name}.html", {"sample": everything()}


def home() -> PortalHome:
    """A full home page."""
    things = [
        ("baby", "新生儿出生", "A child is born", 7, (8, 1), (24, 2), (45, 5)),
        ("school", "孩子上小学", "Starting school", 5, (4, 1), (11, 0), (30, 7)),
        ("work", "灵活就业参保", "", 4, (5, 1), (9, 1), (15, 1)),
        ("ring", "结婚落户", "", 4, (6, 1), (14, 3), (25, 6)),
        ("house", "二手房转移", "", 5, (9, 1), (21, 4), (15, 1)),
        ("elder", "企业职工退休", "", 6, (7, 1), (16, 1), (60, 20)),
        ("shop", "开办餐饮店", "Opening a restaurant", 6, (8, 1), (26, 3), (41, 4)),
        ("heart", "公民身后事", "", 9, (10, 1), (23, 3), (30, 8)),
    ]
    quick = [
        ("shield", "社保缴费查询"),
        ("coin", "公积金提取"),
        ("med", "医保报销"),
        ("card", "居住证办理"),
        ("house", "不动产查询"),
        ("bus", "老年乘车卡"),
        ("doc", "无犯罪证明"),
        ("grid", "全部事项"),
    ]
    tiles = [
        ("coin", "养老金认证"),
        ("med", "医保看病"),
        ("bus", "老年乘车卡"),
        ("gift", "高龄津贴"),
        ("card", "我的证件"),
        ("baby", "孙辈上户口"),
    ]
    course = [4.1, 3.8, 3.6, 3.1, 2.9, 2.6, 2.4, 2.2, 2.1, 2.0, 1.9, 1.9]
    return PortalHome(
        greeting="王*国",
        running=[
            Running(
                name="新生儿出生一件事",
                name_en="A child is born",
                url="#",
                sentence="公安已办好，还要等 2 天。您什么都不用做。",
                stages=[
                    Stage("已提交", "ok"),
                    Stage("已受理", "ok"),
                    Stage("联办中 5/7", "now"),
                    Stage("办结"),
                ],
                light=Light("green", "剩 2 个工作日"),
            )
        ],
        progress_url="#",
        reminders=[
            Reminder("驾驶证 30 天后到期，可在线换发", "#", "去换"),
            Reminder("一份材料要补正", "#", "看看", "edit"),
        ],
        hot=[Quick(label, "#", "") for label in ("居住证", "公积金提取", "开小餐饮店")],
        quick=[Quick(label, "#", icon) for icon, label in quick],
        tiles=[Quick(label, "#", icon) for icon, label in tiles],
        things=[
            ThingCard(
                name=name,
                name_en=name_en,
                url="#",
                icon=icon,
                organs=organs,
                forms=Cut(*form),
                materials=Cut(*material),
                days=Cut(*day),
                for_firms=icon == "shop",
            )
            for icon, name, name_en, organs, form, material, day in things
        ],
        things_url="#",
        licences=[
            LicenceCard("居民身份证", "#", "990101********7758", "公安局"),
            LicenceCard("机动车驾驶证", "#", "C1 · 有效期至 2031-04", "公安局", tone="blue"),
            LicenceCard("不动产权证书", "#", "临溪区 · 住宅", "自然资源局", tone="clay"),
        ],
        licences_url="#",
        figures=[
            Figure("平均办理用时", "1.9", "个工作日", "较法定时限压缩 87%", course),
            Figure("按时办结率", "99.2", "%", "本月 18,406 件，逾期 147 件", course[::-1], "good"),
            Figure("群众好评率", "98.6", "%", "评价 6,231 条，差评 87 条", course[::-1]),
            Figure("差评按期整改", "100", "%", "1 日回访 · 15 日整改", course[::-1]),
        ],
        figures_url="#",
    )


def everything() -> dict[str, Any]:
    """What the style guide shows."""
    today = clock.today()
    form = SampleForm({"name": "", "phone": "138****0052", "relation": "father"})
    form.is_valid()
    return {
        "now": clock.now(),
        "today": today,
        "lights": [
            {"due_on": today - timedelta(days=9), "yellow_on": today - timedelta(days=12)},
            {"due_on": today, "yellow_on": today},
            {"due_on": today + timedelta(days=3), "yellow_on": today},
            {"due_on": today + timedelta(days=20), "yellow_on": today + timedelta(days=16)},
            {"due_on": None, "state": "paused"},
            {"due_on": None, "state": "open"},
            {"due_on": None, "state": "ended"},
        ],
        "course": [97.1, 97.4, 97.9, 98.2, 98.0, 98.5, 98.8, 98.7, 99.0, 99.1, 99.0, 99.2],
        "form": form,
        "collect": FieldView(
            name="collect",
            label="户口本和社保卡怎么拿？",
            kind="radio",
            columns=2,
            options=[
                Option("post", "免费邮寄到 稻香里", "3 个工作日内送达", chosen=True),
                Option("self", "自己去窗口取", "临溪区政务中心 24 小时取件柜"),
            ],
        ),
        "steps": ["回答情形", "核对信息", "补充材料", "签名", "提交"],
        "page": Paginator(range(480), 20).page(7),
        "icons": ICONS,
        "crumbs": [("首页", "/"), ("一件事", "#"), ("新生儿出生", "")],
        "groups": GROUPS,
        "lanes": LANES,
        "rows": ROWS,
        "compare": COMPARE,
        "faces": [
            ("face5", "非常满意"),
            ("face4", "满意"),
            ("face3", "基本满意"),
            ("face2", "不满意"),
            ("face1", "非常不满意"),
        ],
        "chips": ["不用跑腿", "材料少", "速度快", "讲得清楚", "态度好"],
    }


ICONS = (
    "search home baby school work ring house elder shop heart leaf card wallet clock check"
    " check-circle db lock edit upload camera phone sound text contrast user users bell chev down"
    " left menu x info warn flag inbox scales chat map chart flow book gift doc shield pause mic"
    " globe grid med bus coin print link face5 face4 face3 face2 face1"
).split()

GROUPS = [
    (
        "孩子",
        "baby",
        [
            ("出生医学证明编号", "W33****0271", "出生医学证明库", ""),
            ("出生日期", "2026 年 11 月 9 日 08:42", "出生医学证明库", ""),
            ("性别", "女", "出生医学证明库", ""),
            ("出生医院", "青禾市妇幼保健院", "出生医学证明库", ""),
        ],
    ),
    (
        "父母",
        "users",
        [
            ("父亲", "王*国 · 990101********7758", "公安人口库", ""),
            ("母亲", "李*云 · 990101********4426", "公安人口库", ""),
            ("婚姻登记", "2022-05-20 登记 · 临溪区民政局", "婚姻登记库", ""),
        ],
    ),
    (
        "落户地址",
        "house",
        [
            ("户主与关系", "王*国 · 户主之女", "公安人口库", ""),
            ("户籍地址", "临溪区 云渡街道 稻香里 **号*单元", "公安人口库", "与不动产登记地址一致"),
        ],
    ),
]

LANES = [
    ("卫健委", "出生医学证明", Light("done", "已办结"), 100, "11-19 09:12"),
    ("公安局", "出生户口登记", Light("done", "已办结"), 100, "11-20 16:05"),
    ("人社局", "社会保障卡", Light("run", "正在办"), 60, "剩 2 个工作日"),
    ("总工会", "生育慰问金", Light("pause", "排队中"), 0, "免申即享"),
]

ROWS = [
    (
        "red",
        "逾期 2 个工作日",
        12,
        10,
        "食品经营许可（新办）",
        "临溪区禾香小馆",
        "QH20261116-00418",
        "现场核查",
        2,
    ),
    (
        "amber",
        "今天到期",
        9,
        10,
        "小餐饮店开办一件事",
        "个体户 周*梅",
        "QH20261119-00552",
        "联合核验",
        2,
    ),
    ("amber", "剩 1 个工作日", 4, 5, "出生户口登记", "王*国", "QH20261119-00613", "受理审核", 0),
    (
        "green",
        "剩 4 个工作日",
        3,
        10,
        "临时占用城市道路",
        "市自来水公司",
        "QH20261120-00344",
        "受理审核",
        0,
    ),
    (
        "green",
        "剩 6 个工作日",
        3,
        12,
        "公共场所卫生许可",
        "云麓区清和浴室",
        "QH20261120-00379",
        "受理审核",
        1,
    ),
    (
        "pause",
        "已暂停计时",
        6,
        15,
        "建设工程消防验收备案",
        "青屏置业有限公司",
        "QH20261117-00290",
        "等待补正",
        0,
    ),
]

COMPARE = [
    ("经营场所", "云渡路 118 号 1 层", "云渡路 118 号 1-2 层", "不动产登记库", "diff"),
    ("油烟净化设施", "已安装（照片 2 张）", "库中无此项", "需人工看图", "none"),
    ("使用面积", "46 ㎡", "46.2 ㎡", "不动产登记库", "near"),
    ("经营者姓名", "周*梅", "周*梅", "公安人口库", "ok"),
    ("身份证号", "990101********7758", "990101********7758", "公安人口库", "ok"),
]
