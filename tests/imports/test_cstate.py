import pytest

CONFIG = """
title: Status
baseURL: https://status.example.org/state/
params:
  categories: [{name: Core}]
  systems:
    - {name: API, category: Core, description: The interface}
    - {name: Web site, category: Uncategorized}
"""
TOML = """
baseURL = "https://status.example.org/state/"
[[params.systems]]
name = "API"
category = "Core"
[[params.systems]]
name = "Web site"
"""


def issue(body: str = "Search is slow.", **fields: object) -> str:
    told = {"title": "Slow", "date": "2026-06-01 10:00:00", "resolved": "true", "resolvedWhen": "2026-06-01 12:00:00"}
    told |= {"severity": "disrupted", "affected": ["API"], "section": "issue"} | fields
    lines = []
    for name, value in told.items():
        if isinstance(value, list):
            lines += [f"{name}:", *(f"  - {one}" for one in value)]
        elif value is not None:
            lines.append(f"{name}: {value}")
    return "---\n" + "\n".join(lines) + f"\n---\n\n{body}\n"


@pytest.fixture
def site(importing):
    importing.write("config.yml", CONFIG)
    return importing


def put(site, text: str, name: str = "2026-06-01-slow.md"):
    site.write(f"content/issues/{name}", text)
    return site.run("cstate")


def test_an_issue_arrives_with_its_system_and_its_old_address(site):
    assert put(site, issue()).summary == "created 1, updated 0, unchanged 0, skipped 0"
    row = site.row("SELECT * FROM incident")
    assert row["source_id"] == "status.example.org/state/issues/2026-06-01-slow.md"
    assert (row["public_title"], row["kind"], row["impact_level"]) == ("Slow", "incident", "major")
    assert (row["started_at"], row["resolved_at"]) == ("2026-06-01T10:00:00.000Z", "2026-06-01T12:00:00.000Z")
    assert site.impacts() == [("API", "partial_outage", "06-01T10:00", "06-01T12:00")]
    assert sorted(one["path"] for one in site.rows("SELECT path FROM redirect")) == [
        "issues/2026-06-01-slow/",
        "state/issues/2026-06-01-slow/",
    ]
    assert site.run("cstate").counts == {"unchanged": 1}


@pytest.mark.parametrize(("name", "text"), [("config.yml", CONFIG), ("hugo.toml", TOML)])
def test_systems_come_from_the_configuration(importing, name, text):
    importing.write(name, text)
    put(importing, issue(affected=["api", "Search"]))
    rows = importing.rows(
        "SELECT component.name, component_group.name AS grouped FROM component"
        " LEFT JOIN component_group ON component_group.id = group_id ORDER BY component.name"
    )
    assert rows == [
        {"name": "API", "grouped": "Core"},
        {"name": "Search", "grouped": None},
        {"name": "Web site", "grouped": None},
    ]
    assert [name for name, *_ in importing.impacts()] == ["API", "Search"]


@pytest.mark.parametrize(
    ("severity", "level", "impact"),
    [
        ("down", "major_outage", "critical"),
        ("disrupted", "partial_outage", "major"),
        ("notice", "degraded_performance", "minor"),
    ],
)
def test_severities(site, severity, level, impact):
    put(site, issue(severity=severity))
    assert [one[1] for one in site.impacts()] == [level]
    assert site.row("SELECT impact_level FROM incident")["impact_level"] == impact


def test_a_notice_about_nothing_colours_nothing(site):
    put(site, issue(severity="notice", affected=None))
    assert site.row("SELECT impact_level FROM incident")["impact_level"] == "none"


def test_everything_affected_stays_on_the_incident(site):
    report = put(site, issue(affected=["all"]))
    assert "affected 'all'" in report.lines[0]
    assert site.impacts() == []
    assert site.row("SELECT impact_level FROM incident")["impact_level"] == "major"


def test_two_systems_in_one_line_are_two(site):
    put(site, issue(affected=["API , Web site"]))
    assert [name for name, *_ in site.impacts()] == ["API", "Web site"]


def test_an_informational_issue_is_an_advisory(site):
    put(site, issue(informational="true", resolved=None, resolvedWhen=None, severity=None))
    row = site.row("SELECT * FROM incident")
    assert (row["kind"], row["state"], row["post_state"], row["end_unknown"]) == ("advisory", "closed", "resolved", 0)
    assert site.impacts() == []
    assert site.rows("SELECT * FROM post_component") != []


