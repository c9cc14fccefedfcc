"""Settings refuse what would not work or not be safe, and say so in words that an operator can follow."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from registry_api.kit.key_bundles import encode_ring, make_demonstration_ring
from registry_api.kit.settings import Settings
from tests.support.licence_keys import make_bundle

WHOLE: dict[str, Any] = {
    "environment": "production",
    "database_url": SecretStr("postgresql://registry_app@db/registry"),
    "public_origin": "https://registry.example.cn",
    "field_keys": SecretStr("1:x"),
    "blind_index_key": SecretStr("x"),
    "token_keys": SecretStr("1:x"),
    "licence_keys": SecretStr(encode_ring([make_bundle()])),
    "sms_delivery": "gateway",
    "sms_gateway_url": "https://sms.example.cn/messages",
    "sms_gateway_token": SecretStr("x"),
    "mail_delivery": "smtp",
    "mail_host": "relay.example.cn",
    "mail_sender": "电子化注册系统 <registry@example.cn>",
}


def test_whole_settings_are_taken() -> None:
    settings = Settings(**WHOLE)
    assert not settings.shows_inbox
    assert not settings.plain_http


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sms_delivery": "inbox"}, "REGISTRY_SMS_DELIVERY must be gateway"),
        ({"mail_delivery": "inbox"}, "REGISTRY_MAIL_DELIVERY must be smtp"),
        ({"sms_gateway_url": ""}, "REGISTRY_SMS_GATEWAY_URL is missing"),
        ({"sms_gateway_token": SecretStr("")}, "REGISTRY_SMS_GATEWAY_TOKEN is missing"),
        ({"sms_gateway_url": "http://sms.example.cn/"}, "REGISTRY_SMS_GATEWAY_URL must begin with https://"),
        ({"mail_host": ""}, "REGISTRY_MAIL_HOST is missing"),
        ({"mail_sender": ""}, "REGISTRY_MAIL_SENDER is missing"),
        ({"mail_sender": "注册系统"}, "REGISTRY_MAIL_SENDER must be an address"),
        ({"mail_username": "u", "mail_security": "none"}, "would send the mail password in clear"),
        ({"public_origin": "http://registry.example.cn"}, "REGISTRY_PUBLIC_ORIGIN must begin with https://"),
        ({"licence_keys": SecretStr("")}, "REGISTRY_LICENCE_KEYS is missing"),
        (
            {"licence_keys": SecretStr("eA==")},
            "REGISTRY_LICENCE_KEYS: entry 1 of the ring: there is no certificate",
        ),
        ({"licence_keys": SecretStr(make_demonstration_ring())}, "is for demonstrations"),
        ({"sms_signature": "【双】"}, "sms_signature"),
        ({"storage_s3_bucket": "b", "storage_s3_secret_key": SecretStr("x")}, "S3_ACCESS_KEY is missing"),
        ({"storage_s3_bucket": "b", "storage_s3_access_key": "x"}, "S3_SECRET_KEY is missing"),
        (
            {
                "storage_s3_bucket": "b",
                "storage_s3_access_key": "x",
                "storage_s3_secret_key": SecretStr("x"),
                "storage_s3_endpoint": "http://s3.example.cn",
            },
            "REGISTRY_STORAGE_S3_ENDPOINT must begin with https://",
        ),
        ({"sms_gateway_timeout_seconds": 60}, "sms_gateway_timeout_seconds"),
    ],
)
def test_production_refuses_what_would_lose_messages_or_show_secrets(
    changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        Settings(**{**WHOLE, **changed})


def test_an_inbox_is_a_development_machines_under_its_own_address() -> None:
    assert Settings(environment="development").shows_inbox
    assert Settings(environment="development", public_origin="http://localhost:8080").shows_inbox
    assert not Settings(environment="development", public_origin="http://10.0.0.5:8000").shows_inbox
    assert not Settings(**{**WHOLE, "public_origin": "https://127.0.0.1"}).shows_inbox
