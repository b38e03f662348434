//! The operations as compiled code calls them: C functions that take words.
//!
//! Nothing is done here. Each function passes its operands on to the one that the interpreter
//! calls for the same instruction, and turns the result into a word: 0 says that an exception is
//! set on the thread. The compiler knows these functions by name (`compiler/src/ir/operation.rs`).

#![allow(clippy::missing_safety_doc)]

use krait_layout::program::NativeFrame;
use krait_layout::{StackSlot, Thread, Value};

use crate::error::PyResult;
use crate::interpreter::inline_cache::{self, CacheKind, InlineCache, InlineCacheExt};
use crate::interpreter::{self, handled};
use crate::native_frames::{complete, running};
use crate::object::{Object, TypeFlags, ValueExt};
use crate::ops::{self, Comparison};
use crate::types::cell::Cell;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exception::{Exc, Exception};
use crate::types::function::Function;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::{raise, shapes, state, types};

/// For operations that give no value.
const DONE: StackSlot = Some(Value::NONE);

fn value(result: PyResult<Value>) -> StackSlot {
    result.ok()
}

fn status(result: PyResult<()>) -> StackSlot {
    result.ok().and(DONE)
}

fn truth(result: PyResult<bool>) -> StackSlot {
    result.ok().map(Value::from_bool)
}

/// The function that compiled code says is running.
fn function(value: Value) -> &'static Function {
    value.cast::<Function>().expect("compiled code passes its function")
}

/// The counted operands of an operation.
unsafe fn slots<'a>(at: *const StackSlot, count: usize) -> &'a [StackSlot] {
    // SAFETY: compiled code passes `count` operands at `at`.
    unsafe { std::slice::from_raw_parts(at, count) }
}

/// The places of the results after the first.
unsafe fn outs<'a>(at: *mut StackSlot, count: usize) -> &'a mut [StackSlot] {
    // SAFETY: compiled code reserves `count` words at `at`.
    unsafe { std::slice::from_raw_parts_mut(at, count) }
}

macro_rules! operations {
    ($(unsafe fn $name:ident($th:ident: &Thread $(, $arg:ident: $ty:ty)* $(,)?) $(-> $result:ty)? $body:block)*) => {
        $(
            #[unsafe(export_name = concat!("krait_op_", stringify!($name)))]
            pub unsafe extern "C" fn $name($th: &Thread $(, $arg: $ty)*) $(-> $result)? $body
        )*
    };
}

// Arithmetic, comparison, containers.
operations! {
    unsafe fn binary_op(th: &Thread, a: Value, b: Value, op: i64, _cache: &InlineCache) -> StackSlot {
        value(ops::binary_op(th, op as u32, a, b))
    }

    unsafe fn unary_negative(th: &Thread, v: Value) -> StackSlot {
        value(ops::negative(th, v))
    }

    unsafe fn unary_invert(th: &Thread, v: Value) -> StackSlot {
        value(ops::invert(th, v))
    }

    unsafe fn compare_op(th: &Thread, a: Value, b: Value, op: i64, _cache: &InlineCache) -> StackSlot {
        let comparison = Comparison::ALL[(op >> 5) as usize];
        if op & 16 != 0 {
            truth(ops::compare_bool(th, comparison, a, b))
        } else {
            value(ops::compare(th, comparison, a, b))
        }
    }

    unsafe fn contains_op(th: &Thread, item: Value, container: Value, invert: i64) -> StackSlot {
        truth(ops::contains(th, container, item).map(|found| found != (invert != 0)))
    }

    unsafe fn to_bool(th: &Thread, v: Value) -> StackSlot {
        truth(ops::truth(th, v))
    }

    unsafe fn binary_slice(th: &Thread, v: Value, start: Value, stop: Value) -> StackSlot {
        value(ops::get_slice(th, v, start, stop))
    }

    unsafe fn store_slice(th: &Thread, item: Value, v: Value, start: Value, stop: Value) -> StackSlot {
        status(ops::set_slice(th, v, start, stop, item))
    }

    unsafe fn store_subscr(th: &Thread, v: Value, key: Value, item: Value, _cache: &InlineCache) -> StackSlot {
        status(ops::set_item(th, v, key, item))
    }

    unsafe fn delete_subscr(th: &Thread, v: Value, key: Value) -> StackSlot {
        status(ops::delete_item(th, v, key))
    }

    unsafe fn box_float(th: &Thread, f: f64) -> StackSlot {
        Some(types::float::new(th, f))
    }

    unsafe fn get_len(th: &Thread, v: Value) -> StackSlot {
        value(ops::length(th, v).map(Value::from_len))
    }
}

