"""Everything that changes who there is, and who may what."""

from tongban.kernel.identity.actions.accounts import (
    Attempt,
    change_password,
    close_account,
    confirm_totp,
    enrol_totp,
    issue_link,
    open_account,
    prefer,
    reset_totp,
    set_password,
    set_password_by_link,
    sign_in_demo,
    sign_out,
    try_password,
    use_link,
)
from tongban.kernel.identity.actions.city import seed
from tongban.kernel.identity.actions.consents import issue_code, try_code, use_code, void_code
from tongban.kernel.identity.actions.outside import sign_in_by_word
from tongban.kernel.identity.actions.people import (
    NewEntity,
    NewPerson,
    Record,
    enrol_entities,
    enrol_people,
    enrol_person,
    open_record,
    set_entity_status,
)
from tongban.kernel.identity.actions.posts import appoint, end_appointment
from tongban.kernel.identity.actions.proxies import (
    give_proxy,
    keep_proxy,
    revoke_proxy,
    serve_at_window,
)
from tongban.kernel.identity.actions.requests import (
    agree_by_code,
    answer_request,
    ask_for_proxy,
    code_for_request,
    take_request_back,
)

__all__ = [
    "Attempt",
    "NewEntity",
    "NewPerson",
    "Record",
    "agree_by_code",
    "answer_request",
    "appoint",
    "ask_for_proxy",
    "change_password",
    "close_account",
    "code_for_request",
    "confirm_totp",
    "end_appointment",
    "enrol_entities",
    "enrol_people",
    "enrol_person",
    "enrol_totp",
    "give_proxy",
    "issue_code",
    "issue_link",
    "keep_proxy",
    "open_account",
    "open_record",
    "prefer",
    "reset_totp",
    "revoke_proxy",
    "seed",
    "serve_at_window",
    "set_entity_status",
    "set_password",
    "set_password_by_link",
    "sign_in_by_word",
    "sign_in_demo",
    "sign_out",
    "take_request_back",
    "try_code",
    "try_password",
    "use_code",
    "use_link",
    "void_code",
]
