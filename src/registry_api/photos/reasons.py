"""Why a portrait is unfit, as a reviewer may begin to say it."""

REASONS = ("not_white", "not_front", "covered", "unclear", "not_recent", "edited", "not_the_person")
"""近 6 个月 2 寸白底免冠正面半身照 (Order 13), and what else makes a portrait unfit; `photo_reason.{code}`."""
