//! The parser's complaints in CPython's words.

use ruff_python_ast as ruff;
use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, ParseError, ParseErrorType,
};
use ruff_text_size::{Ranged, TextRange};

use super::lines::Lines;
use super::scan;
use crate::ast::Loc;
use crate::error::{ErrorKind, Failure};

/// What CPython says of a source whose first mistake, as the parser sees it, is `error`. `tree` is
/// what the parser made of it all the same.
pub fn diagnose(source: &str, lines: &Lines, error: &ParseError, tree: &ruff::Mod) -> Failure {
    let found = scan::scan(source, lines);
    let range = error.location;
    let at = range.start().to_usize();
    if let Some((_, failure)) = found.error {
        return failure;
    }
    let (line, _) = lines.position(range.start().to_u32());
    if let Some(open) = found.open.last() {
        let (open_line, _) = lines.position(*open as u32);
        // Inside brackets a line end is nothing, so that the mistake is on the next line.
        let at_line_end = source[at..].starts_with(['\n', '\r']);
        if line > open_line || at_line_end || source[at..].trim().is_empty() {
            return scan::never_closed(source, lines, *open);
        }
    }
    let loc = lines.loc(range.start().to_u32(), range.end().to_u32());
    let context = Context { source, lines, range, loc, tree, open: found.open.last().copied() };
    context.special().unwrap_or_else(|| context.failure(&error.error))
}

/// Whether the mistake at `at` is that the source ends where more could follow: after a line that
/// begins a block, in brackets, in a string of several lines.
pub fn wants_more(source: &str, lines: &Lines, at: usize, failure: &Failure) -> bool {
    if failure.message.starts_with("unterminated triple-quoted") {
        return true;
    }
    let end = source.trim_end().len();
    if source[..end].ends_with('\\') {
        return true;
    }
    if at < end {
        return false;
    }
    failure.message.starts_with("expected an indented block")
        || source[end..at].contains('\n')
        || !scan::scan(source, lines).open.is_empty()
}

struct Context<'s> {
    source: &'s str,
    lines: &'s Lines,
    range: TextRange,
    loc: Loc,
    tree: &'s ruff::Mod,
    /// The innermost bracket that is open at the end of the source.
    open: Option<usize>,
}

