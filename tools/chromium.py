"""Finds or installs the browser of the browser tests, and prints its path.

Chinese texts and native controls are part of what is tested, so a Chinese font and the browser's Chinese
locale have to be there too. Nothing is skipped: what cannot be installed is named, and the command fails.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

PACKAGES = ("chromium", "chromium-l10n", "fonts-wqy-microhei", "fontconfig")
ADVICE = (
    "The browser tests need Chromium with its Chinese locale, and a Chinese font. As root on Debian:\n"
    f"    apt-get install --no-install-recommends {' '.join(PACKAGES)}\n"
    "or name an installed Chromium or Chrome with REGISTRY_CHROMIUM.\n"
    "Without a browser, the other tests run with: .venv/bin/python -m pytest --ignore tests/browser\n"
    "浏览器测试需要 Chromium（含中文语言包）和中文字体，请按上面的命令安装，或用 REGISTRY_CHROMIUM 指定。"
)


def main() -> None:
    """Prints the browser's path; fails with advice."""
    browser = named() or installed() or install_package() or install_playwrights()
    if browser is None:
        fail("This machine has no Chromium, and Playwright's could not be downloaded; see above.")
    if not starts(browser):
        fail(f"{browser} does not start: libraries that it needs are missing.")
    if not has_chinese_font():
        if can_install():
            apt("fonts-wqy-microhei", "fontconfig")
        if not has_chinese_font():
            fail("No Chinese font is installed.")
    if not has_chinese_locale(browser):
        if can_install():
            apt("chromium-l10n")
        if not has_chinese_locale(browser):
            fail(f"{browser} lacks its Chinese locale.")
    print(browser)


def named() -> str | None:
    """The browser that the environment names."""
    name = os.environ.get("REGISTRY_CHROMIUM")
    if not name:
        return None
    path = shutil.which(name)
    if path is None:
        sys.exit(f"REGISTRY_CHROMIUM names {name}, which is no program.\n{ADVICE}")
    return path


def installed() -> str | None:
    """The system's browser; Ubuntu's launcher for the snap does not work in services and containers."""
    places = f"/usr/bin:{os.environ.get('PATH', '')}"
    found = (shutil.which(name, path=places) for name in ("chromium", "google-chrome"))
    return next((path for path in found if path and "/snap/" not in str(Path(path).resolve())), None)


def install_package() -> str | None:
    """Debian's package, if this is root on a system that has one."""
    if not can_install():
        return None
    apt_update()
    ask = ["apt-cache", "policy", "chromium"]
    plain = {**os.environ, "LC_ALL": "C"}
    policy = subprocess.run(ask, capture_output=True, text=True, env=plain, check=False)
    if "Candidate: (none)" in policy.stdout or "snap" in policy.stdout or not policy.stdout:
        return None
    apt(*PACKAGES)
    return installed()


def install_playwrights() -> str | None:
    """Playwright's own build, in the user's cache."""
    say("No Chromium is installed: downloading Playwright's into this account's cache")
    libraries = ["--with-deps"] if can_install() else []
    subprocess.run(
        [sys.executable, "-m", "playwright", "install", *libraries, "--no-shell", "chromium"],
        stdout=sys.stderr,
        check=False,
    )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def starts(browser: str) -> bool:
    """Whether the program and its libraries are complete."""
    return subprocess.run([browser, "--version"], capture_output=True, check=False).returncode == 0


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font with Chinese characters."""
    if shutil.which("fc-list") is None:
        return False
    answer = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return bool(answer.stdout.strip())


def has_chinese_locale(browser: str) -> bool:
    """Whether native controls can be Chinese. Debian ships that apart; other builds hold all locales."""
    debian = Path("/usr/lib/chromium/locales")
    is_debians = Path(browser).resolve() == Path("/usr/bin/chromium") and debian.is_dir()
    return not is_debians or any(debian.glob("zh-CN*.pak"))


def can_install() -> bool:
    """Whether this is root on a Debian or Ubuntu."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_update() -> None:
    """Fetches the lists of packages."""
    say("Fetching the lists of Debian packages")
    subprocess.run(["apt-get", "update", "-qq"], stdout=sys.stderr, check=False)


def apt(*packages: str) -> None:
    """Installs Debian packages; a failure shows in the check that follows."""
    say(f"Installing {', '.join(packages)}")
    install = ["apt-get", "install", "-y", "-qq", "-o=Dpkg::Use-Pty=0", "--no-install-recommends", *packages]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.run(install, stdout=sys.stderr, env=quiet, check=False).returncode != 0:
        apt_update()
        subprocess.run(install, stdout=sys.stderr, env=quiet, check=False)


def say(text: str) -> None:
    """Tells what takes time; standard output is for the path alone."""
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    """Ends, saying what to install."""
    sys.exit(f"{text}\n{ADVICE}")


if __name__ == "__main__":
    main()
