//! Mistakes in the user's program or command.

use std::fmt;
use std::path::PathBuf;

/// What is wrong, and where, if that is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    pub severity: Severity,
    pub message: String,
    pub place: Option<Place>,
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Severity {
    Error,
    Warning,
}

/// A place in a source file. Lines and columns count from 1; 0 is unknown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub file: PathBuf,
    pub line: u32,
    pub column: u32,
    /// The line's text, if it could be read.
    pub text: Option<String>,
}

impl Diagnostic {
    pub fn error(message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Error, message: message.into(), place: None }
    }

    pub fn warning(message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, message: message.into(), place: None }
    }

    pub fn at(self, place: Place) -> Diagnostic {
        Diagnostic { place: Some(place), ..self }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{severity}: {}", self.message)?;
        let Some(place) = &self.place else { return Ok(()) };
        write!(f, "\n  --> {}", place.file.display())?;
        if place.line > 0 {
            write!(f, ":{}", place.line)?;
            if place.column > 0 {
                write!(f, ":{}", place.column)?;
            }
        }
        if let Some(text) = &place.text {
            let number = place.line.to_string();
            let margin = " ".repeat(number.len());
            write!(f, "\n{margin} |\n{number} | {text}")?;
            if place.column > 0 {
                let indent = " ".repeat(place.column as usize - 1);
                write!(f, "\n{margin} | {indent}^")?;
            }
        }
        Ok(())
    }
}