impl Context<'_> {
    fn text(&self) -> &str {
        &self.source[self.range]
    }

    fn invalid_syntax(&self) -> Failure {
        self.here("invalid syntax")
    }

    /// At the parser's place; a line end is one character.
    fn here(&self, message: impl Into<String>) -> Failure {
        let mut loc = self.loc;
        if loc.end_line > loc.line && self.text().starts_with(['\n', '\r']) {
            loc.end_line = loc.line;
            loc.end_col = loc.col + 1;
        }
        Failure::at(loc, message)
    }

    fn point(&self, message: impl Into<String>) -> Failure {
        let mut loc = self.loc;
        loc.end_line = loc.line;
        loc.end_col = loc.col;
        Failure::at(loc, message)
    }

    fn indentation(&self, message: impl Into<String>) -> Failure {
        Failure { kind: ErrorKind::Indentation, ..self.here(message) }
    }

    /// At other offsets than the parser's.
    fn at(&self, start: usize, end: usize, message: impl Into<String>) -> Failure {
        Failure::at(self.lines.loc(start as u32, end as u32), message)
    }

    /// Where the line of the mistake begins, without its indentation.
    fn statement_start(&self) -> usize {
        let start = self.lines.start_of(self.loc.line);
        start + self.source[start..].bytes().take_while(|b| matches!(b, b' ' | b'\t')).count()
    }

    /// The innermost bracket that is open at the mistake.
    fn bracket(&self) -> Option<(usize, u8)> {
        let before = &self.source[..self.range.start().to_usize()];
        let open = scan::scan(before, self.lines).open.last().copied()?;
        Some((open, self.source.as_bytes()[open]))
    }

    /// Mistakes that CPython's grammar has rules for and that show by the text around them.
    fn special(&self) -> Option<Failure> {
        let (start, end) = (self.range.start().to_usize(), self.range.end().to_usize());
        let before = self.source[..start].trim_end_matches([' ', '\t']);
        let (text, rest) = (self.text(), &self.source[end..]);
        let statement = self.statement_start().min(start);
        let line = &self.source[statement..start];
        match text {
            "from" if line.starts_with("import ") => {
                let line_end = statement + self.source[statement..].find('\n').unwrap_or(end);
                let message = "Did you mean to use 'from ... import ...' instead?";
                Some(self.at(statement, line_end, message))
            }
            "." if line.starts_with("import ") || line.starts_with("from ") => {
                let target = line.rfind(" as ")? + 4;
                let is_target = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
                let len = self.source[statement + target..].find(|c| !is_target(c))?;
                let target = statement + target;
                Some(self.at(target, target + len, "cannot use attribute as import target"))
            }
            ">" if self.source[..start].ends_with('<') => {
                let message = "invalid syntax.  Maybe you meant '!=' instead of '<>'?";
                Some(self.at(start - 1, end, message))
            }
            ":" if before.ends_with("->") => {
                Some(self.at(before.len() - 2, before.len(), "expected ':'"))
            }
            ":" if before.ends_with("except*") => {
                Some(self.here("expected one or more exception types"))
            }
            "," if rest.trim_start_matches([' ', '\t']).starts_with('\n')
                && self.bracket().is_none() =>
            {
                let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                if line.starts_with("from ") {
                    return None;
                }
                let (line, col) = self.lines.position((end + blank) as u32);
                Some(Failure::at(Loc::new(line, line, col, col + 1), "invalid syntax"))
            }
            "(" if line.starts_with("def ") || line.contains("lambda") => {
                let close = start + self.source[start..].find(')')? + 1;
                let what = if line.starts_with("def ") { "Function" } else { "Lambda expression" };
                let message = format!("{what} parameters cannot be parenthesized");
                Some(self.at(start, close, message))
            }
            "}" | "," => {
                let (_, b'{') = self.bracket()? else { return None };
                if before.ends_with(':') {
                    let message = "expression expected after dictionary key and ':'";
                    return Some(self.at(before.len() - 1, before.len(), message));
                }
                None
            }
            _ if line.starts_with("except")
                && rest.trim_start().starts_with("as ")
                && text.contains(',') =>
            {
                let colon = end + rest.find(':')?;
                let message = "multiple exception types must be parenthesized when using 'as'";
                Some(self.at(start, colon, message))
            }
            _ if augmented_operator(text) => {
                let target = self.expression_ending_at(before.len(), statement)?;
                let (range, what) = target;
                let message = format!("'{what}' is an illegal expression for augmented assignment");
                Some(Failure::at(self.lines.loc(range.start().into(), range.end().into()), message))
            }
            _ => None,
        }
    }

    /// The largest expression that lies between the offsets and ends at `end`.
    fn expression_ending_at(&self, end: usize, from: usize) -> Option<(TextRange, &'static str)> {
        let mut finder = EndFinder { end, from, found: None };
        visit(&mut finder, self.tree);
        finder.found
    }

    fn failure(&self, error: &ParseErrorType) -> Failure {
        match error {
            ParseErrorType::InvalidAssignmentTarget => self.assignment("assign to"),
            ParseErrorType::InvalidDeleteTarget => self.assignment("delete"),
            ParseErrorType::InvalidAugmentedAssignmentTarget => {
                let what = self.expression_name();
                self.here(format!("'{what}' is an illegal expression for augmented assignment"))
            }
            ParseErrorType::InvalidNamedAssignmentTarget => {
                let what = self.expression_name();
                self.here(format!("cannot use assignment expressions with {what}"))
            }
            ParseErrorType::InvalidAnnotatedAssignmentTarget => {
                let what = match self.expression_name() {
                    name @ ("list" | "tuple") => {
                        format!("only single target (not {name}) can be annotated")
                    }
                    _ => "illegal target for annotation".to_owned(),
                };
                self.here(what)
            }
            ParseErrorType::PositionalAfterKeywordArgument => {
                self.after_argument("positional argument follows keyword argument")
            }
            ParseErrorType::PositionalAfterKeywordUnpacking => {
                self.after_argument("positional argument follows keyword argument unpacking")
            }
            ParseErrorType::InvalidArgumentUnpackingOrder => {
                let start = self.range.start().to_usize();
                let comma = self.source[..start].rfind(',').unwrap_or(start);
                let message = "iterable argument unpacking follows keyword argument unpacking";
                self.at(comma, self.range.end().to_usize(), message)
            }
            ParseErrorType::UnparenthesizedGeneratorExpression => {
                self.here("Generator expression must be parenthesized")
            }
            ParseErrorType::IterableUnpackingInComprehension => {
                self.here("iterable unpacking cannot be used in comprehension")
            }
            ParseErrorType::NonDefaultParamAfterDefaultParam => {
                self.here("parameter without a default follows parameter with a default")
            }
            ParseErrorType::ExpectedKeywordParam => self.here("named arguments must follow bare *"),
            ParseErrorType::ParamAfterVarKeywordParam => {
                self.here("arguments cannot follow var-keyword argument")
            }
            ParseErrorType::VarParameterWithDefault => {
                self.here("var-positional argument cannot have default value")
            }
            ParseErrorType::EmptyImportNames => {
                self.point("Expected one or more names after 'import'")
            }
            ParseErrorType::EmptyTypeParams => self.here("Type parameter list cannot be empty"),
            ParseErrorType::UnexpectedIndentation => {
                let (line, _) = self.lines.position(self.range.start().to_u32());
                let end = self.range.end().to_u32();
                let (_, col) = self.lines.position(end);
                // CPython's tokenizer points into the blanks, and gives no end.
                let loc = Loc::new(line, line, (col - 1).max(0), -2);
                let message = "unexpected indent".to_owned();
                Failure { kind: ErrorKind::Indentation, message, loc: Some(loc) }
            }
            ParseErrorType::SimpleStatementsOnSameLine => self.missing_parentheses(),
            ParseErrorType::ExpectedToken { .. } => self.expected_token(&error.to_string()),
            ParseErrorType::Lexical(error) => self.lexical(error),
            ParseErrorType::FStringError(error) => self.interpolated("f-string", error),
            ParseErrorType::TStringError(error) => self.interpolated("t-string", error),
            ParseErrorType::OtherError(message) => self.other(message),
            ParseErrorType::InvalidStarPatternUsage
            | ParseErrorType::InvalidMatchPatternTarget
            | ParseErrorType::ExpectedRealNumber
            | ParseErrorType::ExpectedImaginaryNumber => {
                let message = match error {
                    ParseErrorType::InvalidMatchPatternTarget => "cannot use '_' as a target",
                    ParseErrorType::ExpectedRealNumber => "real number required in complex literal",
                    ParseErrorType::ExpectedImaginaryNumber => {
                        "imaginary number required in complex literal"
                    }
                    _ => "invalid syntax",
                };
                self.here(message)
            }
            ParseErrorType::EmptySlice
            | ParseErrorType::EmptyGlobalNames
            | ParseErrorType::EmptyNonlocalNames
            | ParseErrorType::EmptyDeleteTargets
            | ParseErrorType::StringAnnotationError(_)
            | ParseErrorType::UnparenthesizedNamedExpression
            | ParseErrorType::UnparenthesizedTupleExpression
            | ParseErrorType::InvalidLambdaExpressionUsage
            | ParseErrorType::InvalidYieldExpressionUsage
            | ParseErrorType::InvalidStarredExpressionUsage
            | ParseErrorType::SimpleAndCompoundStatementOnSameLine
            | ParseErrorType::ExpectedExpression
            | ParseErrorType::UnexpectedTokenAfterAsync(_)
            | ParseErrorType::UnexpectedIpythonEscapeCommand
            | ParseErrorType::UnexpectedExpressionToken => self.expected_expression(),
        }
    }

    fn expected_expression(&self) -> Failure {
        let in_f_string = {
            let before = &self.source[..self.range.start().to_usize()];
            before.ends_with('{') && self.text() == "}"
        };
        if in_f_string {
            return self.here("f-string: valid expression required before '}'");
        }
        let start = self.range.start().to_usize();
        let before = self.source[..start].trim_end();
        let line = &self.source[self.statement_start().min(start)..start];
        if before.ends_with("else") && line.contains(" if ") {
            let message = "expected expression after 'else', but statement is given";
            return self.here(message);
        }
        self.invalid_syntax()
    }

    fn lexical(&self, error: &LexicalErrorType) -> Failure {
        match error {
            LexicalErrorType::IndentationError => {
                let (line, _) = self.lines.position(self.range.start().to_u32());
                let text = self.lines.text(self.source, line);
                let blanks: String = text.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
                if blanks.contains('\t') {
                    let loc = Loc::new(line, line, 0, -1);
                    let message = "inconsistent use of tabs and spaces in indentation".to_owned();
                    return Failure { kind: ErrorKind::Tab, message, loc: Some(loc) };
                }
                let loc = Loc::new(line, line, text.len() as i32, -2);
                let message = "unindent does not match any outer indentation level".to_owned();
                Failure { kind: ErrorKind::Indentation, message, loc: Some(loc) }
            }
            LexicalErrorType::UnrecognizedToken { tok } => {
                if tok.is_ascii() {
                    return self.invalid_syntax();
                }
                let code = *tok as u32;
                let what = if tok.is_control() || tok.is_whitespace() {
                    format!("invalid non-printable character U+{code:04X}")
                } else {
                    format!("invalid character '{tok}' (U+{code:04X})")
                };
                self.point(what)
            }
            LexicalErrorType::LineContinuationError => {
                let Loc { line, col, .. } = self.loc;
                if self.source[self.range.start().to_usize() + 1..].trim().is_empty() {
                    let loc = Loc::new(line, line, col + 1, -2);
                    return Failure::at(loc, "unexpected EOF while parsing");
                }
                let message = "unexpected character after line continuation character";
                Failure::at(Loc::new(line, line, col + 1, -1), message)
            }
            LexicalErrorType::InvalidByteLiteral => {
                let message = "bytes can only contain ASCII literal characters";
                self.whole_literal(message).unwrap_or_else(|| self.here(message))
            }
            LexicalErrorType::Eof => self.here("unexpected EOF while parsing"),
            LexicalErrorType::FStringError(error) => self.interpolated("f-string", error),
            LexicalErrorType::TStringError(error) => self.interpolated("t-string", error),
            _ => self.literal().unwrap_or_else(|| self.invalid_syntax()),
        }
    }

    /// A mistake of the one-line string literal around the place.
    fn whole_literal(&self, message: &str) -> Option<Failure> {
        let at = self.range.start().to_usize();
        let open = self.source[..at].rfind(['"', '\''])?;
        let quote = char::from(self.source.as_bytes()[open]);
        let start =
            self.source[..open].rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |i| i + 1);
        let end = at + self.source[at..].find(quote)? + 1;
        Some(self.at(start, end, message))
    }

    /// What our own reading of the string literal at the place says.
    fn literal(&self) -> Option<Failure> {
        let before = &self.source[..self.range.end().to_usize()];
        let start = before.rfind(['"', '\''])?;
        let rest = &self.source[start..];
        let quote = rest.chars().next()?;
        let body = rest[1..].split(quote).next()?;
        let prefix_start =
            self.source[..start].rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |i| i + 1);
        let is_bytes = self.source[prefix_start..start].contains(['b', 'B']);
        let bad = if is_bytes {
            super::literals::bytes(body, false, &mut Vec::new(), &mut Vec::new()).err()
        } else {
            let mut out = rustpython_wtf8::Wtf8Buf::new();
            super::literals::string(body, false, false, &mut out, &mut Vec::new()).err()
        }?;
        let end = start + body.len() + 2;
        Some(Failure::at(self.lines.loc(prefix_start as u32, end as u32), bad.message))
    }

    fn interpolated(&self, what: &str, error: &InterpolatedStringErrorType) -> Failure {
        let message = match error {
            InterpolatedStringErrorType::UnclosedLbrace => {
                if let Some((open, b'{')) = self.bracket()
                    && self.text().starts_with(|c: char| c.is_alphanumeric() || c == '_')
                {
                    let message = "invalid syntax. Perhaps you forgot a comma?";
                    return self.at(open + 1, self.range.end().to_usize(), message);
                }
                return self.point(format!("{what}: expecting '}}'"));
            }
            InterpolatedStringErrorType::InvalidConversionFlag => {
                let flag = self.text();
                if flag.chars().all(char::is_alphanumeric) {
                    format!("invalid conversion character '{flag}': expected 's', 'r', or 'a'")
                } else {
                    "missing conversion character".to_owned()
                }
            }
            InterpolatedStringErrorType::SingleRbrace => {
                return self.point(format!("{what}: single '}}' is not allowed"));
            }
            InterpolatedStringErrorType::UnterminatedString => {
                let line = self.loc.line;
                return self
                    .point(format!("unterminated {what} literal (detected at line {line})"));
            }
            InterpolatedStringErrorType::UnterminatedTripleQuotedString => {
                let line = self.loc.end_line;
                return self.point(format!(
                    "unterminated triple-quoted {what} literal (detected at line {line})"
                ));
            }
            InterpolatedStringErrorType::LambdaWithoutParentheses => {
                "lambda expressions are not allowed without parentheses".to_owned()
            }
            InterpolatedStringErrorType::ConversionFlagNotImmediatelyAfterExclamation => {
                "conversion type must come right after the exclamation mark".to_owned()
            }
            InterpolatedStringErrorType::NewlineInFormatSpec => {
                "newlines are not allowed in format specifiers for single quoted f-strings"
                    .to_owned()
            }
        };
        self.here(format!("{what}: {message}"))
    }

    /// "Expected `:`, found name" and the like.
    fn expected_token(&self, message: &str) -> Failure {
        let expected = message.strip_prefix("Expected ").unwrap_or(message);
        let expected = expected.split(", found").next().unwrap_or(expected);
        let found = message.rsplit("found ").next().unwrap_or("");
        if expected == "`:`" && found == "newline" {
            return self.here("expected ':'");
        }
        if expected == "`:`" && found == "`=`" {
            let before = self.source[..self.range.start().to_usize()].trim_end();
            let start = before.rfind([' ', '\n', '(']).map_or(0, |i| i + 1);
            let rest = &self.source[self.range.end().to_usize()..];
            let end = rest.find(':').unwrap_or(rest.len());
            let end = self.range.end().to_usize() + rest[..end].trim_end().len();
            let loc = self.lines.loc(start as u32, end as u32);
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            return Failure::at(loc, message);
        }
        if expected == "`in`" && self.bracket().is_some() {
            return self.here("'in' expected after for-loop variables");
        }
        let start = self.range.start().to_usize();
        let before = self.source[..start].trim_end();
        if expected == "`else`"
            && let Some((range, "conditional expression")) =
                self.expression_ending_at(before.len(), self.statement_start())
        {
            let (start, end) = (range.start().to_usize(), range.end().to_usize());
            return self.at(start, end, "expected 'else' after 'if' expression");
        }
        if expected == "`:`"
            && matches!(found, "`}`" | "`,`")
            && matches!(self.bracket(), Some((_, b'{')))
        {
            let (line, col) = self.lines.position(before.len() as u32);
            return Failure::at(
                Loc::new(line, line, col - 1, -1),
                "':' expected after dictionary key",
            );
        }
        if matches!(expected, "`,`" | "`)`" | "`]`" | "`}`")
            && matches!(found, "name" | "int" | "float" | "string" | "complex")
        {
            return self.forgotten_comma();
        }
        if expected == "`(`" && found != "newline" {
            return self.here("expected '('");
        }
        self.invalid_syntax()
    }

    /// Two expressions side by side in brackets.
    fn forgotten_comma(&self) -> Failure {
        let start = self.range.start().to_usize();
        let before = self.source[..start].trim_end();
        // At the end of the source CPython's tokenizer has the word.
        if let Some(open) = self.open
            && self.source[self.range.end().to_usize()..].trim().is_empty()
        {
            return scan::never_closed(self.source, self.lines, open);
        }
        let in_dict = matches!(self.bracket(), Some((_, b'{')));
        let is_start = |c: char| matches!(c, '(' | '[' | '{' | ',' | '\n') || (in_dict && c == ':');
        let from = before.rfind(is_start).map_or(0, |i| i + 1);
        let from = from + (before[from..].len() - before[from..].trim_start().len());
        if from >= before.len() {
            return self.invalid_syntax();
        }
        let loc = self.lines.loc(from as u32, self.range.end().to_u32());
        Failure::at(loc, "invalid syntax. Perhaps you forgot a comma?")
    }

    /// `print x`.
    fn missing_parentheses(&self) -> Failure {
        let (line, _) = self.lines.position(self.range.start().to_u32());
        let line_start = self.lines.start_of(line);
        let before = &self.source[line_start..self.range.start().to_usize()];
        let word = before.trim_end().rsplit([' ', '\t', ';', ':']).next().unwrap_or("");
        if word == "print" || word == "exec" {
            let start = line_start + before.trim_end().len() - word.len();
            let text = self.lines.text(self.source, line);
            let end = line_start + text.trim_end().len();
            let loc = self.lines.loc(start as u32, end as u32);
            let message =
                format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?");
            return Failure::at(loc, message);
        }
        self.invalid_syntax()
    }

    fn other(&self, message: &str) -> Failure {
        if let Some(rest) = message.strip_prefix("Expected an indented block after ") {
            return self.indented_block(rest);
        }
        if message.starts_with("Expected `except` or `finally`") {
            if self.source[self.range.start().to_usize()..].trim().is_empty() {
                let end = self.source.trim_end().len();
                let (line, col) = self.lines.position(end as u32);
                let loc = Loc::new(line, line, col, -2);
                return Failure::at(loc, "expected 'except' or 'finally' block");
            }
            return self.here("expected 'except' or 'finally' block");
        }
        if message.starts_with("Trailing comma not allowed") {
            let end = self.range.end().to_usize();
            if self.source[..end].contains("from") {
                let loc = self.lines.loc(end as u32, end as u32 + 1);
                let loc = Loc { end_line: loc.line, end_col: loc.col + 1, ..loc };
                let message = "trailing comma not allowed without surrounding parentheses";
                return Failure::at(loc, message);
            }
            return self.invalid_syntax();
        }
        if let Some(what) = message
            .strip_prefix("Only single target (not ")
            .and_then(|rest| rest.strip_suffix(") can be annotated"))
        {
            return self.here(format!("only single target (not {what}) can be annotated"));
        }
        if message.contains("both") && self.text().starts_with("except") {
            let start = self.range.start().to_usize();
            let star = start + self.text().find('*').map_or(6, |i| i + 1);
            let message = "cannot have both 'except' and 'except*' on the same 'try'";
            return self.at(start, star, message);
        }
        let mut loc = self.loc;
        let message = match message {
            "Only one '*' parameter allowed" => {
                loc.end_col = loc.col + 1;
                "* argument may appear only once"
            }
            "Only one '/' separator allowed" => "/ may appear only once",
            "Expected a parameter name" => {
                loc.end_col += 1;
                match self.text() {
                    "True" => "cannot assign to True",
                    "False" => "cannot assign to False",
                    "None" => "cannot assign to None",
                    _ => "expression cannot contain assignment, perhaps you meant \"==\"?",
                }
            }
            _ => return self.invalid_syntax(),
        };
        Failure::at(loc, message)
    }

    fn indented_block(&self, after: &str) -> Failure {
        let words = [
            ("`if` statement", "if", "'if' statement"),
            ("`elif` clause", "elif", "'elif' statement"),
            ("`else` clause", "else", "'else' statement"),
            ("`while` statement", "while", "'while' statement"),
            ("`for` statement", "for", "'for' statement"),
            ("`with` statement", "with", "'with' statement"),
            ("`try` statement", "try", "'try' statement"),
            ("`except` clause", "except", "'except' statement"),
            ("`finally` clause", "finally", "'finally' statement"),
            ("`match` statement", "match", "'match' statement"),
            ("`case` block", "case", "'case' statement"),
            ("function definition", "def", "function definition"),
            ("`class` definition", "class", "class definition"),
        ];
        let known = words.iter().find(|(ruff, ..)| after.starts_with(ruff));
        let Some((_, keyword, name)) = known else {
            return self.indentation("expected an indented block");
        };
        let (mut line, _) = self.lines.position(self.range.start().to_u32());
        while line > 1 {
            line -= 1;
            let text = self.lines.text(self.source, line).trim_start();
            let text = text.strip_prefix("async ").unwrap_or(text);
            if text.starts_with(keyword) {
                break;
            }
        }
        self.indentation(format!("expected an indented block after {name} on line {line}"))
    }

    fn after_argument(&self, message: &str) -> Failure {
        // CPython points behind the argument.
        let end = self.range.end().to_u32();
        let (line, col) = self.lines.position(end);
        Failure::at(Loc::new(line, line, col, col + 1), message)
    }

    /// "cannot assign to literal here. …"
    fn assignment(&self, verb: &str) -> Failure {
        let what = self.expression_name();
        let line_rest = {
            let end = self.range.end().to_usize();
            self.source[end..].trim_start_matches([' ', '\t', ')'])
        };
        let line_before = {
            let (line, _) = self.lines.position(self.range.start().to_u32());
            let start = self.lines.start_of(line);
            self.source[start..self.range.start().to_usize()].trim_start_matches([' ', '\t', '('])
        };
        let alone = line_before.is_empty() && line_rest.starts_with('=');
        let no_hint = matches!(
            what,
            "None" | "True" | "False" | "lambda" | "conditional expression" | "yield expression"
        );
        if verb == "assign to" && what == "yield expression" {
            return self.here("assignment to yield expression not possible");
        }
        if verb == "assign to" && alone && !no_hint {
            return self.here(format!(
                "cannot assign to {what} here. Maybe you meant '==' instead of '='?"
            ));
        }
        self.here(format!("cannot {verb} {what}"))
    }

    /// CPython's word for the expression at the place.
    fn expression_name(&self) -> &'static str {
        let mut finder = Finder { range: self.range, name: None };
        visit(&mut finder, self.tree);
        finder.name.unwrap_or("expression")
    }
}

