"""Planets that attract one another: float attributes of a few objects, updated in place."""

import sys


class Body:
    def __init__(self, mass, position, velocity):
        self.mass = mass
        self.x, self.y, self.z = position
        self.vx, self.vy, self.vz = velocity


def advance(pairs, bodies, dt):
    for a, b in pairs:
        dx = a.x - b.x
        dy = a.y - b.y
        dz = a.z - b.z
        square = dx * dx + dy * dy + dz * dz
        pull = dt / (square * square**0.5)
        on_a = a.mass * pull
        on_b = b.mass * pull
        a.vx -= dx * on_b
        a.vy -= dy * on_b
        a.vz -= dz * on_b
        b.vx += dx * on_a
        b.vy += dy * on_a
        b.vz += dz * on_a
    for body in bodies:
        body.x += dt * body.vx
        body.y += dt * body.vy
        body.z += dt * body.vz


def energy(pairs, bodies):
    total = 0.0
    for b in bodies:
        total += 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
    for a, b in pairs:
        dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
        total -= a.mass * b.mass / (dx * dx + dy * dy + dz * dz) ** 0.5
    return total


def main(n):
    bodies = [
        Body(40.0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
        Body(0.5, (5.0, -1.0, 0.1), (0.6, 2.8, -0.02)),
        Body(0.25, (8.5, 4.0, -0.4), (-1.0, 1.8, 0.01)),
        Body(0.125, (13.0, -15.0, -0.2), (1.0, 0.9, -0.01)),
        Body(0.0625, (15.5, -26.0, 0.2), (0.9, 0.6, -0.03)),
    ]
    pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1 :]]
    for _ in range(n):
        advance(pairs, bodies, 0.01)
    return "%.9f" % energy(pairs, bodies)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60000))