@pytest.mark.parametrize(
    ("fields", "end", "unknown", "why"),
    [
        ({"resolved": "false", "resolvedWhen": None}, "06-01T10:00", 1, "not resolved and older than 30 days"),
        ({"resolved": "false"}, "06-01T10:00", 1, "yet says that it is not resolved"),
        ({"resolvedWhen": "2026-05-01 10:00:00"}, "06-01T10:00", 1, "resolved before it started"),
        ({"resolvedWhen": None}, "06-01T10:00", 1, "resolved at a time that it does not say"),
        ({"resolved": "True", "resolvedWhen": "2026-06-01T9:30:00-03:00"}, "06-01T12:30", 0, ""),
        ({"date": "2026-06-01 10:00 / 2026-06-01 11:00", "resolvedWhen": None}, "06-01T11:00", 0, "names two times"),
    ],
)
def test_ends_that_do_not_fit(site, fields, end, unknown, why):
    report = put(site, issue(**fields))
    row = site.row("SELECT * FROM incident")
    assert (row["resolved_at"][5:16], row["end_unknown"]) == (end, unknown)
    assert why in report.lines[0]


def test_an_open_issue_of_last_week_is_open(site):
    put(site, issue(date="2026-11-20 10:00:00", resolved="false", resolvedWhen=None))
    assert site.row("SELECT state FROM incident")["state"] == "active"
    assert site.impacts() == [("API", "partial_outage", "11-20T10:00", None)]


def test_an_issue_of_next_week_is_planned(site, clock):
    put(site, issue(date="2026-11-30 10:00:00", resolved="false", resolvedWhen="2026-11-30 12:00:00"))
    row = site.row("SELECT * FROM incident")
    assert (row["kind"], row["scheduled_for"][5:16], row["scheduled_until"][5:16]) == (
        "maintenance", "11-30T10:00", "11-30T12:00",
    )  # fmt: skip
    assert site.row("SELECT display_at FROM post")["display_at"] == clock.text
    assert site.impacts() == []
    clock.forward(days=8)
    assert site.run("cstate").counts == {"updated": 1}
    assert site.row("SELECT kind FROM incident")["kind"] == "incident"


@pytest.mark.parametrize(
    ("text", "started", "why"),
    [
        (issue(date='"2026-06-01T015:00:00+02:00"'), "06-01T00:00", "is no time"),
        (issue(date="2026-06-31 10:00:00"), "06-01T00:00", "dated by its file name"),
        (issue(date=None), "06-01T00:00", "dated by its file name"),
        (issue()[4:], "06-01T10:00", "the first --- is missing"),
        (issue().replace("---\n\nSearch", "\nSearch"), "06-01T10:00", "the closing --- is missing"),
        (issue(title='"Slow: "quoted" badly'), "06-01T10:00", "read line by line"),
        ("No fields at all, only words.", "06-01T00:00", "no front matter"),
    ],
)
def test_broken_front_matter_is_read_as_far_as_it_goes(site, text, started, why):
    report = put(site, text)
    assert report.counts == {"created": 1}
    assert why in report.lines[0]
    assert site.row("SELECT started_at FROM incident")["started_at"][5:16] == started
    assert len(site.posts()) == 1


@pytest.mark.parametrize(
    ("text", "name", "why", "broken"),
    [
        (issue(date=None), "undated.md", "no date that exists", True),
        (issue(draft="true"), "2026-06-01-x.md", "a draft", False),
        (b"\xff\xfe\xfa", "2026-06-01-x.md", "not UTF-8", True),
        ("", "2026-06-01-x.md", "empty", True),
        (issue(), "_index.md", "no issue", False),
    ],
)
def test_what_can_not_be_imported_says_why(site, text, name, why, broken):
    put(site, issue(), "2026-05-05-good.md")
    report = put(site, text, name)
    assert report.counts == {"unchanged": 1, "skipped": 1}
    assert report.broken is broken
    assert any(why in line for line in report.lines)


def test_pages_that_are_no_issues_are_not_imported(site):
    site.write("content/about.md", issue())
    site.write("README.md", issue())
    report = put(site, issue())
    assert report.counts == {"created": 1, "skipped": 1}


def test_other_front_matters(site):
    put(
        site,
        '+++\ntitle = "In TOML"\ndate = 2026-06-01T10:00:00Z\nresolved = true\n'
        "resolvedWhen = 2026-06-01T11:00:00Z\n+++\nx",
    )
    put(
        site, '{"title": "In JSON", "date": "2026-06-02T10:00:00Z", "resolved": true, "affected": ["API"]}\nx', "two.md"
    )
    assert [row["title"] for row in site.rows("SELECT title FROM incident ORDER BY started_at")] == [
        "In TOML",
        "In JSON",
    ]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("2026-06-01 Two Words.md", "issues/2026-06-01-two-words/"),
        ("2026-06-01-release.example.org.md", "issues/2026-06-01-release.example.org/"),
        ("2026-06-01-GitHub.md", "issues/2026-06-01-github/"),
        ("2026/06/2026-06-01-deep.md", "issues/2026/06/2026-06-01-deep/"),
        ("2026-06-01-bundle/index.md", "issues/2026-06-01-bundle/"),
    ],
)
def test_old_addresses_are_those_that_hugo_made(importing, name, path):
    put(importing, issue(date="2026-06-01"), name)
    assert [row["path"] for row in importing.rows("SELECT path FROM redirect")] == [path]


