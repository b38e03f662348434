//! The constants of a code object, each once.
//!
//! Two constants are one if they are of the same type and equal, element by element; `0.0` and
//! `-0.0` are two.

use std::hash::Hasher;

use krait_runtime::bytecode::Constant;

use crate::names::{WordHasher, WordMap};

/// A list of constants without repetitions.
#[derive(Debug, Default)]
pub struct Constants {
    list: Vec<Constant>,
    /// Indices by hash.
    index: WordMap<u64, Vec<u32>>,
}

impl Constants {
    /// The index of `value`, which is appended if it is new.
    pub fn add(&mut self, value: Constant) -> u32 {
        let hash = hash(&value);
        let found = self.index.entry(hash).or_default();
        for i in found.iter() {
            if same(&self.list[*i as usize], &value) {
                return *i;
            }
        }
        let i = self.list.len() as u32;
        found.push(i);
        self.list.push(value);
        i
    }

    /// A finished list; [`Self::add`] is not to be called on it.
    pub fn from_distinct(list: Vec<Constant>) -> Constants {
        Constants { list, index: WordMap::default() }
    }

    pub fn get(&self, index: u32) -> &Constant {
        &self.list[index as usize]
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn into_list(self) -> Vec<Constant> {
        self.list
    }
}

/// Whether two constants are one.
pub fn same(a: &Constant, b: &Constant) -> bool {
    let all = |a: &[Constant], b: &[Constant]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
    };
    match (a, b) {
        (Constant::Float(a), Constant::Float(b)) => a.to_bits() == b.to_bits(),
        (Constant::Complex(a, b), Constant::Complex(c, d)) => {
            a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits()
        }
        (Constant::Tuple(a), Constant::Tuple(b)) => all(a, b),
        (Constant::Slice(a), Constant::Slice(b)) => all(&a[..], &b[..]),
        (Constant::FrozenSet(a), Constant::FrozenSet(b)) => {
            a.len() == b.len() && a.iter().all(|x| b.iter().any(|y| same(x, y)))
        }
        (Constant::Code(a), Constant::Code(b)) => all(&a.consts, &b.consts) && a == b,
        _ => a == b,
    }
}

fn hash(value: &Constant) -> u64 {
    let mut hasher = WordHasher::default();
    hash_into(value, &mut hasher);
    hasher.finish()
}

fn hash_into(value: &Constant, hasher: &mut WordHasher) {
    match value {
        Constant::None => hasher.write_u8(0),
        Constant::True => hasher.write_u8(1),
        Constant::False => hasher.write_u8(2),
        Constant::Ellipsis => hasher.write_u8(3),
        Constant::Int(value) => {
            hasher.write_u8(4);
            std::hash::Hash::hash(value, hasher);
        }
        Constant::Float(value) => hasher.write_u64(value.to_bits()),
        Constant::Complex(re, im) => {
            hasher.write_u64(re.to_bits());
            hasher.write_u64(!im.to_bits());
        }
        Constant::Str(text) => {
            hasher.write_u8(5);
            hasher.write(text.as_bytes());
        }
        Constant::Bytes(bytes) => {
            hasher.write_u8(6);
            hasher.write(bytes);
        }
        Constant::Tuple(items) => {
            hasher.write_u8(7);
            hasher.write_usize(items.len());
            items.iter().for_each(|item| hash_into(item, hasher));
        }
        // The order of a set does not count.
        Constant::FrozenSet(items) => hasher.write_usize(items.len() + 0x1000),
        Constant::Slice(parts) => {
            hasher.write_u8(8);
            parts.iter().for_each(|part| hash_into(part, hasher));
        }
        Constant::Code(code) => {
            hasher.write_u8(9);
            hasher.write(&code.code);
            hasher.write(&code.linetable);
        }
    }
}

/// Python's truth of a constant.
pub fn truth(value: &Constant) -> bool {
    match value {
        Constant::None | Constant::False => false,
        Constant::True | Constant::Ellipsis | Constant::Slice(_) | Constant::Code(_) => true,
        Constant::Int(value) => !value.is_zero(),
        Constant::Float(value) => *value != 0.0,
        Constant::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Constant::Str(text) => !text.is_empty(),
        Constant::Bytes(bytes) => !bytes.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
    }
}
