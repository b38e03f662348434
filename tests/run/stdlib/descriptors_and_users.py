"""select, fcntl, resource, pwd and grp."""

import fcntl
import grp
import os
import pwd
import resource
import select

r, w = os.pipe()


def show(*texts):
    for text in texts:
        try:
            print(text, "->", repr(eval(text)))
        except Exception as e:
            print(text, "!!", type(e).__name__, e)


show(
    'select.select([],[],[],0)',
    'select.select([r],[w],[],0)==([],[w],[])',
    'select.select([1.5],[],[])',
    'select.select(1,[],[])',
    'select.select([-1],[],[],0)',
    'select.select([99999],[],[],0)',
    'select.select([],[],[],-1)',
    "select.select([],[],[],'a')",
    'select.error',
    'select.poll().register(r)',
    'select.poll().unregister(r)',
    'select.poll().modify(r,1)',
    '(lambda p:(p.register(w,select.POLLOUT),p.poll(0)))(select.poll())[1]==[(w,4)]',
    "select.poll().poll('a')",
    'select.poll().poll(-5)==[] if 0 else 1',
    'type(select.poll())',
    "select.poll().register('a')",
    'select.poll().register(r,-1)',
    'select.poll().register(r,1<<20)',
    'type(select.epoll())',
    '(lambda p:(p.register(w,select.EPOLLOUT),p.poll(0),p.fileno()>0,p.closed,p.close(),p.closed))(select.epoll())[3:]',
    'select.epoll().poll(0,-5)',
    'select.epoll(-5)',
    'select.epoll().register(99999)',
    '(lambda p:(p.close(),p.poll()))(select.epoll())',
    'select.EPOLLIN',
    'select.PIPE_BUF',
    'fcntl.fcntl(r,fcntl.F_GETFD)',
    'fcntl.fcntl(-1,fcntl.F_GETFD)',
    "fcntl.fcntl('a',1)",
    'fcntl.fcntl(r,fcntl.F_GETFL)',
    "fcntl.fcntl(r,fcntl.F_GETFD,b'a'*2000)",
    'fcntl.flock(r,99)',
    'fcntl.ioctl(r,0)',
    'fcntl.lockf(r,99)',
    'fcntl.F_DUPFD',
    'fcntl.LOCK_EX',
    'resource.getrlimit(resource.RLIMIT_NOFILE)[0]>0',
    'resource.getrlimit(999)',
    'resource.setrlimit(0,1)',
    'resource.setrlimit(resource.RLIMIT_CORE,(5,1))',
    'resource.getrusage(0).ru_maxrss>0',
    'resource.getrusage(99)',
    'len(resource.getrusage(0))',
    'type(resource.getrusage(0))',
    'resource.getpagesize()',
    'resource.RLIM_INFINITY',
    'resource.error',
    'pwd.getpwuid(0).pw_name',
    "pwd.getpwnam('no such user')",
    "pwd.getpwuid('a')",
    'pwd.getpwuid(1<<40)',
    'grp.getgrgid(0).gr_gid',
    "grp.getgrnam('no such group')",
    'type(pwd.getpwuid(0))',
    "pwd.getpwnam('a\\0')",
    'pwd.getpwnam(1)',
)
