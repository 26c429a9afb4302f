"""Writing a post: state, words, what the public would read, what the rules say; the press that publishes it."""

import secrets
from typing import Any

from portal.domain.cadence import next_update_due
from portal.domain.errors import Conflict, Invalid, Overtaken, PostRefused, Refused
from portal.domain.names import Kind, PostState, Severity
from portal.domain.times import to_text
from portal.verbs import drafts, post_templates, previewing, sending
from portal.verbs.commands_drafts import PublishDraft, SaveDraft
from portal.verbs.components import list_components
from portal.verbs.incidents import get_incident
from portal.web.desk import post_form
from portal.web.desk.forms import Form, read_form
from portal.web.desk.marking import excerpt, marked
from portal.web.desk.pages import PREFIX
from portal.web.desk.visit import Answer, Visit, page


@page("GET", "/incidents/<ref>/post")
def write_post(visit: Visit, ref: str) -> Answer:
    """The form, with the draft that was being written; a draft of somebody else, or one that waits, to be read."""
    asked = visit.form
    mine = _open_draft(visit, ref, asked.get("draft", ""), fresh="new" in asked or "corrects" in asked)
    if mine is not None:
        if "edit" not in asked and (not mine["mine"] or mine["publish_at"] or mine["review_asked_at"]):
            return waiting(visit, mine)
        visit.form = post_form.fields_of(mine)
        return editor(visit, ref, kept=mine)
    visit.form = _beginning(visit, ref, asked)
    return editor(visit, ref)


@page("POST", "/incidents/<ref>/post")
def send_post(visit: Visit, ref: str) -> Answer:
    """Keeps the draft first, whatever comes then: nothing that was typed is lost."""
    act, _, what = visit.form.get("_act", "publish").partition(":")
    try:
        if act == "apply" and not post_form.with_suggestion(visit.form, what, _preview(visit, ref)["findings"]):
            raise Conflict("These words have changed; look at what the rules say about them now.")
        if act == "template":
            _put_template(visit, ref, always=True)
        kept = _keep(visit, ref)
        if act == "publish":
            return _publish(visit, ref, kept)
        if act in ("schedule", "review"):
            return _submit(visit, ref, kept, act)
    except Refused as refused:
        return editor(visit, ref, refused=refused)
    if act == "later":
        return visit.redirect(f"{PREFIX}/incidents/{ref}", "The draft is kept.")
    return editor(visit, ref, kept=kept)


@page("POST", "/incidents/<ref>/post/preview")
def look_at_post(visit: Visit, ref: str) -> Answer:
    """What stands beside the words while somebody types; each look also keeps the draft."""
    filled = _put_template(visit, ref, always=False)
    visit.form["autosave"] = "1"
    kept = _keep(visit, ref) if visit.form.get("_touched") or filled else None
    return visit.render("post/beside_alone.html", kept=kept, filled=filled, **_around(visit, ref))


def editor(visit: Visit, ref: str, *, refused: Refused | None = None, kept: dict[str, Any] | None = None) -> Answer:
    """The form as it was typed; after a refusal with what is to be confirmed or read first."""
    around = _around(visit, ref, refused)
    if isinstance(refused, PostRefused):
        refused.detail = _ask(around)
    incident = around["incident"]
    named, others = post_form.levels(incident, list_components(visit.context, visit.actor)["items"])
    return visit.render(
        "post/write.html",
        refused=refused,
        kept=kept,
        states=post_form.states(incident["kind"]),
        named=named,
        others=others,
        drafts=_others(visit, ref),
        corrected=[(one["seq"], f"#{one['seq']} {one['body'][:60]}") for one in reversed(incident["posts"])],
        overdue=post_form.overdue(incident["next_update_due"], visit.context.now()),
        filled=False,
        **around,
    )


