"""The logins that seeding publishes: a few for people to try, and a pool for the demonstration run."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from registry_api.demo.lives import ELIGIBLE_DOCTORS, DemoDoctor, Fate
from registry_api.demo.offices import DemoInstitution, DemoOffices
from registry_api.demo.places import PROVINCES
from registry_api.demo.proofs import device_token, totp_secret
from registry_api.demo.staff import PASSWORDS, DemoStaff, doctor_login_name
from registry_api.kit.roles import Realm, Role

LOGINS_FILE = "demo-logins.json"
"""A list of logins to show to people, below the state directory."""

POOL_FILE = "demo-pool.json"
"""A `Pool`, below the state directory."""


@dataclass(frozen=True, slots=True)
class Login:
    """How somebody of the demonstration signs in, and what there is to see."""

    realm: Realm
    office: str | None
    role: Role
    login_name: str
    password: str
    note: str
    device_token: str = ""
    """Of a browser in which this person has shown a second factor before; goes into the device cookie."""
    totp_secret: str | None = None
    """Of the authenticator of a member of staff, base32."""


@dataclass(frozen=True, slots=True)
class PoolDoctor:
    """A doctor who can apply for 执业注册 in the province that assessed."""

    login: Login
    name: str
    province_code: str


@dataclass(frozen=True, slots=True)
class PoolInstitution:
    """An institution with those who decide there and at the authority that registers its doctors."""

    id: str
    name: str
    province_code: str
    handler: Login
    authority_handler: Login
    authority_approver: Login


@dataclass(frozen=True, slots=True)
class Pool:
    """What `registry demo` draws from."""

    doctors: list[PoolDoctor]
    institutions: list[PoolInstitution]


_ELIGIBLE = "符合条件，可申请执业注册"
_SHOWN_FATES: dict[Fate, str] = {
    "registered": "执业注册有效",
    "filed": "注册备案中，执业暂停",
    "returned": "申请被机构退回，可修改后重新提交",
    "long_untrained": "取得资格超过两年未注册，须先培训考核",
}
_ROLE_NOTES: dict[Role, str] = {
    "institution_handler": "审核医师申请",
    "institution_administrator": "审核医师申请，管理本机构账号",
    "authority_handler": "受理、要求补正",
    "authority_approver": "准予、不予",
    "authority_administrator": "管理账号，不作决定",
    "authority_auditor": "只查看",
}


def write_logins(
    folder: Path, doctors: Iterable[DemoDoctor], offices: DemoOffices, staff: Iterable[DemoStaff]
) -> None:
    """Writes both files; of `doctors`, the first ones, some are shown and the other eligible ones pooled."""
    first = list(doctors)
    eligible = [doctor for doctor in first if doctor.person.index < ELIGIBLE_DOCTORS]
    of_office: dict[tuple[object, Role], DemoStaff] = {
        (member.office_id, member.role): member for member in staff
    }
    anchors = [_pool_institution(anchor, of_office) for anchor in offices.anchors]
    shown = [
        next(doctor for doctor in eligible if doctor.person.province == province) for province in PROVINCES
    ]
    logins = [_doctor_login(doctor, _ELIGIBLE) for doctor in shown]
    for fate, note in _SHOWN_FATES.items():
        logins += [_doctor_login(doctor, note) for doctor in first if doctor.fate == fate]
    for anchor in anchors[: len(PROVINCES)]:
        logins += [anchor.handler, anchor.authority_handler, anchor.authority_approver]
    institution = offices.anchors[0]
    logins += [
        _staff_login(of_office[institution.id, "institution_administrator"]),
        _staff_login(of_office[institution.authority.id, "authority_administrator"]),
        _staff_login(of_office[institution.authority.id, "authority_auditor"]),
    ]
    taken = {doctor.person.index for doctor in shown}
    pooled = [pool_doctor(doctor) for doctor in eligible if doctor.person.index not in taken]
    _write(folder / LOGINS_FILE, [asdict(login) for login in logins])
    _write(folder / POOL_FILE, asdict(Pool(pooled, anchors)))


def read_pool(folder: Path) -> Pool:
    """The pool that seeding wrote; raises FileNotFoundError."""
    content = json.loads((folder / POOL_FILE).read_text("utf-8"))
    return Pool(
        [
            PoolDoctor(Login(**doctor["login"]), doctor["name"], doctor["province_code"])
            for doctor in content["doctors"]
        ],
        [
            PoolInstitution(
                institution["id"],
                institution["name"],
                institution["province_code"],
                Login(**institution["handler"]),
                Login(**institution["authority_handler"]),
                Login(**institution["authority_approver"]),
            )
            for institution in content["institutions"]
        ],
    )


def take_doctor(folder: Path, taken: PoolDoctor) -> None:
    """Removes from the pool a doctor who can no longer apply."""
    pool = read_pool(folder)
    pool.doctors[:] = [doctor for doctor in pool.doctors if doctor.login != taken.login]
    _write(folder / POOL_FILE, asdict(pool))


def pool_doctor(doctor: DemoDoctor) -> PoolDoctor:
    """What the pool says of a doctor."""
    return PoolDoctor(_doctor_login(doctor, _ELIGIBLE), doctor.person.name, doctor.person.province)


def _pool_institution(
    institution: DemoInstitution, of_office: dict[tuple[object, Role], DemoStaff]
) -> PoolInstitution:
    authority = institution.authority
    return PoolInstitution(
        id=str(institution.id),
        name=institution.name,
        province_code=institution.province,
        handler=_staff_login(of_office[institution.id, "institution_handler"]),
        authority_handler=_staff_login(of_office[authority.id, "authority_handler"]),
        authority_approver=_staff_login(of_office[authority.id, "authority_approver"]),
    )


def _doctor_login(doctor: DemoDoctor, note: str) -> Login:
    person = doctor.person
    return Login(
        "doctor",
        None,
        "doctor",
        doctor_login_name(person.index),
        PASSWORDS["doctor"],
        f"{person.name}：{note}",
        device_token("doctor", doctor_login_name(person.index)),
    )


def _staff_login(member: DemoStaff) -> Login:
    return Login(
        member.realm,
        member.office,
        member.role,
        member.login_name,
        PASSWORDS[member.realm],
        f"{member.name}：{_ROLE_NOTES[member.role]}",
        device_token(member.realm, member.login_name),
        totp_secret(member.realm, member.login_name),
    )


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    unfinished.replace(path)