@pytest.mark.parametrize(
    "field", [{"url": "/api/v2/"}, {"aliases": ["/incidents/x/", "../../etc", "/"]}, {"slug": "../../x"}]
)
def test_old_addresses_never_lie_on_the_portals_own(importing, field):
    put(importing, issue(**field))
    for row in importing.rows("SELECT path FROM redirect"):
        assert row["path"].startswith("issues/") or row["path"] == "etc/"
        assert ".." not in row["path"]


@pytest.mark.parametrize("field", [{"aliases": ["/issues/old/index.html"]}, {"aliases": ["/issues/old/"]}])
def test_an_old_address_that_names_its_file_is_that_of_its_folder(importing, field):
    put(importing, issue(**field))
    assert "issues/old/" in [row["path"] for row in importing.rows("SELECT path FROM redirect")]


@pytest.mark.parametrize(
    "alias",
    ["/issues/x/index.html/y", "/published.json/x", "/404.html/x", "/sitemaps/2026-06.xml", f"/issues/{'é' * 200}"],
)
def test_an_old_address_where_no_page_can_be_is_left_out(importing, alias):
    put(importing, issue(aliases=["/issues/old/", alias]))
    told = [row["path"] for row in importing.rows("SELECT path FROM redirect ORDER BY path")]
    assert told == ["issues/2026-06-01-slow/", "issues/old/"]


@pytest.mark.parametrize(
    ("base", "below"),
    [
        ("https://x.example.org/../../../pwn", "pwn/issues/2026-06-01-slow/"),
        ("https://x.example.org/a/./../b", "a/b/issues/2026-06-01-slow/"),
        ("https://x.example.org/published.json", None),
        ("https://x.example.org/incidents/", None),
    ],
)
def test_the_folder_of_a_site_never_leads_out_of_the_portal(importing, base, below):
    importing.write("config.yml", f"baseURL: {base}\n")
    put(importing, issue())
    told = {row["path"] for row in importing.rows("SELECT path FROM redirect")}
    assert told == {"issues/2026-06-01-slow/", below} - {None}


def test_two_sites_stay_apart(importing):
    for name in ("one", "two"):
        importing.write(
            f"{name}/config.yml", f"baseURL: https://{name}.example.org\nparams: {{systems: [{{name: API}}]}}\n"
        )
        importing.write(f"{name}/content/issues/2026-06-01-slow.md", issue())
    assert importing.run("cstate").counts == {"created": 2}
    assert len({row["public_id"] for row in importing.rows("SELECT public_id FROM incident")}) == 2
    assert [row["slug"] for row in importing.rows("SELECT slug FROM component ORDER BY slug")] == ["api", "api-2"]


def test_a_file_that_changed_changes_its_incident_and_one_that_left_stays(site):
    put(site, issue(resolved="false", resolvedWhen=None, date="2026-11-22 10:00:00"))
    put(site, issue(), "2026-06-02-other.md")
    (site.folder / "content/issues/2026-06-02-other.md").unlink()
    report = put(
        site, issue("Search is slow.\n\nUpdate: over.", date="2026-11-22 10:00:00", resolvedWhen="2026-11-22 11:00:00")
    )
    assert report.lines == ("content/issues/2026-06-01-slow.md: updated (1 new posts, resolved, impacts)",)
    assert len(site.rows("SELECT * FROM incident")) == 2


def test_what_staff_changed_since_is_left_as_it_is(site, clock):
    put(site, issue())
    site.context.database.connection().execute(
        "UPDATE incident SET public_title = 'Ours', updated_at = ?", (clock.forward(hours=1).isoformat(),)
    )
    report = put(site, issue("Other words."))
    assert "changed in the portal since it was imported" in report.lines[0]
    assert site.row("SELECT public_title FROM incident")["public_title"] == "Ours"


def test_a_text_that_stands_for_a_billion_others_is_read_line_by_line(site):
    bomb = "\n".join(f"a{step}: &a{step} [{', '.join([f'*a{step - 1}'] * 9)}]" for step in range(1, 10))
    head = f"title: Slow\ndate: 2026-06-01 10:00:00\nsection: issue\na0: &a0 x\n{bomb}"
    said = put(site, f"---\n{head}\n---\n\nSearch is slow.\n")
    assert said.counts == {"created": 1}
    assert any("read line by line" in line for line in said.lines), said
