"""Following by mail, the whole way in a real browser; and mails as a browser shows them."""

import re
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from tests.mailserver import MailServer, Taken
from tests.running import RunningPortal

ADA = "ada@customer.example"
POST = {"state": "investigating", "body": "Searches in the Search component fail for some customers.", "confirm": True}
WIDTHS, SCHEMES = (320, 700), ("light", "dark")


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as made:
        yield made


@pytest.fixture(scope="module")
def portal(tmp_path_factory, server) -> Iterator[RunningPortal]:
    home = tmp_path_factory.mktemp("mail") / "home"
    chosen = {"mail_from": "status@example.com", "mail_delay": "0", "site_name": "Example"}
    chosen |= {"smtp__host": "127.0.0.1", "smtp__port": str(server.port)}
    with RunningPortal(home, **chosen) as it:
        token = it.command("token", "add", "staff", "--role", "admin").strip()
        it.staff = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        for name in ("Search", "Sign-in"):
            it.request("POST", "/api/v1/components", {"name": name}, it.staff)
        yield it


def wait_for(found: Callable[[], list[Taken]], count: int) -> list[Taken]:
    limit = time.monotonic() + 30
    while len(found()) < count:
        assert time.monotonic() < limit, f"{len(found())} of {count} mails came"
        time.sleep(0.05)
    return found()


def link(mail: Taken, kind: str) -> str:
    found = re.search(rf"https?://\S+/subscriptions/{kind}/\S+", mail.text)
    assert found
    return found[0]


@pytest.mark.browser
def test_the_whole_way(portal, server, browser):
    page = browser.new_page()
    page.goto(f"{portal.url}/subscribe/")
    page.fill("[name=email]", ADA)
    page.click("form[action$=subscriptions] button")
    assert "Look into your mail" in page.inner_text("h1")
    (asked,) = wait_for(lambda: server.to(ADA), 1)
    page.goto(link(asked, "confirm"))
    assert ADA in page.inner_text("main")
    page.click("text=Yes, send me mail")
    assert "you follow by mail" in page.inner_text("[role=status]")
    page.check("input[name=components][value=search]")
    page.click("text=Save")
    assert page.is_checked("input[name=components][value=search]")
    assert page.context.cookies() == []

    def post(title: str, component: str, *states: str) -> None:
        body = {"title": title, "severity": "major", "components": {component: "partial_outage"}, "post": POST}
        _, _, answer = portal.request("POST", "/api/v1/incidents", body, portal.staff)
        ref = re.search(rb"INC-\d+", answer)[0].decode()
        for state in states:
            more = {**POST, "state": state, "body": f"{POST['body']} Now {state}."}
            portal.request("POST", f"/api/v1/incidents/{ref}/posts", more, portal.staff)

    post("Sign-in fails", "sign-in")
    post("Search fails", "search", "identified", "resolved")
    mails = wait_for(lambda: server.to(ADA), 4)[1:]
    assert [str(one.mail["Subject"]) for one in mails] == [
        "[Investigating: Search] Search fails",
        "[Identified: Search] Search fails",
        "[Resolved: Search] Search fails",
    ]
    assert len({one.mail["References"].split()[0] for one in mails}) == 1
    leave = mails[-1].mail["List-Unsubscribe"].strip("<>")
    request = urllib.request.Request(leave, data=b"List-Unsubscribe=One-Click", method="POST")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
        assert "Set-Cookie" not in answer.headers
    page.goto(link(mails[-1], "manage"))
    assert "This link is over" in page.inner_text("h1")
    post("Search fails again", "search")
    assert len(server.to(ADA)) == 4
    page.close()


@pytest.mark.browser
def test_pages_for_subscribers_look_like_the_site(portal, browser):
    page = browser.new_page()
    page.set_viewport_size({"width": 320, "height": 700})
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    for path in ("/subscriptions", "/subscriptions/unsubscribe/nobody"):
        page.goto(portal.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.locator(".foot").count() == 1
        assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"
    assert errors == []
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_mail_fits_and_can_be_read(portal, server, browser, width, scheme):
    mail = wait_for(lambda: server.taken, 1)[-1]
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": 600})
    page.emulate_media(color_scheme=scheme)
    page.set_content(mail.html)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    colours = page.evaluate("""() => [...document.querySelectorAll('p, a, h1, h2, td')].map(one => {
        let behind = one, back = 'rgba(0, 0, 0, 0)';
        while (behind && back === 'rgba(0, 0, 0, 0)') {
            back = getComputedStyle(behind).backgroundColor; behind = behind.parentElement;
        }
        return [getComputedStyle(one).color, back];
    })""")
    assert colours
    for ink, ground in {tuple(one) for one in colours}:
        assert contrast(ink, ground) >= 4.5, (ink, ground)
    page.close()


def contrast(ink: str, ground: str) -> float:
    """The contrast ratio of two `rgb(...)` colours (WCAG 2.2, 1.4.3)."""

    def light(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(ink), light(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)
