"""One shape per state, so that no state is told by its colour alone: paths in a box of 16 x 16."""

TICK, BARS, NOTICE, TRIANGLE, DIAMOND, CROSS, LINES = (
    "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0Zm3.8 4.6L6.7 9.7 4.2 7.2 2.9 8.5l3.8 3.8 6.4-6.4Z",
    "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0ZM5 4v8h2.2V4Zm3.8 0v8H11V4Z",
    "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0ZM7 3v2h2V3Zm0 4v6h2V7Z",
    "M8 .8 16 15H0ZM7 6v4.5h2V6Zm0 5.7v2h2v-2Z",
    "M8 0l8 8-8 8-8-8ZM7 3.5V9h2V3.5Zm0 7v2h2v-2Z",
    "M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7ZM5 3.6 3.6 5l3 3-3 3L5 12.4l3-3 3 3 1.4-1.4-3-3 3-3L11 3.6l-3 3Z",
    "M1 1h14v2H1Zm0 4h14v2H1Zm0 4h14v2H1Zm0 4h9v2H1Z",
)
OF_IMPACT = {
    "none": TICK,
    "maintenance": BARS,
    "minor": TRIANGLE,
    "major": DIAMOND,
    "critical": CROSS,
    "notice": NOTICE,
}
"""By indicator or impact; `notice` for something that is open and impairs nothing. To be filled with `evenodd`."""
