"""The languages of the public page: interface words from gettext catalogues, dates and numbers from CLDR (Babel)."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Protocol

import portal

SOURCE = "en"
"""The language that the program, its templates and so the keys of all catalogues are written in."""
FOLDER = "site_templates/theme/locales"
"""Where a plain `mkdocs build` looks for them too: LANGUAGE/LC_MESSAGES/messages.po and .mo."""
_FORMS = {"en": "en_GB"}
"""Whose dates a language writes: 23 November 2026 can be read on both sides of the Atlantic."""


def N_(text: str) -> str:
    """Mark a text as one for the catalogues; it is translated where it is printed."""
    return text


MOMENT = N_("%(year)s-%(month)s-%(day)s %(clock)s UTC")
"""Moments in digits, as English has them: nobody can mistake the month for the day."""


def languages() -> list[str]:
    """What the setting `language` may be: English, and every language that has a compiled catalogue."""
    found = (portal.root() / FOLDER).glob("*/LC_MESSAGES/messages.mo")
    return sorted({SOURCE, *(path.parent.parent.name for path in found)})


def named_languages() -> list[tuple[str, str]]:
    """Each of them with its own name for itself, such as Deutsch."""
    from babel import Locale  # noqa: PLC0415  (short commands do not wait for it)

    return [(code, Locale.parse(code).get_display_name() or code) for code in languages()]


class Catalogue(Protocol):
    def gettext(self, message: str, /) -> str: ...
    def ngettext(self, one: str, many: str, number: int, /) -> str: ...


class Words:
    """What the page says in its own voice, in one language; what people wrote stays as it is. Pure, and kept."""

    def __init__(self, language: str = SOURCE, catalogue: Catalogue | None = None) -> None:
        from babel import Locale  # noqa: PLC0415  (short commands do not wait for it)
        from babel.numbers import get_decimal_symbol  # noqa: PLC0415
        from babel.support import NullTranslations  # noqa: PLC0415

        self.language = language
        self.catalogue: Catalogue = catalogue or NullTranslations()
        self._locale = Locale.parse(_FORMS.get(language, language))
        self.direction: str = self._locale.text_direction
        """`ltr` or `rtl`."""
        self._decimal = get_decimal_symbol(self._locale)
        self._moment = self(MOMENT)
        self._dated = lru_cache(4096)(self._format)
        self._counted = lru_cache(4096)(self._count)

    def __call__(self, text: str, **values: Any) -> str:
        """The translation of an English text, its `%(name)s` filled in."""
        found = self.catalogue.gettext(text)
        return found % values if values else found

    def plural(self, one: str, many: str, number: int, **values: Any) -> str:
        """The form that goes with a number, which is `%(number)s` in the text."""
        return self.catalogue.ngettext(one, many, number) % {"number": number, **values}

    def minute(self, moment: str) -> str:
        """`2026-11-23 14:05 UTC`, from a stored moment; the catalogue says how a language writes it in digits."""
        parts = {"year": moment[:4], "month": moment[5:7], "day": moment[8:10], "clock": moment[11:16]}
        return self._moment % parts

    def duration(self, minutes: int) -> str:
        """`45 minutes`, `2 hours 5 minutes`, `3 days 1 hour`: two units at most."""
        if minutes < 1:
            return self(N_("less than a minute"))
        return " ".join(self._counted(number, unit) for number, unit in units_of(minutes))

    def listed(self, names: Sequence[str]) -> str:
        """`Search, Sign-in and Billing`."""
        from babel.lists import format_list  # noqa: PLC0415

        return format_list(names, locale=self._locale)

    def decimal(self, digits: str) -> str:
        """A number as the language writes it, from digits with a point: `99.98`, `99,98`."""
        return digits.replace(".", self._decimal)

    def day_words(self, day: str) -> str:
        """`23 November 2026`, from a stored date or moment."""
        return self._dated(day[:10], "long")

    def weekday_words(self, day: str) -> str:
        """`Monday, 23 November 2026`."""
        return self._dated(day[:10], "full")

    def month_words(self, month: str) -> str:
        """`November 2026`, from `2026-11` or whatever begins so."""
        return self._dated(f"{month[:7]}-01", "yMMMM")

    def _format(self, day: str, form: str) -> str:
        from babel.dates import format_date, format_skeleton  # noqa: PLC0415

        at = date.fromisoformat(day)
        if form in ("long", "full"):
            return format_date(at, form, self._locale)
        return format_skeleton(form, at, locale=self._locale)

    def _count(self, number: int, unit: str) -> str:
        from babel.dates import format_timedelta  # noqa: PLC0415

        span = timedelta(**{f"{unit}s": number})
        return format_timedelta(span, unit, threshold=math.inf, locale=self._locale)  # type: ignore[arg-type]


def units_of(minutes: int) -> list[tuple[int, str]]:
    """The two largest units of a length of time, as (number, day, hour or minute)."""
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    return [(number, unit) for number, unit in ((days, "day"), (hours, "hour"), (left, "minute")) if number][:2]


@lru_cache(maxsize=8)
def words_of(language: str) -> Words:
    """The words of one of `languages()`, read from its catalogue once."""
    from babel.support import Translations  # noqa: PLC0415

    return Words(language, Translations.load(str(portal.root() / FOLDER), [language]))
