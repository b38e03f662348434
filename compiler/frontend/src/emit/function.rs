//! Functions, lambdas, type parameters and type aliases.

use super::unit::ScopeKind;
use super::*;

impl<'a> Compiler<'a> {
    fn decorators(&mut self, decorators: &'a [Expr]) -> Fallible {
        self.exprs(decorators)
    }

    fn apply_decorators(&mut self, decorators: &[Expr]) {
        for decorator in decorators.iter().rev() {
            self.add_i(decorator.loc, op::CALL, 0);
        }
    }

    /// The defaults, on the stack; returns which attributes of the function they are.
    fn default_arguments(&mut self, loc: Loc, args: &'a Arguments) -> Fallible<u32> {
        let mut attributes = 0;
        if !args.defaults.is_empty() {
            self.exprs(&args.defaults)?;
            self.add_i(loc, op::BUILD_TUPLE, args.defaults.len());
            attributes |= MAKE_FUNCTION_DEFAULTS;
        }
        let mut count = 0;
        for (arg, default) in args.kwonlyargs.iter().zip(&args.kw_defaults) {
            if let Some(default) = default {
                let mangled = self.mangle(arg.name);
                self.load_name_constant(loc, mangled);
                self.expr(default)?;
                count += 1;
            }
        }
        if count > 0 {
            self.add_i(loc, op::BUILD_MAP, count);
            attributes |= MAKE_FUNCTION_KWDEFAULTS;
        }
        Ok(attributes)
    }

    fn set_counts(&mut self, args: &Arguments) {
        let metadata = &mut self.unit.metadata;
        metadata.argcount = args.args.len();
        metadata.posonlyargcount = args.posonlyargs.len();
        metadata.kwonlyargcount = args.kwonlyargs.len();
    }

    pub fn function(&mut self, loc: Loc, f: &'a FunctionDef) -> Fallible {
        self.decorators(&f.decorator_list)?;
        let firstline = f.decorator_list.first().map_or(loc.line, |d| d.loc.line);
        let mut attributes = self.default_arguments(loc, &f.args)?;
        let is_generic = !f.type_params.is_empty();
        let mut generic_args = 0;
        if is_generic {
            generic_args = attributes.count_ones() as usize;
            if generic_args == 2 {
                self.add_i(loc, op::SWAP, 2);
            }
            self.enter_generic(f.name, &f.type_params, firstline, None);
            self.unit.metadata.argcount = generic_args;
            self.type_params(&f.type_params)?;
            for i in 0..generic_args {
                self.add_i(loc, op::LOAD_FAST, i);
            }
        }
        if self.function_annotations(loc, f)? {
            attributes |= MAKE_FUNCTION_ANNOTATE;
        }
        self.function_body(loc, f, attributes, firstline)?;
        if is_generic {
            self.add_i(loc, op::SWAP, 2);
            self.add_i(loc, op::CALL_INTRINSIC_2, intrinsic_2::SET_FUNCTION_TYPE_PARAMS);
            let code = self.exit(false)?;
            self.make_closure(loc, code, 0)?;
            if generic_args > 0 {
                self.add_i(loc, op::SWAP, generic_args + 1);
                self.add_i(loc, op::CALL, generic_args - 1);
            } else {
                self.add(loc, op::PUSH_NULL);
                self.add_i(loc, op::CALL, 0);
            }
        }
        self.apply_decorators(&f.decorator_list);
        self.name(loc, f.name, Context::Store)
    }

    fn function_body(
        &mut self,
        loc: Loc,
        f: &'a FunctionDef,
        attributes: u32,
        firstline: i32,
    ) -> Fallible {
        let kind = if f.is_async { ScopeKind::AsyncFunction } else { ScopeKind::Function };
        self.enter_key(f.name, kind, key(f, Part::Body), firstline);
        self.set_counts(&f.args);
        let mut body = f.body.as_slice();
        if self.block().has_docstring
            && let Some(text) = docstring(body)
        {
            let doc = crate::docstring::clean(text);
            self.unit.metadata.consts.add(Constant::Str(doc));
            body = &body[1..];
        }
        let block = self.block();
        let is_generator = block.coroutine || block.generator;
        if is_generator {
            self.push_fblock(Loc::NONE, FBlockKind::StopIteration, Label::NONE, Label::NONE)?;
        }
        self.stmts(body)?;
        if is_generator {
            self.stop_iteration_handler();
            self.pop_fblock();
        }
        let code = self.exit(true)?;
        self.make_closure(loc, code, attributes)
    }

