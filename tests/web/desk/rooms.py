"""A room has many forms: this fills in the one with a name, as a browser would, and presses one of its buttons."""

from typing import Any

import lxml.html
from werkzeug.test import TestResponse

from tests.web.desk.writing import Person


def page_of(person: Person) -> lxml.html.HtmlElement:
    assert person.page is not None
    return lxml.html.fromstring(person.page.text)


def words_of(person: Person, part: str = "content") -> str:
    """What people read in the part with this id, in one line."""
    found = page_of(person).get_element_by_id(part)
    for one in found.xpath(".//script | .//style | .//datalist"):
        one.drop_tree()
    return " ".join(" ".join(found.itertext()).split())


def forms_of(person: Person) -> list[str]:
    return [one.get("id", "").removeprefix("form-") for one in page_of(person).forms]


def fill(who: Person, form_name: str, /, button: tuple[str, str] | None = None, **typed: Any) -> TestResponse:
    """Send the form of this name with what was typed; two underscores in a name are a dot."""
    form = page_of(who).get_element_by_id(f"form-{form_name}")
    given = {key.replace("__", "."): value for key, value in typed.items()}
    sent = [(key, value) for key, value in form.form_values() if key not in given]
    sent += [(key, value) for key, value in given.items() if value is not None]
    action = str(form.get("action")).removeprefix("/desk")
    return who.send(action, [*sent, *([button] if button else [])])
