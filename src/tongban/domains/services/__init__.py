"""Services (政务服务): what a city offers, and the one-things that several items make together.

Words   ServiceItem (事项), Situation (情形), Material (材料), OneThing (一件事), Element (数据元);
        BasicItem (基本目录), Variant (地区差异清单), FourLists (四张清单), Drift (地区差异)
Life    a definition is written as data, published by a second person, and dated;
        a difference between regions: open -> mended, or stands with a reason
Limits  an item's stages fit its promised days, and those its statutory days; a lower level fills
        only what the upper left open; an item outside its list is not published
Hears   definition.published, definition.retired, definition.seeded, case.granted, case.refused
Other   rules/: items and their checks, things, inheritance (who fixed what), lists, regions,
        columns and exchange (the national tables), search (everyday words)
"""

EVENTS: dict[str, str] = {
    "drift.compared": "Regions were compared. data: item, opened, mended, open",
    "drift.opened": "A region differs from the city's item. data: item, region, field, organ",
    "drift.answered": "Who must mend a difference answered. data: item, region, field, outcome",
    "drift.confirmed": "The office above judged the answer. data: item, region, field, outcome",
    "drift.mended": "The published texts agree again. data: item, region, field",
    "item.exported": "Items were written in the national columns. data: items, rows, source",
    "item.imported": "A file of items was read. data: source, submitted, drafted, faults",
    "search.answered": "Words that found nothing are proposed for a service. data: means, length",
    "search.dismissed": "Words that found nothing are none of ours. data: length",
}

GRANTS: dict[str, str] = {
    "item.compare": "Compare an item over the regions, and judge what differs (差异核定)",
    "item.mend": "Put right what differs in one's region, or ask that it stand (差异整改)",
    "item.words": "Review what people looked for in vain, and propose words (检索词维护)",
    "item.exchange": "Write items out to the national tables and read them in (事项导入导出)",
}
