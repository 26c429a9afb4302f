"""Histories of other status pages: files are read into `portal.domain.past`, one verb writes them."""