// Attributes and names.
operations! {
    unsafe fn load_attr(th: &Thread, v: Value, name: Value, frame: &NativeFrame, cache: &InlineCache) -> StackSlot {
        if cache.hits(v.shape_id()) && cache.kind.get() == CacheKind::Slot {
            let found = inline_cache::read_slot(v, cache.index.get());
            if found.is_some() {
                return found;
            }
        }
        let owner = &running(frame).code().header;
        value(inline_cache::load_attr(th, cache, owner, v, name, false).map(|(found, _)| found))
    }

    unsafe fn load_method(th: &Thread, v: Value, name: Value, frame: &NativeFrame, cache: &InlineCache, receiver: &mut StackSlot) -> StackSlot {
        if cache.hits(v.shape_id()) {
            match cache.kind.get() {
                CacheKind::Slot => {
                    let found = inline_cache::read_slot(v, cache.index.get());
                    if found.is_some() {
                        *receiver = None;
                        return found;
                    }
                }
                CacheKind::Method => {
                    *receiver = Some(v);
                    return cache.value.get();
                }
                _ => {}
            }
        }
        let owner = &running(frame).code().header;
        let (found, bound) = inline_cache::load_attr(th, cache, owner, v, name, true).ok()?;
        *receiver = bound.then_some(v);
        Some(found)
    }

    unsafe fn store_attr(th: &Thread, v: Value, name: Value, item: Value, cache: &InlineCache) -> StackSlot {
        if cache.hits(v.shape_id()) {
            match cache.kind.get() {
                CacheKind::Slot => {
                    inline_cache::write_slot(v, cache.index.get(), item);
                    return DONE;
                }
                CacheKind::Transition => {
                    inline_cache::write_slot(v, cache.index.get(), item);
                    let next = cache.value.get().and_then(Value::as_small_int);
                    let next = next.expect("a transition has its shape") as u32;
                    v.header().expect("slots are of heap objects").shape.set(next);
                    return DONE;
                }
                _ => {}
            }
        }
        status(inline_cache::store_attr(th, cache, v, name, item))
    }

    unsafe fn delete_attr(th: &Thread, v: Value, name: Value) -> StackSlot {
        status(crate::object::delete_attr(th, v, name))
    }

    unsafe fn load_super_attr(th: &Thread, global: Value, class: Value, this: Value, name: Value, flags: i64) -> StackSlot {
        value(ops::attribute::load_super_attr(th, global, class, this, name, flags & 2 != 0))
    }

    unsafe fn load_special(th: &Thread, v: Value, which: i64, receiver: &mut StackSlot) -> StackSlot {
        let (found, bound) = ops::attribute::load_special(th, v, which as u32).ok()?;
        *receiver = bound;
        Some(found)
    }

    unsafe fn load_global(th: &Thread, f: Value, name: Value, cache: &InlineCache) -> StackSlot {
        let f = function(f);
        let (globals, builtins) = (f.globals(), f.builtins());
        if cache.shape.get() == globals.version() {
            let found = match cache.kind.get() {
                CacheKind::Global => globals.value_at(cache.index.get() as usize),
                CacheKind::Builtin if cache.epoch.get() == builtins.version() => {
                    builtins.value_at(cache.index.get() as usize)
                }
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        value(ops::global::load_global_cached(th, globals, builtins, name, cache))
    }

    unsafe fn store_global(th: &Thread, f: Value, name: Value, v: Value) -> StackSlot {
        status(ops::global::store_global(th, function(f).globals(), name, v))
    }

    unsafe fn delete_global(th: &Thread, f: Value, name: Value) -> StackSlot {
        status(ops::global::delete_global(th, function(f).globals(), name))
    }

    unsafe fn load_name(th: &Thread, frame: &'static NativeFrame, name: Value) -> StackSlot {
        value(ops::global::load_name(th, complete(frame), name))
    }

    unsafe fn store_name(th: &Thread, frame: &'static NativeFrame, name: Value, v: Value) -> StackSlot {
        status(ops::global::store_name(th, complete(frame), name, v))
    }

    unsafe fn delete_name(th: &Thread, frame: &'static NativeFrame, name: Value) -> StackSlot {
        status(ops::global::delete_name(th, complete(frame), name))
    }

    unsafe fn load_locals(th: &Thread, frame: &'static NativeFrame) -> StackSlot {
        value(ops::global::load_locals(th, complete(frame)))
    }

    unsafe fn setup_annotations(th: &Thread, frame: &'static NativeFrame) -> StackSlot {
        status(ops::global::setup_annotations(th, complete(frame)))
    }

    unsafe fn load_common_constant(th: &Thread, which: i64) -> StackSlot {
        Some(crate::interpreter::execute::common_constant(th, which as u32))
    }

    unsafe fn load_build_class(th: &Thread, f: Value) -> StackSlot {
        value(ops::class_statement::load_build_class(th, function(f).builtins()))
    }

    unsafe fn import_name(th: &Thread, level: Value, from: Value, name: Value, frame: &'static NativeFrame) -> StackSlot {
        value(ops::import::import_name(th, complete(frame), name, from, level))
    }

    unsafe fn import_from(th: &Thread, module: Value, name: Value) -> StackSlot {
        value(ops::import::import_from(th, module, name))
    }
}

/// The cell in a home slot.
fn cell(slot: Value) -> &'static Cell {
    slot.cast::<Cell>().expect("the variable is a cell")
}

// Local variables.
operations! {
    unsafe fn unbound_local(th: &Thread, f: Value, index: i64) -> StackSlot {
        let crate::Raised = ops::global::unbound_local(th, function(f).code(), index as u32);
        None
    }

    unsafe fn make_cell(th: &Thread, v: StackSlot) -> StackSlot {
        Some(Cell::new(th, v).value())
    }

    unsafe fn copy_free_vars(_th: &Thread, frame: &NativeFrame) {
        let f = running(frame);
        let closure = f.closure().expect("a closure has cells");
        let first = f.code().locals_len() - closure.len();
        // SAFETY: the home slots follow the frame.
        let home = unsafe { (frame as *const NativeFrame).add(1) as *mut StackSlot };
        for (n, cell) in closure.items().iter().enumerate() {
            // SAFETY: free variables are the last of the home slots.
            unsafe { *home.add(first + n) = *cell };
        }
    }

    unsafe fn load_deref(th: &Thread, slot: Value, f: Value, index: i64) -> StackSlot {
        let found = cell(slot).get();
        if found.is_none() {
            let crate::Raised = ops::global::unbound_cell(th, function(f).code(), index as u32);
        }
        found
    }

    unsafe fn store_deref(_th: &Thread, slot: Value, v: Value) {
        cell(slot).set(Some(v));
    }

    unsafe fn delete_deref(th: &Thread, slot: Value, f: Value, index: i64) -> StackSlot {
        if cell(slot).get().is_none() {
            let crate::Raised = ops::global::unbound_cell(th, function(f).code(), index as u32);
            return None;
        }
        cell(slot).set(None);
        DONE
    }

    unsafe fn load_from_dict_or_deref(th: &Thread, mapping: Value, slot: Value, f: Value, index: i64) -> StackSlot {
        let code = function(f).code();
        let cell = slot.cast::<Cell>();
        value(ops::global::load_from_mapping_or_cell(th, mapping, code, index as u32, cell))
    }

    unsafe fn load_from_dict_or_globals(th: &Thread, mapping: Value, name: Value, frame: &'static NativeFrame) -> StackSlot {
        value(ops::global::load_from_mapping_or_globals(th, mapping, complete(frame), name))
    }
}

/// The arguments of a call with the receiver, if there is one, first.
fn with_receiver<R>(
    receiver: StackSlot,
    args: &[StackSlot],
    call: impl FnOnce(&[StackSlot]) -> R,
) -> R {
    match receiver {
        Some(receiver) => ops::call::with_first(receiver, args, call),
        None => call(args),
    }
}

// Calls and functions.
operations! {
    unsafe fn call(th: &Thread, callable: Value, receiver: StackSlot, _cache: &InlineCache, at: *const StackSlot, count: usize) -> StackSlot {
        // SAFETY: the caller's arguments.
        let args = unsafe { slots(at, count) };
        value(with_receiver(receiver, args, |args| ops::call_slots(th, callable, args, None)))
    }

    unsafe fn call_kw(th: &Thread, callable: Value, receiver: StackSlot, names: Value, _cache: &InlineCache, at: *const StackSlot, count: usize) -> StackSlot {
        // SAFETY: the caller's arguments.
        let args = unsafe { slots(at, count) };
        let names = names.cast::<Tuple>().expect("keyword names are a tuple");
        value(with_receiver(receiver, args, |args| ops::call_slots(th, callable, args, Some(names))))
    }

    unsafe fn call_function_ex(th: &Thread, callable: Value, _null: StackSlot, args: Value, keywords: StackSlot) -> StackSlot {
        value(ops::call::call_function_ex(th, callable, args, keywords))
    }

    unsafe fn call_intrinsic_1(th: &Thread, v: Value, which: i64, frame: &'static NativeFrame) -> StackSlot {
        value(ops::intrinsic::unary(th, complete(frame), which as u32, v))
    }

    unsafe fn call_intrinsic_2(th: &Thread, a: Value, b: Value, which: i64) -> StackSlot {
        value(ops::intrinsic::binary(th, which as u32, a, b))
    }

    unsafe fn make_function(th: &Thread, code: Value, f: Value) -> StackSlot {
        let code = code.cast::<Code>().expect("a code object");
        Some(Function::new(th, code, function(f).globals()).value())
    }

    unsafe fn set_function_attribute(_th: &Thread, f: Value, v: Value, which: i64) {
        function(f).set_attribute(which as u32, Some(v));
    }

    unsafe fn exit_init_check(th: &Thread, _v: Value) -> StackSlot {
        let crate::Raised = raise!(th, SystemError, "EXIT_INIT_CHECK in compiled code");
        None
    }
}

fn list(v: Value) -> &'static List {
    v.cast::<List>().expect("a list")
}

