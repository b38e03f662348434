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
    if let Some(failure) = crate::tokenize::mistake_in_literal(source, lines) {
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

    /// A token of `len` bytes that fits nothing. The end of a line is one column wide.
    fn invalid_at(&self, start: usize, len: usize) -> Failure {
        let mut failure = self.at(start, start + len, "invalid syntax");
        if let Some(loc) = &mut failure.loc
            && loc.end_line > loc.line
        {
            (loc.end_line, loc.end_col) = (loc.line, loc.col + 1);
        }
        failure
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
        if let Some(open) = line.rfind('{')
            && line[open + 1..].starts_with("lambda")
            && line[..open].matches(['"', '\'']).count() % 2 == 1
        {
            let lambda = statement + open + 1;
            let colon = lambda + self.source[lambda..].find(':')? + 1;
            let kind = interpolated_kind(&self.source[..lambda]);
            let message = format!("{kind}: lambda expressions are not allowed without parentheses");
            return Some(self.at(lambda, colon, message));
        }
        let needs_more = ["nonlocal ", "global "].iter().any(|word| line.starts_with(word))
            || line.starts_with("with ") && rest.trim_start().starts_with(':');
        if text == "," && needs_more {
            let next = end + rest.len() - rest.trim_start_matches([' ', '\t']).len();
            return Some(self.invalid_at(next, 1));
        }
        if line.starts_with("from ")
            && before.ends_with("import")
            && let (true, Some(comma)) = (text.starts_with('*'), text.find(','))
        {
            return Some(self.at(start + comma, start + comma + 1, "invalid syntax"));
        }
        if matches!(text, ")" | "]" | "}" | ",")
            && before.ends_with('*')
            && !before.ends_with("**")
            && self.bracket().is_some()
            && !line.contains("lambda")
            && !line.starts_with("def ")
        {
            return Some(self.here("Invalid star expression"));
        }
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
            "=" => self.stray_equals(start),
            "not" if before.len() > statement && !line.starts_with("del ") => {
                // After a whole expression only `not in` goes on.
                let next = end + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
                let len = rest.trim_start_matches([' ', '\t']).find(|c| !is_word(c)).unwrap_or(1);
                Some(self.invalid_at(next, len.max(1)))
            }
            "/" if self.parameters_before(start).is_some_and(|list| list.contains('*')) => {
                Some(self.here("/ must be ahead of *"))
            }
            _ if text.starts_with('*') && self.opens_group(before) => {
                if text.starts_with("**") {
                    let message = "cannot use double starred expression here";
                    return Some(self.at(start, start + 2, message));
                }
                let close = self.source[end..].trim_start_matches([' ', '\t']);
                let message = "cannot use starred expression here";
                close.starts_with(')').then(|| self.here(message))
            }
            _ if text.starts_with('*') && before.ends_with(':') => {
                let Some((_, b'{')) = self.bracket() else { return None };
                if text.starts_with("**") {
                    return Some(self.at(start, start + 2, "invalid syntax"));
                }
                Some(self.here("cannot use a starred expression in a dictionary value"))
            }
            _ if text.starts_with("not ")
                && [" in", " is", "not"].iter().any(|word| before.ends_with(word)) =>
            {
                Some(self.at(start, start + 3, "invalid syntax"))
            }
            _ if before.ends_with(" as") && line.trim_start().starts_with(['i', 'f']) => {
                self.import_target(line, start)
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
                if line.contains(" = ") {
                    return None;
                }
                let target = self.expression_ending_at(before.len(), statement)?;
                let (range, what) = target;
                let message = format!("'{what}' is an illegal expression for augmented assignment");
                Some(Failure::at(self.lines.loc(range.start().into(), range.end().into()), message))
            }
            _ => None,
        }
    }

    /// Whether the text ends in a parenthesis that is neither a call's nor a parameter list's.
    fn opens_group(&self, before: &str) -> bool {
        before.strip_suffix('(').is_some_and(|b| {
            !b.trim_end().ends_with(|c: char| is_word(c) || matches!(c, ')' | ']'))
        })
    }

    /// The text between the bracket or `lambda` that opens a parameter list and the offset.
    fn parameters_before(&self, at: usize) -> Option<&str> {
        let line = &self.source[self.statement_start().min(at)..at];
        let open = if line.starts_with("def ") || line.starts_with("async def ") {
            line.find('(')
        } else {
            line.rfind("lambda")
        };
        open.map(|open| &line[open..])
    }

    /// `import a as 1` and the like: the target is an expression that starts at the offset.
    fn import_target(&self, line: &str, start: usize) -> Option<Failure> {
        if !line.starts_with("import ") && !line.starts_with("from ") {
            return None;
        }
        let open = self.source[start..].starts_with('(');
        let start = start + usize::from(open);
        let line_end = self.source[start..].find('\n').map_or(self.source.len(), |i| start + i);
        let text = self.source[start..line_end].trim_end();
        let text = if open { text.strip_suffix(')')? } else { text };
        let expression = ruff_python_parser::parse_expression(text).ok()?;
        let what = name_of(expression.expr());
        let message = format!("cannot use {what} as import target");
        Some(self.at(start, start + text.len(), message))
    }

    /// `=` where a comparison or `:=` may be meant: in a condition, or in brackets that are not a
    /// call's.
    fn stray_equals(&self, equals: usize) -> Option<Failure> {
        let statement = self.statement_start().min(equals);
        let line = &self.source[statement..equals];
        let is_place = match self.bracket() {
            Some((open, b'(')) => {
                let before = &self.source[..open];
                !before.ends_with(|c: char| is_word(c) || matches!(c, ')' | ']'))
            }
            Some(_) => true,
            None => ["if ", "elif ", "while "].iter().any(|word| line.starts_with(word)),
        };
        if is_place { self.comparison_meant(equals, false) } else { None }
    }

    /// What CPython says of `a = b` where it tried to read an expression, if both sides are
    /// operands of comparisons. The left one may be any expression if it is `parenthesized`.
    fn comparison_meant(&self, equals: usize, parenthesized: bool) -> Option<Failure> {
        let right = self.operand_end(equals + 1);
        let rest = self.source[right..].trim_start();
        if rest.starts_with(":=") || rest.starts_with('=') && !rest.starts_with("==") {
            return None;
        }
        let blank = |c| matches!(c, ' ' | '\t' | ')');
        let before = match parenthesized {
            true => self.source[..equals].trim_end_matches(blank),
            false => self.source[..equals].trim_end(),
        };
        let any = parenthesized;
        let mut finder =
            OperandFinder { source: self.source, end: before.len(), any, seen: false, found: None };
        visit(&mut finder, self.tree);
        let (range, what) = match finder.found {
            Some(found) => found,
            None if finder.seen => return None,
            // The tree may end at the mistake.
            None => {
                let start = before.rfind(|c| !is_word(c)).map_or(0, |i| i + 1);
                let word = &before[start..];
                let name = word.starts_with(|c: char| c.is_alphabetic() || c == '_');
                let what = if name { "name" } else { "literal" };
                if word.is_empty() || before[..start].ends_with(['.', '"', '\'']) {
                    return None;
                }
                (TextRange::new((start as u32).into(), (before.len() as u32).into()), what)
            }
        };
        let (start, end) = (range.start().to_usize(), range.end().to_usize());
        Some(match what {
            "name" => {
                let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                self.at(start, right, message)
            }
            "list" | "tuple" | "generator expression" => return None,
            "None" | "True" | "False" if !parenthesized => return None,
            _ => {
                let message =
                    format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?");
                self.at(start, end, message)
            }
        })
    }

    /// Where an operand of comparisons that begins behind the offset ends.
    fn operand_end(&self, start: usize) -> usize {
        let bytes = self.source.as_bytes();
        let (mut at, mut depth, mut quote) = (start, 0, None);
        while let Some(c) = bytes.get(at) {
            match (quote, *c) {
                (Some(q), c) if c == q => quote = None,
                (Some(_), b'\\') => at += 1,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(*c),
                (None, b'(' | b'[' | b'{') => depth += 1,
                (None, b')' | b']' | b'}') if depth > 0 => depth -= 1,
                (None, b')' | b']' | b'}' | b',' | b':' | b'\n' | b';' | b'#' | b'=' | b'!')
                    if depth == 0 =>
                {
                    break;
                }
                (None, b' ') if depth == 0 => {
                    let word = self.source[at + 1..].split(|c| !is_word(c)).next().unwrap_or("");
                    if ["if", "else", "for", "and", "or", "not", "in", "is"].contains(&word) {
                        break;
                    }
                }
                (None, _) => {}
            }
            at += 1;
        }
        start + self.source[start..at.min(self.source.len())].trim_end().len()
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
                self.annotated(what)
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
                let start = self.range.start().to_usize();
                let class = self.source[self.statement_start()..].starts_with("class ");
                if let (true, Some(i)) = (class, self.text().find(" for ")) {
                    return self.at(start + i + 1, start + i + 4, "invalid syntax");
                }
                self.here("Generator expression must be parenthesized")
            }
            ParseErrorType::IterableUnpackingInComprehension => {
                self.here("iterable unpacking cannot be used in comprehension")
            }
            ParseErrorType::NonDefaultParamAfterDefaultParam => {
                self.here("parameter without a default follows parameter with a default")
            }
            ParseErrorType::ExpectedKeywordParam => self.bare_star(),
            ParseErrorType::ParamAfterVarKeywordParam => {
                self.here("arguments cannot follow var-keyword argument")
            }
            ParseErrorType::VarParameterWithDefault => {
                let list = self.parameters_before(self.range.start().to_usize()).unwrap_or("");
                let name = list.trim_end().trim_end_matches(is_word);
                let kind = if name.ends_with("**") { "keyword" } else { "positional" };
                self.here(format!("var-{kind} argument cannot have default value"))
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
        let at = self.range.start().to_usize();
        let opened = self.source[..at].trim_end().strip_suffix('{');
        let next = self.source[at..].chars().next();
        if let (Some(opened), Some(c @ ('}' | '!' | ':' | '='))) = (opened, next)
            && let Some((_, false)) = quote_before(opened)
        {
            let kind = interpolated_kind(opened);
            return self.at(at, at + 1, format!("{kind}: valid expression required before '{c}'"));
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
                let before = &self.source[..self.range.start().to_usize()];
                if self.text().starts_with(|c: char| c.is_alphanumeric() || c == '_')
                    && let Some(open) = before.rfind('{')
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
        let statement = &self.source[self.statement_start()..];
        if expected == "`:`" && found == "`=`" && !statement.starts_with("for ") {
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
        let statement = &self.source[self.statement_start().min(start)..];
        if statement.starts_with("import ") || statement.starts_with("from ") {
            return self.invalid_syntax();
        }
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
            return self.annotated(format!("only single target (not {what}) can be annotated"));
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
            "Bytes literal cannot be mixed with non-bytes literals" => message,
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

    /// An annotated target: of a tuple without parentheses CPython shows the first item.
    fn annotated(&self, message: String) -> Failure {
        let (start, text) = (self.range.start().to_usize(), self.text());
        match text.split_once(',') {
            Some((first, _)) if !text.starts_with(['(', '[']) => {
                self.at(start, start + first.trim_end().len(), message)
            }
            _ => self.here(message),
        }
    }

    /// `def f(*)`: CPython points at the star of a function's list, behind a lambda's.
    fn bare_star(&self) -> Failure {
        let message = "named arguments must follow bare *";
        let start = self.range.start().to_usize();
        let before = match self.text() {
            "*" => start,
            _ => self.source[..start].rfind('*').unwrap_or(start),
        };
        let line = &self.source[self.statement_start().min(start)..start];
        if !line.contains("lambda") {
            return self.at(before, before + 1, message);
        }
        let rest = &self.source[before + 1..];
        let next = rest.trim_start_matches([' ', '\t', ',']);
        let at = before + 1 + rest.len() - next.len();
        self.at(at, at + if next.starts_with("**") { 2 } else { 1 }, message)
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
        let start = self.range.start().to_usize();
        let parenthesized = self.source[..start].trim_end().ends_with('(')
            && self.source[self.range.end().to_usize()..].trim_start().starts_with(')');
        if verb == "assign to"
            && (alone || line_rest.starts_with(',') || self.bracket().is_none())
            && !self.source[self.statement_start().min(start)..start].contains(" = ")
            && let Some(equals) = self.assignment_after(self.range.end().to_usize())
            && let Some(failure) = self.comparison_meant(equals, parenthesized)
        {
            return failure;
        }
        if verb == "assign to" && what == "yield expression" {
            return self.here("assignment to yield expression not possible");
        }
        self.here(format!("cannot {verb} {what}"))
    }

    /// The `=` that ends the target that the offset is in.
    fn assignment_after(&self, from: usize) -> Option<usize> {
        let rest = &self.source[from..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let is_one = |(i, _): &(usize, &str)| !line[i + 1..].starts_with('=');
        line.match_indices('=').find(is_one).map(|(i, _)| from + i)
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

/// Looks for the largest operand of comparisons that ends at an offset.
struct OperandFinder<'s> {
    source: &'s str,
    end: usize,
    /// Whether any expression will do.
    any: bool,
    /// Whether any expression ends there.
    seen: bool,
    found: Option<(TextRange, &'static str)>,
}

impl<'a> ruff::visitor::Visitor<'a> for OperandFinder<'_> {
    fn visit_expr(&mut self, e: &'a ruff::Expr) {
        let is_operand = match e {
            ruff::Expr::BoolOp(_)
            | ruff::Expr::Compare(_)
            | ruff::Expr::Lambda(_)
            | ruff::Expr::If(_)
            | ruff::Expr::Named(_)
            | ruff::Expr::Yield(_)
            | ruff::Expr::YieldFrom(_)
            | ruff::Expr::Slice(_)
            | ruff::Expr::Starred(_) => false,
            ruff::Expr::Tuple(t) => t.parenthesized,
            // One that the mistake cut short is not meant.
            ruff::Expr::Subscript(_) | ruff::Expr::List(_) => {
                self.source[..e.range().end().to_usize()].ends_with(']')
            }
            ruff::Expr::Call(_) => self.source[..e.range().end().to_usize()].ends_with(')'),
            ruff::Expr::UnaryOp(op) => op.op != ruff::UnaryOp::Not,
            _ => true,
        };
        let ends = e.range().end().to_usize() == self.end;
        if self.found.is_some() {
            return;
        }
        self.seen |= ends;
        // What ends a lambda or a condition is not read as an operand of its own.
        let goes_on = matches!(
            e,
            ruff::Expr::Tuple(_)
                | ruff::Expr::Subscript(_)
                | ruff::Expr::Slice(_)
                | ruff::Expr::List(_)
                | ruff::Expr::Set(_)
                | ruff::Expr::Dict(_)
                | ruff::Expr::Call(_)
                | ruff::Expr::Starred(_)
        );
        if ends && (self.any || is_operand) {
            self.found = Some((e.range(), name_of(e)));
        } else if !ends || goes_on {
            ruff::visitor::walk_expr(self, e);
        }
    }
}

/// The prefix of the string literal that the text ends in, and whether its quote is closed there.
fn quote_before(text: &str) -> Option<(&str, bool)> {
    let quote = text.rfind(['"', '\''])?;
    let before = &text[..quote].trim_end_matches(['"', '\'']);
    let prefix = &before[before.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len()..];
    Some((prefix, !prefix.contains(['f', 'F', 't', 'T'])))
}

/// "f-string" or "t-string", whichever the text ends in.
fn interpolated_kind(text: &str) -> &'static str {
    match quote_before(text) {
        Some((prefix, _)) if prefix.contains(['t', 'T']) => "t-string",
        _ => "f-string",
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
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
