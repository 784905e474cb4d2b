"""Reviews (好差评): whoever was served rates it once; what was bad is put right and answered.

Words   Invitation (评价邀请) -> Review (评价) -> process `bad-review` (差评整改): verify (核实),
        mend (整改), answer (反馈); RatedOrgan (被评机关); aspect (评价指标)
Life    invited -> filed -> closed; a bad one: filed -> verified -> [mended ->] answered -> closed
Limits  as the city says: `reviews.toml` (how long one may rate, what is asked), the process
        `bad-review` (verify within 1 working day, mend within 15, answer)
Hears   application.finished
Law     国办发〔2019〕51号: 一事一评; no default level; who rated is kept from those who were rated;
        a rating not given counts for nothing; what proves unfounded (误评) is not counted
"""

EVENTS: dict[str, str] = {
    "review.invited": "Someone may now rate how they were served. data: encounter, thing, organs",
    "review.filed": "Someone rated how they were served. data: level, thing, organs, channel",
    "review.verified": "A bad review was looked into. data: outcome, opened, organ",
    "review.mended": "What was bad was put right. data: outcome, opened, organ",
    "review.answered": "The reviewer was told. data: outcome, opened",
    "review.closed": "Nothing more is owed on this review. data: level, upheld",
}

GRANTS: dict[str, str] = {
    "review.verify": "Look into bad reviews and call the reviewer back (差评核实)",
    "review.mend": "Put right what one's organ was rated badly for (差评整改)",
    "review.answer": "Tell the reviewer what was done (差评反馈)",
}
