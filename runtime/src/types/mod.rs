//! Built-in types, one file each.

pub mod anext_awaitable;
pub mod boolean;
pub mod bytearray;
pub mod bytes;
pub mod cell;
pub mod class_method;
pub mod code;
pub mod complex;
pub mod dict;
pub mod enumerate;
pub mod exception;
pub mod exception_group;
pub mod filter;
pub mod float;
pub mod frame;
pub mod frame_locals;
pub mod function;
pub mod generator;
pub mod generic_alias;
pub mod hash;
pub mod int;
pub mod item_attribute;
pub mod iterator;
pub mod list;
pub mod map;
pub mod mapping_proxy;
pub mod member;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod native_function;
pub mod object;
pub mod property;
pub mod range;
pub mod reversed;
pub mod search;
pub mod set;
pub mod simple_namespace;
pub mod singletons;
pub mod slice;
pub mod slot_binding;
pub mod static_method;
pub mod str;
pub mod struct_sequence;
pub mod super_;
pub mod template;
pub mod traceback;
pub mod tuple;
pub mod type_;
pub mod typing;
pub mod weakref;
pub mod zip;

use krait_layout::Thread;

use crate::object::TypeDef;

/// Types that exist from the start because values of them are made without naming their class.
static AT_START: &[&TypeDef] = &[
    &int::DEF,
    &boolean::DEF,
    &float::DEF,
    &singletons::NONE_TYPE,
    &singletons::NOT_IMPLEMENTED_TYPE,
    &singletons::ELLIPSIS_TYPE,
    &slice::DEF,
    &range::DEF,
    &function::DEF,
    &method::DEF,
    &property::DEF,
    &class_method::DEF,
    &member::DEF,
    &module::DEF,
    &cell::DEF,
    &code::DEF,
    &frame::DEF,
    &traceback::DEF,
    &generator::GENERATOR,
    &generator::COROUTINE,
    &generator::ASYNC_GENERATOR,
    &mapping_proxy::DEF,
    &iterator::LIST_ITERATOR,
    &iterator::TUPLE_ITERATOR,
    &iterator::RANGE_ITERATOR,
    &iterator::STR_ITERATOR,
    &dict::views::KEYS,
    &dict::views::VALUES,
    &dict::views::ITEMS,
    &dict::views::KEY_ITERATOR,
    &dict::views::VALUE_ITERATOR,
    &dict::views::ITEM_ITERATOR,
];

/// Makes the classes of [`AT_START`] and of the exceptions.
pub fn make_all(th: &Thread) {
    for def in AT_START {
        def.class(th);
    }
    exception::make_all(th);
}
