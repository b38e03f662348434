//! What the bytecode does with local variables.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use krait_runtime::bytecode::opcode::Opcode;

use super::decode::Instruction;

/// Slots of local variables as a set of bits.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Slots(Vec<u64>);

impl Slots {
    fn new(count: u32) -> Slots {
        Slots(vec![0; count.div_ceil(64) as usize])
    }

    fn contains(&self, slot: u32) -> bool {
        self.0[slot as usize / 64] >> (slot % 64) & 1 != 0
    }

    fn insert(&mut self, slot: u32) {
        self.0[slot as usize / 64] |= 1 << (slot % 64);
    }

    fn remove(&mut self, slot: u32) {
        self.0[slot as usize / 64] &= !(1 << (slot % 64));
    }

    fn extend(&mut self, other: &Slots) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }
}

/// Which variables are read later, before they are written. Exception handlers do not count.
pub struct Liveness {
    /// By offset of an instruction's start.
    before: HashMap<u32, Slots>,
}

impl Liveness {
    pub fn new(instructions: &[Instruction], locals: u32) -> Liveness {
        let mut before: HashMap<u32, Slots> =
            instructions.iter().map(|i| (i.start, Slots::new(locals))).collect();
        let mut changed = true;
        while changed {
            changed = false;
            for instruction in instructions.iter().rev() {
                let mut live = Slots::new(locals);
                let next = (!instruction.ends_block()).then_some(instruction.next);
                for successor in next.into_iter().chain(instruction.target()) {
                    if let Some(later) = before.get(&successor) {
                        live.extend(later);
                    }
                }
                instruction.writes().for_each(|slot| live.remove(slot));
                instruction.reads().for_each(|slot| live.insert(slot));
                if before[&instruction.start] != live {
                    before.insert(instruction.start, live);
                    changed = true;
                }
            }
        }
        Liveness { before }
    }

    /// Whether the variable is live before the instruction at `offset`.
    pub fn is_live(&self, offset: u32, slot: u32) -> bool {
        self.before.get(&offset).is_none_or(|live| live.contains(slot))
    }
}

/// The offsets where a loop starts, each with the variables that are written in the loop.
pub fn loops(instructions: &[Instruction]) -> BTreeMap<u32, BTreeSet<u32>> {
    let mut loops: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for back in instructions.iter().filter(|i| i.opcode == Opcode::JUMP_BACKWARD) {
        let header = back.target().expect("a jump");
        let inside = instructions.iter().filter(|i| header <= i.start && i.start <= back.start);
        loops.entry(header).or_default().extend(inside.flat_map(|i| i.writes()));
    }
    loops
}
