"""Imports the fixtures; defines none."""

from tests.support.factors import entrance
from tests.support.identity_desk import identity_desk
from tests.support.own_account import own_account
from tests.support.post import mailbox, post, sms
from tests.support.registrar import registrar
from tests.support.scopes import members
from tests.support.superuser import fresh_counters, superuser
from tests.support.wechat import wechat, wechat_app, wechat_server
from tests.support.wechat_scene import scene

__all__ = [
    "entrance",
    "fresh_counters",
    "identity_desk",
    "mailbox",
    "members",
    "own_account",
    "post",
    "registrar",
    "scene",
    "sms",
    "superuser",
    "wechat",
    "wechat_app",
    "wechat_server",
]
