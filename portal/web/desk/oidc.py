"""OpenID Connect by Authlib: the code flow with PKCE, state and nonce, which a cookie keeps meanwhile."""

import contextlib
import json
import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from portal.config import Oidc
from portal.domain.errors import NotSignedIn
from portal.verbs.identities import Identity

log = logging.getLogger("portal.web")

TIMEOUT_S = 8
"""For each question to the provider."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures whose keys are public: a token can't be signed with what everybody knows."""
LEEWAY_S = 120
FAILED = "Signing in by {name} did not work. Try again; if it fails again, an admin can give you a one-time link."


@dataclass(frozen=True)
class Started:
    """A sign-in under way: where the browser goes, and what it must bring back."""

    address: str
    kept: str


def start(oidc: Oidc, back: str, to: str) -> Started:
    """Begin; `back` is where the provider sends the browser, `to` where the person wants to go then. NotSignedIn when
    the provider can't be reached."""
    nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    with _answered(oidc), _session(oidc, back) as session:
        about = _about(oidc, session)
        address, state = session.create_authorization_url(
            about["authorization_endpoint"], nonce=nonce, code_verifier=verifier
        )
    return Started(str(address), json.dumps({"state": state, "nonce": nonce, "verifier": verifier, "to": to}))


def finish(oidc: Oidc, back: str, answer: dict[str, str], kept: str) -> tuple[Identity, str]:
    """Who came back with this answer, and where they want to go. NotSignedIn for everything that does not fit."""
    with _answered(oidc):
        begun = dict(json.loads(kept or "{}"))
        if not answer.get("state") or answer["state"] != begun.get("state"):
            raise OAuthError("state", "the answer belongs to no sign-in that began in this browser")
        if "error" in answer:
            raise OAuthError(answer["error"][:80], answer.get("error_description", "")[:200])
        with _session(oidc, back) as session:
            about = _about(oidc, session)
            token = session.fetch_token(
                about["token_endpoint"], code=answer.get("code", ""), code_verifier=begun["verifier"]
            )
            claims = _claims(oidc, about, session, token, begun["nonce"])
            if "email" not in claims and about.get("userinfo_endpoint"):
                more = _json(session.get(about["userinfo_endpoint"]))
                if more.get("sub") != claims["sub"]:
                    raise OAuthError("userinfo", "the provider's userinfo is about somebody else")
                claims = {**more, **claims}
    name = claims.get("name") or claims.get("preferred_username") or ""
    identity = Identity(
        issuer=about["issuer"],
        subject=str(claims["sub"]),
        email=str(claims.get("email") or ""),
        email_verified=claims.get("email_verified") in (True, "true"),
        name=str(name),
    )
    return identity, str(begun.get("to", ""))


def _about(oidc: Oidc, session: OAuth2Session) -> dict[str, Any]:
    """The provider's own description, which must speak of the issuer that was set (OpenID Connect Discovery, 4.3)."""
    issuer = oidc.issuer or ""
    about = _json(session.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", withhold_token=True))
    if str(about.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        raise OAuthError("issuer", f"the provider calls itself {str(about.get('issuer'))[:100]}")
    secure = urlsplit(issuer).scheme == "https"
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if secure and urlsplit(str(about.get(name))).scheme != "https":
            raise OAuthError("discovery", f"the provider's {name} is not reached by https")
    return about


def _claims(oidc: Oidc, about: dict[str, Any], session: OAuth2Session, token: Any, nonce: str) -> dict[str, Any]:
    keys = KeySet.import_key_set(cast(Any, _json(session.get(about["jwks_uri"], withhold_token=True))))
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    decoded = jwt.decode(token.get("id_token", ""), keys, registry=registry)
    must = {
        "iss": {"essential": True, "values": [about["issuer"]]},
        "aud": {"essential": True, "value": oidc.client_id},
    }
    known = {"nonce": nonce, "client_id": oidc.client_id, "access_token": token.get("access_token")}
    claims = CodeIDToken(decoded.claims, decoded.header, must, known)
    claims.validate(leeway=LEEWAY_S)
    return dict(claims)


def _json(response: requests.Response) -> dict[str, Any]:
    response.raise_for_status()
    found = response.json()
    if not isinstance(found, dict):
        raise OAuthError("answer", "the provider's answer is no JSON object")
    return found


def _session(oidc: Oidc, back: str) -> OAuth2Session:
    return OAuth2Session(
        client_id=oidc.client_id,
        client_secret=oidc.client_secret,
        scope="openid email profile",
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if oidc.client_secret else "none",
        default_timeout=TIMEOUT_S,
    )


@contextlib.contextmanager
def _answered(oidc: Oidc) -> Iterator[None]:
    """Whatever a provider does wrong is logged without secrets and told in one sentence."""
    try:
        yield
    except OAuthError as error:
        said = f"{error.error}: {error.description}"
    except (JoseError, requests.RequestException, ValueError, LookupError, TypeError, RecursionError) as error:
        said = type(error).__name__  # its text may hold a code or a token
    else:
        return
    log.warning("signing in by %s failed (%r)", oidc.issuer, said[:300])
    raise NotSignedIn(FAILED.format(name=oidc.name))
