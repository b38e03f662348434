//! The runtime's operations, as compiled code sees them.

use std::fmt;

/// What an operation takes in one place of its parameter list.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Operand {
    /// A Python value.
    Value,
    /// A Python value or CPython's `NULL`.
    Slot,
    /// A number that the instruction's argument gives.
    Number,
    /// An unboxed float.
    Float,
    /// An address: of an inline cache, of the home slots.
    Address,
    /// Every argument from here on, passed as an address and a count.
    Slots,
    /// Where the results after the first are stored.
    Outs,
}

/// What an operation returns in its one word.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Returns {
    /// A value, or 0 where it raised.
    Value,
    /// A word that is 0 where it raised and says nothing else.
    Status,
    /// A word that may be 0; it does not raise.
    Word,
    /// Nothing; it does not raise.
    Nothing,
}

macro_rules! operations {
    ($($name:ident($($operand:ident),*) -> $returns:ident;)*) => {
        /// One of the runtime's operations; its symbol is `krait_op_` and the name.
        #[allow(non_camel_case_types)]
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        pub enum Operation { $($name,)* }

        impl Operation {
            pub const ALL: &'static [Operation] = &[$(Operation::$name,)*];

            pub const fn name(self) -> &'static str {
                match self { $(Operation::$name => stringify!($name),)* }
            }

            pub const fn symbol(self) -> &'static str {
                match self { $(Operation::$name => concat!("krait_op_", stringify!($name)),)* }
            }

            /// Its parameters after the thread.
            pub const fn operands(self) -> &'static [Operand] {
                match self { $(Operation::$name => &[$(Operand::$operand),*],)* }
            }

            pub const fn returns(self) -> Returns {
                match self { $(Operation::$name => Returns::$returns,)* }
            }
        }
    };
}

operations! {
    // Arithmetic, comparison, containers.
    binary_op(Value, Value, Number, Address) -> Value;
    unary_negative(Value) -> Value;
    unary_invert(Value) -> Value;
    compare_op(Value, Value, Number, Address) -> Value;
    contains_op(Value, Value, Number) -> Value;
    to_bool(Value) -> Value;
    binary_slice(Value, Value, Value) -> Value;
    store_slice(Value, Value, Value, Value) -> Status;
    store_subscr(Value, Value, Value, Address) -> Status;
    delete_subscr(Value, Value) -> Status;
    get_len(Value) -> Value;
    box_float(Float) -> Word;
    // Attributes and names.
    load_attr(Value, Value, Address, Address) -> Value;
    load_method(Value, Value, Address, Address, Outs) -> Value;
    store_attr(Value, Value, Value, Address) -> Status;
    delete_attr(Value, Value) -> Status;
    load_super_attr(Value, Value, Value, Value, Number) -> Value;
    load_special(Value, Number, Outs) -> Value;
    load_global(Value, Value, Address) -> Value;
    store_global(Value, Value, Value) -> Status;
    delete_global(Value, Value) -> Status;
    load_name(Address, Value) -> Value;
    store_name(Address, Value, Value) -> Status;
    delete_name(Address, Value) -> Status;
    load_locals(Address) -> Value;
    setup_annotations(Address) -> Status;
    load_common_constant(Number) -> Word;
    load_build_class(Value) -> Value;
    import_name(Value, Value, Value, Address) -> Value;
    import_from(Value, Value) -> Value;
    // Local variables.
    unbound_local(Value, Number) -> Status;
    make_cell(Slot) -> Word;
    copy_free_vars(Address) -> Nothing;
    load_deref(Value, Value, Number) -> Value;
    store_deref(Value, Value) -> Nothing;
    delete_deref(Value, Value, Number) -> Status;
    load_from_dict_or_deref(Value, Value, Value, Number) -> Value;
    load_from_dict_or_globals(Value, Value, Address) -> Value;
    // Calls.
    call(Value, Slot, Address, Slots) -> Value;
    call_kw(Value, Slot, Value, Address, Slots) -> Value;
    call_function_ex(Value, Slot, Value, Slot) -> Value;
    call_intrinsic_1(Value, Number, Address) -> Value;
    call_intrinsic_2(Value, Value, Number) -> Value;
    make_function(Value, Value) -> Value;
    set_function_attribute(Value, Value, Number) -> Nothing;
    exit_init_check(Value) -> Status;
    // Construction.
    build_list(Slots) -> Value;
    build_tuple(Slots) -> Value;
    build_set(Slots) -> Value;
    build_map(Slots) -> Value;
    build_string(Slots) -> Value;
    build_slice(Value, Value, Value) -> Value;
    build_template(Value, Value) -> Value;
    build_interpolation(Value, Value, Slot, Number) -> Value;
    list_append(Value, Value) -> Status;
    list_extend(Value, Value) -> Status;
    set_add(Value, Value) -> Status;
    set_update(Value, Value) -> Status;
    map_add(Value, Value, Value) -> Status;
    dict_update(Value, Value) -> Status;
    dict_merge(Value, Value, Value) -> Status;
    convert_value(Value, Number) -> Value;
    format_simple(Value) -> Value;
    format_with_spec(Value, Value) -> Value;
    // Iteration and unpacking.
    get_iter(Value) -> Value;
    for_iter(Value, Address) -> Value;
    get_yield_from_iter(Value, Value) -> Value;
    unpack_sequence(Value, Number, Outs) -> Status;
    unpack_ex(Value, Number, Number, Outs) -> Status;
    // Patterns.
    match_class(Value, Value, Value, Number) -> Value;
    match_keys(Value, Value) -> Value;
    match_mapping(Value) -> Word;
    match_sequence(Value) -> Word;
    // Exceptions.
    raise_varargs(Slot, Slot) -> Status;
    handled_exception() -> Value;
    check_exc_match(Value, Value) -> Value;
    check_eg_match(Value, Value, Outs) -> Value;
    push_exc_info(Value) -> Word;
    pop_exc_info(Value) -> Nothing;
    with_except_start(Value, Slot, Value) -> Value;
    // Generators, coroutines, asynchronous iteration.
    send(Value, Value, Outs) -> Value;
    get_aiter(Value) -> Value;
    get_anext(Value) -> Value;
    get_awaitable(Value, Number) -> Value;
    is_stop_async_iteration(Value) -> Word;
    stop_iteration_value(Value) -> Word;
}

impl Operation {
    pub fn from_name(name: &str) -> Option<Operation> {
        Operation::ALL.iter().copied().find(|op| op.name() == name)
    }

    pub const fn may_raise(self) -> bool {
        match self.returns() {
            Returns::Value | Returns::Status => true,
            Returns::Word | Returns::Nothing => false,
        }
    }

    /// Whether the returned word is a value for the program.
    pub const fn has_result(self) -> bool {
        match self.returns() {
            Returns::Value | Returns::Word => true,
            Returns::Status | Returns::Nothing => false,
        }
    }

    /// Whether it stores further results through an address.
    pub fn has_outs(self) -> bool {
        self.operands().contains(&Operand::Outs)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