def waiting(visit: Visit, draft: dict[str, Any], refused: Refused | None = None) -> Answer:
    """A draft that somebody else writes, or that waits for its time or its reader."""
    visit.form = post_form.fields_of(draft)
    around = _around(visit, draft["ref"])
    if isinstance(refused, PostRefused):
        refused.detail = _ask(around)
    if isinstance(refused, Overtaken):
        visit.form["seen"] = str(len(around["incident"]["posts"]))
    return visit.render("post/waiting.html", refused=refused, draft=draft, **around)


def _around(visit: Visit, ref: str, refused: Refused | None = None) -> dict[str, Any]:
    """What the page knows of the incident, and of the words as far as they are written."""
    incident = get_incident(visit.context, visit.actor, ref)
    found = list(refused.more["findings"]) if isinstance(refused, PostRefused) else None
    shown = _preview(visit, ref, incident)
    findings = shown["findings"] if found is None else found
    if found is not None:
        visit.form.setlist("confirmed", [one["id"] for one in findings if one["level"] == "confirm"])
    if isinstance(refused, Overtaken):
        visit.form["seen"] = str(len(incident["posts"]))
    confirmed = set(visit.form.getlist("confirmed"))
    asking = [one["id"] for one in findings if one["level"] == "confirm"]
    texts = {name: post_form.clean_text(visit.form, name) for name in ("body", "public_title", "customer_action")}
    texts["public_title"] = texts["public_title"] or incident["public_title"] or incident["title"]
    promise = visit.form.get("next_update_minutes", "")
    return {
        "incident": incident,
        "shown": shown,
        "findings": [
            one
            | {"place": post_form.place_of(one), "words": excerpt(texts[one["field"]], one)}
            | {"may_stay": one["level"] == "warn" and one["rule"] not in [other["rule"] for other in findings[:number]]}
            for number, one in enumerate(findings)
        ],
        "pieces": marked(texts["body"], findings),
        "asking": asking,
        "known": bool(asking) and set(asking) <= confirmed,
        "blocked": any(one["level"] == "block" for one in findings),
        "promises": post_form.promises(visit.context.now(), promise, _usual_due(visit, incident)),
    }


def _preview(visit: Visit, ref: str, incident: dict[str, Any] | None = None) -> dict[str, Any]:
    """The public's view of the words; of none while there are none."""
    incident = incident or get_incident(visit.context, visit.actor, ref)
    nothing: dict[str, Any] = {"html": "", "title": "", "findings": [], "next_update_due": None, "refused": None}
    command = post_form.tried(visit.form, incident)
    if command is None:
        return nothing
    try:
        return previewing.preview_post(visit.context, visit.actor, ref, command)
    except Invalid:
        return nothing


def _usual_due(visit: Visit, incident: dict[str, Any]) -> str | None:
    state = visit.form.get("state", "")
    known = PostState(state) if state in list(PostState) else PostState(post_form.likely_state(incident, ""))
    due = next_update_due(Kind(incident["kind"]), known, Severity(incident["severity"]), visit.context.now(), None)
    return to_text(due) if due else None


def _ask(around: dict[str, Any]) -> str:
    if around["blocked"]:
        return "This can't be published as it stands. What must change is marked below; everything you typed is here."
    many = len(around["asking"]) > 1
    return (
        f"Look once more: {'some words are' if many else 'something is'} easily misread. Change it, or press"
        " “Publish all the same”."
    )


def _open_draft(visit: Visit, ref: str, asked: str, *, fresh: bool) -> dict[str, Any] | None:
    """The draft that is asked for by number; without one, the newest own one that waits for nothing."""
    if asked.isdigit() and len(asked) < 10:
        found = drafts.get_draft(visit.context, visit.actor, int(asked))
        return found if found["ref"].lower() == ref.lower() and not found["ended_at"] else None
    if fresh:
        return None
    items = drafts.list_drafts(visit.context, visit.actor, ref, 100)["items"]
    return next((one for one in items if one["mine"] and not one["publish_at"] and not one["review_asked_at"]), None)


def _others(visit: Visit, ref: str) -> list[dict[str, Any]]:
    """Drafts beside the one that is being written."""
    open_ = drafts.list_drafts(visit.context, visit.actor, ref, 100)["items"]
    return [one for one in open_ if str(one["id"]) != visit.form.get("_draft")]