    /// A `StopIteration` that leaves a generator becomes a `RuntimeError`.
    pub fn stop_iteration_handler(&mut self) {
        let handler = self.new_label();
        self.unit.seq.insert_first(op::SETUP_CLEANUP, handler.0, Loc::NONE);
        self.load_const(Loc::NONE, Constant::None);
        self.add(Loc::NONE, op::RETURN_VALUE);
        self.use_label(handler);
        self.add_i(Loc::NONE, op::CALL_INTRINSIC_1, intrinsic_1::STOPITERATION_ERROR);
        self.add_i(Loc::NONE, op::RERAISE, 1);
    }

    pub fn lambda(&mut self, e: &'a Expr, lambda: &'a Lambda) -> Fallible {
        let loc = e.loc;
        let attributes = self.default_arguments(loc, &lambda.args)?;
        self.enter_key(known::LAMBDA_CODE, ScopeKind::Lambda, key(e, Part::Body), loc.line);
        self.set_counts(&lambda.args);
        self.expr(&lambda.body)?;
        let code = if self.block().generator {
            self.exit(false)?
        } else {
            self.add(lambda.body.loc, op::RETURN_VALUE);
            self.exit(true)?
        };
        self.make_closure(loc, code, attributes)
    }

    /// Begins the scope of type parameters.
    fn enter_generic(
        &mut self,
        name: Name,
        params: &[TypeParam],
        firstline: i32,
        private: Option<Name>,
    ) {
        let text = format!("<generic parameters of {}>", self.names.text(name));
        let generic_name = self.names.intern(&text);
        let block = self.table.lookup(key(&params[0], Part::TypeParams));
        self.enter(generic_name, ScopeKind::Annotations, block, firstline, private);
    }

    /// Makes the type parameters and leaves them on the stack as a tuple.
    fn type_params(&mut self, params: &'a [TypeParam]) -> Fallible {
        let mut seen_default = false;
        for param in params {
            let loc = param.loc;
            self.load_name_constant(loc, param.name);
            match &param.kind {
                TypeParamKind::TypeVar { bound: Some(bound) } => {
                    self.bound_or_default(bound, param, Part::Bound, false)?;
                    let intrinsic = match bound.kind {
                        ExprKind::Tuple { .. } => intrinsic_2::TYPEVAR_WITH_CONSTRAINTS,
                        _ => intrinsic_2::TYPEVAR_WITH_BOUND,
                    };
                    self.add_i(loc, op::CALL_INTRINSIC_2, intrinsic);
                }
                TypeParamKind::TypeVar { bound: None } => {
                    self.add_i(loc, op::CALL_INTRINSIC_1, intrinsic_1::TYPEVAR);
                }
                TypeParamKind::TypeVarTuple => {
                    self.add_i(loc, op::CALL_INTRINSIC_1, intrinsic_1::TYPEVARTUPLE);
                }
                TypeParamKind::ParamSpec => {
                    self.add_i(loc, op::CALL_INTRINSIC_1, intrinsic_1::PARAMSPEC);
                }
            }
            if let Some(default) = &param.default {
                seen_default = true;
                let starred = matches!(param.kind, TypeParamKind::TypeVarTuple);
                self.bound_or_default(default, param, Part::Default, starred)?;
                self.add_i(loc, op::CALL_INTRINSIC_2, intrinsic_2::SET_TYPEPARAM_DEFAULT);
            } else if seen_default {
                let text = self.names.text(param.name);
                let message =
                    format!("non-default type parameter '{text}' follows default type parameter");
                return self.error(loc, message);
            }
            self.add_i(loc, op::COPY, 1);
            self.name(loc, param.name, Context::Store)?;
        }
        self.add_i(params[0].loc, op::BUILD_TUPLE, params.len());
        Ok(())
    }