fn visit<'a>(visitor: &mut impl ruff::visitor::Visitor<'a>, tree: &'a ruff::Mod) {
    match tree {
        ruff::Mod::Module(module) => visitor.visit_body(&module.body),
        ruff::Mod::Expression(e) => visitor.visit_expr(&e.body),
    }
}

fn augmented_operator(text: &str) -> bool {
    let operators =
        ["+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", ">>=", "<<=", "**="];
    operators.contains(&text)
}

/// Looks for the largest expression that ends at an offset.
struct EndFinder {
    end: usize,
    from: usize,
    found: Option<(TextRange, &'static str)>,
}

impl<'a> ruff::visitor::Visitor<'a> for EndFinder {
    fn visit_expr(&mut self, e: &'a ruff::Expr) {
        let range = e.range();
        if self.found.is_some() {
            return;
        }
        if range.end().to_usize() == self.end && range.start().to_usize() >= self.from {
            self.found = Some((range, name_of(e)));
            return;
        }
        ruff::visitor::walk_expr(self, e);
    }
}

/// Looks for the expression with a range.
struct Finder {
    range: TextRange,
    name: Option<&'static str>,
}

impl<'a> ruff::visitor::Visitor<'a> for Finder {
    fn visit_expr(&mut self, e: &'a ruff::Expr) {
        if self.name.is_some() || !e.range().contains_range(self.range) {
            return;
        }
        if e.range() == self.range {
            self.name = Some(name_of(e));
            return;
        }
        ruff::visitor::walk_expr(self, e);
    }
}

fn name_of(e: &ruff::Expr) -> &'static str {
    match e {
        ruff::Expr::Attribute(_) => "attribute",
        ruff::Expr::Subscript(_) => "subscript",
        ruff::Expr::Starred(_) => "starred",
        ruff::Expr::Name(_) => "name",
        ruff::Expr::List(_) => "list",
        ruff::Expr::Tuple(_) => "tuple",
        ruff::Expr::Lambda(_) => "lambda",
        ruff::Expr::Call(_) => "function call",
        ruff::Expr::BoolOp(_) | ruff::Expr::BinOp(_) | ruff::Expr::UnaryOp(_) => "expression",
        ruff::Expr::Generator(_) => "generator expression",
        ruff::Expr::Yield(_) | ruff::Expr::YieldFrom(_) => "yield expression",
        ruff::Expr::Await(_) => "await expression",
        ruff::Expr::ListComp(_) => "list comprehension",
        ruff::Expr::SetComp(_) => "set comprehension",
        ruff::Expr::DictComp(_) => "dict comprehension",
        ruff::Expr::Dict(_) => "dict literal",
        ruff::Expr::Set(_) => "set display",
        ruff::Expr::FString(_) => "f-string expression",
        ruff::Expr::TString(_) => "t-string expression",
        ruff::Expr::BooleanLiteral(b) => {
            if b.value {
                "True"
            } else {
                "False"
            }
        }
        ruff::Expr::NoneLiteral(_) => "None",
        ruff::Expr::EllipsisLiteral(_) => "ellipsis",
        ruff::Expr::StringLiteral(_)
        | ruff::Expr::BytesLiteral(_)
        | ruff::Expr::NumberLiteral(_) => "literal",
        ruff::Expr::Compare(_) => "comparison",
        ruff::Expr::If(_) => "conditional expression",
        ruff::Expr::Named(_) => "named expression",
        ruff::Expr::Slice(_) | ruff::Expr::IpyEscapeCommand(_) => "expression",
    }
}