fn dict(v: Value) -> &'static Dict {
    v.cast::<Dict>().expect("a dict")
}

// Construction.
operations! {
    unsafe fn build_list(th: &Thread, at: *const StackSlot, count: usize) -> StackSlot {
        // SAFETY: the operands.
        Some(List::from_slots(th, unsafe { slots(at, count) }).value())
    }

    unsafe fn build_tuple(th: &Thread, at: *const StackSlot, count: usize) -> StackSlot {
        // SAFETY: the operands.
        Some(Tuple::from_slots(th, unsafe { slots(at, count) }).value())
    }

    unsafe fn build_set(th: &Thread, at: *const StackSlot, count: usize) -> StackSlot {
        // SAFETY: the operands.
        value(ops::collection::build_set(th, unsafe { slots(at, count) }))
    }

    unsafe fn build_map(th: &Thread, at: *const StackSlot, count: usize) -> StackSlot {
        // SAFETY: the operands.
        value(ops::collection::build_map(th, unsafe { slots(at, count) }))
    }

    unsafe fn build_string(th: &Thread, at: *const StackSlot, count: usize) -> StackSlot {
        // SAFETY: the operands.
        Some(ops::collection::build_string(th, unsafe { slots(at, count) }))
    }

    unsafe fn build_slice(th: &Thread, start: Value, stop: Value, step: Value) -> StackSlot {
        Some(types::slice::Slice::new(th, start, stop, step).value())
    }

    unsafe fn build_template(th: &Thread, strings: Value, interpolations: Value) -> StackSlot {
        value(types::template::template(th, strings, interpolations))
    }

    unsafe fn build_interpolation(th: &Thread, v: Value, text: Value, spec: StackSlot, conversion: i64) -> StackSlot {
        value(types::template::interpolation(th, v, text, conversion as u32, spec))
    }

    unsafe fn list_append(th: &Thread, l: Value, v: Value) -> StackSlot {
        list(l).push(th, v);
        DONE
    }

    unsafe fn list_extend(th: &Thread, l: Value, v: Value) -> StackSlot {
        status(ops::unpack::list_extend(th, list(l), v))
    }

    unsafe fn set_add(th: &Thread, set: Value, v: Value) -> StackSlot {
        status(ops::collection::set_add(th, set, v))
    }

    unsafe fn set_update(th: &Thread, set: Value, v: Value) -> StackSlot {
        status(ops::collection::set_update(th, set, v))
    }

    unsafe fn map_add(th: &Thread, d: Value, key: Value, v: Value) -> StackSlot {
        status(dict(d).set(th, key, v))
    }

    unsafe fn dict_update(th: &Thread, d: Value, v: Value) -> StackSlot {
        status(ops::unpack::dict_update(th, dict(d), v))
    }

    unsafe fn dict_merge(th: &Thread, d: Value, v: Value, callable: Value) -> StackSlot {
        status(ops::unpack::dict_merge(th, dict(d), v, callable))
    }

    unsafe fn convert_value(th: &Thread, v: Value, which: i64) -> StackSlot {
        let text = match which {
            1 => ops::str(th, v),
            2 => ops::repr(th, v),
            _ => ops::ascii(th, v),
        };
        value(text.map(|s| s.value()))
    }

    unsafe fn format_simple(th: &Thread, v: Value) -> StackSlot {
        if v.is_exactly(shapes::STR) {
            return Some(v);
        }
        value(ops::format::format(th, v, state::empty_str(th).value()))
    }

    unsafe fn format_with_spec(th: &Thread, v: Value, spec: Value) -> StackSlot {
        value(ops::format::format(th, v, spec))
    }
}

