"""Rounds a table so that it still adds up: each cell to a neighbouring tenth, every row and column exactly.

Controlled rounding after Cox (1987), without randomness. With its margins as one more row and column, every row and
column of the table adds up to zero. So a line with one cell that is not whole has another one; such cells form a cycle,
and shifting them up and down in turn keeps all sums while at least one of them becomes whole. Computed in whole grains,
so that no rounding error makes a cell nearly whole.
"""

import math
from collections.abc import Sequence

from community.health.tenths import TENTHS, apportioned

Table = list[list[int]]
Place = tuple[int, int]

GRAINS = 10**9
"""Grains in a tenth: finer than any figure shown, coarser than the errors of floats."""


def rounded(cells: Sequence[Sequence[float]], sums: Sequence[int]) -> Table:
    """Return the cells in tenths, with a column of row sums and a row of column sums that are exactly their sums.

    `sums` are the columns' sums in tenths, each one of the two tenths around the true sum: the figures that are shown
    elsewhere too. The first column and the row sums (points before and now) are apportioned to their totals, whatever
    stands between: the points of a day are the same beside every other day. What a row is short of then is in the
    last column. Every figure is less than two tenths from the truth, the last column's less than three, nearly always
    less than half a tenth; a cell that is 0 stays 0, except in the last column.
    """
    first, *others = zip(*cells, strict=True)
    before = apportioned(first, sums[0])
    whole_columns = [[cell * GRAINS for cell in before]]
    for column, whole in zip(others, sums[1:], strict=True):
        whole_columns.append(_shared_out([round(cell * TENTHS * GRAINS) for cell in column], whole))
    table: Table = [list(row) for row in zip(*whole_columns, strict=True)]
    if others:
        for row, now in zip(table, apportioned([math.fsum(row) for row in cells], sum(sums)), strict=True):
            row[-1] += now * GRAINS - sum(row)
    for row in table:
        row.append(-sum(row))
    table.append([-sum(column) for column in zip(*table, strict=True)])
    while (cycle := _cycle(table)) is not None:
        _shift(table, cycle)
    *body, last = table
    whole_rows = [[*(cell // GRAINS for cell in row[:-1]), -row[-1] // GRAINS] for row in body]
    return [*whole_rows, [*(-cell // GRAINS for cell in last[:-1]), last[-1] // GRAINS]]


def _shared_out(column: Sequence[int], whole: int) -> list[int]:
    """Return a column that adds up to its whole sum: each cell takes its part of the difference by its size."""
    size = sum(abs(cell) for cell in column)
    if not size:
        return list(column)
    missing = whole * GRAINS - sum(column)
    shared = [cell + missing * abs(cell) // size for cell in column]
    largest = max(range(len(column)), key=lambda i: abs(column[i]))
    shared[largest] += whole * GRAINS - sum(shared)
    return shared


def _is_whole(cell: int) -> bool:
    return cell % GRAINS == 0


def _cycle(table: Table) -> list[Place] | None:
    """Return cells that are not whole, each in one row or column with the next, in turn; None if all are whole."""
    row = next((i for i, line in enumerate(table) if not all(map(_is_whole, line))), None)
    if row is None:
        return None
    path: list[Place] = []
    seen: dict[tuple[str, int], int] = {}
    while ("row", row) not in seen:
        seen["row", row] = len(path)
        column = _other(table[row], path[-1][1] if path else None)
        path.append((row, column))
        if ("column", column) in seen:
            return path[seen["column", column] :]
        seen["column", column] = len(path)
        row = _other([line[column] for line in table], row)
        path.append((row, column))
    return path[seen["row", row] :]


def _other(line: Sequence[int], but: int | None) -> int:
    """Return another cell of the line that is not whole; there is one, since the sum is whole."""
    return next(i for i, cell in enumerate(line) if i != but and not _is_whole(cell))


def _shift(table: Table, cycle: Sequence[Place]) -> None:
    """Shift the cycle's cells up and down in turn, by the smaller amount, until one of them is whole."""
    ups, downs = cycle[::2], cycle[1::2]
    forth = min(*(_above(table[i][j]) for i, j in ups), *(_below(table[i][j]) for i, j in downs))
    back = min(*(_below(table[i][j]) for i, j in ups), *(_above(table[i][j]) for i, j in downs))
    by = forth if forth <= back else -back
    for i, j in ups:
        table[i][j] += by
    for i, j in downs:
        table[i][j] -= by


def _above(cell: int) -> int:
    return -cell % GRAINS


def _below(cell: int) -> int:
    return cell % GRAINS
