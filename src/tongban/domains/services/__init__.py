"""Services (政务服务): what a city offers, and the one-things that several items make together.

Words   ServiceItem (事项), Situation (情形), Material (材料), OneThing (一件事), Element (数据元)
Life    a definition is written as data, published by a second person, and dated
Limits  an item's stages fit its promised days, and those its statutory days
Other   rules/items.py: one item; rules/things.py: several; rules/search.py: everyday words
"""

EVENTS: dict[str, str] = {}