    /// A function that computes a bound or default when it is asked for.
    fn bound_or_default(
        &mut self,
        e: &'a Expr,
        param: &TypeParam,
        part: Part,
        allow_starred: bool,
    ) -> Fallible {
        let loc = e.loc;
        self.load_const(loc, format_default());
        let block = self.table.lookup(key(param, part));
        self.enter_annotations(loc, block, param.name);
        match &e.kind {
            ExprKind::Starred { value, .. } if allow_starred => {
                self.expr(value)?;
                self.add_i(loc, op::UNPACK_SEQUENCE, 1);
            }
            _ => self.expr(e)?,
        }
        self.add(loc, op::RETURN_VALUE);
        let code = self.exit(true)?;
        self.make_closure(loc, code, MAKE_FUNCTION_DEFAULTS)
    }

    pub fn type_alias(
        &mut self,
        s: &'a Stmt,
        name: &'a Expr,
        params: &'a [TypeParam],
        value: &'a Expr,
    ) -> Fallible {
        let loc = s.loc;
        let ExprKind::Name { id, .. } = name.kind else {
            return self.error(name.loc, "type alias target must be a name");
        };
        let is_generic = !params.is_empty();
        if is_generic {
            self.enter_generic(id, params, loc.line, None);
            self.load_name_constant(loc, id);
            self.type_params(params)?;
        } else {
            self.load_name_constant(loc, id);
            self.load_const(loc, Constant::None);
        }
        self.load_const(loc, format_default());
        let block = self.table.lookup(key(s, Part::Body));
        self.enter_annotations(loc, block, id);
        self.expr(value)?;
        self.add(loc, op::RETURN_VALUE);
        let code = self.exit(false)?;
        self.make_closure(loc, code, MAKE_FUNCTION_DEFAULTS)?;
        self.add_i(loc, op::BUILD_TUPLE, 3);
        self.add_i(loc, op::CALL_INTRINSIC_1, intrinsic_1::TYPEALIAS);
        if is_generic {
            let code = self.exit(false)?;
            self.make_closure(loc, code, 0)?;
            self.add(loc, op::PUSH_NULL);
            self.add_i(loc, op::CALL, 0);
        }
        self.name(loc, id, Context::Store)
    }

    pub fn class(&mut self, loc: Loc, c: &'a ClassDef) -> Fallible {
        self.decorators(&c.decorator_list)?;
        let firstline = c.decorator_list.first().map_or(loc.line, |d| d.loc.line);
        if c.type_params.is_empty() {
            self.class_body(loc, c, firstline)?;
            self.call_arguments(loc, 2, &c.bases, None, &c.keywords)?;
        } else {
            self.enter_generic(c.name, &c.type_params, firstline, Some(c.name));
            self.type_params(&c.type_params)?;
            self.name(loc, known::DOT_TYPE_PARAMS, Context::Store)?;
            self.class_body(loc, c, firstline)?;
            self.name(loc, known::DOT_TYPE_PARAMS, Context::Load)?;
            self.add_i(loc, op::CALL_INTRINSIC_1, intrinsic_1::SUBSCRIPT_GENERIC);
            self.name(loc, known::DOT_GENERIC_BASE, Context::Store)?;
            let base = Some(known::DOT_GENERIC_BASE);
            self.call_arguments(loc, 2, &c.bases, base, &c.keywords)?;
            let code = self.exit(false)?;
            self.make_closure(loc, code, 0)?;
            self.add(loc, op::PUSH_NULL);
            self.add_i(loc, op::CALL, 0);
        }
        self.apply_decorators(&c.decorator_list);
        self.name(loc, c.name, Context::Store)
    }
}

/// The default of the parameter `format`: `Format.VALUE`.
fn format_default() -> Constant {
    Constant::Tuple(vec![Constant::Int(1.into())])
}
