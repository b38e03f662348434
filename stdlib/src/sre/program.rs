//! Patterns as the matcher runs them, made from the code words that the package `re` compiles.
//!
//! Whatever takes one character (literals, classes, categories, with or without case) becomes a
//! [`Test`]: one character, all but one, or a table for the characters below U+0100 with the code
//! words behind it for the others. From these follow the *first sets* of positions in the program:
//! characters one of which has to come there. They choose where a search tries to match, which
//! alternatives are worth a try, and which repetitions can never give back what they took.

use krait_runtime::types::str::unicode::{self, Case};
use memchr::memmem::Finder;

/// Code words of the package `re` (its module `_constants`).
mod word {
    pub const FAILURE: u32 = 0;
    pub const SUCCESS: u32 = 1;
    pub const ANY: u32 = 2;
    pub const ANY_ALL: u32 = 3;
    pub const ASSERT: u32 = 4;
    pub const ASSERT_NOT: u32 = 5;
    pub const AT: u32 = 6;
    pub const BRANCH: u32 = 7;
    pub const CATEGORY: u32 = 8;
    pub const CHARSET: u32 = 9;
    pub const BIGCHARSET: u32 = 10;
    pub const GROUPREF: u32 = 11;
    pub const GROUPREF_EXISTS: u32 = 12;
    pub const IN: u32 = 13;
    pub const INFO: u32 = 14;
    pub const JUMP: u32 = 15;
    pub const LITERAL: u32 = 16;
    pub const MARK: u32 = 17;
    pub const MAX_UNTIL: u32 = 18;
    pub const MIN_UNTIL: u32 = 19;
    pub const NOT_LITERAL: u32 = 20;
    pub const NEGATE: u32 = 21;
    pub const RANGE: u32 = 22;
    pub const REPEAT: u32 = 23;
    pub const REPEAT_ONE: u32 = 24;
    pub const MIN_REPEAT_ONE: u32 = 26;
    pub const ATOMIC_GROUP: u32 = 27;
    pub const POSSESSIVE_REPEAT: u32 = 28;
    pub const POSSESSIVE_REPEAT_ONE: u32 = 29;
    pub const GROUPREF_IGNORE: u32 = 30;
    pub const IN_IGNORE: u32 = 31;
    pub const LITERAL_IGNORE: u32 = 32;
    pub const NOT_LITERAL_IGNORE: u32 = 33;
    pub const GROUPREF_LOC_IGNORE: u32 = 34;
    pub const IN_LOC_IGNORE: u32 = 35;
    pub const LITERAL_LOC_IGNORE: u32 = 36;
    pub const NOT_LITERAL_LOC_IGNORE: u32 = 37;
    pub const GROUPREF_UNI_IGNORE: u32 = 38;
    pub const IN_UNI_IGNORE: u32 = 39;
    pub const LITERAL_UNI_IGNORE: u32 = 40;
    pub const NOT_LITERAL_UNI_IGNORE: u32 = 41;
    pub const RANGE_UNI_IGNORE: u32 = 42;
}

/// Of the info block: the pattern begins with a literal text.
const INFO_PREFIX: u32 = 1;

/// The words are no program: they were not made by `re`.
pub struct Invalid;

type Result<T> = std::result::Result<T, Invalid>;

/// What one character has to be.
#[derive(Copy, Clone, PartialEq, Eq)]
pub enum Test {
    Is(u32),
    IsNot(u32),
    All,
    /// Index in [`Program::sets`].
    Set(u32),
}

/// A set of characters.
pub struct Set {
    pub narrow: [bool; 256],
    wide: Wide,
}

/// Which characters from U+0100 on are in a set.
#[derive(Copy, Clone)]
enum Wide {
    None,
    All,
    /// What the class in the code words at this index says of the folded character.
    Class(usize, Fold),
    /// Those that fold to this one, or those that do not.
    Folded(u32, Fold, bool),
}

/// How case is ignored. Locales are taken to have ASCII's letters.
#[derive(Copy, Clone, PartialEq, Eq)]
pub enum Fold {
    No,
    Ascii,
    Unicode,
}

