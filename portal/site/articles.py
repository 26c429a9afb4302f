"""The postmortem archive and its articles, as pages."""

from collections import Counter
from collections.abc import Sequence

from portal.domain.public import PostmortemEntry, PublicPostmortem
from portal.site import share
from portal.site.blocks import Blocks
from portal.site.doc import Doc, Heading, Html
from portal.site.pages import shortened
from portal.text import plain

SECTION_HEADINGS = {
    "summary": "Summary",
    "impact": "Impact on customers",
    "customer_action": "What you should do",
    "background": "Background",
    "timeline_notes": "Timeline",
    "detection": "Detection",
    "contributing_factors": "Contributing factors",
    "resolution": "What stopped it",
    "surprised": "Why we were surprised",
    "went_well": "What went well",
    "went_badly": "What went badly",
    "lucky": "Where we were lucky",
    "communication": "Communication",
    "open_questions": "Open questions",
    "faq": "Questions and answers",
}
"""Public sections in the order of the page."""
CONTENTS = Html("<!-- contents -->")
"""Where the theme's postmortem.html puts the list of the headings."""


def postmortem(article: PublicPostmortem, blocks: Blocks) -> Doc:
    """One published article: its sections in order, the updates as they were, follow-ups, changelog."""
    parts: list[Heading | Html] = [blocks("postmortem_head", article=article, root="../../"), CONTENTS]
    for name, words in SECTION_HEADINGS.items():
        text = article.sections.get(name, "")
        if text:
            parts += [Heading(words), blocks("text", text=text)]
    if article.incident:
        parts += [Heading("Updates during the incident"), blocks("timeline", incident=article.incident)]
    if article.followups:
        done = sum(1 for one in article.followups if one.state == "done")
        parts += [
            Heading("Follow ups"),
            blocks("note", words=f"{done} of {len(article.followups)} done.", link=None),
            blocks("followups", followups=article.followups),
        ]
    if article.changelog:
        parts += [Heading("Changes to this page"), blocks("changelog", changelog=article.changelog)]
    return Doc(
        f"postmortems/{article.slug}.md",
        {
            "template": "postmortem.html",
            "title": article.title,
            "description": shortened(plain(article.sections.get("summary", "")) or article.title),
            "share": share.of_postmortem(article),
        },
        parts,
    )


def archive(entries: Sequence[PostmortemEntry], blocks: Blocks) -> Doc:
    """All postmortems, the newest incident first, with the ways to narrow them down."""
    parts: list[Heading | Html] = []
    if not entries:
        parts.append(blocks("note", words="No postmortem has been published yet.", link=None))
    else:
        parts.append(blocks("facets", facets=facets_of(entries), root="../"))
        parts.append(blocks("archive", entries=_newest_first(entries), root="../"))
        parts.append(blocks("note", words="New postmortems as a feed:", link="../postmortems.rss", link_words="RSS"))
    meta = {"title": "Postmortems", "description": "What happened, why, and what we changed."}
    return Doc("postmortems/index.md", meta, parts)


def facet(kind: str, value: str, entries: Sequence[PostmortemEntry], blocks: Blocks) -> Doc:
    """The postmortems of one year, component or tag."""
    words = next(words for name, found, words, _ in facets_of(entries) if (name, found) == (kind, value))
    chosen = _newest_first([one for one in entries if (kind, value) in facet_values(one)])
    meta = {"title": f"Postmortems: {words}", "description": f"Postmortems: {words}"}
    listed = blocks("archive", entries=chosen, root="../../../../")
    back = blocks("note", words="", link="../../../", link_words="All postmortems")
    return Doc(f"postmortems/by/{kind}/{value}.md", meta, [listed, back])


def facet_values(entry: PostmortemEntry) -> list[tuple[str, str]]:
    """(facet, value) of every archive page that lists this entry."""
    return [
        ("year", entry.happened_at[:4]),
        *(("component", slug) for slug, _ in entry.components),
        *(("tag", tag) for tag in entry.tags),
    ]


def _newest_first(entries: Sequence[PostmortemEntry]) -> list[PostmortemEntry]:
    return sorted(entries, key=lambda one: one.happened_at, reverse=True)


def facets_of(entries: Sequence[PostmortemEntry]) -> list[tuple[str, str, str, int]]:
    """(facet, value, words, number of postmortems), years first, newest year first."""
    names = {slug: name for entry in entries for slug, name in entry.components}
    counts = Counter(value for entry in entries for value in facet_values(entry))
    rank = {"year": 0, "component": 1, "tag": 2}
    rows = [
        (kind, value, names.get(value, value) if kind == "component" else value, count)
        for (kind, value), count in counts.items()
    ]
    rows.sort(key=lambda row: (rank[row[0]], -int(row[1]) if row[0] == "year" else 0, row[1]))
    return rows
