"""An operating system's scheduler in small: tasks of several classes, queues of packets, virtual
methods, attribute access."""

import sys


class Packet:
    def __init__(self, kind, source):
        self.kind = kind
        self.source = source
        self.value = 0
        self.next = None


class Queue:
    def __init__(self):
        self.first = None
        self.last = None
        self.length = 0

    def put(self, packet):
        packet.next = None
        if self.last is None:
            self.first = packet
        else:
            self.last.next = packet
        self.last = packet
        self.length += 1

    def take(self):
        packet = self.first
        if packet is not None:
            self.first = packet.next
            if self.first is None:
                self.last = None
            self.length -= 1
        return packet


class Task:
    def __init__(self, system, number, priority):
        self.system = system
        self.number = number
        self.priority = priority
        self.inbox = Queue()
        self.waiting = False
        self.runs = 0

    def ready(self):
        return not self.waiting or self.inbox.first is not None

    def step(self):
        self.runs += 1
        packet = self.inbox.take()
        if packet is None:
            self.idle()
        else:
            self.waiting = False
            self.handle(packet)

    def idle(self):
        self.waiting = True


class Worker(Task):
    def handle(self, packet):
        packet.value = (packet.value * 31 + self.number + self.runs) % 65521
        target = packet.source
        packet.source = self.number
        self.system.send(target, packet)


class Device(Task):
    def __init__(self, system, number, priority, delay):
        Task.__init__(self, system, number, priority)
        self.delay = delay
        self.held = []

    def handle(self, packet):
        self.held.append(packet)
        if len(self.held) > self.delay:
            self.release()

    def idle(self):
        if self.held:
            self.release()
        else:
            self.waiting = True

    def release(self):
        packet = self.held.pop(0)
        packet.value += self.delay
        target = packet.source
        packet.source = self.number
        self.system.send(target, packet)


class Router(Task):
    def __init__(self, system, number, priority, targets, budget):
        Task.__init__(self, system, number, priority)
        self.targets = targets
        self.turn = 0
        self.budget = budget
        self.checksum = 0

    def handle(self, packet):
        self.checksum = (self.checksum * 17 + packet.value) % 1000003
        if self.budget > 0:
            self.budget -= 1
            target = self.targets[self.turn]
            self.turn = (self.turn + 1) % len(self.targets)
            packet.source = self.number
            self.system.send(target, packet)


class System:
    def __init__(self):
        self.tasks = []
        self.sent = 0

    def send(self, number, packet):
        self.sent += 1
        self.tasks[number].inbox.put(packet)

    def run(self):
        order = sorted(self.tasks, key=lambda task: -task.priority)
        busy = True
        while busy:
            busy = False
            for task in order:
                if task.ready():
                    task.step()
                    busy = True


def main(n):
    system = System()
    router = Router(system, 0, 10, [1, 2, 3, 4, 5], n)
    system.tasks = [
        router,
        Worker(system, 1, 40),
        Worker(system, 2, 30),
        Device(system, 3, 20, 2),
        Device(system, 4, 25, 0),
        Worker(system, 5, 5),
    ]
    for i in range(6):
        packet = Packet(i % 2, 0)
        packet.value = i
        system.send(0, packet)
    system.run()
    runs = sum(task.runs for task in system.tasks)
    return "%d %d %d" % (router.checksum, system.sent, runs)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 140000))