impl Fold {
    pub fn of(self, c: u32) -> u32 {
        match self {
            Fold::No => c,
            Fold::Ascii => lower_ascii(c),
            Fold::Unicode => lower_unicode(c),
        }
    }
}

#[derive(Copy, Clone, PartialEq, Eq)]
pub enum At {
    Beginning,
    BeginningLine,
    End,
    EndLine,
    EndString,
    /// Between a word and something else; or not so.
    Boundary {
        unicode: bool,
        negated: bool,
    },
}

/// No first set is known.
pub const NO_SET: u32 = u32::MAX;

#[derive(Copy, Clone)]
pub enum Op {
    /// The end of the program, or of a part that is matched on its own.
    Success,
    Fail,
    One(Test),
    At(At),
    /// The start or end of a group is here.
    Mark(u32),
    Jump(u32),
    /// The alternatives `from..to`, in order.
    Branch {
        from: u32,
        to: u32,
    },
    /// Begins a loop, whose [`Op::MaxUntil`] or [`Op::MinUntil`] decides what is next.
    Repeat {
        index: u32,
        until: u32,
    },
    MaxUntil(u32),
    MinUntil(u32),
    /// As many characters as possible. `tail` is the first set of what follows; `keeps` says for
    /// narrow and wide texts that nothing of what was taken could be the tail's first character.
    RepeatOne {
        test: Test,
        min: u32,
        max: u32,
        tail: u32,
        keeps: [bool; 2],
    },
    /// As few characters as possible.
    MinRepeatOne {
        test: Test,
        min: u32,
        max: u32,
    },
    /// What a group matched.
    Group {
        group: u32,
        fold: Fold,
    },
    /// Goes to `no` if the group took no part.
    GroupExists {
        group: u32,
        no: u32,
    },
    /// Up to `end` follows what has to match, or must not, `back` characters before.
    Assert {
        back: u32,
        end: u32,
        negated: bool,
    },
    /// Up to `end` follows what is matched without ever coming back to it.
    Atomic {
        end: u32,
    },
    /// The same, repeatedly.
    Possessive {
        min: u32,
        max: u32,
        end: u32,
    },
}

pub struct Alternative {
    pub pc: u32,
    pub first: u32,
}

pub struct Loop {
    pub min: u32,
    pub max: u32,
    pub body: u32,
    pub body_first: u32,
    pub tail_first: u32,
}

/// Without limit, in `max`.
pub const UNLIMITED: u32 = u32::MAX;

pub struct Program {
    pub ops: Vec<Op>,
    pub sets: Vec<Set>,
    pub alternatives: Vec<Alternative>,
    pub loops: Vec<Loop>,
    pub groups: usize,
    /// The fewest characters of a match.
    pub min_width: usize,
    /// It can match at the beginning of the text only.
    pub anchored: bool,
    /// Literal text that every match begins with.
    pub prefix: Vec<u32>,
    /// Finds the prefix in bytes.
    pub finder: Option<Finder<'static>>,
    /// The first set of the whole program.
    pub first: u32,
    /// The characters of `first`, if there are three at most.
    pub needles: Vec<u8>,
    code: Vec<u32>,
}

impl Program {
    pub fn new(code: Vec<u32>, groups: usize) -> Result<Program> {
        let mut p = Program {
            ops: Vec::new(),
            sets: Vec::new(),
            alternatives: Vec::new(),
            loops: Vec::new(),
            groups,
            min_width: 0,
            anchored: false,
            prefix: Vec::new(),
            finder: None,
            first: NO_SET,
            needles: Vec::new(),
            code,
        };
        let mut at = 0;
        if p.word(0)? == word::INFO {
            p.read_info()?;
            at = p.skip(1)?;
        }
        p.part(at, p.code.len())?;
        p.push(Op::Success);
        p.anchored = matches!(p.ops[0], Op::At(At::Beginning));
        p.find_first_sets();
        Ok(p)
    }

    /// Whether a character from U+0100 on is in the set.
    pub fn has_wide(&self, set: &Set, c: u32) -> bool {
        match set.wide {
            Wide::None => false,
            Wide::All => true,
            Wide::Class(at, fold) => class_has(&self.code[at..], fold.of(c)),
            Wide::Folded(literal, fold, negated) => (fold.of(c) == literal) != negated,
        }
    }

