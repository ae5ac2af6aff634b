"""The served form says at start-up what is missing or unsafe of sign-in."""

import subprocess
import sys

import pytest

SERVED = {
    "GONGZHI_FORM": "served",
    "SECRET_KEY": "x" * 60,
    "PERSONAL_KEYS": "y" * 60,
    "ALLOWED_HOSTS": "a.example",
    "DATABASE_URL": "postgres://a@127.0.0.1/b",
    "REDIS_URL": "redis://127.0.0.1",
    "CELERY_BROKER_URL": "redis://127.0.0.1",
    "PYTHONPATH": "src:.",
}
ALIYUN = {
    "SMS_BACKEND": "aliyun",
    "SMS_ALIYUN_KEY_ID": "id",
    "SMS_ALIYUN_KEY_SECRET": "secret",
    "SMS_ALIYUN_SIGN_NAME": "永康共治",
    "SMS_ALIYUN_TEMPLATES": "code=SMS_1",
}


def start(**more: str) -> str:
    """What start-up says; empty when it starts."""
    out = subprocess.run(
        [
            sys.executable,
            "-c",
            "import config.settings as s; print('MFA', s.MFA_REQUIRED, s.SOCIALACCOUNT_PROVIDERS.keys())",
        ],
        env={**SERVED, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    return out.stderr if out.returncode else out.stdout


def test_it_starts_with_a_gateway_and_requires_a_second_factor_of_officers() -> None:
    assert "MFA True" in start(**ALIYUN)


@pytest.mark.parametrize("backend", ["console", "memory"])
def test_a_backend_that_sends_nothing_is_refused(backend: str) -> None:
    said = start(SMS_BACKEND=backend)
    assert "SMS_BACKEND" in said
    assert "无法启动" in said
    assert "MFA True" in start(SMS_BACKEND=backend, SMS_ALLOW_UNSENT="1")


@pytest.mark.parametrize("missing", [name for name in ALIYUN if name != "SMS_BACKEND"])
def test_each_missing_part_of_the_gateway_is_named(missing: str) -> None:
    assert missing in start(**{name: value for name, value in ALIYUN.items() if name != missing})


def test_an_unknown_backend_and_an_open_line_are_refused() -> None:
    assert "SMS_BACKEND" in start(SMS_BACKEND="pigeon")
    assert "SMS_ALIYUN_ENDPOINT" in start(**ALIYUN, SMS_ALIYUN_ENDPOINT="http://a.example")


def test_providers_come_from_the_environment_alone() -> None:
    said = start(**ALIYUN, WEIXIN_APP_ID="a", WEIXIN_SECRET="b")
    assert "weixin" in said
    assert "dingtalk" not in said
