"""A small OpenID Connect provider over real HTTP: discovery, authorization, token, keys, userinfo; PKCE is checked."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "portal", "a-client-secret-for-tests"


@dataclass
class Provider:
    """`claims` is who signs in next; `wrong` changes what its answers say, as a faulty or hostile one would."""

    claims: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "42",
            "email": "rob@example.com",
            "email_verified": True,
            "name": "Rob Roe",
        }
    )
    wrong: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}, auto_kid=False))
    asked: list[dict[str, str]] = field(default_factory=list)
    """The authorization requests so far."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    issuer: str = ""

    def consent(self, address: str) -> str:
        """What a person's browser does at the authorization endpoint: they agree, and are sent back to this address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked.append(asked)
        code = f"code-{len(self.codes)}-of-the-provider"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def about(self) -> dict[str, Any]:
        return {
            "issuer": self.wrong.get("issuer", self.issuer),
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }

    def token(self, sent: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        known = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if asked is None or asked["code_challenge"] != challenge or asked["code_challenge_method"] != "S256":
            return 400, {"error": "invalid_grant", "error_description": "the verifier does not fit"}
        if authorization != known or sent.get("redirect_uri") != asked["redirect_uri"]:
            return 401, {"error": "invalid_client"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.claims | self.wrong.get("claims", {})
        return 200, {"access_token": "an-access-token", "token_type": "Bearer", "id_token": self.signed(claims)}

    def signed(self, claims: dict[str, Any]) -> str:
        how = self.wrong.get("signature")
        if how == "none":
            parts = (json.dumps({"alg": "none"}), json.dumps(claims))
            return ".".join(base64.urlsafe_b64encode(one.encode()).decode().rstrip("=") for one in parts) + "."
        if how == "client secret":
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(SECRET.encode() * 2))
        key = RSAKey.generate_key(2048, {"kid": "one"}, auto_kid=False) if how == "another key" else self.key
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


@pytest.fixture(scope="module")
def served() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/.well-known/openid-configuration":
                self.say(provider.wrong.get("status", 200), provider.about())
            elif self.path == "/keys":
                self.say(200, {"keys": [provider.key.as_dict(private=False)]})
            elif self.path == "/userinfo":
                self.say(200, provider.wrong.get("userinfo", {}))
            else:
                self.say(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            self.say(*provider.token(sent, self.headers.get("Authorization", "")))

        def say(self, status: int, what: dict[str, Any]) -> None:
            body = json.dumps(what).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield provider
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(served: Provider) -> Provider:
    """The provider, as honest as at first."""
    fresh = Provider()
    served.claims, served.wrong, served.asked, served.codes = fresh.claims, {}, [], {}
    return served
