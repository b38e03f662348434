"""Points that stay bounded: a tight float loop with locals only."""

import sys


def main(n):
    inside = 0
    steps = 0
    for row in range(n):
        ci = 2.0 * row / n - 1.0
        for column in range(n):
            cr = 2.0 * column / n - 1.5
            zr = zi = 0.0
            k = 0
            while k < 50:
                rr = zr * zr
                ii = zi * zi
                if rr + ii > 4.0:
                    break
                zi = 2.0 * zr * zi + ci
                zr = rr - ii + cr
                k += 1
            steps += k
            if k == 50:
                inside += 1
    return "%d %d" % (inside, steps)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 350))
