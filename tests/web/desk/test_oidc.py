# ruff: noqa: F811
"""Sign-in by the company's own accounts, against a provider that speaks HTTP and sometimes lies."""

import base64
import logging
from urllib.parse import urlsplit

import pytest

from portal.config import Oidc
from portal.domain.names import Permission
from portal.verbs import people
from portal.verbs.commands_people import ChangePerson
from portal.verbs.context import PORTAL
from tests.web.desk.provider import CLIENT, SECRET, Provider, provider, served  # noqa: F401
from tests.web.desk.writing import House, desk, house, house_of  # noqa: F401

BASE = "https://status.example.com"


@pytest.fixture
def company(house: House, desk, provider: Provider) -> House:
    """A desk whose people sign in with the provider."""
    oidc = Oidc(issuer=provider.issuer, client_id=CLIENT, client_secret=SECRET, domains=["example.com"], name="Example")
    settings = house.context.settings.model_copy(update={"oidc": oidc})
    return house_of(type(house.context)(house.context.database, settings, now=house.context.now), desk)


def start(client, to: str = "/desk/") -> str:
    answer = client.get(f"/desk/sign-in/with?to={to}", base_url=BASE)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def back(client, address: str):
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}", base_url=BASE)


def sign_in(company: House, provider: Provider, to: str = "/desk/"):
    client = company.app.test_client()
    return client, back(client, provider.consent(start(client, to)))


def signed_in(client) -> bool:
    return client.get("/desk/account", base_url=BASE).status_code == 200


def everybody(company: House) -> dict[str, dict]:
    return {one["email"]: one for one in people.list_people(company.context, PORTAL)["items"]}


def test_the_first_sign_in_makes_a_responder(company, provider):
    client, answer = sign_in(company, provider, "/desk/incidents?state=active")
    assert answer.headers["Location"] == "/desk/incidents?state=active"
    assert signed_in(client)
    found = everybody(company)["rob@example.com"]
    assert (found["name"], found["permissions"]) == ("Rob Roe", ["responder"])


def test_the_request_carries_state_nonce_and_a_challenge(company, provider):
    sign_in(company, provider)
    [asked] = provider.asked
    assert asked["redirect_uri"] == f"{BASE}/desk/sign-in/back"
    assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
    assert asked["code_challenge_method"] == "S256"
    assert all(len(asked[name]) >= 24 for name in ("state", "nonce", "code_challenge"))
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}


@pytest.mark.parametrize("kept", ["[]", "7", "null", '{"state": "x"}', "[" * 2500])
def test_a_spoilt_cookie_is_a_sign_in_that_did_not_begin_here(company, kept):
    client = company.app.test_client()
    said = base64.urlsafe_b64encode(kept.encode()).decode().rstrip("=")
    client.set_cookie("__Host-oidc", said, domain="status.example.com", secure=True)
    assert back(client, "/desk/sign-in/back?state=x&code=y").status_code == 401


def test_the_same_subject_is_the_same_person_under_another_address(company, provider):
    sign_in(company, provider)
    provider.claims["email"] = "robert@example.com"
    client, _ = sign_in(company, provider)
    assert signed_in(client)
    assert "robert@example.com" not in everybody(company)


def test_somebody_who_was_added_before_keeps_their_permissions(company, provider):
    people.add_person(company.context, PORTAL, "ROB@contractor.example", [Permission.MESSENGER], "Rob")
    provider.claims |= {"sub": "43", "email": "rob@contractor.example"}
    client, _ = sign_in(company, provider)
    assert signed_in(client)
    found = everybody(company)["ROB@contractor.example"]
    assert (found["name"], found["permissions"]) == ("Rob", ["messenger"])


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email": "eve@evil.example"}, "have no account here yet"),
        ({"email": "eve@example.com.evil.example"}, "have no account here yet"),
        ({"email_verified": False}, "no verified mail address"),
        ({"email_verified": "false"}, "no verified mail address"),
        ({"email": ""}, "no verified mail address"),
        ({"email": None}, "no verified mail address"),
    ],
)
def test_strangers_are_told_why_they_are_not_let_in(company, provider, claims, said):
    provider.claims |= claims
    client, answer = sign_in(company, provider)
    assert (answer.status_code, said in answer.text) == (403, True), answer.text
    assert not signed_in(client)
    assert everybody(company) == {}


