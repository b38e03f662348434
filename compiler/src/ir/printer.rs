//! A function as text.
//!
//! ```text
//! function m.f homes 2 {
//! block0():
//!     v0 = home 0
//!     v1 = const value 0x3
//!     v2 = cache 4
//!     v3 = op binary_op(v0, v1, v4, v2) @4:2 unwind block1(v0)
//!     return v3
//! }
//! ```
//!
//! Every value's type follows from its instruction, except for parameters, which write it.

use std::fmt;

use super::entities::{Inst, Value};
use super::function::Function;
use super::inst::{BlockCall, InstData};

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "function {} homes {} {{", self.name, self.home_slots)?;
        for &block in &self.layout {
            let params = &self.blocks[block].params;
            let params = list(params.iter().map(|&p| format!("{p}: {}", self.ty(p))));
            writeln!(f, "{block}({params}):")?;
            for &inst in &self.blocks[block].insts {
                writeln!(f, "    {}", InstDisplay { func: self, inst })?;
            }
        }
        writeln!(f, "}}")
    }
}

fn list<T: fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

fn values(values: &[Value]) -> String {
    list(values)
}

impl fmt::Display for BlockCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.block, values(&self.args))
    }
}

/// One instruction as text.
pub struct InstDisplay<'f> {
    pub func: &'f Function,
    pub inst: Inst,
}

impl fmt::Display for InstDisplay<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let node = &self.func.insts[self.inst];
        if !node.results.is_empty() {
            write!(f, "{} = ", values(&node.results))?;
        }
        match &node.data {
            InstData::Const { ty, bits } => write!(f, "const {ty} {bits:#x}")?,
            InstData::PoolConst { index } => write!(f, "pool_const {index}")?,
            InstData::PoolName { index } => write!(f, "pool_name {index}")?,
            InstData::Cache { offset } => write!(f, "cache {offset}")?,
            InstData::Function => f.write_str("function")?,
            InstData::FrameAddress => f.write_str("frame_address")?,
            InstData::HomeLoad { slot } => write!(f, "home {slot}")?,
            InstData::HomeStore { slot, args } => write!(f, "store_home {slot}, {}", args[0])?,
            InstData::Op { operation, args } => write!(f, "op {operation}({})", values(args))?,
            InstData::Machine { op, args } => write!(f, "machine {op}({})", values(args))?,
            InstData::IsWord { word, args } => write!(f, "is_word {}, {word:#x}", args[0])?,
            InstData::Is { args } => write!(f, "is {}, {}", args[0], args[1])?,
            InstData::Not { args } => write!(f, "not {}", args[0])?,
            InstData::BoxBool { args } => write!(f, "box_bool {}", args[0])?,
            InstData::Catch => f.write_str("catch")?,
            InstData::Poll { args } => write!(f, "poll({})", values(args))?,
            InstData::Watch { args } => write!(f, "watch({})", values(args))?,
            InstData::Sent => f.write_str("sent")?,
            InstData::Jump { targets } => write!(f, "jump {}", targets[0])?,
            InstData::Branch { args, targets } => {
                write!(f, "branch {}, {}, {}", args[0], targets[0], targets[1])?;
            }
            InstData::Return { args } => write!(f, "return {}", args[0])?,
            InstData::Reraise { args } => write!(f, "reraise {}", args[0])?,
            InstData::Resume { offsets, targets } => {
                write!(f, "resume {}", targets[0])?;
                for (offset, target) in offsets.iter().zip(&targets[1..]) {
                    write!(f, ", {offset} => {target}")?;
                }
            }
            InstData::Yield { args } => write!(f, "yield {}", args[0])?,
            InstData::Unreachable => f.write_str("unreachable")?,
        }
        if let Some(site) = node.site {
            write!(f, " @{}:{}", site.offset, site.depth)?;
        }
        if let Some(unwind) = &node.unwind {
            write!(f, " unwind {unwind}")?;
        }
        Ok(())
    }
}