    /// The words that the program was made from.
    pub fn code(&self) -> &[u32] {
        &self.code
    }

    fn word(&self, at: usize) -> Result<u32> {
        self.code.get(at).copied().ok_or(Invalid)
    }

    /// Where the distance in the word `at` leads.
    fn skip(&self, at: usize) -> Result<usize> {
        let to = at + self.word(at)? as usize;
        if to > at && to <= self.code.len() { Ok(to) } else { Err(Invalid) }
    }

    fn push(&mut self, op: Op) -> u32 {
        self.ops.push(op);
        self.ops.len() as u32 - 1
    }

    fn here(&self) -> u32 {
        self.ops.len() as u32
    }

    /// `INFO skip flags min max [prefix length, prefix skip, prefix, overlap | class]`.
    fn read_info(&mut self) -> Result<()> {
        self.min_width = self.word(3)? as usize;
        if self.word(2)? & INFO_PREFIX != 0 {
            let len = self.word(5)? as usize;
            self.prefix = self.code.get(7..7 + len).ok_or(Invalid)?.to_vec();
            let bytes: Option<Vec<u8>> =
                self.prefix.iter().map(|c| u8::try_from(*c).ok()).collect();
            self.finder = bytes.map(|b| Finder::new(&b).into_owned());
        }
        Ok(())
    }

    /// The group that a mark or a reference names.
    fn group(&self, number: u32) -> Result<u32> {
        if (number as usize) < self.groups { Ok(number) } else { Err(Invalid) }
    }

    /// Compiles the words `at..end`.
    fn part(&mut self, mut at: usize, end: usize) -> Result<()> {
        if end > self.code.len() {
            return Err(Invalid);
        }
        while at < end {
            let op = self.word(at)?;
            at = match op {
                word::SUCCESS => {
                    // The end of the part; who asked for it says what comes then.
                    at + 1
                }
                word::FAILURE => {
                    self.push(Op::Fail);
                    at + 1
                }
                word::AT => {
                    let op = place(self.word(at + 1)?)?;
                    self.push(Op::At(op));
                    at + 2
                }
                word::MARK => {
                    let mark = self.word(at + 1)?;
                    self.group(mark / 2)?;
                    self.push(Op::Mark(mark));
                    at + 2
                }
                word::BRANCH => self.branch(at + 1)?,
                word::REPEAT => self.repeat(at + 1)?,
                word::REPEAT_ONE | word::MIN_REPEAT_ONE | word::POSSESSIVE_REPEAT_ONE => {
                    let next = self.skip(at + 1)?;
                    let (min, max) = (self.word(at + 2)?, self.word(at + 3)?);
                    let (test, _) = self.test(at + 4)?.ok_or(Invalid)?;
                    self.push(match op {
                        word::MIN_REPEAT_ONE => Op::MinRepeatOne { test, min, max },
                        _ => {
                            let keeps = [op == word::POSSESSIVE_REPEAT_ONE; 2];
                            Op::RepeatOne { test, min, max, tail: NO_SET, keeps }
                        }
                    });
                    next
                }
                word::POSSESSIVE_REPEAT => {
                    let next = self.skip(at + 1)?;
                    let (min, max) = (self.word(at + 2)?, self.word(at + 3)?);
                    let pc = self.alone(at + 4, next)?;
                    self.ops[pc] = Op::Possessive { min, max, end: self.here() };
                    next
                }
                word::ATOMIC_GROUP => {
                    let next = self.skip(at + 1)?;
                    let pc = self.alone(at + 2, next)?;
                    self.ops[pc] = Op::Atomic { end: self.here() };
                    next
                }
                word::ASSERT | word::ASSERT_NOT => {
                    let next = self.skip(at + 1)?;
                    let back = self.word(at + 2)?;
                    let pc = self.alone(at + 3, next)?;
                    let negated = op == word::ASSERT_NOT;
                    self.ops[pc] = Op::Assert { back, end: self.here(), negated };
                    next
                }
                word::GROUPREF
                | word::GROUPREF_IGNORE
                | word::GROUPREF_LOC_IGNORE
                | word::GROUPREF_UNI_IGNORE => {
                    let fold = match op {
                        word::GROUPREF => Fold::No,
                        word::GROUPREF_UNI_IGNORE => Fold::Unicode,
                        _ => Fold::Ascii,
                    };
                    let group = self.group(self.word(at + 1)?)?;
                    self.push(Op::Group { group, fold });
                    at + 2
                }
                word::GROUPREF_EXISTS => self.group_exists(at + 1)?,
                _ => {
                    let (test, next) = self.test(at)?.ok_or(Invalid)?;
                    self.push(Op::One(test));
                    next
                }
            };
        }
        if at == end { Ok(()) } else { Err(Invalid) }
    }

