"""P15: secrets block; names of machines, networks and tickets are shown."""

import pytest

from tests.domain.rules.asking import findings, hits

RUN = "Zx9Kq2Lm7Tn4Vb8Wc3Rd6Fg1Hj5Ps0Ya"


@pytest.mark.parametrize(
    "secret",
    [
        "AKIA" + "Q7ZX2M4N8P6R1T3V",
        "ghp_" + RUN,
        "github_pat_" + RUN,
        "glpat-" + RUN[:20],
        "xoxb-" + "1234567890-" + RUN[:20],
        "AIza" + RUN + "abc",
        "sk_live_" + RUN[:24],
        "npm_" + RUN + "abcd",
        "SG." + RUN[:22] + "." + RUN,
        "sgp_" + "0123456789abcdef" * 2 + "01234567",
        "sk-" + RUN,
        "sk-proj-" + RUN,
        "abp_" + RUN,
        "eyJhbGciOiJub25lIn0." + "eyJzdWIiOiJub2JvZHkifQ." + RUN,
        "-----BEGIN RSA PRIVATE KEY-----",
        "https://hooks.slack.com/services/" + "T00000/B00000/" + RUN,
        "postgres://admin:hunter2@db.example.com/x",
    ],
)
@pytest.mark.parametrize("around", ["Use {} now.", "Use `{}` now.", "See “{}”."])
def test_a_token_blocks_even_in_code_and_quotes(secret, around):
    found = [one for one in findings(around.format(secret)) if one.rule == "P15" and one.level == "block"]
    assert len(found) == 1
    assert RUN not in found[0].message
    assert found[0].suggestion == "(removed)"


@pytest.mark.parametrize(
    "body",
    [
        "The password is hunter2024x.",
        "password: 9fQ-k2Lm77",
        'api_key="a1b2c3d4e5f6"',
        "Authorization: Bearer a1b2c3d4e5f6a7",
    ],
)
def test_a_password_that_is_spelled_out_blocks(body):
    assert "block" in {one.level for one in findings(body) if one.rule == "P15"}


@pytest.mark.parametrize(
    "body",
    [
        "Sign-in by password: customers can't use it, and token refresh fails.",
        "The password reset is slow; a secret is not shown.",
        "Password authentication and token verification fail since 10:30 UTC.",
        "Commit 4f2a9c1be0d3775aa1c2b3d4e5f60718293a4b5c is rolled back.",
        "The id 0192f0c1-7d5a-7c3e-9a51-0242ac120002 is shown.",
        "sk-learn and ghp_short are words.",
    ],
)
def test_talking_about_passwords_is_fine(body):
    assert hits("P15", body) == []


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("Requests from 203.0.113.7 fail.", "203.0.113.7"),
        ("The net 10.2.0.0/16 is lost.", "10.2.0.0/16"),
        ("See http://10.2.0.7/status now.", "10.2.0.7"),
        ("The address 2001:db8::7 is lost.", "2001:db8::7"),
        ("The host gitserver-3 is full.", "gitserver-3"),
        ("The host ip-10-0-3-4 is full.", "ip-10-0-3-4"),
        ("The host db7.prod.internal is full.", "db7.prod.internal"),
        ("See https://wiki.corp.example/page now.", "wiki.corp.example"),
        ("Mail joe@corp.example now.", "corp.example"),
        ("Tracked as OPS-1234.", "OPS-1234"),
        ("Tracked as INC-7 inside.", "INC-7"),
        ("Tracked in #4711 inside.", "#4711"),
    ],
)
def test_names_from_inside_are_shown(body, marked):
    found = [one for one in findings(body) if one.rule == "P15"]
    assert [body[one.start : one.end] for one in found] == [marked]
    assert found[0].level == "warn"


@pytest.mark.parametrize(
    "body",
    [
        "Version 10.30.0.1 and v1.2.3.4 are out.",
        "At 10:30:00 UTC all was well, as at 09:00 UTC.",
        "UTF-8, SHA-256, ISO-8601, CVE-2026-12345 and HTTP-2.",
        "Use 1.1.1.1 or 8.8.8.8 to resolve names.",
        "The local address 127.0.0.1 works.",
        "C++ has std::vector and a :: b.",
        "See example.com and https://status.example.com/OPS-1234.",
        "In us-east-1 and eu-west-2 it is slow.",
        "We are #1.",
        "If you have any questions, email support@example.com.",
    ],
)
def test_what_only_looks_internal_passes(body):
    assert hits("P15", body) == []


def test_the_support_address_may_lie_in_an_internal_domain():
    from portal.domain.rules import Setting

    setting = Setting(support_email="help@corp.example", internal_domains=("corp.example",))
    assert hits("P15", "Mail help@corp.example please.", setting=setting) == []
    assert hits("P15", "Mail me@corp.example please.", setting=setting) == ["corp.example"]
