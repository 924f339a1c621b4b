"""One interval as a small inline picture: a dot, its interval, the line of no gap and the band of tolerated gaps."""

from markupsafe import Markup

WIDTH, HEIGHT, MARGIN = 240.0, 24.0, 10.0
SHAPES = {"PASS": "pass", "FAIL": "fail", "NOT ENOUGH DATA": "few", "NOT MEASURABLE": "none"}


def limit(gaps: list[tuple[float, float, float]], tolerance: float) -> float:
    """Half the width of a scale, in the unit of the gap, for rows of (gap, low, high).

    Every dot and most intervals fit; a few very wide intervals are cut (and marked) so that the others stay readable.
    """
    if not gaps:
        return 2.5 * tolerance
    dots = max(abs(gap) for gap, _, _ in gaps)
    ends = max(max(abs(low), abs(high)) for _, low, high in gaps)
    return max(2.5 * tolerance, min(1.06 * ends, max(1.15 * dots, 6 * tolerance)))


def _x(value: float, scale: float) -> float:
    return round(WIDTH / 2 + value / scale * (WIDTH / 2 - MARGIN), 2)


def row(interval: tuple[float, float, float], tolerance: float, scale: float, verdict: str) -> Markup:
    """The picture of one (gap, low, high) as SVG; decoration only (`aria-hidden`), the numbers stand beside it."""
    gap, low, high = interval
    start, end, middle = MARGIN / 2, WIDTH - MARGIN / 2, HEIGHT / 2
    left, right = max(_x(low, scale), start), min(_x(high, scale), end)
    parts = [ground(tolerance, scale), f'<path class="i" d="M{left:g} {middle:g}H{right:g}']
    for cut, x, way in ((_x(low, scale) < start, left, 1), (_x(high, scale) > end, right, -1)):
        parts.append(
            f"M{x + 4 * way:g} {middle - 4:g}L{x:g} {middle:g}L{x + 4 * way:g} {middle + 4:g}"
            if cut
            else f"M{x:g} {middle - 4:g}v8"
        )
    parts.append('"/>')
    parts.append(_dot(_x(gap, scale), middle, verdict))
    return _svg("".join(parts), SHAPES[verdict])


def _dot(x: float, y: float, verdict: str) -> str:
    if verdict == "FAIL":
        return f'<path class="d" d="M{x:g} {y - 6:g}L{x + 6:g} {y + 5:g}H{x - 6:g}Z"/>'
    return f'<circle class="d" cx="{x:g}" cy="{y:g}" r="5"/>'


def ground(tolerance: float, scale: float) -> str:
    """The band of tolerated gaps and the line of no gap."""
    left, right = _x(-tolerance, scale), _x(tolerance, scale)
    return (
        f'<rect class="t" x="{left:g}" y="0" width="{right - left:g}" height="{HEIGHT:g}"/>'
        f'<path class="z" d="M{WIDTH / 2:g} 0V{HEIGHT:g}"/>'
    )


def empty(tolerance: float, scale: float) -> Markup:
    """A row without a picture to draw: the ground alone."""
    return _svg(ground(tolerance, scale), "none")


def axis(scale: float, tolerance: float, ends: tuple[str, str], bounds: tuple[str, str]) -> Markup:
    """The scale above the rows: `ends` label its two ends, `bounds` the tolerated gap to both sides."""
    start, end = MARGIN / 2, WIDTH - MARGIN / 2
    left, right = _x(-tolerance, scale), _x(tolerance, scale)
    texts = [(start, "start", ends[0]), (WIDTH / 2, "middle", "0"), (end, "end", ends[1])]
    if left - start > 58 and WIDTH / 2 - left > 22:  # else the labels would run into each other
        texts += [(left, "middle", bounds[0]), (right, "middle", bounds[1])]
    drawn = "".join(
        f'<text x="{x:g}" y="15" text-anchor="{anchor}">{Markup.escape(text)}</text>' for x, anchor, text in texts
    )
    return _svg(drawn, "axis")


def _svg(body: str, name: str) -> Markup:
    # The body is built of numbers and escaped labels only.
    return Markup(f'<svg class="p {name}" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" aria-hidden="true">{body}</svg>')
