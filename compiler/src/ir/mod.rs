//! The intermediate representation: SSA with block parameters, after Cranelift's.
//!
//! A [`Function`] is a list of blocks; a block has parameters in place of phis, and ends in one
//! terminator. Three things are Python's own:
//!
//! * Local variables live in *home slots*, memory of the frame that tracebacks, debuggers and
//!   `locals()` can read. Typed code keeps them in SSA values as long as nobody can look
//!   ([`crate::lower::versions`]).
//! * An operation that may raise leaves its block in the middle, over its *unwind* edge, or
//!   returns to the caller if it has none. A value defined after such an edge is not available
//!   behind it; [`verifier`] knows.
//! * Every operation has a *site*: the bytecode offset that tracebacks and frames report.

pub mod builder;
pub mod cfg;
pub mod dominators;
pub mod entities;
pub mod function;
pub mod inst;
pub mod liveness;
pub mod machine;
pub mod operation;
pub mod parser;
pub mod printer;
pub mod types;
pub mod verifier;

pub use builder::Builder;
pub use entities::{Block, Inst, Value};
pub use function::Function;
pub use inst::{BlockCall, InstData, Site};
pub use machine::Machine;
pub use operation::Operation;
pub use types::Type;
