# subprocess: pipes, statuses, errors, timeouts.
import subprocess as sp
import sys


def t(*fs):
    for f in fs:
        try:
            print(f())
        except Exception as e:
            print(type(e).__name__, e)


SH = "/bin/sh"
def sh(s, **k): return sp.run([SH, "-c", s], **k)
t(lambda: sh("echo out; echo err >&2; exit 3", capture_output=True), lambda: sh("cat", input=b"in\n", stdout=-1).stdout, lambda: sh("cat", input="é", text=True, capture_output=True, encoding="utf-8").stdout, lambda: sh("exit 2", check=True), lambda: sh("kill -9 $$").returncode, lambda: sh("kill -15 $$", check=True), lambda: sp.check_output([SH, "-c", "printf 'a\\r\\nb'"], universal_newlines=True), lambda: sp.check_output("echo shell $0", shell=True, text=True), lambda: sp.check_call([SH, "-c", "exit 4"]), lambda: sp.call([SH, "-c", "exit 5"]), lambda: sp.getoutput("echo x"), lambda: sp.getstatusoutput("exit 6"), lambda: sp.run(["/nonexistent/prog"]), lambda: sp.run(["nonexistent-prog-name"]), lambda: sp.run([SH], cwd="/nonexistent"), lambda: sp.run([]), lambda: sp.run("a b"), lambda: sp.run([SH, 5]), lambda: sh("sleep 5", timeout=0.1), lambda: sh("echo $V", env={"V": "env"}, text=True, capture_output=True).stdout, lambda: sh("echo e >&2", stderr=sp.STDOUT, stdout=sp.PIPE).stdout, lambda: sh("echo x", stdout=sp.DEVNULL), lambda: sh("x", capture_output=True, stdout=1), lambda: sh("x", input=b"", stdin=1), lambda: sh("pwd", cwd="/", text=True, stdout=-1).stdout, lambda: sh("exit 7", capture_output=True).check_returncode(), lambda: sp.list2cmdline(["a b", 'c"d']), lambda: sp.CompletedProcess(["a"], 0), lambda: str(sp.TimeoutExpired("c", 1.5)), lambda: str(sp.CalledProcessError(-2, "c")), lambda: sp.run([SH], bufsize="x"), lambda: sp.run([SH, "-c", ":"], text=True, errors="x", stdout=-1).stdout)
p = sp.Popen([SH, "-c", "read a; echo got $a; read b; echo got $b"], stdin=sp.PIPE, stdout=sp.PIPE, text=True, bufsize=1)
print(p.poll(), p.stdin.write("one\n"), p.stdout.readline(), p.communicate("two\n"), p.returncode, p.poll(), p.args[0], repr(p).split(" ")[0])
with sp.Popen(["cat"], stdin=sp.PIPE, stdout=sp.PIPE) as p: p.stdin.write(b"x"); p.stdin.close(); print(p.stdout.read())
a = sp.Popen(["echo", "piped"], stdout=sp.PIPE); b = sp.Popen(["tr", "a-z", "A-Z"], stdin=a.stdout, stdout=sp.PIPE); a.stdout.close(); print(b.communicate()[0], a.wait())
p = sp.Popen(["sleep", "9"]); p.terminate(); print(p.wait()); p = sp.Popen(["sleep", "9"]); p.kill(); print(p.wait(), p.send_signal(9))
