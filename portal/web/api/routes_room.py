"""Routes of the board and the incident room."""

from portal.domain.names import Permission
from portal.verbs import attending, boards, calling, commands_room, owning, playbooks, similar
from portal.web.api import answers_room
from portal.web.api.queries import Page
from portal.web.api.queries_room import LikeThis
from portal.web.api.route import Route

ROUTES: tuple[Route, ...] = (
    Route("GET", "/board", boards.board, answers_room.Board, "What is open, planned, and yours to do"),
    Route(
        "GET",
        "/similar-incidents",
        similar.similar,
        answers_room.SimilarIncidents,
        "Open incidents to join instead of declaring another one",
        query=LikeThis,
    ),
    Route(
        "GET",
        "/incidents/{ref}/calls",
        calling.list_calls,
        answers_room.Calls,
        "Who was called, and who answered",
        query=Page,
    ),
    Route(
        "POST",
        "/incidents/{ref}/calls",
        calling.page_person,
        answers_room.CallWritten,
        "Call a person or a team",
        command=commands_room.PagePerson,
        status=201,
        gate=True,
    ),
    Route(
        "POST",
        "/calls/{id}/acknowledge",
        calling.acknowledge_call,
        answers_room.CallWritten,
        "Answer a call",
        command=commands_room.AcknowledgeCall,
    ),
    Route(
        "POST",
        "/incidents/{ref}/attendance",
        attending.attend,
        answers_room.AttendanceWritten,
        "Join an incident, or leave it to others",
        command=commands_room.Attend,
        gate=True,
    ),
    Route("GET", "/playbooks", playbooks.list_playbooks, answers_room.Playbooks, "List the playbooks"),
    Route(
        "GET",
        "/incidents/{ref}/playbooks",
        playbooks.offered_playbooks,
        answers_room.Playbooks,
        "Playbooks that fit an incident, rollback first",
    ),
    Route(
        "POST",
        "/incidents/{ref}/playbooks",
        playbooks.tick_step,
        answers_room.PlaybookWritten,
        "Tick a step of a playbook",
        command=commands_room.TickStep,
        gate=True,
    ),
    Route(
        "GET",
        "/incidents/{ref}/suggested-owners",
        owning.suggested_owners,
        answers_room.Suggestions,
        "Whom to ask when rolling back does not help",
    ),
    Route(
        "PUT",
        "/components/{slug}/owner",
        owning.set_owner,
        answers_room.OwnerWritten,
        "Name who owns a component",
        command=commands_room.SetOwner,
        permission=Permission.ADMIN,
    ),
    Route(
        "GET",
        "/components/{slug}/changes",
        owning.list_changes,
        answers_room.ComponentChanges,
        "What was changed of a component lately",
        query=Page,
    ),
    Route(
        "POST",
        "/components/{slug}/changes",
        owning.record_change,
        answers_room.ComponentChangeWritten,
        "Record a change of a component, such as a deploy",
        command=commands_room.RecordChange,
        status=201,
    ),
)
