"""The presses on a draft that waits: publish, approve, throw away."""

from portal.domain.errors import PostRefused, Refused
from portal.verbs import drafts, sending
from portal.verbs.commands_drafts import ApproveDraft, PublishDraft
from portal.web.desk.forms import Form, read_form
from portal.web.desk.pages import PREFIX
from portal.web.desk.post import waiting
from portal.web.desk.visit import Answer, Visit, page


@page("POST", "/drafts/<number:draft_id>")
def act_on_draft(visit: Visit, draft_id: int) -> Answer:
    """Does what the pressed button says with the version that was read."""
    draft = drafts.get_draft(visit.context, visit.actor, draft_id)
    room, act = f"{PREFIX}/incidents/{draft['ref']}", visit.form.get("_act", "")
    try:
        if act == "discard":
            visit.do(drafts.discard_draft, draft_id)
            return visit.redirect(room, "The draft is thrown away.")
        if act == "approve":
            press = {name: visit.form.getlist(name) for name in ("version", "confirmed", "seen") if name in visit.form}
            said = visit.do(sending.approve_draft, draft_id, read_form(ApproveDraft, Form(press))).answer
            seq = said["post_seq"]
            if seq is None:
                return visit.redirect(room, "It is approved and will be published at its time.")
        else:
            seq = visit.do(sending.publish_draft, draft_id, visit.read(PublishDraft)).answer["seq"]
    except Refused as refused:
        draft = drafts.get_draft(visit.context, visit.actor, draft_id)
        if draft["post_seq"]:
            return visit.redirect(f"{room}/posts/{draft['post_seq']}")
        if isinstance(refused, PostRefused):
            draft["confirmed"] = [one["id"] for one in refused.more["findings"] if one["level"] == "confirm"]
        return waiting(visit, draft, refused)
    return visit.redirect(f"{room}/posts/{seq}", "It is public.")
