from portal.site.full import content_pages


def test_pages_of_the_operator_join_and_replace_ours(settings, tmp_path):
    folder = tmp_path / "content"
    for name in ("about.md", "legal/imprint.md", "playbooks/restart.md", ".git/config", "legal/.draft.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    found = dict(content_pages(settings.model_copy(update={"content": folder})))
    assert found["about.md"] == folder / "about.md"
    assert set(found) == {"about.md", "legal/imprint.md", "subscribe.md"}, "nothing hidden, no playbook"
