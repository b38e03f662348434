"""One-way constraints between variables, planned by strength and propagated: many small objects of
a class hierarchy, lists of them, polymorphic calls."""

import sys


class Variable:
    def __init__(self, name, value):
        self.name = name
        self.value = value
        self.determined_by = None
        self.users = []
        self.strength = 0
        self.mark = 0


class Constraint:
    def __init__(self, strength):
        self.strength = strength
        self.active = False

    def inputs_known(self, mark):
        for v in self.inputs():
            if v.mark != mark and v.determined_by is not None:
                return False
        return True

    def attach(self):
        for v in self.inputs():
            v.users.append(self)
        output = self.output()
        if output.strength <= self.strength:
            old = output.determined_by
            if old is not None:
                old.active = False
            output.determined_by = self
            output.strength = self.strength
            self.active = True

    def detach(self):
        for v in self.inputs():
            v.users.remove(self)
        output = self.output()
        if output.determined_by is self:
            output.determined_by = None
            output.strength = 0
        self.active = False


class Edit(Constraint):
    def __init__(self, variable):
        Constraint.__init__(self, 5)
        self.variable = variable

    def inputs(self):
        return ()

    def output(self):
        return self.variable

    def execute(self):
        pass


class Equal(Constraint):
    def __init__(self, source, target, strength):
        Constraint.__init__(self, strength)
        self.source = source
        self.target = target

    def inputs(self):
        return (self.source,)

    def output(self):
        return self.target

    def execute(self):
        self.target.value = self.source.value


class Scaled(Equal):
    def __init__(self, source, scale, offset, target, strength):
        Equal.__init__(self, source, target, strength)
        self.scale = scale
        self.offset = offset

    def inputs(self):
        return (self.source, self.scale, self.offset)

    def execute(self):
        self.target.value = (self.source.value * self.scale.value + self.offset.value) % 99991


class Planner:
    def __init__(self):
        self.mark = 0

    def plan_from(self, variable):
        self.mark += 1
        mark = self.mark
        variable.mark = mark
        plan = []
        todo = list(variable.users)
        while todo:
            c = todo.pop()
            output = c.output()
            if c.active and output.mark != mark and c.inputs_known(mark):
                plan.append(c)
                output.mark = mark
                for user in output.users:
                    todo.append(user)
        return plan


def change(planner, variable, values):
    edit = Edit(variable)
    edit.attach()
    plan = planner.plan_from(variable)
    for value in values:
        variable.value = value
        for c in plan:
            c.execute()
    edit.detach()
    return len(plan)


def main(n):
    planner = Planner()
    chain = [Variable("v%d" % i, i) for i in range(n + 1)]
    for a, b in zip(chain, chain[1:]):
        Equal(a, b, 3).attach()
    scale, offset = Variable("scale", 3), Variable("offset", 7)
    results = [Variable("r%d" % i, 0) for i in range(n)]
    for source, target in zip(chain, results):
        Scaled(source, scale, offset, target, 2).attach()
    planned = checksum = 0
    for round_ in range(12):
        planned += change(planner, chain[0], range(round_, round_ + 8))
        planned += change(planner, chain[n // 2], range(100, 104))
        planned += change(planner, scale, (round_ + 2, round_ + 3))
        checksum = (checksum * 31 + sum(r.value for r in results)) % 1000000007
    return "%d %d" % (planned, checksum)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 12000))