    /// A part that is matched on its own, with room for the instruction before it.
    fn alone(&mut self, at: usize, end: usize) -> Result<usize> {
        let pc = self.push(Op::Fail) as usize;
        self.part(at, end)?;
        self.push(Op::Success);
        Ok(pc)
    }

    /// `(skip alternative JUMP distance)* 0`; where the tail begins.
    fn branch(&mut self, mut at: usize) -> Result<usize> {
        let pc = self.push(Op::Fail) as usize;
        let mut starts = Vec::new();
        let mut jumps = Vec::new();
        let mut tail = at + 1;
        while self.word(at)? != 0 {
            let next = self.skip(at)?;
            if next < at + 3 || self.word(next - 2)? != word::JUMP {
                return Err(Invalid);
            }
            tail = self.skip(next - 1)?;
            starts.push(self.here());
            self.part(at + 1, next - 2)?;
            jumps.push(self.push(Op::Fail) as usize);
            at = next;
        }
        for jump in jumps {
            self.ops[jump] = Op::Jump(self.here());
        }
        let from = self.alternatives.len() as u32;
        self.alternatives.extend(starts.iter().map(|pc| Alternative { pc: *pc, first: NO_SET }));
        self.ops[pc] = Op::Branch { from, to: self.alternatives.len() as u32 };
        if tail > at { Ok(tail) } else { Err(Invalid) }
    }

    /// `skip min max body UNTIL`; where the tail begins.
    fn repeat(&mut self, at: usize) -> Result<usize> {
        let end = self.skip(at)?;
        let (min, max) = (self.word(at + 1)?, self.word(at + 2)?);
        let pc = self.push(Op::Fail) as usize;
        let index = self.loops.len() as u32;
        let body = self.here();
        self.loops.push(Loop { min, max, body, body_first: NO_SET, tail_first: NO_SET });
        self.part(at + 3, end)?;
        let until = match self.word(end)? {
            word::MAX_UNTIL => self.push(Op::MaxUntil(index)),
            word::MIN_UNTIL => self.push(Op::MinUntil(index)),
            _ => return Err(Invalid),
        };
        self.ops[pc] = Op::Repeat { index, until };
        Ok(end + 1)
    }

    /// `group skip yes [JUMP distance no]`; where the tail begins.
    fn group_exists(&mut self, at: usize) -> Result<usize> {
        let group = self.group(self.word(at)?)?;
        let no = at + self.word(at + 1)? as usize;
        let pc = self.push(Op::Fail) as usize;
        // A jump right before the place for "no" ends the part for "yes".
        let jump = no.checked_sub(2).filter(|j| *j >= at + 2 && self.ends_with_jump(at + 2, *j));
        let Some(jump) = jump else {
            self.part(at + 2, no)?;
            self.ops[pc] = Op::GroupExists { group, no: self.here() };
            return Ok(no);
        };
        let tail = self.skip(jump + 1)?;
        self.part(at + 2, jump)?;
        let end = self.push(Op::Fail) as usize;
        self.ops[pc] = Op::GroupExists { group, no: self.here() };
        self.part(no, tail)?;
        self.ops[end] = Op::Jump(self.here());
        Ok(tail)
    }

