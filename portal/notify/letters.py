"""Which words a mail has, for each event: from the same public state that the page is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.domain.public import Page, PublicIncident, PublicPost, PublicPostmortem
from portal.domain.wording import STATE_WORDS
from portal.language import Words
from portal.notify.mime import TOKEN, Letter

Render = Callable[..., str]
"""render("post.txt", words, **values): a template of site_templates/mail, filled in."""
NAMED = 2
"""Components that a subject names before it only counts them."""


@dataclass(frozen=True)
class Desk:
    """Where links lead: the public address, and that of people inside."""

    url: str
    desk_url: str
    name: str
    support_email: str

    @property
    def pages(self) -> str:
        return f"{self.url}/subscriptions"


def post_letter(
    render: Render,
    words: Words,
    desk: Desk,
    page: Page,
    *,
    incident: PublicIncident,
    posts: Sequence[PublicPost],
    reminder: bool = False,
) -> Letter:
    """Posts of one incident, the newest first in the mail; a reminder repeats what was announced."""
    newest = posts[-1]
    state = words("Reminder") if reminder else words(STATE_WORDS[newest.state])
    if newest.corrects:
        state = words("Correction, %(state)s", state=state.lower())
    values = {
        "page": page,
        "incident": incident,
        "posts": list(reversed(posts)),
        "reminder": reminder,
        "levels": [(one, incident.level_of(one.id)) for one in incident.components],
        "address": f"{page.url}/incidents/{incident.public_id}/",
        "due": newest.next_update_due if newest is incident.posts[-1] and not incident.resolved_at else None,
        **_foot(desk),
    }
    return Letter(
        subject=f"[{_named(words, state, [one.label for one in incident.components])}] {incident.title}",
        text=render("post.txt", words, **values),
        html=render("post.html", words, **values),
        language=words.language,
        thread=f"incident {incident.public_id}",
        token_pages=desk.pages,
    )


def postmortem_letter(render: Render, words: Words, desk: Desk, page: Page, article: PublicPostmortem) -> Letter:
    """A postmortem has been published: its summary and where it is. It joins its incident's thread."""
    incident = article.incident
    named = [one.label for one in incident.components] if incident else []
    values = {
        "page": page,
        "article": article,
        "address": f"{page.url}/postmortems/{article.slug}/",
        **_foot(desk),
    }
    title = incident.title if incident else article.title
    return Letter(
        subject=f"[{_named(words, words('Postmortem'), named)}] {title}",
        text=render("postmortem.txt", words, **values),
        html=render("postmortem.html", words, **values),
        language=words.language,
        thread=f"incident {incident.public_id}" if incident else "",
        token_pages=desk.pages,
    )


def confirmation_letter(render: Render, words: Words, desk: Desk, chosen: Sequence[str]) -> Letter:
    """The one mail to an address that somebody typed: it says what was asked for and how to say yes."""
    values = {"desk": desk, "chosen": chosen, "address": f"{desk.pages}/confirm/{TOKEN}"}
    return Letter(
        subject=words("Confirm that you want to follow %(name)s", name=desk.name),
        text=render("confirmation.txt", words, **values),
        html=render("confirmation.html", words, **values),
        language=words.language,
    )


def internal_letter(render: Render, words: Words, desk: Desk, text: str, link: str | None) -> Letter:
    """What the portal tells people who work here."""
    address = f"{desk.desk_url}{link}" if link and link.startswith("/") else link
    values = {"desk": desk, "said": text, "address": address}
    first = text.strip().split("\n")[0]
    return Letter(
        subject=first if len(first) <= 120 else f"{first[:117]}...",
        text=render("internal.txt", words, **values),
        html=render("internal.html", words, **values),
    )


def _foot(desk: Desk) -> dict[str, str]:
    return {"manage": f"{desk.pages}/manage/{TOKEN}", "leave": f"{desk.pages}/unsubscribe/{TOKEN}"}


def _named(words: Words, state: str, names: Sequence[str]) -> str:
    """`Resolved: Search, Sign-in`. It stands in brackets, which mail programs ignore when they group by subject."""
    shown = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        shown = words("%(name)s and %(count)s more", name=names[0], count=len(names) - 1)
    said = f"{state}: {shown}" if shown else state
    return said.replace("[", "(").replace("]", ")")
