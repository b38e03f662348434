//! The types of SSA values.

use std::fmt;

/// How a value is represented in a register.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// A tagged word, any Python value, or 0 for CPython's `NULL`.
    Value,
    /// A machine integer.
    I64,
    /// A machine float.
    F64,
    /// A condition.
    I1,
    /// An address of something that is no Python object.
    Ptr,
}

impl Type {
    pub const ALL: [Type; 5] = [Type::Value, Type::I64, Type::F64, Type::I1, Type::Ptr];

    pub const fn name(self) -> &'static str {
        match self {
            Type::Value => "value",
            Type::I64 => "i64",
            Type::F64 => "f64",
            Type::I1 => "i1",
            Type::Ptr => "ptr",
        }
    }

    pub fn from_name(name: &str) -> Option<Type> {
        Type::ALL.into_iter().find(|t| t.name() == name)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
