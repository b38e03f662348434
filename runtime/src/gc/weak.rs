//! Weak references.
//!
//! A weak reference object holds its target's address in a [`WeakField`], which the scan does
//! not recognise, and is registered in a table from target to references. After marking, before
//! finalizers bring anything back (PEP 442), references to dead targets are cleared through a
//! hook of the object layer.

use core::cell::Cell;

use krait_layout::Header;
use krait_layout::header::FLAG_WEAKREF;

use super::heap::HEAP;
use super::mark::Marker;
use super::pages::PageVec;

/// A reference that keeps nothing alive. Cleared by the hook when its target dies.
#[repr(transparent)]
pub struct WeakField(Cell<usize>);

/// Makes an address look like no reference.
const HIDDEN: usize = 1;

impl WeakField {
    pub fn new(target: Option<&'static Header>) -> WeakField {
        let field = WeakField(Cell::new(0));
        field.set(target);
        field
    }

    /// The target, which lives as long as the result is used.
    pub fn get(&self) -> Option<&'static Header> {
        match self.0.get() {
            0 => None,
            // SAFETY: `set` hid the address of a header, and the hook clears the field before
            // the target is freed.
            hidden => Some(unsafe { &*((hidden & !HIDDEN) as *const Header) }),
        }
    }

    pub fn set(&self, target: Option<&'static Header>) {
        self.0.set(target.map_or(0, |target| target as *const Header as usize | HIDDEN));
    }
}

#[derive(Copy, Clone)]
struct Entry {
    /// 0 in a free entry.
    target: usize,
    weakref: usize,
    /// Next entry of the same target, or next free entry; [`END`] ends both.
    next: u32,
}

const END: u32 = u32::MAX;

pub struct WeakTable {
    entries: PageVec<Entry>,
    free: u32,
    /// Entries made since the last collection.
    young: PageVec<u32>,
    /// Open addressing by target: the target's first entry. A power of two long.
    slots: PageVec<u32>,
    targets: usize,
}

/// Registers `weakref`, whose [`WeakField`] refers to `target`. References of one target are
/// found newest first.
pub fn weak_register(target: &Header, weakref: &Header) {
    target.set_flag(FLAG_WEAKREF);
    let weak = &mut HEAP.lock().weak;
    weak.insert(target as *const Header as usize, weakref as *const Header as usize);
}

/// Ends the registration of a reference that was cleared before its target died.
pub fn weak_unregister(target: &Header, weakref: &Header) {
    let weak = &mut HEAP.lock().weak;
    weak.remove(target as *const Header as usize, weakref as *const Header as usize);
}

/// The references registered for `target`.
pub fn weak_references(target: &Header) -> Vec<&'static Header> {
    let mut found = Vec::new();
    if target.has_flag(FLAG_WEAKREF) {
        let weak = &HEAP.lock().weak;
        let mut at = weak.first(target as *const Header as usize);
        while at != END {
            let entry = weak.entries[at as usize];
            // SAFETY: entries of dead references are removed when they die.
            found.push(unsafe { &*(entry.weakref as *const Header) });
            at = entry.next;
        }
    }
    found
}

impl WeakTable {
    pub const fn new() -> WeakTable {
        WeakTable {
            entries: PageVec::new(),
            free: END,
            young: PageVec::new(),
            slots: PageVec::new(),
            targets: 0,
        }
    }

    /// Removes entries of dead references, and calls `clear` with each reference whose target
    /// died. A minor collection looks at young entries only: of the others, both ends are old.
    pub fn clear_dead(&mut self, marker: &Marker, full: bool, mut clear: impl FnMut(usize)) {
        let young = self.young.take();
        let mut visit = |table: &mut WeakTable, at: u32| {
            let Entry { target, weakref, .. } = table.entries[at as usize];
            if target == 0 {
                return;
            }
            let live = marker.is_marked(weakref);
            if !live || !marker.is_marked(target) {
                table.remove(target, weakref);
                if live {
                    clear(weakref);
                }
            }
        };
        if full {
            for at in 0..self.entries.len() as u32 {
                visit(self, at);
            }
        } else {
            for &at in young.iter() {
                visit(self, at);
            }
        }
    }

    fn insert(&mut self, target: usize, weakref: usize) {
        if (self.targets + 1) * 2 > self.slots.len() {
            self.enlarge();
        }
        let slot = self.find(target);
        let next = self.slots[slot];
        if next == END {
            self.targets += 1;
        }
        let entry = Entry { target, weakref, next };
        let at = if self.free == END {
            self.entries.push(entry);
            self.entries.len() as u32 - 1
        } else {
            let at = self.free;
            self.free = self.entries[at as usize].next;
            self.entries[at as usize] = entry;
            at
        };
        self.slots[slot] = at;
        self.young.push(at);
    }

    fn remove(&mut self, target: usize, weakref: usize) {
        if self.slots.is_empty() {
            return;
        }
        let slot = self.find(target);
        let (mut at, mut before) = (self.slots[slot], END);
        while at != END && self.entries[at as usize].weakref != weakref {
            before = at;
            at = self.entries[at as usize].next;
        }
        if at == END {
            return;
        }
        let next = self.entries[at as usize].next;
        self.entries[at as usize] = Entry { target: 0, weakref: 0, next: self.free };
        self.free = at;
        if before != END {
            self.entries[before as usize].next = next;
        } else {
            self.slots[slot] = next;
            if next == END {
                self.targets -= 1;
                self.close_gap(slot);
            }
        }
    }

    fn first(&self, target: usize) -> u32 {
        if self.slots.is_empty() { END } else { self.slots[self.find(target)] }
    }

    /// The slot of a target, or the empty one where it would be.
    fn find(&self, target: usize) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(target) & mask;
        loop {
            let at = self.slots[slot];
            if at == END || self.entries[at as usize].target == target {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Moves later entries of a probe sequence up to a slot that became empty.
    fn close_gap(&mut self, mut gap: usize) {
        let mask = self.slots.len() - 1;
        let mut slot = gap;
        loop {
            slot = (slot + 1) & mask;
            let at = self.slots[slot];
            if at == END {
                return;
            }
            let home = hash(self.entries[at as usize].target) & mask;
            if slot.wrapping_sub(home) & mask >= slot.wrapping_sub(gap) & mask {
                self.slots[gap] = at;
                self.slots[slot] = END;
                gap = slot;
            }
        }
    }

    fn enlarge(&mut self) {
        let old = self.slots.take();
        for _ in 0..(old.len() * 2).max(64) {
            self.slots.push(END);
        }
        for &at in old.iter().filter(|&&at| at != END) {
            let slot = self.find(self.entries[at as usize].target);
            self.slots[slot] = at;
        }
    }
}

fn hash(target: usize) -> usize {
    (target >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24
}
