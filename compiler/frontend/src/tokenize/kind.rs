//! Kinds of tokens, with the numbers of Python's module `token`.

macro_rules! kinds {
    ($($name:ident = $number:literal $($text:literal)?,)*) => {
        #[allow(clippy::upper_case_acronyms, non_camel_case_types)]
        #[repr(u8)]
        #[derive(Copy, Clone, PartialEq, Eq, Debug)]
        pub enum Kind { $($name = $number,)* }

        impl Kind {
            /// The operator or delimiter that `text` is.
            pub fn of_operator(text: &[u8]) -> Option<Kind> {
                $($(if text == $text { return Some(Kind::$name); })?)*
                None
            }
        }
    };
}

kinds! {
    ENDMARKER = 0,
    NAME = 1,
    NUMBER = 2,
    STRING = 3,
    NEWLINE = 4,
    INDENT = 5,
    DEDENT = 6,
    LPAR = 7 b"(",
    RPAR = 8 b")",
    LSQB = 9 b"[",
    RSQB = 10 b"]",
    COLON = 11 b":",
    COMMA = 12 b",",
    SEMI = 13 b";",
    PLUS = 14 b"+",
    MINUS = 15 b"-",
    STAR = 16 b"*",
    SLASH = 17 b"/",
    VBAR = 18 b"|",
    AMPER = 19 b"&",
    LESS = 20 b"<",
    GREATER = 21 b">",
    EQUAL = 22 b"=",
    DOT = 23 b".",
    PERCENT = 24 b"%",
    LBRACE = 25 b"{",
    RBRACE = 26 b"}",
    EQEQUAL = 27 b"==",
    NOTEQUAL = 28 b"!=",
    LESSEQUAL = 29 b"<=",
    GREATEREQUAL = 30 b">=",
    TILDE = 31 b"~",
    CIRCUMFLEX = 32 b"^",
    LEFTSHIFT = 33 b"<<",
    RIGHTSHIFT = 34 b">>",
    DOUBLESTAR = 35 b"**",
    PLUSEQUAL = 36 b"+=",
    MINEQUAL = 37 b"-=",
    STAREQUAL = 38 b"*=",
    SLASHEQUAL = 39 b"/=",
    PERCENTEQUAL = 40 b"%=",
    AMPEREQUAL = 41 b"&=",
    VBAREQUAL = 42 b"|=",
    CIRCUMFLEXEQUAL = 43 b"^=",
    LEFTSHIFTEQUAL = 44 b"<<=",
    RIGHTSHIFTEQUAL = 45 b">>=",
    DOUBLESTAREQUAL = 46 b"**=",
    DOUBLESLASH = 47 b"//",
    DOUBLESLASHEQUAL = 48 b"//=",
    AT = 49 b"@",
    ATEQUAL = 50 b"@=",
    RARROW = 51 b"->",
    ELLIPSIS = 52 b"...",
    COLONEQUAL = 53 b":=",
    EXCLAMATION = 54 b"!",
    OP = 55,
    FSTRING_START = 59,
    FSTRING_MIDDLE = 60,
    FSTRING_END = 61,
    TSTRING_START = 62,
    TSTRING_MIDDLE = 63,
    TSTRING_END = 64,
    COMMENT = 65,
    NL = 66,
}

impl Kind {
    /// A part of a string literal that may have several lines.
    pub fn is_string(self) -> bool {
        use Kind::*;
        let starts = [STRING, FSTRING_START, FSTRING_MIDDLE, TSTRING_START, TSTRING_MIDDLE];
        starts.contains(&self)
    }

    pub fn is_operator(self) -> bool {
        (Kind::LPAR as u8..=Kind::OP as u8).contains(&(self as u8))
    }
}
