"""`registry verify` and `registry licence-keys`, as somebody at a command line without a system of ours uses them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_csr

from registry_api.cli import main
from registry_api.kit.key_bundles import encode_ring, parse_bundles
from registry_api.licences.offline import judge, read_status_list
from registry_api.licences.status_list import Status
from registry_api.licences.tokens import qr_url
from tests.support.licence_keys import make_bundle, make_pem
from tests.support.signed_licences import INDEX, NOW, ORIGIN, PHOTO, Issuer
from tests.support.tampering import edited, other_photo, replaced

ISSUER = Issuer()
KEYS = ISSUER.ring.published
CODE = qr_url(ORIGIN, ISSUER.token())


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nothing of ours is set up: production settings that would be refused."""
    monkeypatch.chdir(tmp_path)
    for name in ("REGISTRY_ENVIRONMENT", "REGISTRY_DATABASE_URL", "REGISTRY_LICENCE_KEYS"):
        monkeypatch.delenv(name, raising=False)
    Path("jwks.json").write_text(json.dumps(KEYS.jwks()), "utf-8")


def verify(shown: str | bytes, *options: str) -> int:
    if isinstance(shown, bytes):
        Path("shown").write_bytes(shown)
        shown = "shown"
    return main(["verify", shown, "--keys", "jwks.json", *options])


def listing(*ended: tuple[int, Status], age: timedelta = timedelta(), list_id: str = "0") -> str:
    file = Path(f"list-{list_id}")
    file.write_bytes(ISSUER.status_list(*ended, issued_at=datetime.now(UTC) - age, list_id=list_id))
    return f"--status-list={file}"


