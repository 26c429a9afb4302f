"""A postmortem's two renderings side by side, made by the code that makes the public page."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from portal.domain.times import to_text
from portal.language import words_of
from portal.site import articles
from portal.site.blocks import Blocks
from portal.site.doc import Doc, Heading
from portal.site.full import reader_for
from portal.store import article_drafts
from portal.verbs.access import find_incident, ref_of
from portal.verbs.context import Actor, Context
from portal.verbs.postmortem_answers import row_of


def preview_postmortem(context: Context, actor: Actor, ref: str) -> dict[str, Any]:
    """The saved words as HTML: `public` has people as roles and nothing internal, `internal` has everything. Links lead
    to the public page."""
    blocks = _blocks(context.settings.language)
    now = to_text(context.now())
    with context.database.snapshot() as db:
        incident = find_incident(db, actor, ref)
        row_of(db, incident)
        reader = reader_for(db, context.settings)
        said: dict[str, Any] = {"ref": ref_of(incident["id"])}
        for name, inside in (("public", False), ("internal", True)):
            article = article_drafts.unpublished(reader, incident["id"], now, with_people=inside)
            assert article is not None  # noqa: S101
            doc = articles.postmortem(article, blocks, internal=inside, root=f"{context.settings.base_url}/")
            said[f"{name}_title"] = article.title
            said[name] = _html(doc, name)
    return said


def _html(doc: Doc, name: str) -> str:
    """The article alone, with anchors of its own, so that both renderings can stand on one page."""
    parts = [
        Heading(one.words, f"{name}-{one.anchor}") if isinstance(one, Heading) else one
        for one in doc.blocks
        if one is not articles.CONTENTS
    ]
    return replace(doc, blocks=parts).to_html()


@lru_cache(maxsize=4)
def _blocks(language: str) -> Blocks:
    return Blocks(words_of(language))
