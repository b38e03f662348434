//! `property`.

use krait_layout::{Header, Kind, StackSlot, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::native::class_arg;
use crate::object::type_object::{TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc_as, get_attr_or_none};
use crate::{intern, ops, raise};
use krait_macros::methods;

/// A `property`; unset functions are `None` (no value).
#[repr(C)]
pub struct Property {
    pub header: Header,
    getter: Field,
    setter: Field,
    deleter: Field,
    doc: Field,
    name: Field,
}

pub static DEF: TypeDef = TypeDef::of::<Property>("property", "builtins")
    .doc("Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring")
    .flags(TypeFlags::BASE)
    .methods(Property::native_methods)
    .getsets(Property::native_getsets)
    .shape(shapes::PROPERTY);

// SAFETY: every object of kind `Property` is made in this file with this layout.
unsafe impl Object for Property {
    const KIND: Kind = Kind::Property;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

fn given(v: Option<Value>) -> StackSlot {
    v.filter(|v| !v.is_none())
}

impl Property {
    /// The function that reads the attribute.
    pub fn getter_function(&self) -> StackSlot {
        self.getter.get()
    }

    /// "property 'x' of 'C' object has no getter".
    fn lacks(&self, th: &Thread, instance: Value, what: &str) -> crate::Raised {
        let name = match self.name.get().filter(|n| !n.is_none()) {
            Some(n) => ops::repr_string(th, n).map(|n| format!("{n} ")).unwrap_or_default(),
            None => {
                match self.getter.get().map(|f| get_attr_or_none(th, f, intern!(th, "__name__"))) {
                    Some(Ok(Some(n))) => {
                        ops::repr_string(th, n).map(|n| format!("{n} ")).unwrap_or_default()
                    }
                    _ => String::new(),
                }
            }
        };
        let class = instance.class().qualname_string();
        raise!(th, AttributeError, "property {name}of '{class}' object has no {what}")
    }

    /// `__get__`.
    pub fn get(&self, th: &Thread, instance: Value) -> PyResult<Value> {
        if instance.is_none() {
            return Ok(self.value());
        }
        match self.getter.get() {
            Some(f) => ops::call(th, f, &[instance]),
            None => Err(self.lacks(th, instance, "getter")),
        }
    }

    /// `__set__`, or `__delete__` for no value.
    pub fn set_or_delete(&self, th: &Thread, instance: Value, value: StackSlot) -> PyResult<()> {
        match (value, self.setter.get(), self.deleter.get()) {
            (Some(v), Some(f), _) => ops::call(th, f, &[instance, v]).map(|_| ()),
            (None, _, Some(f)) => ops::call(th, f, &[instance]).map(|_| ()),
            (Some(_), None, _) => Err(self.lacks(th, instance, "setter")),
            (None, _, None) => Err(self.lacks(th, instance, "deleter")),
        }
    }

    fn copy_with(
        &'static self,
        th: &Thread,
        getter: StackSlot,
        setter: StackSlot,
        deleter: StackSlot,
    ) -> PyResult<Value> {
        let or_none = |v: StackSlot| v.unwrap_or(Value::NONE);
        let doc = if getter != self.getter.get() || self.doc.get().is_none() {
            Value::NONE
        } else {
            or_none(self.doc.get())
        };
        let args = [or_none(getter), or_none(setter), or_none(deleter), doc];
        let new = ops::call(th, self.value().class().value(), &args)?;
        if let Some(p) = new.cast::<Property>() {
            p.name.set(&p.header, self.name.get());
        }
        Ok(new)
    }
}

#[methods]
impl Property {
    #[staticmethod(sig = "(cls, /, *args, **kwargs)")]
    fn __new__(
        th: &Thread,
        cls: Value,
        _args: &crate::types::tuple::Tuple,
        _kwargs: &crate::types::dict::Dict,
    ) -> PyResult<&'static Property> {
        let class = class_arg(th, cls, DEF.class(th))?;
        let none = || Field::new(None);
        Ok(alloc_as(
            th,
            class,
            Property {
                header: Header::new(shapes::PROPERTY, Kind::Property),
                getter: none(),
                setter: none(),
                deleter: none(),
                doc: none(),
                name: none(),
            },
        ))
    }

    #[method(sig = "($self, fget=None, fset=None, fdel=None, doc=None)")]
    fn __init__(
        th: &Thread,
        this: &'static Property,
        fget: Option<Value>,
        fset: Option<Value>,
        fdel: Option<Value>,
        doc: Option<Value>,
    ) -> PyResult<()> {
        let h = &this.header;
        if this.getter.get().is_some() {
            // Caches may hold the function.
            crate::object::class::bump_epoch();
        }
        this.getter.set(h, given(fget));
        this.setter.set(h, given(fset));
        this.deleter.set(h, given(fdel));
        let mut doc = given(doc);
        if doc.is_none()
            && let Some(f) = given(fget)
        {
            doc = get_attr_or_none(th, f, intern!(th, "__doc__"))?.filter(|d| !d.is_none());
        }
        this.doc.set(h, doc);
        if !this.value().is_exactly(shapes::PROPERTY) {
            crate::object::attributes::set_own_attribute(
                th,
                this.value(),
                intern!(th, "__doc__"),
                doc.unwrap_or(Value::NONE),
            );
        }
        Ok(())
    }

    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(
        th: &Thread,
        this: &'static Property,
        instance: Value,
        _owner: Option<Value>,
    ) -> PyResult<Value> {
        this.get(th, instance)
    }

    #[method(sig = "($self, instance, value, /)")]
    fn __set__(
        th: &Thread,
        this: &'static Property,
        instance: Value,
        value: Value,
    ) -> PyResult<()> {
        this.set_or_delete(th, instance, Some(value))
    }

    #[method(sig = "($self, instance, /)")]
    fn __delete__(th: &Thread, this: &'static Property, instance: Value) -> PyResult<()> {
        this.set_or_delete(th, instance, None)
    }

    /// Method to set name of a property.
    #[method(sig = "($self, owner, name, /)")]
    fn __set_name__(this: &'static Property, _owner: Value, name: Value) {
        this.name.set(&this.header, Some(name));
    }

    /// Descriptor to obtain a copy of the property with a different getter.
    #[method]
    fn getter(th: &Thread, this: &'static Property, f: Value) -> PyResult<Value> {
        this.copy_with(th, Some(f), this.setter.get(), this.deleter.get())
    }

    /// Descriptor to obtain a copy of the property with a different setter.
    #[method]
    fn setter(th: &Thread, this: &'static Property, f: Value) -> PyResult<Value> {
        this.copy_with(th, this.getter.get(), Some(f), this.deleter.get())
    }

    /// Descriptor to obtain a copy of the property with a different deleter.
    #[method]
    fn deleter(th: &Thread, this: &'static Property, f: Value) -> PyResult<Value> {
        this.copy_with(th, this.getter.get(), this.setter.get(), Some(f))
    }

    #[getter]
    fn fget(this: &'static Property) -> Option<Value> {
        this.getter.get()
    }

    #[getter]
    fn fset(this: &'static Property) -> Option<Value> {
        this.setter.get()
    }

    #[getter]
    fn fdel(this: &'static Property) -> Option<Value> {
        this.deleter.get()
    }

    #[getter(name = "__doc__")]
    fn doc(this: &'static Property) -> Option<Value> {
        this.doc.get()
    }

    #[setter(name = "__doc__")]
    fn set_doc(this: &'static Property, doc: Option<Value>) {
        this.doc.set(&this.header, doc);
    }

    #[getter(name = "__name__")]
    fn name(th: &Thread, this: &'static Property) -> PyResult<Value> {
        if let Some(n) = this.name.get() {
            return Ok(n);
        }
        let own = match this.getter.get() {
            Some(f) => get_attr_or_none(th, f, intern!(th, "__name__"))?,
            None => None,
        };
        own.ok_or_else(|| {
            crate::object::attributes::missing(th, this.value(), intern!(th, "__name__"))
        })
    }

    #[setter(name = "__name__")]
    fn set_name(this: &'static Property, name: Option<Value>) {
        this.name.set(&this.header, name);
    }

    #[getter]
    fn __isabstractmethod__(th: &Thread, this: &'static Property) -> PyResult<bool> {
        for f in [&this.getter, &this.setter, &this.deleter].iter().filter_map(|f| f.get()) {
            if let Some(v) = get_attr_or_none(th, f, intern!(th, "__isabstractmethod__"))?
                && ops::truth(th, v)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
