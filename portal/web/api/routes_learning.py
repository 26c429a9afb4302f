"""The routes of what comes after incidents: postmortems, follow-ups and numbers over all of them."""

from portal.verbs import commands_learning as commands
from portal.verbs import followups, insight, postmortem_answers, postmortem_preview, postmortem_requests
from portal.web.api import answers_learning as answers
from portal.web.api.queries import Page
from portal.web.api.queries_learning import Against, FollowupFilters, Period, PostmortemFilters
from portal.web.api.route import Route

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/postmortems",
        postmortem_answers.list_postmortems,
        answers.Postmortems,
        "List the postmortems of all incidents, what is due first on top",
        query=PostmortemFilters,
        passes_filters=True,
    ),
    Route(
        "GET",
        "/incidents/{ref}/postmortem/preview",
        postmortem_preview.preview_postmortem,
        answers.PostmortemPreview,
        "Render the postmortem as the public will read it, and as people inside do",
    ),
    Route(
        "GET",
        "/incidents/{ref}/postmortem/revisions",
        postmortem_answers.list_revisions,
        answers.PostmortemVersions,
        "List the versions of the postmortem, newest first",
        query=Page,
    ),
    Route(
        "GET",
        "/incidents/{ref}/postmortem/revisions/{id}",
        postmortem_answers.compare_revisions,
        answers.PostmortemComparison,
        "Show what a version of the postmortem changed",
        query=Against,
    ),
    Route(
        "GET",
        "/incidents/{ref}/postmortem/requests",
        postmortem_requests.list_requests,
        answers.PostmortemRequests,
        "List the customers who asked for the postmortem",
        query=Page,
    ),
    Route(
        "POST",
        "/incidents/{ref}/postmortem/requests",
        postmortem_requests.add_request,
        answers.PostmortemRequestWritten,
        "Note a customer who asks for the postmortem",
        command=commands.AddRequest,
        status=201,
    ),
    Route(
        "PATCH",
        "/postmortem-requests/{id}",
        postmortem_requests.change_request,
        answers.PostmortemRequestWritten,
        "Note that a customer was told that the postmortem is out",
        command=commands.ChangeRequest,
    ),
    Route(
        "GET",
        "/followups",
        followups.list_all_followups,
        answers.AllFollowups,
        "List the follow-ups of all incidents, what is due first on top",
        query=FollowupFilters,
        passes_filters=True,
    ),
    Route(
        "GET",
        "/insight",
        insight.get_insight,
        answers.Insight,
        "The numbers over many incidents: median and range, never an average",
        query=Period,
    ),
)
