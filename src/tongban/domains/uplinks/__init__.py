"""Uplinks (上级平台对接): items, case progress and reviews go up; applications and items come down.

Words   Uplink (上报通道), UplinkRecord (上报记录), UplinkBatch (上报批次), UplinkFault (上报退回),
        UplinkDay (上报对账), UplinkDifference (对账差异), Downlink (下行件)
Life    record: waiting -> sending -> taken | refused -> waiting (mended) | dropped;
        downlink: waiting -> filed | refused, then acknowledged
Limits  `uplinks.toml`: so many records a batch, an exchange every so many minutes; each record is
        acknowledged by itself, and sent again until it is
Hears   case.*, review.filed, definition.published, definition.retired, day.began
Other   rules/tables.py: the national columns of a case. A review goes up without its author and
        without the case that it is about: who rated is for the verifying post alone
"""

EVENTS: dict[str, str] = {
    "uplink.refused": "The superior platform refused records. data: uplink, kind, code",
    "uplink.mended": "Refused records go up anew. data: uplink, kind, code, records",
    "uplink.dropped": "Refused records will not go up, with a reason. data: uplink, kind, records",
    "uplink.settled": "Nothing of a refusal is left. data: uplink, kind, code",
    "uplink.reconciled": "A day was compared with the platform. data: uplink, day, differs",
    "uplink.repaired": "What differed goes up anew. data: uplink, day, records",
    "downlink.filed": "What came down was taken. data: uplink, serial, number",
    "downlink.refused": "What came down was refused. data: uplink, serial",
}
GRANTS: dict[str, str] = {
    "uplink.keep": "Watch what goes up, mend what was refused, repair what differs (上报数据管理)",
}
