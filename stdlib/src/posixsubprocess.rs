//! `_posixsubprocess`: starting a program, behind `subprocess`.

use krait_runtime::native::{NativeModule, OrNone};
use krait_runtime::object::ValueExt;
use krait_runtime::sys::process::{self, Child};
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::exception::raise_os_error;
use krait_runtime::types::int;
use krait_runtime::{PyResult, Thread, Value, ops, raise, sys};

pub static MODULE: NativeModule = NativeModule {
    name: "_posixsubprocess",
    doc: "A POSIX helper for the subprocess module.",
    functions: &functions::FUNCTIONS,
    init: |_, _| Ok(()),
};

/// A path or argument as bytes, as `os.fsencode` gives it.
fn encoded(th: &Thread, v: Value) -> PyResult<Vec<u8>> {
    if let Some(b) = v.cast::<Bytes>() {
        return Ok(b.as_slice().to_vec());
    }
    let encode = ops::import::from_module(th, "os", "fsencode")?;
    let b = ops::call(th, encode, &[v])?;
    Ok(b.cast::<Bytes>().map(|b| b.as_slice().to_vec()).unwrap_or_default())
}

fn encoded_list(th: &Thread, v: Value) -> PyResult<Vec<Vec<u8>>> {
    ops::collect(th, v)?.into_iter().map(|v| encoded(th, v)).collect()
}

fn id(th: &Thread, v: Value, what: &str) -> PyResult<u32> {
    match int::to_i128(ops::index(th, v)?).map(u32::try_from) {
        Some(Ok(n)) => Ok(n),
        _ => Err(raise!(th, OverflowError, "{what} is out of range")),
    }
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Spawn a fresh new child process.
    ///
    /// Fork a child process, close parent file descriptors as appropriate in the
    /// child and duplicate the few that are needed before calling exec() in the
    /// child process.
    ///
    /// If close_fds is True, close file descriptors 3 and higher, except those listed
    /// in the sorted tuple pass_fds.
    ///
    /// The preexec_fn, if supplied, will be called immediately before closing file
    /// descriptors and exec.
    ///
    /// WARNING: preexec_fn is NOT SAFE if your application uses threads.
    ///          It may trigger infrequent, difficult to debug deadlocks.
    ///
    /// If an error occurs in the child process before the exec, it is
    /// serialized and written to the errpipe_write fd per subprocess.py.
    ///
    /// Returns: the child process's PID.
    ///
    /// Raises: Only on an error in the parent process.
    #[function(
        sig = "(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)"
    )]
    fn fork_exec(
        th: &Thread,
        args: Value,
        executable_list: Value,
        close_fds: bool,
        pass_fds: Value,
        cwd: OrNone<Value>,
        env: OrNone<Value>,
        p2cread: i32,
        p2cwrite: i32,
        c2pread: i32,
        c2pwrite: i32,
        errread: i32,
        errwrite: i32,
        errpipe_read: i32,
        errpipe_write: i32,
        restore_signals: bool,
        call_setsid: bool,
        pgid_to_set: i32,
        gid: OrNone<Value>,
        extra_groups: OrNone<Value>,
        uid: OrNone<Value>,
        child_umask: i32,
        preexec_fn: OrNone<Value>,
    ) -> PyResult<i32> {
        let mut kept = Vec::new();
        for v in ops::collect(th, pass_fds)? {
            match int::to_i64(v).map(i32::try_from) {
                Some(Ok(fd)) if fd >= 0 && kept.last().is_none_or(|last| *last < fd) => {
                    kept.push(fd);
                }
                _ => return Err(raise!(th, ValueError, "bad value(s) in fds_to_keep")),
            }
        }
        if close_fds && errpipe_write < 3 {
            return Err(raise!(th, ValueError, "errpipe_write must be >= 3"));
        }
        let groups = extra_groups.0.map(|v| -> PyResult<Vec<u32>> {
            ops::collect(th, v)?.into_iter().map(|v| id(th, v, "group id")).collect()
        });
        let child = Child {
            executables: encoded_list(th, executable_list)?,
            args: encoded_list(th, args)?,
            env: env.0.map(|v| encoded_list(th, v)).transpose()?,
            cwd: cwd.0.map(|v| encoded(th, v)).transpose()?,
            close_fds,
            pass_fds: kept,
            pipes: [p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite],
            error_pipe: [errpipe_read, errpipe_write],
            restore_signals,
            new_session: call_setsid,
            group_to_set: pgid_to_set,
            gid: gid.0.map(|v| id(th, v, "gid")).transpose()?,
            groups: groups.transpose()?,
            uid: uid.0.map(|v| id(th, v, "uid")).transpose()?,
            umask: u32::try_from(child_umask).ok(),
        };
        let mut call = || preexec_fn.0.is_none_or(|f| ops::call(th, f, &[]).is_ok());
        let hook: Option<&mut dyn FnMut() -> bool> =
            if preexec_fn.0.is_some() { Some(&mut call) } else { None };
        process::fork_exec(&child, hook).map_err(|e| match e.raw_os_error() {
            Some(errno) => raise_os_error(th, errno, &sys::errno::message(errno), None, None),
            None => raise!(th, ValueError, "embedded null byte"),
        })
    }
}
