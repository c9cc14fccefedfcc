"""The doctor who has just been registered claims the licence, shows it, and somebody scans what is shown."""

from registry_api.demo.desk import Desk, Narrator, must

_LICENCES = "/doctor/licences"


async def show_licence(doctor: Desk, narrator: Narrator, registration_id: str) -> None:
    """申领、亮照、核验; raises DriveFailed at the first thing that is off."""
    licence = await doctor.call(
        "申领电子证照", "POST", _LICENCES, expect=201, json={"registration_id": registration_id}
    )
    must(licence["status"] == "valid", f"证照不是有效：{licence['status_title']}")
    document = await doctor.call("下载证照", "GET", f"{_LICENCES}/{licence['id']}.pdf")
    must(document.startswith(b"%PDF-"), "证照不是 PDF")
    narrator.outcome(
        f"证照 {licence['number']} 第 {licence['version']} 版，PDF {len(document) / 1000:.0f} kB"
    )
    shown = await doctor.call("亮照", "POST", f"{_LICENCES}/{licence['id']}/presentation", expect=201)
    learned = await doctor.call("扫码核验", "POST", "/licences/verifications", json={"token": shown["url"]})
    must(learned["outcome"] == "valid", f"核验结果不是有效：{learned['message']}")
    narrator.outcome(
        f"核验：{learned['holder']['name']}，{learned['practice']['institution']}，{learned['message']}"
    )
