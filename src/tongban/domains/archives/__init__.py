"""Archives (电子归档): each closed case becomes one package that outlives the platform.

Words   ArchivePackage (归档信息包): documents, data, ledger proof and a verifier, in one zip;
        checks (四性检测): authenticity 真实, completeness 完整, usability 可用, safety 安全
Life    waiting -> packed -> sent -> received; a failed check: faulty, until it is packed anew;
        the archive office says no: rejected -> packed anew
Limits  `archives.toml`: so many days after the case closed, or ended with a document to its
        applicant; kept so many years by result
Hears   case.closed, case.declined, case.lapsed, case.withdrawn, case.terminated,
        case.cancelled, case.blocked, day.began, archive.packed, archive.missed
Other   client/archives.py verifies a package with Python alone; a copy lies in each package.
        Inside, personal data stand in the clear: an archive must be readable when our keys are
        gone. Who opens one here needs the grant, and each opening is recorded
Law     DA/T 85-2019 政务服务事项电子文件归档规范; DA/T 70-2018 四性检测; DA/T 48 封装 (结构待核实)
"""

EVENTS: dict[str, str] = {
    "archive.due": "A closed case is to be packed. data: case_no, on",
    "archive.packed": "The package stands, checked and closed. data: case_no, sha256, files",
    "archive.faulty": "A check failed. data: case_no, checks",
    "archive.received": "The archive office has it. data: case_no, receipt_no",
    "archive.rejected": "The archive office would not take it. data: case_no",
    "archive.missed": "The archive office does not hold what it took. data: case_no",
    "archive.opened": "Someone took a package out. data: case_no, purpose",
}
GRANTS: dict[str, str] = {
    "archive.read": "See and open archive packages (查阅归档包)",
    "archive.pack": "Have a faulty or rejected package packed anew (重新归档)",
}
