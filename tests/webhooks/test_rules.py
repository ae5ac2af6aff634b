"""Which addresses may be called, when again, and the signature of Standard Webhooks."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks import rules


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://hooks.firm.example/in", ""),
        ("https://hooks.firm.example:8443/in?x=1", ""),
        ("https://93.184.215.14/in", ""),
        ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", ""),
        ("http://hooks.firm.example/in", "not_https"),
        ("HTTPS://hooks.firm.example/in", ""),
        ("ftp://hooks.firm.example/", "not_https"),
        ("hooks.firm.example", "not_https"),
        ("https://me:secret@hooks.firm.example/", "has_user"),
        ("https://hooks.firm.example@127.0.0.1/", "has_user"),
        ("https://", "no_host"),
        ("https:///in", "no_host"),
        ("https://hooks.firm.example:22/", "port"),
        ("https://hooks.firm.example:99999/", "unreadable"),
        ("https://hooks.firm.example/a b", "unreadable"),
        ("https://hooks.firm.example/\r\nHost: x", "unreadable"),
        ("https://hooks.firm.example\\@127.0.0.1/", "unreadable"),
        ("https://物业.example/", "unreadable"),
        ("https://hooks.firm.example/" + "a" * 400, "too_long"),
        ("https://localhost/", "private"),
        ("https://database/", "private"),
        ("https://127.0.0.1/", "private"),
        ("https://127.1/", "private"),
        ("https://2130706433/", "private"),
        ("https://0x7f.0.0.1/", "private"),
        ("https://10.0.0.8/", "private"),
        ("https://192.168.1.1/", "private"),
        ("https://169.254.169.254/latest/meta-data/", "private"),
        ("https://100.64.0.1/", "private"),
        ("https://0.0.0.0/", "private"),
        ("https://224.0.0.1/", "private"),
        ("https://255.255.255.255/", "private"),
        ("https://[::1]/", "private"),
        ("https://[fe80::1]/", "private"),
        ("https://[fd00::1]/", "private"),
        ("https://[::ffff:127.0.0.1]/", "private"),
        ("https://[64:ff9b::7f00:1]/", "private"),
        ("https://[2002:7f00:1::]/", "private"),
        ("https://[ff02::1]/", "private"),
    ],
)
def test_addresses_that_may_not_be_called(url: str, reason: str) -> None:
    assert rules.refused_url(url) == reason


@given(st.sampled_from(["10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"]), st.data())
def test_no_private_address_is_called_in_any_dress(network: str, data: st.DataObject) -> None:
    net = IPv4Network(network)
    inner = IPv4Address(int(net[0]) + data.draw(st.integers(0, net.num_addresses - 1)))
    dresses = [
        str(inner),
        str(IPv6Address(0xFFFF << 32 | int(inner))),
        str(IPv6Address(0x0064FF9B << 96 | int(inner))),
        str(IPv6Address(0x2002 << 112 | int(inner) << 80)),
    ]
    assert [rules.refused_address(one) for one in dresses] == ["private"] * 4


def test_what_is_no_address_is_not_called() -> None:
    assert [rules.refused_address(text) for text in ("", "x", "1.2.3", "93.184.215.14")] == ["unreadable"] * 3 + [""]


def test_the_waits_after_failures() -> None:
    minutes = [wait.total_seconds() / 60 if (wait := rules.wait_after(n)) else None for n in range(1, 8)]
    assert minutes == [1, 5, 30, 120, 360, 1440, None]


def test_the_signature_is_that_of_the_standard() -> None:
    """The example that the makers of the standard publish with their libraries."""
    assert (
        rules.signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp=1614265330,
            body=b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_every_valid_secret_signs() -> None:
    found = rules.headers(["whsec_YQ==", "whsec_Yg=="], message_id="msg_1", timestamp=7, body=b"{}")
    assert found["webhook-id"] == "msg_1"
    assert found["webhook-timestamp"] == "7"
    assert found["webhook-signature"].split() == [
        rules.signature(secret, message_id="msg_1", timestamp=7, body=b"{}") for secret in ("whsec_YQ==", "whsec_Yg==")
    ]