// Iteration and unpacking.
operations! {
    unsafe fn get_iter(th: &Thread, v: Value) -> StackSlot {
        value(ops::get_iter(th, v))
    }

    unsafe fn for_iter(th: &Thread, iterator: Value, _cache: &InlineCache) -> StackSlot {
        value(ops::for_iter(th, iterator))
    }

    unsafe fn get_yield_from_iter(th: &Thread, v: Value, f: Value) -> StackSlot {
        value(types::generator::yield_from_iter(th, v, function(f).code()))
    }

    unsafe fn unpack_sequence(th: &Thread, v: Value, count: i64, at: *mut StackSlot) -> StackSlot {
        // SAFETY: there is room for the items.
        status(ops::unpack::unpack_sequence(th, v, unsafe { outs(at, count as usize) }))
    }

    unsafe fn unpack_ex(th: &Thread, v: Value, before: i64, after: i64, at: *mut StackSlot) -> StackSlot {
        let (before, after) = (before as usize, after as usize);
        // SAFETY: there is room for the items and the list.
        let out = unsafe { outs(at, before + 1 + after) };
        status(ops::unpack::unpack_ex(th, v, before, after, out))
    }
}

// Patterns.
operations! {
    unsafe fn match_class(th: &Thread, v: Value, class: Value, names: Value, positional: i64) -> StackSlot {
        value(ops::pattern::match_class(th, v, class, positional as usize, names))
    }

    unsafe fn match_keys(th: &Thread, v: Value, keys: Value) -> StackSlot {
        value(ops::pattern::match_keys(th, v, keys))
    }

    unsafe fn match_mapping(_th: &Thread, v: Value) -> StackSlot {
        Some(Value::from_bool(v.class().has(TypeFlags::MAPPING)))
    }

    unsafe fn match_sequence(_th: &Thread, v: Value) -> StackSlot {
        Some(Value::from_bool(v.class().has(TypeFlags::SEQUENCE)))
    }
}