    /// Whether the instructions from `at` lead to a `JUMP` at `jump`.
    fn ends_with_jump(&self, mut at: usize, jump: usize) -> bool {
        while at < jump {
            let next = match self.code[at] {
                word::SUCCESS | word::FAILURE | word::ANY | word::ANY_ALL => Ok(at + 1),
                word::BRANCH => self.after_branch(at + 1),
                word::REPEAT => self.skip(at + 1).map(|end| end + 1),
                word::GROUPREF_EXISTS => self.after_group_exists(at + 1),
                word::ASSERT
                | word::ASSERT_NOT
                | word::IN
                | word::IN_IGNORE
                | word::IN_LOC_IGNORE
                | word::IN_UNI_IGNORE
                | word::REPEAT_ONE
                | word::MIN_REPEAT_ONE
                | word::ATOMIC_GROUP
                | word::POSSESSIVE_REPEAT
                | word::POSSESSIVE_REPEAT_ONE => self.skip(at + 1),
                _ => Ok(at + 2),
            };
            match next {
                Ok(next) => at = next,
                Err(Invalid) => return false,
            }
        }
        at == jump && self.word(at).is_ok_and(|w| w == word::JUMP)
    }

    fn after_branch(&self, mut at: usize) -> Result<usize> {
        while self.word(at)? != 0 {
            at = self.skip(at)?;
        }
        Ok(at + 1)
    }

    fn after_group_exists(&self, at: usize) -> Result<usize> {
        let no = at + self.word(at + 1)? as usize;
        match no.checked_sub(2).filter(|j| *j >= at + 2 && self.ends_with_jump(at + 2, *j)) {
            Some(jump) => self.skip(jump + 1),
            None => Ok(no),
        }
    }

    /// The instruction at `at` as a test, and where the next one is; `None` if it is none.
    fn test(&mut self, at: usize) -> Result<Option<(Test, usize)>> {
        let op = self.word(at)?;
        Ok(Some(match op {
            word::FAILURE => (self.set([false; 256], Wide::None), at + 1),
            word::ANY => (Test::IsNot('\n' as u32), at + 1),
            word::ANY_ALL => (Test::All, at + 1),
            word::LITERAL => (Test::Is(self.word(at + 1)?), at + 2),
            word::NOT_LITERAL => (Test::IsNot(self.word(at + 1)?), at + 2),
            word::LITERAL_IGNORE
            | word::LITERAL_LOC_IGNORE
            | word::LITERAL_UNI_IGNORE
            | word::NOT_LITERAL_IGNORE
            | word::NOT_LITERAL_LOC_IGNORE
            | word::NOT_LITERAL_UNI_IGNORE => {
                let literal = self.word(at + 1)?;
                let fold = match op {
                    word::LITERAL_UNI_IGNORE | word::NOT_LITERAL_UNI_IGNORE => Fold::Unicode,
                    _ => Fold::Ascii,
                };
                let negated = matches!(
                    op,
                    word::NOT_LITERAL_IGNORE
                        | word::NOT_LITERAL_LOC_IGNORE
                        | word::NOT_LITERAL_UNI_IGNORE
                );
                // A locale's letters may be in either case.
                let literal =
                    if op == word::LITERAL_LOC_IGNORE || op == word::NOT_LITERAL_LOC_IGNORE {
                        lower_ascii(literal)
                    } else {
                        literal
                    };
                let narrow = std::array::from_fn(|c| (fold.of(c as u32) == literal) != negated);
                let wide = match fold {
                    Fold::Ascii if literal < 256 && negated => Wide::All,
                    Fold::Ascii if literal < 256 => Wide::None,
                    _ => Wide::Folded(literal, fold, negated),
                };
                (self.set(narrow, wide), at + 2)
            }
            word::IN | word::IN_IGNORE | word::IN_LOC_IGNORE | word::IN_UNI_IGNORE => {
                let next = self.skip(at + 1)?;
                let fold = match op {
                    word::IN => Fold::No,
                    word::IN_UNI_IGNORE => Fold::Unicode,
                    _ => Fold::Ascii,
                };
                let class = at + 2;
                self.check_class(class, next)?;
                let words = &self.code[class..];
                let has = |c: u32| match op {
                    // Either case of a locale's letter may be in the class.
                    word::IN_LOC_IGNORE => {
                        class_has(words, lower_ascii(c)) || class_has(words, upper_ascii(c))
                    }
                    _ => class_has(words, fold.of(c)),
                };
                let narrow = std::array::from_fn(|c| has(c as u32));
                let wide = match wide_part(words).filter(|_| fold != Fold::Unicode) {
                    Some(true) => Wide::All,
                    Some(false) => Wide::None,
                    None => Wide::Class(class, fold),
                };
                (self.set(narrow, wide), next)
            }
            word::CATEGORY => {
                let name = self.word(at + 1)?;
                if name > category::LAST {
                    return Err(Invalid);
                }
                let narrow = std::array::from_fn(|c| category::has(name, c as u32));
                // The word pair itself is a class without its end; so one is added.
                let class = self.code.len();
                self.code.extend([word::CATEGORY, name, word::FAILURE]);
                let wide = match wide_part(&self.code[class..]) {
                    Some(true) => Wide::All,
                    Some(false) => Wide::None,
                    None => Wide::Class(class, Fold::No),
                };
                (self.set(narrow, wide), at + 2)
            }
            _ => return Ok(None),
        }))
    }

