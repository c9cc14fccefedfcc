"""The portals' solver and the service's library agree: both know the puzzle in the portals' tests."""

import base64
import json

from altcha import verify_solution

from tests.house.source import ROOT


def test_what_the_portals_send_for_the_puzzle_is_right() -> None:
    known = json.loads((ROOT / "frontends" / "shared" / "tests" / "puzzle.json").read_text("utf-8"))
    sent = {
        "challenge": known["puzzle"],
        "solution": {"counter": known["counter"], "derivedKey": known["derivedKey"]},
    }
    puzzle_secret, solution_secret = known["secrets"]
    proof = base64.b64encode(json.dumps(sent).encode()).decode()
    assert verify_solution(proof, puzzle_secret).verified
    assert verify_solution(proof, puzzle_secret, hmac_key_secret=solution_secret).verified
    assert not verify_solution(proof, solution_secret).verified
