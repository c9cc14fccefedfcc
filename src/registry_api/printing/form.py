"""医师执业、变更执业、多机构备案申请审核表 of 中医（专长）医师: one form for the three kinds of application.

No official layout for this certificate was found; the fields are those of the form that carries this name, and the
boxes for signature and opinions stand where the forms of 医师执业注册 have them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from registry_api.printing.engine import draw

TITLE = "中医（专长）医师执业、变更执业、多机构备案申请审核表"


@dataclass(frozen=True, slots=True)
class Person:
    """Who applies: from the register and from the form; numbers arrive masked. Empty where nothing was filled in."""

    name: str
    sex: str
    ethnicity: str
    birth_date: str
    id_number_masked: str
    phone_masked: str
    education: str
    school: str
    major: str
    home_address: str
    postcode: str
    health: str
    administrative_post: str
    professional_title: str


@dataclass(frozen=True, slots=True)
class Certificates:
    """What the person holds; days are civil days in Asia/Shanghai."""

    qualification_number_masked: str
    qualified_on: date | None
    practice_number: str
    registered_on: date | None
    main_institution: str
    """Where the person practises mainly until what is applied for takes effect."""
    techniques: list[str]
    conditions: list[str]


@dataclass(frozen=True, slots=True)
class Place:
    """The institution that the application names."""

    name: str
    registration_number: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class Period:
    """One line of 个人工作经历."""

    months: str
    unit: str
    post: str
    witness: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an office, or the applicant, has said online, by whom and on which civil day in Asia/Shanghai."""

    words: list[str]
    """The decision, then what belongs to it, a paragraph each."""
    signed_by: str
    day: date


@dataclass(frozen=True, slots=True)
class FormPage:
    """What the form says."""

    number: str | None
    """受理号; None for a draft, which says that it is one."""
    kind: str
    """申请内容, such as 执业注册."""
    status: str
    """Where the application stands, such as 待审批 or 已撤回: a form of what came to nothing says so."""
    filled_on: date
    person: Person
    certificates: Certificates
    place: Place | None
    particulars: list[tuple[str, str]]
    """What the kind of application asks beside the form: label and words."""
    history: list[Period]
    assessment: str
    penalties: str
    remarks: str
    declaration: str
    declared: bool
    signature: Opinion | None
    institution: Opinion | None
    authority: Opinion | None
    photo_jpeg: bytes = field(default=b"", repr=False)
    """Empty without a photo: then there is a frame for a print of it."""
    title: str = TITLE


def draw_form(page: FormPage, made_at: datetime) -> bytes:
    """The form as PDF/A-2a and PDF/UA-1, A4, in the caller's thread. `made_at` is an aware instant."""
    return draw("form", page, made_at)
