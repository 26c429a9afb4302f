"""Routes about posts that are being written, and about where published ones went."""

from portal.verbs import commands_drafts as commands
from portal.verbs import drafts, post_templates, reach, sending
from portal.web.api import answers, answers_drafts
from portal.web.api.queries import Page
from portal.web.api.route import VERB, Route

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/incidents/{ref}/templates",
        post_templates.list_templates,
        answers_drafts.Templates,
        "The texts that its next post can begin with",
    ),
    Route(
        "GET",
        "/incidents/{ref}/drafts",
        drafts.list_drafts,
        answers_drafts.Drafts,
        "What everybody is writing for an incident",
        query=Page,
    ),
    Route(
        "POST",
        "/incidents/{ref}/drafts",
        drafts.save_draft,
        answers_drafts.DraftWritten,
        "Begin a draft of a post, schedule one, or ask somebody to read it first",
        command=commands.SaveDraft,
        status=201,
        location="/drafts/{id}",
        gate=True,
    ),
    Route("GET", "/drafts/{id}", drafts.get_draft, answers_drafts.Draft, "Read one draft"),
    Route(
        "PUT",
        "/drafts/{id}",
        drafts.change_draft,
        answers_drafts.DraftWritten,
        "Save a draft again, whole; what changed meanwhile is kept beside it",
        command=commands.SaveDraft,
        gate=True,
    ),
    Route(
        "DELETE",
        "/drafts/{id}",
        drafts.discard_draft,
        answers_drafts.DraftWritten,
        "Throw a draft away",
        permission=VERB,
        gate=True,
    ),
    Route(
        "POST",
        "/drafts/{id}/publish",
        sending.publish_draft,
        answers.PostWritten,
        "Publish a draft now",
        command=commands.PublishDraft,
        status=201,
        permission=VERB,
        gate=True,
    ),
    Route(
        "POST",
        "/drafts/{id}/approve",
        sending.approve_draft,
        answers_drafts.DraftWritten,
        "Say as its second reader that a draft may be published",
        command=commands.ApproveDraft,
        permission=VERB,
        gate=True,
    ),
    Route(
        "GET",
        "/incidents/{ref}/posts/{seq}/reach",
        reach.where_it_went,
        answers_drafts.WhereItWent,
        "Where a post went, and ready texts for everywhere else",
    ),
)