def _beginning(visit: Visit, ref: str, asked: Form) -> Form:
    """An empty form: the likely state with its text; for a correction the text that it corrects."""
    incident = get_incident(visit.context, visit.actor, ref)
    form = Form({"seen": str(len(incident["posts"])), "notify": "1"})
    corrects = asked.get("corrects", "")
    if corrects.isdigit() and 1 <= int(corrects[:9]) <= len(incident["posts"]):
        corrected = incident["posts"][int(corrects) - 1]
        form |= {"corrects": corrects, "state": incident["post_state"], "body": corrected["body"]}
        return form
    state = asked.get("state", "")
    texts = post_templates.list_templates(visit.context, visit.actor, ref)["texts"]
    form["state"] = state if state in texts else post_form.likely_state(incident, to_text(visit.context.now()))
    form["body"] = texts[form["state"]]
    return form


def _put_template(visit: Visit, ref: str, *, always: bool) -> bool:
    """The text of the chosen state in the place of another state's; own words stay, below it when it is asked for."""
    texts = post_templates.list_templates(visit.context, visit.actor, ref)["texts"]
    text = texts.get(visit.form.get("state", ""))
    typed = visit.form.get("body", "").replace("\r\n", "\n").strip()
    untouched = not typed or typed in texts.values()
    if text is None or text == typed or not (untouched or always) or visit.form.get("corrects"):
        return False
    if not untouched and text in typed:
        return False
    visit.form["body"] = text if untouched else f"{text}\n\n{typed}"
    return True


def _keep(visit: Visit, ref: str) -> dict[str, Any]:
    """Save the words as a draft; the form goes on with its number and version."""
    form = visit.form
    form["tab"] = form.get("tab") or secrets.token_urlsafe(9)
    command = post_form.words(form)
    number = form.get("_draft", "")
    if number.isdigit():
        kept = drafts.change_draft(visit.context, visit.actor, int(number[:9]), command).answer
    else:
        kept = drafts.save_draft(visit.context, visit.actor, ref, command).answer
    form["_draft"], form["version"] = str(kept["id"]), str(kept["version"])
    return kept


def _publish(visit: Visit, ref: str, kept: dict[str, Any]) -> Answer:
    read_form(SaveDraft, visit.form)  # what can't be read was left out of the draft; a press says so
    if kept["post_seq"] is not None:
        return visit.redirect(f"{PREFIX}/incidents/{ref}/posts/{kept['post_seq']}")
    press = {name: visit.form.getlist(name) for name in ("version", "confirmed", "unreviewed") if name in visit.form}
    done = visit.do(sending.publish_draft, kept["id"], read_form(PublishDraft, Form(press)))
    said = "It is public." if done.published else "It is recorded and will be public in a moment."
    return visit.redirect(f"{PREFIX}/incidents/{ref}/posts/{done.answer['seq']}", said)


def _submit(visit: Visit, ref: str, kept: dict[str, Any], act: str) -> Answer:
    """Schedule it, or ask somebody to read it first."""
    form = Form({name: visit.form.getlist(name) for name in visit.form})
    form["version"] = str(kept["version"])
    if act == "review":
        form["review"] = "1"
    form["publish_at"] = visit.form.get("_publish_at", "")
    if act == "schedule" and not form["publish_at"]:
        raise Invalid("Say when it should be published.", {"_publish_at": ["A day and a time, in UTC."]})
    try:
        said = visit.do(drafts.change_draft, kept["id"], read_form(SaveDraft, form)).answer
    except Invalid as refused:
        errors = {
            name if name != "publish_at" else "_publish_at": said for name, said in refused.more["errors"].items()
        }
        raise Invalid(refused.detail, errors) from None
    told = "It is scheduled." if said["publish_at"] else "Somebody is asked to read it."
    return visit.redirect(f"{PREFIX}/incidents/{ref}/post?draft={said['id']}", told)
