//! Shape numbers of the built-in types' own instances.
//!
//! They are fixed, so that "is this exactly a `list`" is a compare with a constant in the
//! interpreter and in compiled code. Shapes of other classes are numbered as they are made.

macro_rules! shapes {
    ($($name:ident,)*) => {
        #[repr(u32)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, dead_code)]
        enum Number { NONE_SHAPE, $($name,)* COUNT }
        $(pub const $name: u32 = Number::$name as u32;)*
        /// The first number of a shape that is made at run time.
        pub const FIRST_FREE: u32 = Number::COUNT as u32;
    };
}

shapes! {
    OBJECT, TYPE, INT, BOOL, FLOAT, COMPLEX, STR, BYTES, BYTEARRAY, LIST, TUPLE, DICT, SET, FROZENSET,
    RANGE, SLICE, NONE_TYPE, NOT_IMPLEMENTED_TYPE, ELLIPSIS_TYPE, FUNCTION, BUILTIN_FUNCTION,
    METHOD_DESCRIPTOR, CLASS_METHOD_DESCRIPTOR, WRAPPER_DESCRIPTOR, METHOD_WRAPPER, METHOD, PROPERTY,
    CLASSMETHOD, STATICMETHOD, MEMBER_DESCRIPTOR, GETSET_DESCRIPTOR, MODULE, GENERATOR, COROUTINE,
    ASYNC_GENERATOR, CELL, CODE, FRAME, TRACEBACK, MAPPING_PROXY, LIST_ITERATOR, TUPLE_ITERATOR,
    RANGE_ITERATOR, DICT_KEY_ITERATOR, DICT_VALUE_ITERATOR, DICT_ITEM_ITERATOR, STR_ITERATOR,
}
