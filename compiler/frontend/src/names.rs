//! Identifiers as small numbers.
//!
//! A tree, its symbol table and the code made of it compare and hash names all the time; here a
//! name is interned once per tree and afterwards is a [`Name`], a `u32`. Names that the compiler
//! itself knows have fixed numbers, see [`known`].

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

/// An identifier, as an index into the [`Names`] of its tree.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Name(pub u32);

/// A fast hash for keys that are themselves small numbers or short strings and that no attacker
/// gains by choosing: one multiplication a word.
#[derive(Default, Clone)]
pub struct WordHasher(u64);

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for WordHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        for byte in rest {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(23) ^ value).wrapping_mul(MULTIPLIER);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
}

pub type WordMap<K, V> = HashMap<K, V, BuildHasherDefault<WordHasher>>;
pub type WordSet<K> = HashSet<K, BuildHasherDefault<WordHasher>>;

/// The interner.
#[derive(Clone, Debug)]
pub struct Names {
    texts: Vec<Rc<str>>,
    index: WordMap<Rc<str>, Name>,
}

macro_rules! known_names {
    ($($constant:ident = $text:literal,)*) => {
        /// Names with fixed numbers.
        pub mod known {
            use super::Name;

            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            enum Order { $($constant,)* }

            $(pub const $constant: Name = Name(Order::$constant as u32);)*

            pub(super) const TEXTS: &[&str] = &[$($text,)*];
        }
    };
}

known_names! {
    EMPTY = "",
    TOP = "top",
    LAMBDA = "lambda",
    GENEXPR = "genexpr",
    LISTCOMP = "listcomp",
    SETCOMP = "setcomp",
    DICTCOMP = "dictcomp",
    MODULE_CODE = "<module>",
    LAMBDA_CODE = "<lambda>",
    GENEXPR_CODE = "<genexpr>",
    LISTCOMP_CODE = "<listcomp>",
    SETCOMP_CODE = "<setcomp>",
    DICTCOMP_CODE = "<dictcomp>",
    ANNOTATE = "__annotate__",
    ANNOTATE_FUNC = "__annotate_func__",
    ANNOTATIONS = "__annotations__",
    CLASS = "__class__",
    CLASSCELL = "__classcell__",
    CLASSDICT = "__classdict__",
    CLASSDICTCELL = "__classdictcell__",
    CONDITIONAL_ANNOTATIONS = "__conditional_annotations__",
    DEBUG = "__debug__",
    DOC = "__doc__",
    FIRSTLINENO = "__firstlineno__",
    FUTURE = "__future__",
    MODULE = "__module__",
    NAME = "__name__",
    QUALNAME = "__qualname__",
    STATIC_ATTRIBUTES = "__static_attributes__",
    TYPE_PARAMS = "__type_params__",
    DOT_TYPE_PARAMS = ".type_params",
    DOT_GENERIC_BASE = ".generic_base",
    DOT_DEFAULTS = ".defaults",
    DOT_KWDEFAULTS = ".kwdefaults",
    DOT_FORMAT = ".format",
    DOT_ZERO = ".0",
    FORMAT = "format",
    RETURN = "return",
    SUPER = "super",
    ALL = "all",
    ANY = "any",
    TUPLE = "tuple",
    JOIN = "join",
    STAR = "*",
}

impl Default for Names {
    fn default() -> Names {
        let mut names = Names { texts: Vec::new(), index: WordMap::default() };
        for text in known::TEXTS {
            names.intern(text);
        }
        names
    }
}

impl Names {
    /// The number of `text`, a new one the first time.
    pub fn intern(&mut self, text: &str) -> Name {
        if let Some(name) = self.index.get(text) {
            return *name;
        }
        let name = Name(u32::try_from(self.texts.len()).expect("fewer than 2^32 names"));
        let text: Rc<str> = text.into();
        self.texts.push(text.clone());
        self.index.insert(text, name);
        name
    }

    /// The text of `name`.
    pub fn text(&self, name: Name) -> &str {
        &self.texts[name.0 as usize]
    }

    /// The name as the class `private` sees it: `__x` becomes `_Class__x`, unless it ends in two
    /// underscores, has a dot, or the class name is nothing but underscores.
    pub fn mangle(&mut self, private: Option<Name>, name: Name) -> Name {
        let Some(private) = private else { return name };
        let text = self.text(name);
        if !text.starts_with("__") || text.ends_with("__") || text.contains('.') {
            return name;
        }
        let class = self.text(private).trim_start_matches('_');
        if class.is_empty() {
            return name;
        }
        let mangled = format!("_{class}{text}");
        self.intern(&mangled)
    }
}