@pytest.mark.parametrize("shown", [CODE, ISSUER.pdf, f"{CODE}\n".encode(), ISSUER.token()], ids=range(4))
def test_what_counts_is_said_in_both_languages(
    shown: str | bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(shown, listing()) == 0
    said = capsys.readouterr().out
    for words in ("有效", "Valid", "李明", "DZ37010200000001", "济南市历下区仁和堂中医诊所", ORIGIN):
        assert words in said


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.REVOKED, ("已失效", "Ended")),
        (Status.SUSPENDED, ("已暂停", "Suspended")),
        (Status.SUPERSEDED, ("已被替换", "Replaced")),
    ],
)
@pytest.mark.parametrize("age", [0, 3600], ids=["fresh list", "old list"])
@pytest.mark.parametrize("shown", [CODE, ISSUER.pdf], ids=["code", "pdf"])
def test_what_has_ended_is_named(
    shown: str | bytes, age: int, status: Status, words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(shown, listing((INDEX, status), age=timedelta(seconds=age))) == 3
    said = capsys.readouterr().out
    assert all(one in said for one in words)


def test_a_neighbour_in_the_list_does_not_matter() -> None:
    assert verify(CODE, listing((INDEX - 1, Status.REVOKED), (INDEX + 1, Status.REVOKED))) == 0


def test_without_a_list_that_fits_the_state_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(CODE) == 4
    assert "没有适用的状态名单" in capsys.readouterr().out
    assert verify(CODE, listing(list_id="1")) == 4
    assert verify(CODE, listing(age=timedelta(seconds=301))) == 4
    assert "超过五分钟" in capsys.readouterr().out
    assert verify(ISSUER.pdf) == 4


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        pytest.param(edited(ISSUER.pdf, "page"), "追加了内容", id="edited"),
        pytest.param(ISSUER.pdf[:-200] + bytes(200), "残缺", id="damaged"),
        pytest.param(replaced(ISSUER.pdf, PHOTO, other_photo(len(PHOTO))), "照片与签发时", id="photo"),
        pytest.param(replaced(ISSUER.pdf, PHOTO, other_photo(len(PHOTO))), "被改动", id="altered"),
        pytest.param(ISSUER.page, "没有电子签名", id="unsigned"),
        pytest.param(qr_url(ORIGIN, Issuer().token()), "从未公布", id="wrong key"),
        pytest.param(Issuer(origin="https://elsewhere.example").token(), "其他机构", id="other issuer"),
        pytest.param(CODE[:-3] + "AAA", "签名与内容不符", id="forged"),
        pytest.param(CODE[:-8], "残缺", id="cut short"),
        pytest.param("https://example.com/#" + "x" * 200, "不是电子证照", id="another code"),
        pytest.param(PHOTO, "不是电子证照", id="a photo"),
        pytest.param(b"\xff\xfe\x00", "不是电子证照", id="no text"),
        pytest.param(b"x" * 9000, "不是电子证照", id="too long"),
    ],
)
def test_what_is_wrong_is_named(shown: str | bytes, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(shown, listing()) == 1
    printed = capsys.readouterr()
    assert words in printed.out
    assert printed.err == ""


def test_a_presentation_counts_for_thirty_seconds_and_no_longer(capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    assert verify(qr_url(ORIGIN, ISSUER.presentation(now))) == 0
    assert "亮照有效" in capsys.readouterr().out
    assert verify(qr_url(ORIGIN, ISSUER.presentation(now - timedelta(seconds=40)))) == 3
    assert "亮照已过期" in capsys.readouterr().out


def test_keys_in_the_other_form_need_the_issuer_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("cose-keys").write_bytes(KEYS.cose_keys())
    arguments = ["verify", CODE, "--keys", "cose-keys", listing()]
    assert main(arguments) == 0
    assert main([*arguments, "--issuer", "https://elsewhere.example"]) == 2  # the list is not theirs
    assert "其他机构" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing-here.pdf", "--keys", "jwks.json"], "nothing-here.pdf"),
        ([CODE, "--keys", "nothing.json"], "nothing.json"),
        ([CODE, "--keys", "broken.json"], "密钥无法使用"),
        ([CODE, "--keys", "jwks.json", "--status-list", "nothing"], "nothing"),
        ([CODE, "--keys", "jwks.json", "--status-list", "jwks.json"], "状态名单无法使用"),
    ],
    ids=range(5),
)
def test_what_cannot_be_used_is_said_and_is_no_verdict(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("broken.json").write_text("{}", "utf-8")
    assert main(["verify", *arguments]) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.out == ""


def test_without_keys_those_of_the_system_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_ENVIRONMENT", "development")
    monkeypatch.setenv("REGISTRY_PUBLIC_ORIGIN", ORIGIN)
    bundle = make_bundle()
    monkeypatch.setenv("REGISTRY_LICENCE_KEYS", encode_ring([bundle]))
    assert main(["verify", qr_url(ORIGIN, Issuer(bundle).token())]) == 4
    assert main(["verify", CODE]) == 1


def test_a_verdict_needs_no_file() -> None:
    listed = read_status_list(ISSUER.status_list(), KEYS)
    assert judge(CODE.encode(), KEYS, listed, now=NOW).outcome == "valid"


def test_a_new_key_is_made_once_and_only_its_owner_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licence-keys", "new", "licence.key", "--name", "某省中医药管理局"]) == 0
    assert Path("licence.key").stat().st_mode & 0o777 == 0o600
    request = load_pem_x509_csr(Path("licence.key.csr").read_bytes())
    assert request.is_signature_valid
    assert "某省中医药管理局" in request.subject.rfc4514_string()
    before = Path("licence.key").read_bytes()
    assert main(["licence-keys", "new", "licence.key", "--name", "x"]) == 2
    assert Path("licence.key").read_bytes() == before
    assert "licence.key" in capsys.readouterr().err


def test_keys_are_changed_and_what_is_published_has_both(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("new.pem").write_bytes(make_pem("新"))
    Path("old.pem").write_bytes(make_pem("旧"))
    assert main(["licence-keys", "ring", "new.pem", "old.pem"]) == 0
    ring = capsys.readouterr().out.strip()
    assert [one.private_key is not None for one in parse_bundles(ring)] == [True, False]
    monkeypatch.setenv("REGISTRY_ENVIRONMENT", "development")
    monkeypatch.setenv("REGISTRY_LICENCE_KEYS", ring)
    assert main(["licence-keys", "published"]) == 0
    assert len(json.loads(capsys.readouterr().out)["keys"]) == 2


def test_a_ring_that_would_not_work_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    Path("certificate.pem").write_bytes(make_pem().split(b"-----END PRIVATE KEY-----\n")[1])
    assert main(["licence-keys", "ring", "certificate.pem"]) == 2
    assert main(["licence-keys", "ring", "nothing.pem"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "needs its private key" in printed.err
