"""Looks for texts that the estimate lets through although they are slow: prints the worst of a minute's search.

.venv/bin/python bench/text_cost.py [seconds] [seed]
"""

import random
import sys
import time

from portal.text import clean
from portal.text.cost import LIMIT, estimate, too_costly
from portal.text.markup import converter

PIECES = r"""
[ ] ( ![ [a]( [a](http:// [a](http://a) [a](mailto:b) [a](http://b␣'t') ((( \ \* < <a <a@ <http:// <a@b> & &# &amp; http://
https://a) * ** *** *a **a *a* *a*␣ a* _ __ _a_ *_ ` `` ``` ``a` ````` -␣ -␣a⏎ *␣a⏎␣␣␣␣ 1.␣ 1.␣a⏎ > >a⏎ >␣-␣ ⏎-␣ ⏎␣␣␣␣-␣
#␣ #␣a⏎ | a| a|b⏎ a|b⏎-|-⏎| ```⏎ ~~~⏎ ```a⏎ a⏎⏎ ⏎ ⏎⏎ ␣␣␣␣a⏎ a⏎---⏎ a⏎===⏎ ---⏎ -␣-␣-␣ ␣ é words␣go␣on␣here
"""
"""Separated by blanks; ␣ and ⏎ stand for themselves."""
LONGEST = 25_000


def pieces() -> list[str]:
    return [one.replace("␣", " ").replace("⏎", "\n") for one in PIECES.split()]


def drawn(chance: random.Random, units: list[str]) -> str:
    """A text made of a few pieces, repeated or mixed, shortened until the estimate lets it through."""
    chosen = [chance.choice(units) * chance.choice((1, 1, 2, 5)) for _ in range(chance.choice((1, 1, 2, 2, 3, 4, 8)))]
    size = chance.randrange(200, LONGEST)
    text = "".join(chosen) * size if chance.random() < 0.6 else "".join(chance.choice(chosen) for _ in range(size))
    text = clean(text[:size])
    low, high = 0, len(text) + 1
    while high - low > 20:
        middle = (low + high) // 2
        low, high = (low, middle) if too_costly(text[:middle]) else (middle, high)
    return text[:low]


def main() -> None:
    seconds, seed = (float(word) for word in (*sys.argv[1:3], *("60", "1")[len(sys.argv) - 1 :]))
    chance, units, warm = random.Random(seed), pieces(), converter()
    worst: list[tuple[float, float, str]] = []
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        text = drawn(chance, units)
        begun = time.thread_time()
        warm.reset()
        warm.convert(text)
        worst = sorted([*worst, (time.thread_time() - begun, estimate(text), text)], reverse=True)[:8]
        count += 1
    print(f"{count} texts; the slowest that were let through (the estimate's limit is {LIMIT}):")
    for spent, guessed, text in worst:
        print(f"{spent * 1000:6.0f} ms  estimated {guessed:7.0f}  {len(text):6d} characters  {text[:40]!r}")


if __name__ == "__main__":
    main()