def test_a_disabled_account_stays_shut(company, provider):
    sign_in(company, provider)
    people.change_person(company.context, PORTAL, "rob@example.com", ChangePerson(disabled=True))
    client, answer = sign_in(company, provider)
    assert "is disabled here" in answer.text
    assert not signed_in(client)


def test_an_address_that_only_userinfo_tells_counts(company, provider):
    told = {name: provider.claims.pop(name) for name in ("email", "email_verified")}
    provider.wrong = {"userinfo": {"sub": "42", **told}}
    client, _ = sign_in(company, provider)
    assert signed_in(client)
    provider.wrong = {"userinfo": {"sub": "somebody else", **told}}
    client, answer = sign_in(company, provider)
    assert (answer.status_code, signed_in(client)) == (401, False)


LIES = {
    "a token for another client": {"claims": {"aud": "another"}},
    "another issuer's token": {"claims": {"iss": "https://evil.example"}},
    "an old token": {"claims": {"exp": 1_600_000_000}},
    "a replayed nonce": {"claims": {"nonce": "another"}},
    "no subject": {"claims": {"sub": None}},
    "no signature": {"signature": "none"},
    "a signature of another key": {"signature": "another key"},
    "a signature with the client's secret": {"signature": "client secret"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_provider_that_lies_signs_nobody_in(company, provider, lie):
    provider.wrong = LIES[lie]
    client, answer = sign_in(company, provider)
    assert answer.status_code == 401
    assert "did not work" in answer.text
    assert not signed_in(client)


@pytest.mark.parametrize("wrong", [{"issuer": "https://evil.example"}, {"status": 500}])
def test_a_provider_that_can_t_be_asked_leaves_the_other_ways_open(company, provider, wrong):
    provider.wrong = wrong
    answer = company.app.test_client().get("/desk/sign-in/with", base_url=BASE)
    assert answer.status_code == 401
    assert 'name="password"' in answer.text


def test_an_answer_that_belongs_to_another_browser_is_refused(company, provider):
    begun, other = company.app.test_client(), company.app.test_client()
    address = provider.consent(start(begun))
    start(other)
    for client in (other, company.app.test_client()):
        assert back(client, address).status_code == 401
        assert not signed_in(client)
    assert back(begun, address).status_code == 303


def test_an_answer_works_once(company, provider):
    client = company.app.test_client()
    address = provider.consent(start(client))
    back(client, address)
    assert back(client, address).status_code == 401


def test_a_person_who_says_no_is_back_at_the_form(company, provider):
    client = company.app.test_client()
    state = provider.consent(start(client)).rpartition("state=")[2]
    answer = client.get(f"/desk/sign-in/back?error=access_denied&state={state}", base_url=BASE)
    assert answer.status_code == 401
    assert "Sign in with Example" in answer.text


def test_without_the_setting_there_is_no_other_way(house):
    client = house.app.test_client()
    assert "Sign in with" not in client.get("/desk/sign-in").text
    assert client.get("/desk/sign-in/with").status_code == 401
    assert client.get("/desk/sign-in/back?code=x&state=y").status_code == 401


def test_no_secret_of_a_sign_in_is_logged(company, provider, caplog):
    caplog.set_level(logging.DEBUG)
    for wrong in (*LIES.values(), {}):
        provider.wrong = wrong
        _, answer = sign_in(company, provider)
        said = answer.text + caplog.text
        for secret in (SECRET, "an-access-token", "of-the-provider", provider.asked[-1]["nonce"]):
            assert secret not in said, wrong
