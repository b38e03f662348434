//! `grp`: the group database.

use krait_runtime::native::NativeModule;
use krait_runtime::object::{Object, Type, ValueExt};
use krait_runtime::sys::process::{self, Group};
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::{int, struct_sequence};
use krait_runtime::{PyResult, Thread, Value, intern, ops, state};

use crate::pwd::{missing, name, number, text};

pub static MODULE: NativeModule = NativeModule {
    name: "grp",
    doc: "Access to the Unix group database.\n\nGroup entries are reported as 4-tuples containing the following fields\nfrom the group database, in order:\n\n  name   - name of the group\n  passwd - group password (encrypted); often empty\n  gid    - numeric ID of the group\n  mem    - list of members\n\nThe gid is an integer, name and password are strings.  (Note that most\nusers are not explicitly listed as members of the groups they are in\naccording to the password database.  Check both databases to get\ncomplete membership information.)",
    functions: &functions::FUNCTIONS,
    init,
};

fn init(th: &Thread, m: &'static Module) -> PyResult<()> {
    let fields = ["gr_name", "gr_passwd", "gr_gid", "gr_mem"];
    let class = struct_sequence::new_class(th, "grp.struct_group", &fields)?.value();
    state::module_state(th, "grp").set_name(th, intern!(th, "struct_group"), class);
    m.set(th, "struct_group", class);
    Ok(())
}

fn row(th: &Thread, g: &Group) -> PyResult<Value> {
    let class = state::module_state(th, "grp").get_name(intern!(th, "struct_group"));
    let class = class.and_then(|c| c.cast::<Type>()).expect("made by init");
    let members: Vec<Value> = g.members.iter().map(|m| text(th, m)).collect();
    let values = [
        text(th, &g.name),
        text(th, &g.password),
        int::new(th, g.gid as i64),
        List::new(th, &members).value(),
    ];
    struct_sequence::instance(th, class, &values)
}

#[krait_macros::module]
mod functions {
    use super::*;

    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    #[function(sig = "(id)")]
    fn getgrgid(th: &Thread, id: Value) -> PyResult<Value> {
        let Some(gid) = number(th, id, "gid")? else {
            return Err(missing(th, "getgrgid(): gid not found"));
        };
        match process::group_by_id(gid) {
            Some(g) => row(th, &g),
            None => {
                let shown = ops::repr_string(th, id)?;
                Err(missing(th, &format!("getgrgid(): gid not found: {shown}")))
            }
        }
    }

    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    #[function(sig = "(name)")]
    fn getgrnam(th: &Thread, name: Value) -> PyResult<Value> {
        match process::group_by_name(&super::name(th, name, "getgrnam")?) {
            Some(g) => row(th, &g),
            None => {
                let shown = ops::repr_string(th, name)?;
                Err(missing(th, &format!("getgrnam(): name not found: {shown}")))
            }
        }
    }

    /// Return a list of all available group entries, in arbitrary order.
    ///
    /// An entry whose name starts with '+' or '-' represents an instruction
    /// to use YP/NIS and may not be accessible via getgrnam or getgrgid.
    #[function]
    fn getgrall(th: &Thread) -> PyResult<Value> {
        let rows: Vec<Value> =
            process::groups().iter().map(|g| row(th, g)).collect::<PyResult<_>>()?;
        Ok(List::new(th, &rows).value())
    }
}
