//! `open` and the module's other functions.

#[krait_macros::module]
pub mod functions {
    use krait_runtime::error::PyResult;
    use krait_runtime::object::Object;
    use krait_runtime::types::str::Str;
    use krait_runtime::{Thread, Value, intern, ops, raise};

    use super::super::{DEFAULT_BUFFER_SIZE, buffered, file, text};

    /// Open file and return a stream.  Raise OSError upon failure.
    #[function(
        sig = "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
    )]
    pub fn open(
        th: &Thread,
        file: Value,
        mode: Option<&Str>,
        buffering: Option<i64>,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        closefd: Option<bool>,
        opener: Option<Value>,
    ) -> PyResult<Value> {
        let mode = mode.map_or("r".to_string(), |m| m.to_string());
        let given = |v: Option<Value>| v.filter(|v| !v.is_none());
        let (mut binary, mut is_text, mut updating, mut kind) = (false, false, false, None);
        for (i, c) in mode.char_indices() {
            if mode[..i].contains(c) || !"rwaxbt+".contains(c) {
                return Err(raise!(th, ValueError, "invalid mode: '{mode}'"));
            }
            match c {
                'b' => binary = true,
                't' => is_text = true,
                '+' => updating = true,
                c => {
                    if kind.is_some() {
                        return Err(raise!(
                            th,
                            ValueError,
                            "must have exactly one of create/read/write/append mode"
                        ));
                    }
                    kind = Some(c);
                }
            }
        }
        let Some(kind) = kind else {
            return Err(raise!(
                th,
                ValueError,
                "Must have exactly one of create/read/write/append mode and at most one plus"
            ));
        };
        if binary && is_text {
            return Err(raise!(th, ValueError, "can't have text and binary mode at once"));
        }
        if binary {
            for (v, what) in
                [(encoding, "an encoding"), (errors, "an errors"), (newline, "a newline")]
            {
                if given(v).is_some() {
                    return Err(raise!(th, ValueError, "binary mode doesn't take {what} argument"));
                }
            }
        }
        let raw_mode: String = mode.chars().filter(|c| !matches!(c, 'b' | 't')).collect();
        let raw_mode = Str::new(th, &raw_mode).value();
        let closefd = Value::from_bool(closefd.unwrap_or(true));
        let raw_class = file::DEF.class(th).value();
        let raw =
            ops::call(th, raw_class, &[file, raw_mode, closefd, opener.unwrap_or(Value::NONE)])?;
        let result = (|| {
            let terminal = ops::call_method(th, raw, intern!(th, "isatty"), &[])? == Value::TRUE;
            let mut buffering = buffering.unwrap_or(-1);
            let mut line_buffering = false;
            if buffering == 1 || (buffering < 0 && terminal) {
                buffering = -1;
                line_buffering = true;
            }
            if buffering < 0 {
                buffering = DEFAULT_BUFFER_SIZE as i64;
            }
            if buffering == 0 {
                if binary {
                    return Ok(raw);
                }
                return Err(raise!(th, ValueError, "can't have unbuffered text I/O"));
            }
            let def = if updating {
                &buffered::RANDOM
            } else if kind == 'r' {
                &buffered::READER
            } else {
                &buffered::WRITER
            };
            let buffer = buffered::over(th, raw, def, buffering as usize);
            if binary {
                return Ok(buffer);
            }
            let none = Value::NONE;
            let args = [
                buffer,
                encoding.unwrap_or(none),
                errors.unwrap_or(none),
                newline.unwrap_or(none),
                Value::from_bool(line_buffering),
            ];
            let t = ops::call(th, text::DEF.class(th).value(), &args)?;
            let mode = Str::new(th, &mode).value();
            krait_runtime::object::set_attr(th, t, intern!(th, "mode"), mode)?;
            Ok(t)
        })();
        if result.is_err() {
            let raised = th.raised.take();
            let _ = ops::call_method(th, raw, intern!(th, "close"), &[]);
            th.raised.set(raised);
        }
        result
    }

    /// Opens the provided file with the intent to import the contents.
    #[function(sig = "(path)")]
    fn open_code(th: &Thread, path: Value) -> PyResult<Value> {
        let mode = Str::new(th, "rb");
        open(th, path, Some(mode), None, None, None, None, None, None)
    }

    /// A helper function to choose the text encoding.
    #[function(sig = "(encoding, stacklevel=2, /)")]
    fn text_encoding(th: &Thread, encoding: Value, _stacklevel: Option<i64>) -> Value {
        if encoding.is_none() { Str::new(th, "utf-8").value() } else { encoding }
    }
}
