"""Messages (消息): what people are told, by which way; and what they and the office write.

Words   Message (消息) in the inbox -> Sending (消息发送) by SMS or mail; Preference (接收偏好);
        Thread (办件沟通) of a case -> Remark (留言)
Life    sending: waiting -> sent | failed -> waiting again by an operator
        thread: a question is owed an answer; the answer ends the Matter
Limits  `messages.toml`: words of each template, quiet hours of SMS, working days for an answer;
        a message id is sent once, however often it is told
Hears   application.*, case.*, bill.charged, licence.running_out, licence.expired, message.*,
        remark.*, proxy.*, appointment.*, policy.matched, batch.approved, award.*, firm.answered,
        day.began
Law     行政许可法第三十二、四十四条: 告知; a notice counts when it lies on the applicant's page: a
        message only says that it is there, and holds nothing of it
"""

EVENTS: dict[str, str] = {
    "message.queued": "Something is to be told outside the inbox. data: template, channels",
    "message.sent": "The gateway has it. data: channel, template",
    "message.failed": "The gateway did not take it, again and again. data: channel, template",
    "message.compared": (
        "A day's messages beside the gateway's report. data: day, sent, failed, lost"
    ),
    "message.retried": "An operator has it sent again. data: channel",
    "preference.set": "Someone said by which ways to be told. data: channels",
    "remark.asked": "The applicant wrote to the office. data: case_no, organ",
    "remark.answered": "The office wrote to the applicant. data: case_no, organ",
}
GRANTS: dict[str, str] = {
    "message.operate": "See what is to be sent, and send it again (消息发送管理)",
}
