"""The server under test for the Python suites: its address, its command line, people
provisioned over SCIM, and a person's browser, as far as a sign-in without JavaScript needs one."""

import json
import os
import subprocess
import tempfile
import time
import uuid
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

ISSUER = os.environ["DOORWARD_PUBLIC_URL"]
REDIRECT_URI = "http://127.0.0.1:9/callback"
SCOPE = "openid profile email offline_access"


def doorward(*words, given=""):
    ran = subprocess.run([os.environ["DOORWARD_BIN"], *words], input=given, check=True, stdout=subprocess.PIPE, text=True)
    return ran.stdout


def create_client(*options, redirect_uri=REDIRECT_URI, **metadata):
    """`metadata` is what the options do not know, in the names of RFC 7591."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(metadata, file)
        file.flush()
        made = json.loads(doorward("client", "create", "--name", f"Application {uuid.uuid4()}", "--redirect-uri", redirect_uri,
                                   "--scope", SCOPE, "--metadata", file.name, *options, "--json"))
    known(made["client_id"], redirect_uri)
    return made


def known(client_id, redirect_uri):
    """The command is another process than the server, which looks for such changes every second."""
    asked = {"client_id": client_id, "redirect_uri": redirect_uri, "response_type": "none"}
    until = time.monotonic() + 5
    while requests.get(f"{ISSUER}/oauth2/authorize", params=asked, allow_redirects=False).status_code not in (302, 303):
        assert time.monotonic() < until, "the server does not know a client that was registered five seconds ago"
        time.sleep(0.1)


_key = None


def provision():
    global _key
    if _key is None:
        _key = json.loads(doorward("api-key", "create", "--name", "conformance", "--scope", "scim", "--expires-in", "1d", "--json"))["key"]
    name = f"ada.{uuid.uuid4()}@example.com"
    answer = requests.post(f"{ISSUER}/scim/v2/Users", headers={"authorization": f"Bearer {_key}"}, json={
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "active": True,
        "displayName": "Ada Lovelace", "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"type": "work", "value": name, "primary": True}]})
    answer.raise_for_status()
    password = f"correct horse {uuid.uuid4()}"
    doorward("user", "set-password", name, "--password-stdin", given=password)
    return {"id": answer.json()["id"], "userName": name, "password": password}


class _Forms(HTMLParser):
    """The forms of a page: where each goes, what stands in it, and its buttons."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.buttons = [], {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form":
            self.forms.append({"action": a.get("action") or "", "values": {}})
        elif self.forms and tag == "input" and a.get("name") and (
            a.get("type") not in ("submit", "checkbox") or a.get("type") == "checkbox" and "checked" in a
        ):
            self.forms[-1]["values"][a["name"]] = a.get("value") or ""
        if self.forms and tag in ("button", "input"):
            for name in {a.get("name"), a.get("id")} - {None}:
                self.buttons[name] = (self.forms[-1], a)


class Browser:
    def __init__(self):
        self.session = requests.Session()

    def walk(self, address, person, until=REDIRECT_URI):
        """Through the pages until the application's address comes up; that address."""
        page = self._follow("GET", address, None, None, until)
        for _ in range(5):
            if isinstance(page, str):
                return page
            buttons = _Forms(page.text).buttons
            if "login-submit" in buttons:
                page = self._submit(page, buttons["login-submit"], {"username": person["userName"], "password": person["password"]}, until)
            else:
                assert "consent-allow" in buttons, f"{page.url} ({page.status_code}): {page.text[:500]}"
                page = self._submit(page, buttons["consent-allow"], {}, until)
        raise AssertionError("the sign-in does not end")

    def _submit(self, page, button, fields, until):
        form, pressed = button
        values = form["values"] | fields
        if pressed.get("name"):
            values[pressed["name"]] = pressed.get("value") or ""
        return self._follow("POST", urljoin(page.url, pressed.get("formaction") or form["action"]), values, page.url, until)

    def _follow(self, method, address, values, referer, until):
        for _ in range(15):
            headers = {"accept": "text/html", "sec-fetch-site": "same-origin" if referer else "none"}
            if method == "POST":
                headers |= {"origin": ISSUER, "referer": referer}
            page = self.session.request(method, address, data=values, headers=headers, allow_redirects=False, timeout=30)
            if page.status_code not in (302, 303, 307):
                return page
            address, method, values = urljoin(page.url, page.headers["location"]), "GET", None
            if address.startswith(until):
                return address
        raise AssertionError("redirects without end")
