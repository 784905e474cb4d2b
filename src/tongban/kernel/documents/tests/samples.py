"""One full example of each document; all names and numbers are invented."""

from datetime import date, datetime, timedelta, timezone

from tongban.kernel.documents.shapes import Guide, Letter, Licence, Notice, Receipt

MADE_AT = datetime(2026, 1, 5, 10, 0, tzinfo=timezone(timedelta(hours=8)))
VERIFY = "https://tongban.example/verify/7Q2M-9KDX"

LETTER: Letter = {
    "organ": "清河市行政审批服务局",
    "title": "关于准予食品经营许可的决定",
    "number": "清审批〔2026〕12号",
    "addressee": "清河市老街面馆",
    "paragraphs": [
        "你单位于2026年1月4日提出的食品经营许可申请，本机关已于当日受理。经审查，申请材料齐全，"
        "经营场所符合《中华人民共和国食品安全法》第三十三条、第三十五条规定的条件。",
        "一、决定事项",
        "依据《中华人民共和国行政许可法》第三十八条第一款，决定准予食品经营许可，"
        "许可项目和有效期如下表。",
        "二、有关要求",
        "（一）请在经营场所的显著位置公示许可证。",
        "（二）许可事项发生变化的，应当在变化后10个工作日内申请变更。",
    ],
    "table": {
        "head": ["许可项目", "经营场所", "有效期"],
        "rows": [
            ["热食类食品制售", "清河市南城区老街12号", "2026年1月5日至2031年1月4日"],
            ["自制饮品制售", "清河市南城区老街12号", "2026年1月5日至2031年1月4日"],
        ],
    },
    "closing": [
        "如不服本决定，可以自收到之日起六十日内向清河市人民政府申请行政复议，"
        "或者在六个月内依法向人民法院提起行政诉讼。"
    ],
    "attachments": ["食品经营许可证", "经营场所平面图"],
    "copies": "清河市市场监督管理局，南城区人民政府",
    "date": date(2026, 1, 5),
    "made_at": MADE_AT,
    "qr": VERIFY,
    "seal": True,
    "demo": True,
}
LICENCE: Licence = {
    "organ": "清河市市场监督管理局",
    "title": "食品经营许可证",
    "number": "JY29901010000018",
    "copy": "副本",
    "fields": [
        ["经营者名称", "清河市老街面馆"],
        ["统一社会信用代码", "92990101MA0000000X"],
        ["法定代表人（负责人）", "李小敏"],
        ["经营场所", "清河市南城区老街12号"],
        ["主体业态", "餐饮服务经营者"],
        ["经营项目", "热食类食品制售；自制饮品制售"],
    ],
    "valid_from": date(2026, 1, 5),
    "valid_until": date(2031, 1, 4),
    "issued_on": date(2026, 1, 5),
    "identifier": "1.2.156.3005.2.11100000000013338W031.11990100MB0000000X.JY29901010000018.001.4",
    "qr": VERIFY,
    "seal": True,
    "demo": True,
    "made_at": MADE_AT,
}
RECEIPT: Receipt = {
    "organ": "清河市政务服务中心",
    "number": "9901012026010500018",
    "item": "食品经营许可（新办）",
    "applicant": "清河市老街面馆",
    "agent": "张三",
    "received_on": date(2026, 1, 4),
    "promised_on": date(2026, 1, 9),
    "materials": [
        {"name": "食品经营许可申请书", "form": "电子表单", "copies": 1},
        {"name": "营业执照", "form": "电子证照", "copies": 1, "note": "由平台调取，免提交"},
        {"name": "经营场所平面图和设备布局图", "form": "复印件", "copies": 2},
        {"name": "食品安全管理制度", "form": "原件", "copies": 1},
    ],
    "clerk": "吴敏",
    "phone": "0990-12345",
    "address": "清河市政务服务中心二楼综合窗口 08",
    "qr": VERIFY,
    "seal": True,
    "demo": True,
    "made_at": MADE_AT,
}
GUIDE: Guide = {
    "organ": "清河市行政审批服务局",
    "number": "9901012026010500018",
    "item": "食品经营许可（新办）",
    "applicant": "清河市老街面馆",
    "supplements": [
        {
            "name": "经营场所平面图",
            "problem": "未标明洗手池和排水位置",
            "mend": "在图上标明并注明尺寸，重新上传",
            "basis": "《食品经营许可和备案管理办法》第十三条",
        },
        {
            "name": "食品安全管理制度",
            "problem": "缺从业人员健康管理一章",
            "mend": "补充该章，可使用平台提供的范本",
            "basis": "《食品安全法》第四十四条",
        },
    ],
    "deadline": date(2026, 1, 16),
    "date": date(2026, 1, 5),
    "phone": "0990-12345",
    "address": "清河市政务服务中心二楼综合窗口 08",
    "hours": "工作日 9:00—17:00",
    "qr": VERIFY,
    "seal": True,
    "demo": True,
    "made_at": MADE_AT,
}
ONE_TIME: Notice = {
    "organ": "青禾市市场监督管理局",
    "item": "食品经营许可（餐饮服务·新办）",
    "title": "一次性告知单",
    "situation": [["卖哪些食品？", "只做热食"]],
    "facts": [["承诺时限", "5 个工作日"], ["收费", "不收费"]],
    "sections": [{"title": "材料", "lines": ["经营场所布局和操作流程图"]}],
    "date": date(2026, 1, 5),
    "demo": True,
    "made_at": MADE_AT,
}
"""What a service asks, told once."""

SAMPLES = {
    "letter": LETTER,
    "licence": LICENCE,
    "receipt": RECEIPT,
    "guide": GUIDE,
    "notice": ONE_TIME,
}