// Exceptions.
operations! {
    unsafe fn raise_varargs(th: &Thread, exception: StackSlot, cause: StackSlot) -> StackSlot {
        ops::exceptions::raise(th, exception, cause);
        None
    }

    unsafe fn handled_exception(th: &Thread) -> StackSlot {
        let handled = interpreter::handled_exception(th);
        if handled.is_none() {
            let crate::Raised = raise!(th, RuntimeError, "No active exception to reraise");
        }
        handled
    }

    unsafe fn check_exc_match(th: &Thread, exception: Value, class: Value) -> StackSlot {
        truth(ops::exceptions::matches(th, exception, class))
    }

    unsafe fn check_eg_match(th: &Thread, exception: Value, class: Value, rest: &mut StackSlot) -> StackSlot {
        let (left, matched) = types::exception_group::check_match(th, exception, class).ok()?;
        *rest = Some(left);
        if !matched.is_none() {
            handled(th).exception.set(Some(matched));
        }
        Some(matched)
    }

    unsafe fn push_exc_info(th: &Thread, exception: Value) -> StackSlot {
        let previous = handled(th).exception.replace(Some(exception));
        previous.or(Some(Value::NONE))
    }

    unsafe fn pop_exc_info(th: &Thread, previous: Value) {
        handled(th).exception.set(Some(previous).filter(|e| !e.is_none()));
    }

    unsafe fn with_except_start(th: &Thread, exit: Value, receiver: StackSlot, exception: Value) -> StackSlot {
        value(ops::exceptions::call_exit(th, exit, receiver, exception))
    }

    unsafe fn is_stop_async_iteration(_th: &Thread, exception: Value) -> StackSlot {
        let class = exception.class();
        Some(Value::from_bool(class.is_subclass(Exc::StopAsyncIteration.class())))
    }

    unsafe fn stop_iteration_value(_th: &Thread, exception: Value) -> StackSlot {
        if !exception.class().is_subclass(Exc::StopIteration.class()) {
            return Some(Value::EXHAUSTED);
        }
        let exception = exception.cast::<Exception>().expect("an exception");
        Some(exception.field(0).unwrap_or(Value::NONE))
    }
}

// Generators, coroutines, asynchronous iteration.
operations! {
    unsafe fn send(th: &Thread, receiver: Value, v: Value, result: &mut StackSlot) -> StackSlot {
        let (v, done) = types::generator::send(th, receiver, v).ok()?;
        *result = Some(v);
        Some(if done { Value::EXHAUSTED } else { v })
    }

    unsafe fn get_aiter(th: &Thread, v: Value) -> StackSlot {
        value(types::generator::get_aiter(th, v))
    }

    unsafe fn get_anext(th: &Thread, v: Value) -> StackSlot {
        value(types::generator::get_anext(th, v))
    }

    unsafe fn get_awaitable(th: &Thread, v: Value, which: i64) -> StackSlot {
        value(types::generator::get_awaitable(th, v, which as u32))
    }
}
