"""Who has to be told, and by whom: the rows of an incident's communication checklist (PROCESS)."""

from portal.domain.names import CustomerImpact, Kind, Severity

TITLES = {
    "reporter": "Acknowledge the reporter",
    "support": "Tell the support channel",
    "customer_success": "Tell the customer success channel",
    "sales": "Tell the sales channel",
    "marketing": "Tell marketing, with its mention (no answer needed)",
    "general": "Tell the general channel",
    "leadership": "Tell leadership: all department heads, the head of marketing, the director of global communication",
    "customers": "Write to affected customers in their channels or tickets",
    "social": "Social post of at most 280 characters: drafted, approved by marketing, posted with its link",
    "clients_24h": "Tell clients whose data is affected, within 24 hours",
    "clients_72h": "Give those clients the details, within 72 hours",
    "advisory": "Disclosure: advisory",
    "cve": "Disclosure: CVE",
    "changelog": "Disclosure: changelog",
    "mailing_list": "Disclosure: mailing list",
    "upgrades": "Disclosure: coordination of upgrades",
    "legal": "Disclosure: legal",
}
"""Every row there can be, in their order."""
CHANNELS = ("support", "customer_success", "sales", "marketing", "general", "leadership")
"""Rows that a message in the channel of the same name settles."""


def rows(
    kind: Kind, severity: Severity, customer_impact: CustomerImpact, *, security: bool, reported: bool
) -> list[str]:
    """The keys of the rows that such an incident needs, in order. Private ones are not told around."""
    if kind in (Kind.MAINTENANCE, Kind.DRILL):
        return []
    needed = {"reporter"} if reported else set()
    felt = customer_impact is CustomerImpact.YES
    if security:
        needed |= {"advisory", "cve", "changelog", "mailing_list", "upgrades", "legal"}
        needed |= {"clients_24h", "clients_72h"} if felt else set()
    else:
        needed |= {"support", "customer_success", "sales"}
        needed |= {"marketing", "customers", "social"} if felt else set()
        needed |= {"general"} if severity is Severity.CRITICAL else set()
        needed |= {"leadership"} if felt and severity is Severity.CRITICAL else set()
    return [key for key in TITLES if key in needed]
