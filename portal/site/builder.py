"""MkDocs, kept warm: configuration, theme and navigation are loaded once, then a page costs milliseconds."""

import base64
import hashlib
import html.parser
import logging
import os
import pathlib
import shutil
import warnings
from functools import lru_cache
from typing import Any

from jinja2 import FunctionLoader

import portal
from portal.branding import Branding
from portal.language import SOURCE
from portal.site.brand import into_theme
from portal.site.doc import Doc

os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

FRAME = tuple(f"partials/{name}.html" for name in ("brand", "first", "header", "tabs", "footer", "scripts"))
"""What main.html includes that is the same on all pages of a folder, unless a page is a tab itself."""


class Builder:
    """Renders pages of one site. Not thread-safe; one per process."""

    def __init__(
        self,
        home: pathlib.Path,
        site_name: str,
        site_url: str,
        support_email: str,
        *,
        branding: Branding | None = None,
        language: str = SOURCE,
    ) -> None:
        logging.getLogger("mkdocs").setLevel(logging.WARNING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            from mkdocs.config import load_config  # noqa: PLC0415  (a third of a second, only for who builds)
            from mkdocs.localization import parse_locale  # noqa: PLC0415
            from mkdocs.structure.files import File, Files  # noqa: PLC0415
            from mkdocs.structure.nav import get_navigation  # noqa: PLC0415

            (home / "releases").mkdir(parents=True, exist_ok=True)
            self._config = load_config(
                str(portal.root() / "mkdocs.yml"),
                site_name=site_name,
                site_url=site_url.rstrip("/") + "/",
                docs_dir=str((home / "releases").resolve()),
                site_dir=str((home / "unused").resolve()),
            )
            self._config.extra["support_email"] = support_email
            self._config.theme["language"] = language
            self._config.theme["locale"] = parse_locale(language)
            self._pictures = into_theme(self._config, branding or Branding())
            plugins: Any = self._config.plugins
            plugins.on_startup(command="build", dirty=False)
            self._config = plugins.on_config(self._config)
            self._env = plugins.on_env(self._config.theme.get_env(), config=self._config, files=Files([]))
            self._framed = self._env.overlay(loader=FunctionLoader(self._framed_source))
            stubs = [File.generated(self._config, src, content="") for src in _nav_sources(self._config.nav)]
            self._files = Files(stubs)
            self._nav = get_navigation(self._files, self._config)
            self._theme_files = Files([])
            self._theme_files.add_files_from_theme(self._env, self._config)
        self._file = File
        self._frame = lru_cache(64)(self._render_frame)

    @property
    def search_settings(self) -> dict[str, Any]:
        """The `config` of Material's search index."""
        kept = self._config.plugins["material/search"].config
        return {
            "lang": list(kept.lang),
            "separator": kept.separator,
            "pipeline": list(kept.pipeline),
            "fields": kept.fields,
        }

    def page_html(self, doc: Doc) -> str:
        """A generated page as MkDocs would write it."""
        from mkdocs.structure.toc import get_toc  # noqa: PLC0415

        page = self._page(doc.src)
        page.markdown, page.meta, page.content = "", dict(doc.meta), doc.to_html()
        page.toc = get_toc(doc.toc())  # type: ignore[arg-type]
        return self._render(page)

    def content_html(self, src: str, markdown: str) -> str:
        """A page written by hand (Markdown with front matter), through MkDocs' own reading and rendering."""
        page = self._page(src, markdown)
        page.read_source(self._config)
        page.render(self._config, self._files)
        return self._render(page)

    def template_html(self, name: str) -> str:
        """A page that is only a theme template, such as 404.html; its links are absolute paths."""
        from urllib.parse import urlsplit  # noqa: PLC0415

        from mkdocs.commands.build import get_context  # noqa: PLC0415

        base = urlsplit(str(self._config.site_url)).path
        context = get_context(self._nav, self._files, self._config, base_url=base)
        return str(self._env.get_template(name).render(context))

    def copy_assets(self, site: pathlib.Path) -> None:
        """The theme's, our own and the owner's static files, as MkDocs copies them, without source maps."""
        for file in self._theme_files:
            if not file.is_documentation_page() and not file.dest_uri.endswith(".map"):
                target = site / file.dest_uri
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.abs_src_path), target)
        for name, content in self._pictures.items():
            (site / name).write_bytes(content)

    def _page(self, src: str, markdown: str = "") -> Any:
        from mkdocs.structure.pages import Page  # noqa: PLC0415

        stub = self._files.get_file_from_path(src)
        if stub is not None and stub.page is not None:
            stub.content_string = markdown
            return stub.page
        return Page(None, self._file.generated(self._config, src, content=markdown), self._config)

    def _render(self, page: Any) -> str:
        from mkdocs.commands.build import get_context  # noqa: PLC0415

        template = page.meta.get("template", "main.html")
        if page not in self._nav.pages:
            context = get_context(self._nav, self._files, self._config, page)
            frame = self._frame(page.url.rstrip("/").rpartition("/")[0])
            return str(self._framed.get_template(template).render(context, frame=frame))
        page.active = True
        try:
            context = get_context(self._nav, self._files, self._config, page)
            return str(self._env.get_template(template).render(context))
        finally:
            page.active = False

    def _framed_source(self, name: str) -> str:
        source: str = self._env.loader.get_source(self._env, name)[0]
        for part in FRAME:
            source = source.replace(f'{{% include "{part}" %}}', f'{{{{ frame["{part}"] }}}}')
        return source

    def _render_frame(self, folder: str) -> dict[str, str]:
        """The parts of FRAME as every page of a folder has them that is not a tab."""
        from mkdocs.commands.build import get_context  # noqa: PLC0415

        page = self._page(f"{folder}/any.md")
        page.content = ""
        context = get_context(self._nav, self._files, self._config, page)
        home = self._env.get_template("main.html").make_module(context).home
        return {name: self._env.get_template(name).render(context, home=home) for name in FRAME}


def _nav_sources(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav] if nav.endswith(".md") else []
    if isinstance(nav, dict):
        return [src for value in nav.values() for src in _nav_sources(value)]
    return [src for item in nav or [] for src in _nav_sources(item)]


class _InlineCode(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, set[str]] = {"script": set(), "style": set()}
        self._inside: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        executable = given.get("type") in (None, "", "text/javascript", "module")
        if tag == "style" or (tag == "script" and "src" not in given and executable):
            self._inside, self._text = tag, ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self.found[tag].add(self._text)
            self._inside = None


def inline_hashes(pages: list[str]) -> dict[str, list[str]]:
    """CSP sources (`'sha256-...'`) for the inline scripts and styles of some pages, by directive."""
    parser = _InlineCode()
    for page in pages:
        parser.feed(page)
    return {
        f"{tag}-src": sorted(
            f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'" for code in codes
        )
        for tag, codes in parser.found.items()
    }