    /// The simplest test for a set.
    fn set(&mut self, narrow: [bool; 256], wide: Wide) -> Test {
        let count = narrow.iter().filter(|b| **b).count();
        match (count, wide) {
            (1, Wide::None) => {
                Test::Is(narrow.iter().position(|b| *b).expect("there is one") as u32)
            }
            (255, Wide::All) => {
                Test::IsNot(narrow.iter().position(|b| !*b).expect("there is one") as u32)
            }
            (256, Wide::All) => Test::All,
            _ => {
                self.sets.push(Set { narrow, wide });
                Test::Set(self.sets.len() as u32 - 1)
            }
        }
    }

    /// Makes sure that the class ends before `end`.
    fn check_class(&self, mut at: usize, end: usize) -> Result<()> {
        while at < end {
            at += match self.word(at)? {
                word::FAILURE => return Ok(()),
                word::NEGATE => 1,
                word::LITERAL => 2,
                word::CATEGORY if self.word(at + 1)? <= category::LAST => 2,
                word::RANGE | word::RANGE_UNI_IGNORE => 3,
                word::CHARSET => 9,
                word::BIGCHARSET => {
                    let blocks = self.word(at + 1)?;
                    let table = self.code.get(at + 2..at + 66).ok_or(Invalid)?;
                    let fits = |w: &u32| w.to_ne_bytes().iter().all(|b| (*b as u32) < blocks);
                    if !table.iter().all(fits) {
                        return Err(Invalid);
                    }
                    66 + blocks as usize * 8
                }
                _ => return Err(Invalid),
            };
        }
        Err(Invalid)
    }
}

/// First sets.
impl Program {
    fn find_first_sets(&mut self) {
        for pc in 0..self.ops.len() {
            match self.ops[pc] {
                Op::RepeatOne { test, min, max, keeps: [false, false], .. } => {
                    let Some(first) = self.first_of(pc + 1, 0) else { continue };
                    let own = self.members(test);
                    let apart = (0..256).all(|c| !(own.narrow[c] && first.narrow[c]));
                    let wide = matches!(own.wide, Wide::All) && matches!(first.wide, Wide::All);
                    let keeps = [apart, apart && !wide];
                    let tail = self.add(first);
                    self.ops[pc] = Op::RepeatOne { test, min, max, tail, keeps };
                }
                Op::Branch { from, to } => {
                    for i in from..to {
                        let start = self.alternatives[i as usize].pc;
                        self.alternatives[i as usize].first = self.first_at(start as usize);
                    }
                }
                Op::MaxUntil(i) => {
                    let body = self.loops[i as usize].body;
                    self.loops[i as usize].body_first = self.first_at(body as usize);
                    self.loops[i as usize].tail_first = self.first_at(pc + 1);
                }
                _ => {}
            }
        }
        self.first = self.first_at(0);
        if let Some(set) = self.sets.get(self.first as usize)
            && matches!(set.wide, Wide::None)
        {
            let members: Vec<u8> = (0..=255).filter(|c| set.narrow[*c as usize]).collect();
            if members.len() <= 3 {
                self.needles = members;
            }
        }
    }

