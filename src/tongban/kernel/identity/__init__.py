"""Identity (身份): who there is, who holds which post, and who may act for whom.

Words   Division (行政区划), Organ (机关), Unit (内设机构), Post (岗位), Appointment (任职)
        Person (自然人), LegalEntity (法人), Account (账号)
        Proxy (代办授权), ConsentCode (授权验证码), OneTimeLink (一次性链接)
        line (条: the same office one level up), area (块: the government it belongs to)
Life    appointed -> ended; proxy (asked ->) given -> used -> ended or revoked; link issued -> used
Limits  a proxy always ends, a family's within a year; a request waits 14 days;
        a code holds ten minutes, five tries, once; a link lives for a day
        five failures rest sign-in for 15 minutes
        system, security and audit administration never meet in one person (三员分立)
Files   codes: check digits of national codes · totp: RFC 6238 · city_files: divisions.toml,
        organs.toml, officials.toml · rules: the law of posts and proxies
Law     GB/T 2260, GB 11643, GB 32100; 个人信息保护法; GB/T 22239 (等保, 三员分立); 民法典 17, 165
"""

EVENTS: dict[str, str] = {
    "account.opened": "Someone may sign in. data: person, is_official",
    "account.closed": "An account may no longer sign in. data: reason",
    "account.locked": "Sign-in rests after failures in a row. data: failures, minutes",
    "account.signed_in": "Someone signed in. data: means",
    "account.linked": "An identity service names an account from now on. data: issuer",
    "account.signed_out": "Someone signed out.",
    "account.password_set": "An account has a new password.",
    "account.totp_confirmed": "An account has a second factor from now on.",
    "account.totp_reset": "An administrator removed the second factor. data: reason",
    "city.read": "Divisions, organs or officials were read from files. data: counts, sha256",
    "link.issued": "A one-time link was issued. data: account, hours",
    "link.used": "A one-time link was used. data: account",
    "appointment.made": "A person holds a post. data: person, post, organ, from_on, to_on",
    "appointment.ended": "A person no longer holds a post. data: person, post, to_on",
    "person.enrolled": "A natural person is known to the platform. data: division",
    "people.enrolled": "Natural persons were enrolled in bulk. data: count, sha256",
    "entity.enrolled": "A legal entity is known to the platform. data: uscc, kind",
    "entity.changed": "A legal entity's status changed. data: uscc, status",
    "entities.enrolled": "Legal entities were enrolled in bulk. data: count, sha256",
    "person.read": "Someone opened a person's record. data: purpose, organ",
    "proxy.given": "Someone may act for another. data: principal, agent, basis, to_on",
    "proxy.asked": "Someone asks to act for another. data: principal, agent, to_on, closes_on",
    "proxy.declined": "A request to act for another was declined. data: principal, agent",
    "proxy.request_ended": "A request to act for another was taken back. data: principal, agent",
    "code.issued": "A code for consent goes to a registered phone. data: person, about",
    "code.failed": "A wrong code for consent was entered. data: about",
    "code.used": "Somebody consented by their code.",
    "proxy.revoked": "Someone may no longer act for another. data: principal, agent",
}
GRANTS: dict[str, str] = {
    "system.administer": "System administrator: accounts, organs and posts (系统管理员)",
    "security.administer": "Security administrator: who holds which post (安全管理员)",
    "audit.read": "Audit administrator: reads the ledger and who opened what (审计管理员)",
    "person.read": "Open a person's record; each opening leaves a read record (查阅个人信息)",
    "window.serve": "Serve at a window: act for a person who stands there (窗口代办)",
}
