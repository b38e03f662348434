//! `member_descriptor`: an attribute of `__slots__`.

use krait_layout::{Header, Kind, StackSlot, Thread, Value, shapes};

use crate::error::PyResult;
use crate::gc::Field;
use crate::object::type_object::{Type, TypeDef, TypeFlags};
use crate::object::{Object, ValueExt, alloc, attributes};
use crate::raise;
use crate::types::str::Str;
use krait_macros::methods;

/// Where in the instances of a class and its subclasses an attribute is.
#[repr(C)]
pub struct Member {
    pub header: Header,
    owner: Field,
    name: Field,
    /// Bytes from the object's start.
    offset: u32,
}

pub static DEF: TypeDef = TypeDef::of::<Member>("member_descriptor", "builtins")
    .flags(TypeFlags::NO_NEW)
    .methods(Member::native_methods)
    .getsets(Member::native_getsets)
    .shape(shapes::MEMBER_DESCRIPTOR);

// SAFETY: every object of kind `Member` is made by `Member::new` with this layout.
unsafe impl Object for Member {
    const KIND: Kind = Kind::Member;

    fn def() -> &'static TypeDef {
        &DEF
    }
}

impl Member {
    pub fn new(th: &Thread, owner: &Type, name: Value, offset: u32) -> &'static Member {
        alloc(
            th,
            Member {
                header: Header::new(shapes::MEMBER_DESCRIPTOR, Kind::Member),
                owner: Field::new(Some(owner.value())),
                name: Field::new(Some(name)),
                offset,
            },
        )
    }

    fn owner(&self) -> &'static Type {
        self.owner.get().and_then(|o| o.cast::<Type>()).expect("set when made")
    }

    fn name(&self) -> &'static Str {
        self.name.get().and_then(|o| o.cast::<Str>()).expect("set when made")
    }

    /// Bytes from the object's start, for inline caches.
    pub fn offset(&self) -> u32 {
        self.offset
    }

    /// Whether instances of `class` have the attribute's field.
    pub fn belongs_to(&self, class: &Type) -> bool {
        class.is_subclass(self.owner())
    }

    fn field(&self, instance: Value) -> Option<(&'static Header, &'static Field)> {
        let header = instance.header().filter(|_| instance.class().is_subclass(self.owner()))?;
        // SAFETY: instances of the owner and its subclasses have a field at this offset.
        let field = unsafe {
            &*((header as *const Header as *const u8).add(self.offset as usize) as *const Field)
        };
        Some((header, field))
    }

    /// The attribute's value in `instance`, if it is set.
    pub fn read(&self, instance: Value) -> StackSlot {
        self.field(instance)?.1.get()
    }

    fn checked(&self, th: &Thread, instance: Value) -> PyResult<(&'static Header, &'static Field)> {
        self.field(instance).ok_or_else(|| {
            raise!(
                th,
                TypeError,
                "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                self.name(),
                self.owner().name_string(),
                instance.type_name()
            )
        })
    }
}

#[methods]
impl Member {
    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(
        th: &Thread,
        this: &'static Member,
        instance: Value,
        owner: Option<Value>,
    ) -> PyResult<Value> {
        if instance.is_none() && owner.is_some_and(|o| !o.is_none()) {
            return Ok(this.value());
        }
        match this.checked(th, instance)?.1.get() {
            Some(v) => Ok(v),
            None => Err(attributes::missing(th, instance, this.name.get().expect("set when made"))),
        }
    }

    #[method(sig = "($self, instance, value, /)")]
    fn __set__(th: &Thread, this: &'static Member, instance: Value, value: Value) -> PyResult<()> {
        let (header, field) = this.checked(th, instance)?;
        field.set(header, Some(value));
        Ok(())
    }

    #[method(sig = "($self, instance, /)")]
    fn __delete__(th: &Thread, this: &'static Member, instance: Value) -> PyResult<()> {
        let (header, field) = this.checked(th, instance)?;
        if field.get().is_none() {
            return Err(raise!(th, AttributeError, "{}", this.name()));
        }
        field.set(header, None);
        Ok(())
    }

    #[method]
    fn __repr__(this: &'static Member) -> String {
        format!("<member '{}' of '{}' objects>", this.name(), this.owner().name_string())
    }

    #[getter]
    fn __name__(this: &'static Member) -> Option<Value> {
        this.name.get()
    }

    #[getter]
    fn __qualname__(this: &'static Member) -> String {
        format!("{}.{}", this.owner().qualname_string(), this.name())
    }

    #[getter]
    fn __objclass__(this: &'static Member) -> Option<Value> {
        this.owner.get()
    }

    #[getter]
    fn __doc__(_this: &'static Member) -> Value {
        Value::NONE
    }
}
