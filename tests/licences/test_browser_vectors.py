"""The codes with which the verifier in the browser is tested are judged as the file says; its own tests do the rest."""

import json

from registry_api.licences.keys import PublishedKeys
from tests.support.browser_vectors import VECTORS, decoded, flips, instant, make, read, verdict_on

HELD = json.loads(VECTORS.read_text("utf-8"))
KEYS = PublishedKeys.parse(json.dumps(HELD["keys"]).encode())


def test_this_verifier_says_what_the_browsers_is_tested_with() -> None:
    lists = {name: decoded(content) for name, content in HELD["lists"].items()}
    for case in HELD["cases"]:
        listed = read(lists, case["list"], KEYS)
        verdict = verdict_on(case["scanned"], KEYS, listed, instant(case["at"]))
        assert {name: case[name] for name in verdict} == verdict, case["case"]
    assert list(flips(HELD["flipped"]["token"], KEYS)) == HELD["flipped"]["flips"]


def test_the_file_holds_every_case_that_is_made_now() -> None:
    """After a change to the cases: `python -m tests.support.browser_vectors`."""
    made = [(case["case"], case["outcome"], case["reason"]) for case in make()["cases"]]
    assert made == [(case["case"], case["outcome"], case["reason"]) for case in HELD["cases"]]
    assert {reason for _, _, reason in made} >= {"malformed", "not_a_licence", "other_issuer", "wrong_key"}
