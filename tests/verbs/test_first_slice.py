from portal.verbs.commands import AddComponent, Declare, Post
from portal.verbs.components import add_component
from portal.verbs.incidents import declare, get_incident
from portal.verbs.posts import post

FIRST = "We are aware of errors when searching in the Search component. If you have any questions, email support@example.com."


def test_whole(context, admin, clock):
    for name in ("Search", "Sign-in"):
        made = add_component(context, admin, AddComponent(name=name, group="Product"))
        assert made.change
    w = declare(
        context,
        admin,
        Declare.model_validate(
            {
                "title": "Search",
                "severity": "critical",
                "customer_impact": "yes",
                "components": {"search": "major_outage"},
                "post": {"state": "investigating", "body": FIRST},
            }
        ),
    )
    assert w.change
    ref = w.answer["ref"]
    clock.forward(minutes=5)
    post(context, admin, ref, Post(state="resolved", body="We have resolved the Search errors for everybody now."))
    said = get_incident(context, admin, ref)
    assert said["state"] == "learning"
    assert said["components"] == {"search": "operational"}
