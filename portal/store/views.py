"""The one place that decides what the public may see; every public output reads only these views."""

PUBLIC_VIEWS = """
CREATE INDEX incident_public ON incident(started_at DESC, id DESC)
    WHERE first_post_at IS NOT NULL AND security = 0 AND kind <> 'drill';
CREATE INDEX incident_promise ON incident(next_update_due)
    WHERE resolved_at IS NULL AND next_update_due IS NOT NULL;
CREATE INDEX incident_public_open ON incident(started_at DESC, id DESC)
    WHERE resolved_at IS NULL AND first_post_at IS NOT NULL AND security = 0 AND kind <> 'drill';
CREATE INDEX incident_public_by_kind ON incident(kind, started_at DESC, id DESC)
    WHERE first_post_at IS NOT NULL AND security = 0 AND kind <> 'drill';
CREATE VIEW public_incident AS
    SELECT id, public_id, kind, public_title AS title, severity, impact_level,
           outcome IS 'false_positive' AS false_alarm, breadth, audience, started_at, resolved_at, end_unknown,
           post_state, first_post_at, last_post_at, next_update_due, scheduled_for, scheduled_until,
           change_seq
    FROM incident WHERE first_post_at IS NOT NULL AND security = 0 AND kind <> 'drill';
CREATE VIEW public_post AS
    SELECT post.id, post.public_id, post.incident_id, post.state, post.body, post.customer_action,
           post.next_update_due, post.display_at, post.published_at, post.corrects, post.notify
    FROM post JOIN public_incident ON public_incident.id = post.incident_id;
CREATE VIEW public_component AS
    SELECT component.id, component.public_id, component.slug, component.name, component.description,
           component.group_id, component.position, component.showcase, component.start_date,
           component.created_at, component.updated_at, component.retired_at
    FROM component WHERE hidden = 0;
CREATE VIEW public_impact AS
    SELECT impact.id, impact.incident_id, impact.component_id, impact.level, impact.from_at, impact.to_at
    FROM impact
    JOIN public_incident ON public_incident.id = impact.incident_id
    JOIN public_component ON public_component.id = impact.component_id
    WHERE public_incident.false_alarm = 0 AND public_incident.kind <> 'advisory';
CREATE VIEW public_postmortem AS
    SELECT postmortem.id, postmortem.incident_id, postmortem.slug, postmortem.title,
           json_remove(postmortem.sections, '$.internal_notes') AS sections,
           postmortem.tags, postmortem.published_at, postmortem.updated_at
    FROM postmortem JOIN incident ON incident.id = postmortem.incident_id
    WHERE postmortem.state = 'published' AND postmortem.public = 1 AND incident.kind <> 'drill'
        AND (incident.security = 0 AND incident.first_post_at IS NOT NULL
             OR incident.security = 1 AND incident.disclosed_as = 'postmortem');
CREATE VIEW public_followup AS
    SELECT followup.id, followup.incident_id, followup.title, followup.due, followup.state, followup.done_at
    FROM followup JOIN public_postmortem ON public_postmortem.incident_id = followup.incident_id
    WHERE followup.public = 1;
"""
