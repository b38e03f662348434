//! `pwd`: the user database.

use std::ffi::CString;

use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, Type, ValueExt};
use krait_runtime::sys::process::{self, User};
use krait_runtime::types::exception::raise_key_error;
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::types::{int, struct_sequence};
use krait_runtime::{PyResult, Raised, Thread, Value, intern, ops, raise, state, sys};

pub static MODULE: NativeModule = NativeModule {
    name: "pwd",
    doc: "This module provides access to the Unix password database.\nIt is available on all Unix versions.\n\nPassword database entries are reported as 7-tuples containing the following\nitems from the password database (see `<pwd.h>'), in order:\npw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.\nThe uid and gid items are integers, all others are strings. An\nexception is raised if the entry asked for cannot be found.",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let fields = ["pw_name", "pw_passwd", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"];
    let class = struct_sequence::new_class(th, "pwd.struct_passwd", &fields)?.value();
    state::module_state(th, "pwd").set_name(th, intern!(th, "struct_passwd"), class);
    m.set(th, "struct_passwd", class);
    Ok(())
}

/// Text of the system as a `str`.
pub fn text(th: &Thread, bytes: &[u8]) -> Value {
    Str::from_wtf8(th, &sys::decode_path(bytes)).value()
}

/// A user's or group's number; `None` where there can be no such one.
pub fn number(th: &Thread, v: Value, what: &str) -> PyResult<Option<u32>> {
    if !int::is_int(v) && v.slot(krait_runtime::object::Slot::Index).is_none() {
        let found = v.type_name();
        return Err(raise!(th, TypeError, "{what} should be integer, not {found}"));
    }
    let i = int::to_i128(ops::index(th, v)?);
    Ok(i.and_then(|i| if i == -1 { Some(u32::MAX) } else { u32::try_from(i).ok() }))
}

/// A name to look for.
pub fn name(th: &Thread, v: Value, function: &str) -> PyResult<CString> {
    let Some(s) = v.cast::<Str>() else {
        let found = v.type_name();
        return Err(raise!(th, TypeError, "{function}() argument must be str, not {found}"));
    };
    CString::new(sys::file::encode_path(s))
        .map_err(|_| raise!(th, ValueError, "embedded null byte"))
}

/// Raises `KeyError`.
pub fn missing(th: &Thread, message: &str) -> Raised {
    raise_key_error(th, Str::new(th, message).value())
}

fn row(th: &Thread, u: &User) -> PyResult<Value> {
    let class = state::module_state(th, "pwd").get_name(intern!(th, "struct_passwd"));
    let values = [
        text(th, &u.name),
        text(th, &u.password),
        int::new(th, u.uid as i64),
        int::new(th, u.gid as i64),
        text(th, &u.comment),
        text(th, &u.home),
        text(th, &u.shell),
    ];
    let class = class.and_then(|c| c.cast::<Type>()).expect("made by init");
    struct_sequence::instance(th, class, &values)
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Return the password database entry for the given numeric user ID.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[function(sig = "(uidobj, /)")]
    fn getpwuid(th: &Thread, uidobj: Value) -> PyResult<Value> {
        let Some(uid) = number(th, uidobj, "uid")? else {
            return Err(missing(th, "getpwuid(): uid not found"));
        };
        match process::user_by_id(uid) {
            Some(u) => row(th, &u),
            None => {
                let shown = ops::repr_string(th, uidobj)?;
                Err(missing(th, &format!("getpwuid(): uid not found: {shown}")))
            }
        }
    }

    /// Return the password database entry for the given user name.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[function(sig = "(name, /)")]
    fn getpwnam(th: &Thread, name: Value) -> PyResult<Value> {
        match process::user_by_name(&super::name(th, name, "getpwnam")?) {
            Some(u) => row(th, &u),
            None => {
                let shown = ops::repr_string(th, name)?;
                Err(missing(th, &format!("getpwnam(): name not found: {shown}")))
            }
        }
    }

    /// Return a list of all available password database entries, in arbitrary order.
    ///
    /// See help(pwd) for more on password database entries.
    #[function]
    fn getpwall(th: &Thread) -> PyResult<Value> {
        let rows: Vec<Value> =
            process::users().iter().map(|u| row(th, u)).collect::<PyResult<_>>()?;
        Ok(List::new(th, &rows).value())
    }
}
