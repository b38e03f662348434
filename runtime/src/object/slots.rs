//! Special methods, cached in their class.
//!
//! Each class keeps the result of looking up every special method along its MRO, so that an
//! operation finds `type(x).__add__` with one load. The cached value is called with the instance
//! first: a function or native method as the class's dictionary holds it, or what binds anything
//! else (`types::slot_binding`). Built-in types and Python classes are called the same way.

macro_rules! slots {
    ($($variant:ident $name:literal,)*) => {
        /// A special method that operations look up on the class.
        #[repr(u8)]
        #[derive(Copy, Clone, PartialEq, Eq, Debug)]
        pub enum Slot { $($variant,)* }

        /// Names of the special methods, in the order of [`Slot`].
        pub const SLOT_NAMES: &[&str] = &[$($name,)*];

        impl Slot {
            /// Every slot.
            pub const ALL: &'static [Slot] = &[$(Slot::$variant,)*];
        }
    };
}

slots! {
    Add "__add__", Radd "__radd__", Iadd "__iadd__",
    Sub "__sub__", Rsub "__rsub__", Isub "__isub__",
    Mul "__mul__", Rmul "__rmul__", Imul "__imul__",
    MatMul "__matmul__", RmatMul "__rmatmul__", ImatMul "__imatmul__",
    TrueDiv "__truediv__", RtrueDiv "__rtruediv__", ItrueDiv "__itruediv__",
    FloorDiv "__floordiv__", RfloorDiv "__rfloordiv__", IfloorDiv "__ifloordiv__",
    Mod "__mod__", Rmod "__rmod__", Imod "__imod__",
    DivMod "__divmod__", RdivMod "__rdivmod__",
    Pow "__pow__", Rpow "__rpow__", Ipow "__ipow__",
    Lshift "__lshift__", Rlshift "__rlshift__", Ilshift "__ilshift__",
    Rshift "__rshift__", Rrshift "__rrshift__", Irshift "__irshift__",
    And "__and__", Rand "__rand__", Iand "__iand__",
    Xor "__xor__", Rxor "__rxor__", Ixor "__ixor__",
    Or "__or__", Ror "__ror__", Ior "__ior__",
    Neg "__neg__", Pos "__pos__", Abs "__abs__", Invert "__invert__",
    Bool "__bool__", Int "__int__", Float "__float__", Complex "__complex__", Index "__index__",
    Lt "__lt__", Le "__le__", Eq "__eq__", Ne "__ne__", Gt "__gt__", Ge "__ge__",
    Hash "__hash__", Repr "__repr__", Str "__str__", Format "__format__", Bytes "__bytes__",
    Len "__len__", LengthHint "__length_hint__", Contains "__contains__",
    GetItem "__getitem__", SetItem "__setitem__", DelItem "__delitem__", Missing "__missing__",
    Iter "__iter__", Next "__next__", Reversed "__reversed__",
    Call "__call__", New "__new__", Init "__init__", Del "__del__",
    GetAttribute "__getattribute__", GetAttr "__getattr__", SetAttr "__setattr__", DelAttr "__delattr__",
    Get "__get__", Set "__set__", Delete "__delete__",
    Enter "__enter__", Exit "__exit__", Aenter "__aenter__", Aexit "__aexit__",
    Await "__await__", Aiter "__aiter__", Anext "__anext__",
    Dir "__dir__", InstanceCheck "__instancecheck__", SubclassCheck "__subclasscheck__",
    Buffer "__buffer__", Round "__round__", Fspath "__fspath__",
}

/// Number of slots.
pub const SLOT_COUNT: usize = SLOT_NAMES.len();
