"""One postmortem: written section by section, read as it will be, reviewed, published."""

from typing import Any

from portal.domain.errors import EditedMeanwhile, Invalid, NotFound, Refused
from portal.domain.names import PostmortemState
from portal.domain.postmortems import INTERNAL, SECTIONS
from portal.verbs import followups, people, postmortem_requests, postmortems
from portal.verbs.commands import MovePostmortem, WritePostmortem
from portal.verbs.incidents import get_incident
from portal.verbs.postmortem_preview import preview_postmortem
from portal.web.desk.forms import Form, read_form
from portal.web.desk.marking import excerpt
from portal.web.desk.pages import PREFIX
from portal.web.desk.visit import Answer, Visit, page

ADVICE = {
    "summary": "At most 80 words: what failed, for whom, from when to when, how long. Anybody can read it.",
    "impact": "Numbers: how many, how much, how long. Say who was not affected, too.",
    "customer_action": "What readers should do now. Leave it empty when there is nothing to do.",
    "background": "What one must know to understand the rest.",
    "timeline_notes": "Made from the record; times in UTC. Add what matters, take out what does not.",
    "detection": "How it was noticed, by whom or what, and how long that took.",
    "contributing_factors": "A list: what came together. There is seldom only one.",
    "resolution": "What ended it, and how long the fix took from the idea to the effect.",
    "surprised": "What we believed that was not so.",
    "went_well": "What should be kept.",
    "went_badly": "What made it longer or worse.",
    "lucky": "What could have made it worse and did not.",
    "communication": "Made from the posts: the first delay, silences, promises, corrections.",
    "open_questions": "What nobody knows yet.",
    "faq": "What customers asked. It may grow after publishing.",
    "internal_notes": "Never shown outside.",
}


def address(ref: str, *rest: str) -> str:
    return "/".join([f"{PREFIX}/incidents/{ref}/postmortem", *rest])


@page("GET", "/incidents/<ref>/postmortem")
def write_postmortem(visit: Visit, ref: str, refused: Refused | None = None) -> Answer:
    """The editor, with where the postmortem stands and what is still missing."""
    incident = get_incident(visit.context, visit.actor, ref)
    article = _article(visit, ref)
    return visit.render(
        "postmortem/write.html",
        refused=refused,
        incident=incident,
        article=article,
        sections=_sections(visit, article, refused) if article else [],
        requests=postmortem_requests.list_requests(visit.context, visit.actor, ref, 100)["items"],
        followups=followups.list_followups(visit.context, visit.actor, ref, 100)["items"],
        people=people.colleagues(visit.context, visit.actor),
        states=list(PostmortemState),
        here=address(incident["ref"]),
        overdue=_overdue(visit, article),
    )


@page("POST", "/incidents/<ref>/postmortem")
def save_postmortem(visit: Visit, ref: str) -> Answer:
    """Save what was typed. `_over` and `_take` settle a section that somebody else has changed, `_apply` takes a
    suggestion."""
    article = _article(visit, ref)
    try:
        if article:
            _settle(visit.form, article)
        visit.do(postmortems.write_postmortem, ref, read_form(WritePostmortem, visit.form, _kept(visit.form)))
    except Refused as refused:
        return write_postmortem(visit, ref, refused)
    return visit.redirect(address(ref), "Saved." if article else "Here is the draft, made from the record.")


@page("POST", "/incidents/<ref>/postmortem/sections/<name>")
def keep_section(visit: Visit, ref: str, name: str) -> Answer:
    """What the editor saves by itself while somebody types; answers what stands beside the text."""
    if name not in SECTIONS:
        raise NotFound(f"There is no section {name[:40]}.")
    visit.form["autosave"] = "1"
    refused: Refused | None = None
    try:
        command = read_form(WritePostmortem, visit.form, _kept(visit.form))
        article = postmortems.write_postmortem(visit.context, visit.actor, ref, command).answer
    except EditedMeanwhile as meanwhile:
        refused, article = meanwhile, postmortems.get_postmortem(visit.context, visit.actor, ref)
    section = next(one for one in _sections(visit, article, refused) if one["name"] == name)
    if refused is None:
        section["version"] = article["versions"][name]
    return visit.render(
        "postmortem/beside.html", refused=refused, article=article, section=section, saved=refused is None
    )


