"""The postmortem archive and its articles, as pages."""

from collections import Counter
from collections.abc import Sequence

from portal.domain.public import PostmortemEntry, PublicPostmortem
from portal.language import N_
from portal.site import share
from portal.site.blocks import Blocks
from portal.site.doc import Doc, Heading, Html, heading
from portal.site.pages import shortened
from portal.text import plain

SECTION_HEADINGS = {
    "summary": N_("Summary"),
    "impact": N_("Impact on customers"),
    "customer_action": N_("What you should do"),
    "background": N_("Background"),
    "timeline_notes": N_("Timeline"),
    "detection": N_("Detection"),
    "contributing_factors": N_("Contributing factors"),
    "resolution": N_("What stopped it"),
    "surprised": N_("Why we were surprised"),
    "went_well": N_("What went well"),
    "went_badly": N_("What went badly"),
    "lucky": N_("Where we were lucky"),
    "communication": N_("Communication"),
    "open_questions": N_("Open questions"),
    "faq": N_("Questions and answers"),
}
"""Public sections in the order of the page."""
CONTENTS = Html("<!-- contents -->")
"""Where the theme's postmortem.html puts the list of the headings."""


INTERNAL_HEADINGS = {"internal_notes": "Internal notes"}
"""What follows them for readers inside; never in a public file."""


def postmortem(article: PublicPostmortem, blocks: Blocks, *, internal: bool = False, root: str = "../../") -> Doc:
    """One published article: its sections in order, the updates as they were, follow-ups, changelog. `internal` is the
    rendering for people inside, which has the internal sections too; `root` is where the site begins, for links."""
    _ = blocks.words
    parts: list[Heading | Html] = [blocks("postmortem_head", article=article, root=root), CONTENTS]
    for name, title in (SECTION_HEADINGS | (INTERNAL_HEADINGS if internal else {})).items():
        text = article.sections.get(name, "")
        if text:
            parts += [heading(title, _), blocks("text", text=text)]
    if article.incident:
        parts += [heading("Updates during the incident", _), blocks("timeline", incident=article.incident)]
    if article.followups:
        done = sum(1 for one in article.followups if one.state == "done")
        parts += [
            heading("Follow-ups", _),
            blocks("note", text=_("%(done)s of %(all)s done.", done=done, all=len(article.followups)), link=None),
            blocks("followups", followups=article.followups),
        ]
    if article.changelog:
        parts += [heading("Changes to this page", _), blocks("changelog", changelog=article.changelog)]
    return Doc(
        f"postmortems/{article.slug}.md",
        {
            "template": "postmortem.html",
            "title": article.title,
            "description": shortened(plain(article.sections.get("summary", "")) or article.title),
            "share": share.of_postmortem(article, _),
        },
        parts,
    )


def archive(entries: Sequence[PostmortemEntry], blocks: Blocks) -> Doc:
    """All postmortems, the newest incident first, with the ways to narrow them down."""
    _ = blocks.words
    parts: list[Heading | Html] = []
    if not entries:
        parts.append(blocks("note", text=_("No postmortem has been published yet."), link=None))
    else:
        parts.append(blocks("facets", facets=facets_of(entries), root="../"))
        parts.append(blocks("archive", entries=_newest_first(entries), root="../"))
        parts.append(blocks("note", text=_("New postmortems as a feed:"), link="../postmortems.rss", link_words="RSS"))
    meta = {"title": _("Postmortems"), "description": _("What happened, why, and what we changed.")}
    return Doc("postmortems/index.md", meta, parts)


def facet(kind: str, value: str, entries: Sequence[PostmortemEntry], blocks: Blocks) -> Doc:
    """The postmortems of one year, component or tag."""
    shown = next(words for name, found, words, _ in facets_of(entries) if (name, found) == (kind, value))
    chosen = _newest_first([one for one in entries if (kind, value) in facet_values(one)])
    _ = blocks.words
    title = _("Postmortems: %(about)s", about=shown)
    meta = {"title": title, "description": title, "noindex": True}
    listed = blocks("archive", entries=chosen, root="../../../../")
    back = blocks("note", text="", link="../../../", link_words=_("All postmortems"))
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
