"""A stand-in for Google on loopback: a real OpenID provider that also checks PKCE and can be told to lie."""

import base64
import hashlib
import io
import json
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

GOOGLE = "104578"


class IdentityProvider:
    """Set `lies` to change claims of the next identity tokens (None drops a claim)."""

    def __init__(self, port: int) -> None:
        claims = {"email": "alice@example.com", "email_verified": True, "name": "Alice \u202eGoogle"}
        people = [
            oidc_provider_mock.User(sub=GOOGLE, claims=claims),
            oidc_provider_mock.User(sub="unverified", claims={**claims, "email_verified": False}),
        ]
        self.provider = oidc_provider_mock.app(user_claims=people)
        self.challenges: dict[str, str] = {}
        self.lies: dict[str, Any] = {}
        self.address = f"http://127.0.0.1:{port}"
        self.server = make_server("127.0.0.1", port, self, threaded=True)
        Thread(target=self.server.serve_forever, daemon=True).start()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        request = Request(dict(environ, **{"wsgi.input": io.BytesIO(body)}))
        if request.path == "/oauth2/token" and not self._knows(request.form.to_dict()):
            return Response('{"error": "invalid_grant"}', 400, mimetype="application/json")(environ, start_response)
        response = Response.from_app(self.provider, environ)
        if request.path == "/oauth2/token" and response.status_code == 200:
            response.set_data(self._with_lies(response.get_data()))
        code = parse_qs(urlsplit(response.headers.get("Location", "")).query).get("code")
        if code:
            self.challenges[code[0]] = request.args["code_challenge"]
        return response(environ, start_response)

    def _knows(self, form: dict[str, str]) -> bool:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return self.challenges.get(form.get("code", "")) == challenge

    def _with_lies(self, answer: bytes) -> bytes:
        tokens = json.loads(answer)
        head, payload, signature = tokens["id_token"].split(".")
        claims = {**json.loads(base64.urlsafe_b64decode(payload + "==")), **self.lies}
        said = json.dumps({name: value for name, value in claims.items() if value is not None}).encode()
        tokens["id_token"] = ".".join([head, base64.urlsafe_b64encode(said).decode().rstrip("="), signature])
        return json.dumps(tokens).encode()
