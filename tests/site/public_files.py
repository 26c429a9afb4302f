"""What the public gets from a test's portal: publish what is pending, then read a file."""

from portal.verbs.context import Context
from portal.workers.publisher import Publisher


class PublicFiles:
    """`files["badge.svg"]` publishes and reads; `"badge.svg" in files` publishes and looks."""

    def __init__(self, context: Context) -> None:
        self.publisher = Publisher(context.settings, context.database)

    def __getitem__(self, path: str) -> str:
        self.publisher.publish_pending()
        return (self.publisher.releases.link / path).read_text("utf-8")

    def __contains__(self, path: str) -> bool:
        self.publisher.publish_pending()
        return (self.publisher.releases.link / path).is_file()
