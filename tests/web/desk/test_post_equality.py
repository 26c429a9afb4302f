"""The preview is what the public reads: the same HTML, letter for letter, for real texts and hostile ones."""

import re
from itertools import count

import pytest

from portal.config import Settings
from portal.domain.names import PostState
from portal.site.full import reader_for
from portal.site.plan import Artifact
from tests.proofs import FULL
from tests.site.history import fresh_renderer
from tests.web.desk.real_posts import naughty, spread

pytestmark = pytest.mark.corpora
TEXTS = 200 if FULL else 24
ITEM = re.compile(r'<li class="post" id="[^"]*">.*?</li>\n(?=<li class="post"|</ol>)', re.DOTALL)
PROMISE = re.compile(r'<p class="promise">.*?</p>')
ID = re.compile(r'(?<=<li class="post" id=")[^"]*')


@pytest.fixture
def published(house, settings: Settings):
    """published(ref): the bytes of an incident's public page, by the renderer of the site."""
    renderer = fresh_renderer(settings)

    def page(ref: str) -> str:
        public_id = house.verbs.get(ref)["public_id"]
        with house.context.database.snapshot() as db:
            reader = reader_for(db, settings)
            files = dict(renderer.render(reader, Artifact("incident", public_id)))
        return files[f"site/incidents/{public_id}/index.html"].decode()

    return page


def newest(text: str) -> tuple[str, list[str]]:
    """The first post on a page, without its address, and the promise that stands above."""
    return ID.sub("", ITEM.findall(text)[0]), PROMISE.findall(text)


def test_the_preview_equals_the_published_post(house, mia, published, corpora):
    hostile = naughty(corpora)
    real = spread(corpora, TEXTS * 3 // 4)
    texts = [(one.body, PostState(one.state)) for one in real]
    texts += [(one, PostState.IDENTIFIED) for one in hostile[:: max(1, len(hostile) // (TEXTS - len(texts)))]]
    texts = texts[:TEXTS]
    compared = 0
    for number, (body, state) in zip(count(), texts, strict=False):
        ref = house.verbs.declare(f"Number {number}", components={"search": "degraded_performance"})["ref"]
        mia.look(f"/incidents/{ref}/post")
        typed = {"body": body.replace("\n", "\r\n"), "state": state.value, "customer_action": body[:200]}
        fields = [(name, value) for name, value in mia.fields(f"/incidents/{ref}/post") if name not in typed]
        mia.send(f"/incidents/{ref}/post/preview", [*fields, *typed.items()], HX_Request="true")
        preview = mia.page.text
        mia.look(f"/incidents/{ref}/post")
        for _ in range(2):
            if mia.press(f"/incidents/{ref}/post", "publish", **typed).request.path.endswith("/posts/1"):
                break
        else:
            assert "Must change" in mia.page.text, mia.page.text
            continue
        assert newest(preview) == newest(published(ref)), body
        compared += 1
    assert compared > 0.95 * len(texts)


def test_the_comparison_can_fail(house, mia, published, ref):
    mia.look(f"/incidents/{ref}/post")
    shown = mia.page.text
    mia.press(f"/incidents/{ref}/post", "publish", body="Other words about the Search component than those before.")
    assert newest(shown) != newest(published(ref))
