//! Which scope each name belongs to.
//!
//! Two passes, as in CPython: [`build`](mod@build) walks the tree and notes what each block does
//! with each name; [`analyze`] decides from that what is local, global, a cell or free, and which
//! comprehensions become part of the function around them (PEP 709).

mod analyze;
mod build;

use crate::ast::{Loc, Name};
use crate::names::{WordMap, WordSet};

pub use build::build;

/// Bits that say what a block does with a name.
pub mod symbol {
    pub const GLOBAL: u32 = 1;
    pub const LOCAL: u32 = 2;
    pub const PARAM: u32 = 2 << 1;
    pub const NONLOCAL: u32 = 2 << 2;
    pub const USE: u32 = 2 << 3;
    /// Free in a method, though bound in the class too.
    pub const FREE_CLASS: u32 = 2 << 5;
    pub const IMPORT: u32 = 2 << 6;
    pub const ANNOT: u32 = 2 << 7;
    pub const COMP_ITER: u32 = 2 << 8;
    pub const TYPE_PARAM: u32 = 2 << 9;
    /// A cell of an inlined comprehension.
    pub const COMP_CELL: u32 = 2 << 10;
    pub const BOUND: u32 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
    /// Where the scope is, above the bits.
    pub const SCOPE_SHIFT: u32 = 12;
    pub const FLAGS: u32 = (1 << SCOPE_SHIFT) - 1;
}

/// Where a name lives.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The block does not mention it.
    Unknown,
    Local,
    GlobalExplicit,
    GlobalImplicit,
    Free,
    Cell,
}

impl Scope {
    /// From the value that [`Symbols`] holds.
    pub fn of(symbol: u32) -> Scope {
        match symbol >> symbol::SCOPE_SHIFT {
            1 => Scope::Local,
            2 => Scope::GlobalExplicit,
            3 => Scope::GlobalImplicit,
            4 => Scope::Free,
            5 => Scope::Cell,
            _ => Scope::Unknown,
        }
    }

    /// CPython's number.
    pub fn number(self) -> u32 {
        match self {
            Scope::Unknown => 0,
            Scope::Local => 1,
            Scope::GlobalExplicit => 2,
            Scope::GlobalImplicit => 3,
            Scope::Free => 4,
            Scope::Cell => 5,
        }
    }

    fn bits(self) -> u32 {
        self.number() << symbol::SCOPE_SHIFT
    }
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum BlockKind {
    Function,
    Class,
    Module,
    /// The annotations of a function, class or module (PEP 649).
    Annotation,
    TypeAlias,
    TypeParameters,
    /// Bound, constraints or default of a type parameter.
    TypeVariable,
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ComprehensionKind {
    None,
    List,
    Dict,
    Set,
    Generator,
}

/// Names with their bits, in the order in which they were first seen.
#[derive(Debug, Default, Clone)]
pub struct Symbols {
    entries: Vec<(Name, u32)>,
    /// Only for blocks with many names.
    index: WordMap<Name, u32>,
}

/// Up to this many names a linear search is quicker than hashing.
const LINEAR: usize = 8;

impl Symbols {
    fn position(&self, name: Name) -> Option<usize> {
        if self.entries.len() <= LINEAR {
            self.entries.iter().position(|(n, _)| *n == name)
        } else {
            self.index.get(&name).map(|i| *i as usize)
        }
    }

    pub fn get(&self, name: Name) -> Option<u32> {
        self.position(name).map(|i| self.entries[i].1)
    }

    pub fn set(&mut self, name: Name, value: u32) {
        match self.position(name) {
            Some(i) => self.entries[i].1 = value,
            None => {
                self.entries.push((name, value));
                let count = self.entries.len();
                if count > LINEAR + 1 {
                    self.index.insert(name, count as u32 - 1);
                } else if count == LINEAR + 1 {
                    self.reindex();
                }
            }
        }
    }

    fn reindex(&mut self) {
        self.index = self.entries.iter().enumerate().map(|(i, (n, _))| (*n, i as u32)).collect();
    }

    fn remove(&mut self, name: Name) {
        self.entries.retain(|(n, _)| *n != name);
        self.index.clear();
        if self.entries.len() > LINEAR {
            self.reindex();
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (Name, u32)> {
        self.entries.iter().copied()
    }
}

/// A block: one entry of the table.
#[derive(Debug)]
pub struct Block {
    pub name: Name,
    pub kind: BlockKind,
    pub loc: Loc,
    pub symbols: Symbols,
    /// Parameters.
    pub varnames: Vec<Name>,
    pub children: Vec<BlockId>,
    /// `global` and `nonlocal` statements, for errors.
    directives: Vec<(Name, Loc)>,
    pub nested: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub comprehension: ComprehensionKind,
    pub varargs: bool,
    pub varkeywords: bool,
    pub needs_class_closure: bool,
    pub needs_classdict: bool,
    pub has_conditional_annotations: bool,
    pub comp_inlined: bool,
    pub can_see_class_scope: bool,
    pub has_docstring: bool,
    pub method: bool,
    pub annotations_used: bool,
    comp_iter_target: bool,
    comp_iter_expr: u32,
    in_conditional_block: bool,
    in_unevaluated_annotation: bool,
    pub annotation_block: Option<BlockId>,
    /// The only names that are mangled, in the type parameters of a class; shared by the blocks
    /// inside, through the block that owns it.
    mangled_names: Option<BlockId>,
    own_mangled_names: WordSet<Name>,
    /// What a type variable block is, for errors.
    scope_info: Option<&'static str>,
}

impl Block {
    /// The kinds whose locals are fast.
    pub fn is_function_like(&self) -> bool {
        match self.kind {
            BlockKind::Function
            | BlockKind::Annotation
            | BlockKind::TypeVariable
            | BlockKind::TypeAlias
            | BlockKind::TypeParameters => true,
            BlockKind::Class | BlockKind::Module => false,
        }
    }

    pub fn scope_of(&self, name: Name) -> Scope {
        self.symbols.get(name).map_or(Scope::Unknown, Scope::of)
    }
}

#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct BlockId(u32);

/// Which block of a node is meant, where one node has several.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Part {
    Body,
    Annotations,
    TypeParams,
    Bound,
    Default,
}

/// A node, by its address: the tree does not move while its table lives.
pub type Key = (usize, Part);

/// The key of a part of `node`.
pub fn key<T>(node: &T, part: Part) -> Key {
    (std::ptr::from_ref(node) as usize, part)
}

#[derive(Debug)]
pub struct Symtable {
    blocks: Vec<Block>,
    by_key: WordMap<Key, BlockId>,
    pub top: BlockId,
}

impl Symtable {
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }

    pub fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.0 as usize]
    }

    /// The block of a node.
    pub fn lookup(&self, key: Key) -> BlockId {
        *self.by_key.get(&key).expect("the first pass made a block for each such node")
    }

    pub fn lookup_optional(&self, key: Key) -> Option<BlockId> {
        self.by_key.get(&key).copied()
    }

    /// Whether `name` is one that is mangled in `block`.
    pub fn mangles(&self, block: BlockId, name: Name) -> bool {
        match self.block(block).mangled_names {
            Some(owner) => self.block(owner).own_mangled_names.contains(&name),
            None => true,
        }
    }
}