    fn add(&mut self, set: Set) -> u32 {
        self.sets.push(set);
        self.sets.len() as u32 - 1
    }

    fn first_at(&mut self, pc: usize) -> u32 {
        self.first_of(pc, 0).map_or(NO_SET, |set| self.add(set))
    }

    /// The characters that pass, with all wide ones where some may.
    fn members(&self, test: Test) -> Set {
        let mut narrow = [false; 256];
        let wide = match test {
            Test::Is(c) => {
                let member = narrow.get_mut(c as usize);
                let wide = member.is_none();
                if let Some(member) = member {
                    *member = true;
                }
                wide
            }
            Test::IsNot(c) => {
                narrow = std::array::from_fn(|i| i as u32 != c);
                true
            }
            Test::All => {
                narrow = [true; 256];
                true
            }
            Test::Set(i) => {
                let set = &self.sets[i as usize];
                narrow = set.narrow;
                !matches!(set.wide, Wide::None)
            }
        };
        Set { narrow, wide: if wide { Wide::All } else { Wide::None } }
    }

    /// The characters one of which comes next wherever the program matches from `pc` on; `None`
    /// where that may be none, or is not known. `depth` bounds the search.
    fn first_of(&self, pc: usize, depth: usize) -> Option<Set> {
        const DEPTH: usize = 24;
        if depth > DEPTH {
            return None;
        }
        let first = |pc: u32| self.first_of(pc as usize, depth + 1);
        let either = |a: Option<Set>, b: Option<Set>| {
            let (a, b) = (a?, b?);
            let wide = matches!(a.wide, Wide::All) || matches!(b.wide, Wide::All);
            Some(Set {
                narrow: std::array::from_fn(|c| a.narrow[c] || b.narrow[c]),
                wide: if wide { Wide::All } else { Wide::None },
            })
        };
        let next = pc as u32 + 1;
        match self.ops[pc] {
            Op::Success | Op::Group { .. } => None,
            Op::Fail => Some(Set { narrow: [false; 256], wide: Wide::None }),
            Op::One(test) => Some(self.members(test)),
            Op::At(_) | Op::Mark(_) => first(next),
            Op::Jump(to) => first(to),
            // Many branches behind one another would take exponential time.
            Op::Branch { from, to } if (to - from) as usize + depth <= DEPTH => (from..to)
                .map(|i| self.first_of(self.alternatives[i as usize].pc as usize, depth + 6))
                .reduce(either)?,
            Op::Branch { .. } => None,
            Op::Repeat { index, until } => {
                let l = &self.loops[index as usize];
                let body = self.first_of(l.body as usize, depth + 6);
                if l.min > 0 { body } else { either(body, first(until + 1)) }
            }
            Op::MaxUntil(i) | Op::MinUntil(i) => {
                let body = self.first_of(self.loops[i as usize].body as usize, depth + 6);
                either(body, first(next))
            }
            Op::RepeatOne { test, min, .. } | Op::MinRepeatOne { test, min, .. } => {
                let own = Some(self.members(test));
                if min > 0 { own } else { either(own, first(next)) }
            }
            Op::GroupExists { no, .. } => {
                either(self.first_of(pc + 1, depth + 6), self.first_of(no as usize, depth + 6))
            }
            Op::Assert { end, .. } => first(end),
            Op::Atomic { .. } => first(next),
            Op::Possessive { min, end, .. } => {
                let body = self.first_of(pc + 1, depth + 6);
                if min > 0 { body } else { either(body, first(end)) }
            }
        }
    }
}

/// The place that an `AT` word names.
fn place(word: u32) -> Result<At> {
    let boundary = |unicode, negated| At::Boundary { unicode, negated };
    Ok(match word {
        0 | 2 => At::Beginning,
        1 => At::BeginningLine,
        3 | 8 => boundary(false, false),
        4 | 9 => boundary(false, true),
        5 => At::End,
        6 => At::EndLine,
        7 => At::EndString,
        10 => boundary(true, false),
        11 => boundary(true, true),
        _ => return Err(Invalid),
    })
}

