"""The invariants of photos see what no operation does: each row is spoilt in a transaction that is given back."""

from typing import Any
from uuid import UUID

import pytest

from tests.support.invariants import broken_invariants
from tests.support.photographed import coloured, decide, photos_of, uploaded
from tests.support.registered import Registered

OTHER = "(SELECT id FROM institution WHERE id <> p.institution_id LIMIT 1)"
DOCTOR = "(SELECT id FROM account WHERE practitioner_id = p.practitioner_id)"
SPOILT = {
    "I11 a photo of an application": (
        "UPDATE photo p SET institution_id = _other WHERE application_id IS NOT NULL",
        "UPDATE photo p SET institution_id = NULL WHERE application_id IS NOT NULL",
        "UPDATE photo p SET decided_by = _doctor WHERE application_id IS NOT NULL",
    ),
    "I11 any other photo": (
        "UPDATE photo p SET institution_id = _other WHERE application_id IS NULL",
        "UPDATE photo p SET decided_by = _doctor WHERE application_id IS NULL",
        "UPDATE photo p SET decided_at = decided_at - interval '90 years' WHERE application_id IS NULL",
    ),
    "I11 nobody decides": ("UPDATE photo p SET decided_by = _doctor WHERE application_id IS NULL",),
    "I11 the current photo": ("UPDATE photo p SET superseded_at = now() WHERE application_id IS NULL",),
}


@pytest.mark.usefixtures("sound")
async def test_a_photo_that_nobody_entitled_approved_is_found(registered: Registered, superuser: Any) -> None:
    doctor, staff = registered.chain.doctor, registered.office.institution
    held = await photos_of(doctor)
    new = await uploaded(doctor, held["registration_id"], coloured("navy"))
    assert (await decide(staff, new, "approve")).status_code == 200
    for invariant, spoilings in SPOILT.items():
        for spoiling in spoilings:
            whole = superuser.transaction()
            await whole.start()
            words = spoiling.replace("_other", OTHER).replace("_doctor", DOCTOR)
            await superuser.execute(f"{words} AND p.registration_id = $1", UUID(held["registration_id"]))
            broken = await broken_invariants(superuser)
            await whole.rollback()
            assert any(name.startswith(invariant) for name in broken), spoiling
