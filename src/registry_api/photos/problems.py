"""What is refused about the photos of registrations, and why."""

from registry_api.kit.problems import CONSTRAINTS, Problem


class PhotoNeedsRegistration(Problem):
    """Who is registered nowhere has no photo to renew: 未注册医疗机构的医师不可更新个人信息 (manual)."""

    status, code = 409, "photo_needs_registration"


class PhotoRegistrationNotValid(Problem):
    """The registration is in 备案, suspended or ended; `status` names it in words."""

    status, code = 409, "photo_registration_not_valid"


class PhotoClosed(Problem):
    """The photo is not pending any more: decided, withdrawn, or replaced by another."""

    status, code = 409, "photo_closed"


class PhotoUploadUnderWay(Problem):
    """Another upload for the same registration came first, at the same moment."""

    status, code = 409, "photo_upload_under_way"


class TooManyPhotos(Problem):
    """So many uploads a day are enough; later ones wait."""

    status, code = 429, "too_many_photos"


CONSTRAINTS["uq_photo_pending"] = PhotoUploadUnderWay
CONSTRAINTS["uq_photo_current"] = PhotoClosed
