"""Imports the fixtures; defines none."""

from tests.support.factors import entrance
from tests.support.identity_desk import identity_desk
from tests.support.object_store import object_store, s3_storage
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
    "object_store",
    "own_account",
    "post",
    "registrar",
    "s3_storage",
    "scene",
    "sms",
    "superuser",
    "wechat",
    "wechat_app",
    "wechat_server",
]
