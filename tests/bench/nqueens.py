"""Queens on a board by backtracking: recursion, sets of ints, branches."""

import sys


def place(n, row, columns, rising, falling):
    if row == n:
        return 1
    found = 0
    for column in range(n):
        if column in columns or row + column in rising or row - column in falling:
            continue
        columns.add(column)
        rising.add(row + column)
        falling.add(row - column)
        found += place(n, row + 1, columns, rising, falling)
        columns.remove(column)
        rising.remove(row + column)
        falling.remove(row - column)
    return found


def main(n):
    return place(n, 0, set(), set(), set())


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 11))
