//! Runs a [`Program`] by backtracking, in the order of preference that `re` has.
//!
//! What was chosen and could have been chosen otherwise is on a stack of its own. Groups and loop
//! counters are slots; what a slot held before is kept on the trail until nothing can go back
//! behind the change. So a failure restores exactly what was there, and no pattern needs the
//! machine's stack beyond its own nesting of lookarounds and atomic groups.

use super::program::{At, NO_SET, Op, Program, Set, Test, UNLIMITED, is_unicode_word, is_word};

/// A character of a text: one, two or four bytes wide.
pub trait Unit: Copy + Into<u32> + PartialEq {
    /// The units, where they are bytes.
    fn bytes(_units: &[Self]) -> Option<&[u8]> {
        None
    }
}

impl Unit for u8 {
    fn bytes(units: &[u8]) -> Option<&[u8]> {
        Some(units)
    }
}

impl Unit for u16 {}
impl Unit for u32 {}

/// No position.
pub const NOWHERE: usize = usize::MAX;

/// How to match.
#[derive(Copy, Clone, PartialEq)]
pub enum How {
    Match,
    FullMatch,
    Search,
}

/// A choice that can be made otherwise.
struct Choice {
    other: Other,
    /// Length of the trail when it was made.
    trail: usize,
    pos: usize,
}

enum Other {
    /// Go on there.
    At(u32),
    /// The alternatives from this one up to that one.
    Alternatives(u32, u32),
    /// One character less for the repetition right before this place, down to the position.
    Less { pc: u32, low: usize },
    /// One character more for the [`Op::MinRepeatOne`] that took some already.
    More { pc: u32, count: u32 },
    /// Once more through the loop of this [`Op::MinUntil`].
    Again(u32),
}

/// Memory of a matcher, which is used again for the next match.
#[derive(Default)]
pub struct Memory {
    choices: Vec<Choice>,
    /// Slots and what they held.
    trail: Vec<(u32, usize)>,
    /// Start and end of each group, the last group that ended, count and last position of each
    /// loop.
    slots: Vec<usize>,
}

impl Memory {
    /// Start and end of a group (from 0) in the last match; `None` if it took no part.
    pub fn group(&self, i: usize) -> Option<(usize, usize)> {
        let (start, end) = (self.slots[2 * i], self.slots[2 * i + 1]);
        (start != NOWHERE && end != NOWHERE).then_some((start, end))
    }

    /// Gives back what only a long match needed.
    fn trim(&mut self) {
        const KEPT: usize = 1 << 10;
        if self.choices.capacity() > KEPT {
            self.choices = Vec::new();
        }
        if self.trail.capacity() > KEPT {
            self.trail = Vec::new();
        }
    }

    /// The number of the group that ended last, from 1.
    pub fn last_group(&self, program: &Program) -> Option<usize> {
        let n = self.slots[2 * program.groups];
        (n != NOWHERE).then_some(n)
    }
}

/// Where the program matches in `text[..end]` from `start` on: start and end. With `must_advance`,
/// an empty match at `start` does not count.
pub fn run<T: Unit>(
    program: &Program,
    memory: &mut Memory,
    text: &[T],
    how: How,
    (start, end): (usize, usize),
    must_advance: bool,
) -> Option<(usize, usize)> {
    memory.choices.clear();
    memory.trail.clear();
    memory.slots.clear();
    memory.slots.resize(2 * program.groups + 1 + 2 * program.loops.len(), NOWHERE);
    let mut m = Matcher {
        program,
        memory,
        text: &text[..end],
        // The first attempt alone; the others begin further on.
        forbidden: if must_advance { start } else { NOWHERE },
        whole: how == How::FullMatch,
        width: usize::from(size_of::<T>() > 1),
    };
    let found = match how {
        How::Match | How::FullMatch => m.attempt(start),
        How::Search => m.search(start),
    };
    memory.trim();
    found
}

struct Matcher<'a, T> {
    program: &'a Program,
    memory: &'a mut Memory,
    text: &'a [T],
    /// No match may end here.
    forbidden: usize,
    /// A match has to reach the end.
    whole: bool,
    /// 1 where characters may be wide.
    width: usize,
}