@page("POST", "/incidents/<ref>/postmortem/state")
def move_postmortem(visit: Visit, ref: str) -> Answer:
    """Towards publication, or back."""
    try:
        command = visit.read(MovePostmortem)
        done = visit.do(postmortems.move_postmortem, ref, command)
    except Refused as refused:
        return write_postmortem(visit, ref, refused)
    said = _MOVED[command.to].format(**done.answer)
    if command.to is PostmortemState.PUBLISHED:
        said += " The public reads it." if done.answer["public_url"] else " Only people inside read it."
    return visit.redirect(address(ref), said)


_MOVED = {
    PostmortemState.DRAFT: "It is a draft again.",
    PostmortemState.IN_REVIEW: "It waits for its review.",
    PostmortemState.REVIEWED: "It is reviewed by {reviewer}, and can be published.",
    PostmortemState.PUBLISHED: "It is published.",
    PostmortemState.WITHDRAWN: "It is withdrawn; its address is kept for it.",
}


@page("POST", "/incidents/<ref>/postmortem/about")
def change_about(visit: Visit, ref: str) -> Answer:
    """Owner, day due, tags, retrospective, who will read it; or why there is none."""
    said = Form(visit.form)
    if "tags" in said:
        said.setlist("tags", [one for one in said["tags"].lower().replace(",", " ").split() if one])
    known = {"tags", "owner", "due_at", "retrospective", "retrospective_at", "waived_reason"}
    try:
        visit.do(postmortems.write_postmortem, ref, read_form(WritePostmortem, said, known & said.keys()))
    except Refused as refused:
        return write_postmortem(visit, ref, refused)
    return visit.redirect(address(ref), "Saved.")


@page("GET", "/incidents/<ref>/postmortem/preview")
def preview(visit: Visit, ref: str) -> Answer:
    """The two renderings side by side, by the code of the public page."""
    return visit.render(
        "postmortem/preview.html",
        shown=preview_postmortem(visit.context, visit.actor, ref),
        article=postmortems.get_postmortem(visit.context, visit.actor, ref),
        here=address(ref),
    )


def _article(visit: Visit, ref: str) -> dict[str, Any] | None:
    try:
        return postmortems.get_postmortem(visit.context, visit.actor, ref)
    except NotFound:
        get_incident(visit.context, visit.actor, ref)
        return None


def _overdue(visit: Visit, article: dict[str, Any] | None) -> bool:
    if not article or article["waived_reason"] or article["published_at"] or not article["due_at"]:
        return False
    return bool(article["due_at"] < visit.context.now().isoformat())


def _kept(form: Form) -> set[str]:
    """A section that was emptied is empty, not absent."""
    return {"sections"} if any(name.startswith("sections.") for name in form) else set()


def _sections(visit: Visit, article: dict[str, Any], refused: Refused | None) -> list[dict[str, Any]]:
    """What the editor shows of each section: its words, what is remarked about them, and what somebody else wrote."""
    meanwhile = refused.more.get("meanwhile", {}) if refused else {}
    said = []
    visit.enter("write")
    for name, words in SECTIONS.items():
        text = article["sections"].get(name, "")
        found = [one for one in article["findings"] if one["section"] == name]
        said.append(
            {
                "name": name,
                "words": words.split(",")[0],
                "advice": ADVICE[name],
                "text": text,
                "version": visit.typed(f"based_on.{name}", article["versions"][name]),
                "internal": name in INTERNAL,
                "findings": [one | {"excerpt": excerpt(text, one)} for one in found],
                "meanwhile": meanwhile.get(name),
                "mine": visit.typed(f"sections.{name}", text),
            }
        )
    visit.enter("")
    return said


def _settle(form: Form, article: dict[str, Any]) -> None:
    """Put into the form what its person chose for one section. Raises Invalid when the words are others by now."""
    for choice in ("_over", "_take", "_apply"):
        name, _, start = form.get(choice, "").partition(":")
        if name not in SECTIONS:
            continue
        text = article["sections"].get(name, "")
        if choice == "_take":
            form[f"sections.{name}"] = text
        if choice == "_apply":
            form[f"sections.{name}"] = _applied(form, article, name, start)
            return
        form[f"based_on.{name}"] = article["versions"][name]


def _applied(form: Form, article: dict[str, Any], name: str, start: str) -> str:
    text = form.get(f"sections.{name}", "").replace("\r\n", "\n")
    for one in article["findings"]:
        if one["section"] != name or str(one["start"]) != start or one["suggestion"] is None:
            continue
        saved = article["sections"].get(name, "")
        if text[one["start"] : one["end"]] == saved[one["start"] : one["end"]]:
            return str(text[: one["start"]] + one["suggestion"] + text[one["end"] :])
    raise Invalid("These words have changed; save first, then take the suggestion.")