/// Whether a character is in the class that the words begin with.
fn class_has(words: &[u32], c: u32) -> bool {
    let bit = |w: u32| w >> (c & 31) & 1 != 0;
    let (mut at, mut found) = (0, true);
    loop {
        let (hit, len) = match words[at] {
            word::FAILURE => return !found,
            word::NEGATE => {
                found = !found;
                (false, 1)
            }
            word::LITERAL => (c == words[at + 1], 2),
            word::CATEGORY => (category::has(words[at + 1], c), 2),
            word::RANGE => ((words[at + 1]..=words[at + 2]).contains(&c), 3),
            word::RANGE_UNI_IGNORE => {
                let range = words[at + 1]..=words[at + 2];
                (range.contains(&c) || range.contains(&upper_unicode(c)), 3)
            }
            word::CHARSET => (c < 256 && bit(words[at + 1 + c as usize / 32]), 9),
            word::BIGCHARSET => {
                let hit = c < 0x1_0000 && {
                    let high = c as usize >> 8;
                    let block = words[at + 2 + high / 4].to_ne_bytes()[high % 4] as usize;
                    bit(words[at + 66 + block * 8 + (c as usize & 255) / 32])
                };
                (hit, 66 + words[at + 1] as usize * 8)
            }
            _ => unreachable!("the class was checked"),
        };
        if hit {
            return found;
        }
        at += len;
    }
}

/// Whether all or none of the characters from U+0100 on are in the class; `None` if it depends.
fn wide_part(words: &[u32]) -> Option<bool> {
    let (mut at, mut found) = (0, true);
    loop {
        match words[at] {
            word::FAILURE => return Some(!found),
            word::NEGATE => {
                found = !found;
                at += 1;
            }
            word::LITERAL if words[at + 1] < 256 => at += 2,
            word::RANGE if words[at + 2] < 256 => at += 3,
            word::CHARSET => at += 9,
            word::CATEGORY => match category::wide(words[at + 1])? {
                true => return Some(found),
                false => at += 2,
            },
            _ => return None,
        }
    }
}

/// Categories by their numbers: a property, then what does not have it.
mod category {
    use super::unicode;

    pub const LAST: u32 = 17;

    pub fn has(number: u32, c: u32) -> bool {
        let ascii = u8::try_from(c).unwrap_or(0xff);
        match number {
            0 => ascii.is_ascii_digit(),
            2 => matches!(c, 9..=13 | 32),
            4 | 8 => is_word(c),
            6 => c == '\n' as u32,
            10 => unicode::decimal(c).is_some(),
            12 => unicode::is_space(c),
            14 => is_unicode_word(c),
            16 => unicode::is_line_end(c),
            _ => !has(number - 1, c),
        }
    }

    /// Whether all or none of the characters from U+0100 on have it; `None` if it depends.
    pub fn wide(number: u32) -> Option<bool> {
        (number < 10).then_some(number % 2 == 1)
    }

    pub fn is_word(c: u32) -> bool {
        u8::try_from(c).is_ok_and(|c| c.is_ascii_alphanumeric() || c == b'_')
    }

    pub fn is_unicode_word(c: u32) -> bool {
        if c < 0x80 { is_word(c) } else { unicode::is_alnum(c) }
    }
}

pub use category::{is_unicode_word, is_word};

pub fn lower_ascii(c: u32) -> u32 {
    u8::try_from(c).map_or(c, |c| c.to_ascii_lowercase() as u32)
}

fn upper_ascii(c: u32) -> u32 {
    u8::try_from(c).map_or(c, |c| c.to_ascii_uppercase() as u32)
}

/// The one character that `c` maps to: of several, the first.
fn map_one(c: u32, case: Case) -> u32 {
    let mut first = None;
    unicode::map(c, case, |mapped| {
        first.get_or_insert(mapped);
    });
    first.unwrap_or(c)
}

pub fn lower_unicode(c: u32) -> u32 {
    map_one(c, Case::Lower)
}

pub fn upper_unicode(c: u32) -> u32 {
    map_one(c, Case::Upper)
}