impl<T: Unit> Matcher<'_, T> {
    /// The first place where the program matches.
    fn search(&mut self, start: usize) -> Option<(usize, usize)> {
        let p = self.program;
        let last = self.text.len().checked_sub(p.min_width).filter(|last| *last >= start)?;
        if p.anchored {
            return self.attempt(start);
        }
        let mut at = start;
        loop {
            at = self.next_candidate(at, last)?;
            if let Some(found) = self.attempt(at) {
                return Some(found);
            }
            self.forbidden = NOWHERE;
            at += 1;
        }
    }

    /// The first place from `at` to `last` where a match may begin.
    #[inline]
    fn next_candidate(&self, at: usize, last: usize) -> Option<usize> {
        let p = self.program;
        if at > last {
            return None;
        }
        if let Some(&first) = p.prefix.first() {
            let rest = &self.text[at..];
            if let Some(bytes) = T::bytes(rest) {
                return p.finder.as_ref()?.find(bytes).map(|i| at + i);
            }
            let n = p.prefix.len();
            return (at..=last).find(|&i| {
                self.text[i].into() == first
                    && self.text[i..].len() >= n
                    && self.text[i..i + n].iter().zip(&p.prefix).all(|(a, b)| (*a).into() == *b)
            });
        }
        if p.first == NO_SET {
            return Some(at);
        }
        let set = &p.sets[p.first as usize];
        if let Some(bytes) = T::bytes(&self.text[at..]) {
            let found = match p.needles[..] {
                [a] => memchr::memchr(a, bytes),
                [a, b] => memchr::memchr2(a, b, bytes),
                [a, b, c] => memchr::memchr3(a, b, c, bytes),
                _ => bytes.iter().position(|c| set.narrow[*c as usize]),
            };
            return found.map(|i| at + i).filter(|i| *i <= last);
        }
        self.text[at..].iter().position(|c| self.passes(set, *c)).map(|i| at + i)
    }

    fn attempt(&mut self, start: usize) -> Option<(usize, usize)> {
        let end = self.go(0, start, true)?;
        Some((start, end))
    }

    #[inline(always)]
    fn passes(&self, set: &Set, c: T) -> bool {
        let c: u32 = c.into();
        if size_of::<T>() == 1 || c < 256 {
            return set.narrow[c as usize & 0xff];
        }
        self.program.has_wide(set, c)
    }

    #[inline(always)]
    fn test(&self, test: Test, c: T) -> bool {
        match test {
            Test::Is(literal) => c.into() == literal,
            Test::IsNot(literal) => c.into() != literal,
            Test::All => true,
            Test::Set(i) => self.passes(&self.program.sets[i as usize], c),
        }
    }

    /// Whether the character at `pos` is in the first set `set`, if that is known.
    #[inline(always)]
    fn may_begin(&self, set: u32, pos: usize) -> bool {
        if set == NO_SET {
            return true;
        }
        pos < self.text.len() && self.passes(&self.program.sets[set as usize], self.text[pos])
    }

    /// How many of the characters from `pos` on pass, `max` at most.
    #[inline]
    fn count(&self, test: Test, pos: usize, max: u32) -> usize {
        let rest = &self.text[pos..];
        let rest = if max == UNLIMITED { rest } else { &rest[..rest.len().min(max as usize)] };
        let stop = match test {
            Test::All => None,
            Test::Is(literal) => rest.iter().position(|c| (*c).into() != literal),
            Test::IsNot(literal) => match (T::bytes(rest), u8::try_from(literal)) {
                (Some(bytes), Ok(literal)) => memchr::memchr(literal, bytes),
                (Some(_), Err(_)) => None,
                (None, _) => rest.iter().position(|c| (*c).into() == literal),
            },
            Test::Set(i) => {
                let set = &self.program.sets[i as usize];
                rest.iter().position(|c| !self.passes(set, *c))
            }
        };
        stop.unwrap_or(rest.len())
    }

    #[inline(always)]
    fn set(&mut self, slot: usize, value: usize) {
        let old = std::mem::replace(&mut self.memory.slots[slot], value);
        self.memory.trail.push((slot as u32, old));
    }

    fn undo(&mut self, trail: usize) {
        while self.memory.trail.len() > trail {
            let (slot, old) = self.memory.trail.pop().expect("longer than nothing");
            self.memory.slots[slot as usize] = old;
        }
    }

    #[inline(always)]
    fn choose(&mut self, other: Other, pos: usize) {
        let trail = self.memory.trail.len();
        self.memory.choices.push(Choice { other, trail, pos });
    }

    /// Slots of a loop's count and of the position where its last round began.
    #[inline(always)]
    fn loop_slots(&self, index: u32) -> (usize, usize) {
        let at = 2 * self.program.groups + 1 + 2 * index as usize;
        (at, at + 1)
    }

    /// Where the part of the program at `pc` ends when it matches from `pos` on. `top` is the
    /// whole program. After a failure, all slots are as they were.
    fn go(&mut self, pc: u32, pos: usize, top: bool) -> Option<usize> {
        let base = self.memory.choices.len();
        let trail = self.memory.trail.len();
        let (mut pc, mut pos) = (pc, pos);
        loop {
            if let Some(at) = self.step(pc, pos, top) {
                self.memory.choices.truncate(base);
                return Some(at);
            }
            match self.other(base) {
                Some(place) => (pc, pos) = place,
                None => {
                    self.undo(trail);
                    return None;
                }
            }
        }
    }

    /// Runs from `pc` on: where the part ends, or `None` as soon as something fails.
    #[inline(always)]
    fn step(&mut self, pc: u32, pos: usize, top: bool) -> Option<usize> {
        let p = self.program;
        let end = self.text.len();
        let (mut pc, mut pos) = (pc, pos);
        loop {
            match p.ops[pc as usize] {
                Op::One(test) => {
                    if pos == end || !self.test(test, self.text[pos]) {
                        return None;
                    }
                    pos += 1;
                }
                Op::Mark(mark) => {
                    self.set(mark as usize, pos);
                    if mark & 1 != 0 {
                        self.set(2 * p.groups, mark as usize / 2 + 1);
                    }
                }
                Op::RepeatOne { test, min, max, tail, keeps } => {
                    let low = pos + min as usize;
                    if low > end {
                        return None;
                    }
                    pos += self.count(test, pos, max);
                    if pos < low {
                        return None;
                    }
                    if pos > low && !keeps[self.width] {
                        while !self.may_begin(tail, pos) {
                            if pos == low {
                                return None;
                            }
                            pos -= 1;
                        }
                        if pos > low {
                            self.choose(Other::Less { pc: pc + 1, low }, pos);
                        }
                    }
                }
                Op::Branch { from, to } => match self.alternative(from, to, pos) {
                    Some(to) => {
                        pc = to;
                        continue;
                    }
                    None => return None,
                },
                Op::Jump(to) => {
                    pc = to;
                    continue;
                }
                Op::At(place) => {
                    if !self.is_at(place, pos) {
                        return None;
                    }
                }
                Op::Success => {
                    if top && (self.whole && pos != end || pos == self.forbidden) {
                        return None;
                    }
                    return Some(pos);
                }
                Op::Fail => return None,
                Op::MinRepeatOne { test, min, .. } => {
                    if self.count(test, pos, min) < min as usize {
                        return None;
                    }
                    pos += min as usize;
                    self.choose(Other::More { pc, count: min }, pos);
                }
                Op::Repeat { index, until } => {
                    let (count, last) = self.loop_slots(index);
                    self.set(count, NOWHERE);
                    self.set(last, NOWHERE);
                    pc = until;
                    continue;
                }
                Op::MaxUntil(index) => {
                    let l = &p.loops[index as usize];
                    let (count, last) = self.loop_slots(index);
                    let rounds = self.memory.slots[count].wrapping_add(1);
                    if rounds < l.min as usize {
                        self.set(count, rounds);
                        pc = l.body;
                        continue;
                    }
                    if (l.max == UNLIMITED || rounds < l.max as usize)
                        && pos != self.memory.slots[last]
                        && self.may_begin(l.body_first, pos)
                    {
                        if self.may_begin(l.tail_first, pos) {
                            self.choose(Other::At(pc + 1), pos);
                        }
                        self.set(count, rounds);
                        self.set(last, pos);
                        pc = l.body;
                        continue;
                    }
                }
                Op::MinUntil(index) => {
                    let l = &p.loops[index as usize];
                    let (count, _) = self.loop_slots(index);
                    let rounds = self.memory.slots[count].wrapping_add(1);
                    if rounds < l.min as usize {
                        self.set(count, rounds);
                        pc = l.body;
                        continue;
                    }
                    self.choose(Other::Again(pc), pos);
                }
                Op::Group { group, fold } => {
                    let (from, to) = self.memory.group(group as usize)?;
                    let n = to.saturating_sub(from);
                    if end - pos < n
                        || !(0..n).all(|i| {
                            let (a, b) = (self.text[from + i], self.text[pos + i]);
                            a == b || fold.of(a.into()) == fold.of(b.into())
                        })
                    {
                        return None;
                    }
                    pos += n;
                }
                Op::GroupExists { group, no } => {
                    if self.memory.group(group as usize).is_none() {
                        pc = no;
                        continue;
                    }
                }
                Op::Assert { back, end, negated } => {
                    let trail = self.memory.trail.len();
                    let found = pos >= back as usize
                        && self.go(pc + 1, pos - back as usize, false).is_some();
                    if found == negated {
                        self.undo(trail);
                        return None;
                    }
                    pc = end;
                    continue;
                }
                Op::Atomic { end } => match self.go(pc + 1, pos, false) {
                    Some(at) => {
                        (pc, pos) = (end, at);
                        continue;
                    }
                    None => return None,
                },
                Op::Possessive { min, max, end } => {
                    let mut rounds = 0;
                    while max == UNLIMITED || rounds < max {
                        match self.go(pc + 1, pos, false) {
                            // A round without a character would be followed by the same one.
                            Some(at) if at == pos && rounds >= min => break,
                            Some(at) => pos = at,
                            None if rounds < min => return None,
                            None => break,
                        }
                        rounds += 1;
                    }
                    pc = end;
                    continue;
                }
            }
            pc += 1;
        }
    }

    /// Takes the first alternative of `from..to` that may match; the others stay a choice.
    #[inline(always)]
    fn alternative(&mut self, from: u32, to: u32, pos: usize) -> Option<u32> {
        let all = &self.program.alternatives;
        let mut may = (from..to).filter(|i| self.may_begin(all[*i as usize].first, pos));
        let taken = may.next()?;
        let next = may.next();
        if let Some(next) = next {
            self.choose(Other::Alternatives(next, to), pos);
        }
        Some(all[taken as usize].pc)
    }

    /// Goes back to the last choice, of those above `base`, that can be made otherwise.
    fn other(&mut self, base: usize) -> Option<(u32, usize)> {
        while self.memory.choices.len() > base {
            let Choice { other, trail, pos } = self.memory.choices.pop().expect("above the base");
            self.undo(trail);
            match other {
                Other::At(pc) => return Some((pc, pos)),
                Other::Alternatives(from, to) => {
                    if let Some(pc) = self.alternative(from, to, pos) {
                        return Some((pc, pos));
                    }
                }
                Other::Less { pc, low } => {
                    let Op::RepeatOne { tail, .. } = self.program.ops[pc as usize - 1] else {
                        unreachable!("a repetition made the choice");
                    };
                    let mut pos = pos;
                    while pos > low {
                        pos -= 1;
                        if self.may_begin(tail, pos) {
                            if pos > low {
                                self.choose(Other::Less { pc, low }, pos);
                            }
                            return Some((pc, pos));
                        }
                    }
                }
                Other::More { pc, count } => {
                    let Op::MinRepeatOne { test, max, .. } = self.program.ops[pc as usize] else {
                        unreachable!("a repetition made the choice");
                    };
                    if (max == UNLIMITED || count < max)
                        && pos < self.text.len()
                        && self.test(test, self.text[pos])
                    {
                        let count = count.saturating_add(1);
                        self.choose(Other::More { pc, count }, pos + 1);
                        return Some((pc + 1, pos + 1));
                    }
                }
                Other::Again(pc) => {
                    let Op::MinUntil(index) = self.program.ops[pc as usize] else {
                        unreachable!("a loop made the choice");
                    };
                    let l = &self.program.loops[index as usize];
                    let (count, last) = self.loop_slots(index);
                    let rounds = self.memory.slots[count].wrapping_add(1);
                    let more = l.max == UNLIMITED || rounds < l.max as usize;
                    if more && pos != self.memory.slots[last] {
                        self.set(count, rounds);
                        self.set(last, pos);
                        return Some((l.body, pos));
                    }
                }
            }
        }
        None
    }

    fn is_at(&self, place: At, pos: usize) -> bool {
        let end = self.text.len();
        let line_end = |i: usize| self.text[i].into() == '\n' as u32;
        match place {
            At::Beginning => pos == 0,
            At::BeginningLine => pos == 0 || line_end(pos - 1),
            At::End => pos == end || pos + 1 == end && line_end(pos),
            At::EndLine => pos == end || line_end(pos),
            At::EndString => pos == end,
            At::Boundary { unicode, negated } => {
                let is_word = |i: usize| {
                    let c = self.text[i].into();
                    if unicode { is_unicode_word(c) } else { is_word(c) }
                };
                let before = pos > 0 && is_word(pos - 1);
                let after = pos < end && is_word(pos);
                (before != after) != negated
            }
        }
    }
}
