"""Statements on second factors; row-level security shows an account its own."""

from sqlalchemy import bindparam, select

from registry_api.kit.db import Statement
from registry_api.second_factors.models import SecondFactor

_good = (
    SecondFactor.account_id == bindparam("account_id"),
    SecondFactor.confirmed_at.is_not(None),
    SecondFactor.removed_at.is_(None),
)

LIST_KINDS = Statement(select(SecondFactor.kind).where(*_good).distinct(), str)
