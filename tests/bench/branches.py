"""A small virtual machine interpreted: chains of comparisons, dispatch by if and match."""

import sys

PUSH, ADD, MULTIPLY, LESS, JUMP_IF, LOAD, STORE, HALT, MODULO = range(9)


def run(code, variables):
    stack = []
    at = 0
    steps = 0
    while True:
        op, argument = code[at]
        at += 1
        steps += 1
        if op == PUSH:
            stack.append(argument)
        elif op == LOAD:
            stack.append(variables[argument])
        elif op == STORE:
            variables[argument] = stack.pop()
        elif op == ADD:
            b = stack.pop()
            stack.append(stack.pop() + b)
        elif op == MULTIPLY:
            b = stack.pop()
            stack.append(stack.pop() * b)
        elif op == MODULO:
            b = stack.pop()
            stack.append(stack.pop() % b)
        elif op == LESS:
            b = stack.pop()
            stack.append(stack.pop() < b)
        elif op == JUMP_IF:
            if stack.pop():
                at = argument
        else:
            return steps


def classify(x):
    match x:
        case 0:
            return 1
        case (a, b) if a > b:
            return a
        case (a, _):
            return a + 2
        case {"k": v}:
            return v
        case str() | None:
            return 5
        case _:
            return 7


def main(n):
    code = [
        (LOAD, "i"), (PUSH, 7), (MULTIPLY, None), (LOAD, "total"), (ADD, None),
        (PUSH, 10007), (MODULO, None), (STORE, "total"),
        (LOAD, "i"), (PUSH, 1), (ADD, None), (STORE, "i"),
        (LOAD, "i"), (PUSH, n), (LESS, None), (JUMP_IF, 0), (HALT, None),
    ]
    variables = {"i": 0, "total": 0}
    steps = run(code, variables)
    subjects = [0, (3, 1), (1, 3), {"k": 4}, "s", None, 2.5]
    kinds = sum(classify(subjects[i % 7]) for i in range(n * 4))
    return "%d %d %d" % (steps, variables["total"], kinds)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 70000))
