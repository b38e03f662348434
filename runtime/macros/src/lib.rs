//! `#[methods]` and `#[module]`: declare native methods, getters and functions by writing them.
//!
//! `#[methods] impl T { … }` turns each marked function into a row of `T::native_methods()` (a
//! `&[NativeDef]`) or `T::native_getsets()` (a `&[GetSetDef]`). `#[module] mod m { … }` does the same for
//! the functions of a native module, as `m::FUNCTIONS`.
//!
//! Marks, with the optional arguments `name = "…"` and `sig = "…"`:
//!
//! - `#[method]`, `#[classmethod]`, `#[staticmethod]`, `#[function]` (in a module);
//! - `#[getter]`, `#[setter]` (of the attribute `name`, by default the function's name without a
//!   leading `set_`);
//! - `#[comparison]` on `fn(th, this, other: Value, op: Comparison)`: all six of `__lt__` … `__ge__`.
//!
//! A function takes `th: &Thread` first if it wants it, then one parameter for each of the
//! Python signature's; each is converted by `FromArg` and the result by `IntoValue`. Without
//! `sig`, all parameters are positional-only and those of type `Option<…>` may be left out.
//! With `sig`, which is written as CPython's `__text_signature__`, they may have any kind:
//! `sig = "($self, sep=None, maxsplit=-1)"`, `sig = "(*args, sep=' ')"`. The doc comment becomes
//! `__doc__`.

use proc_macro::TokenStream;
use proc_macro2::{Span, TokenStream as Tokens};
use quote::{format_ident, quote};
use syn::{Attribute, Expr, FnArg, ImplItem, Item, ItemImpl, ItemMod, Lit, Pat, Signature, Type};

#[proc_macro_attribute]
pub fn methods(_: TokenStream, item: TokenStream) -> TokenStream {
    let block = syn::parse_macro_input!(item as ItemImpl);
    expand_methods(block).unwrap_or_else(|e| e.to_compile_error()).into()
}

#[proc_macro_attribute]
pub fn module(_: TokenStream, item: TokenStream) -> TokenStream {
    let module = syn::parse_macro_input!(item as ItemMod);
    expand_module(module).unwrap_or_else(|e| e.to_compile_error()).into()
}

#[derive(Copy, Clone, PartialEq)]
enum Mark {
    Method,
    ClassMethod,
    StaticMethod,
    Function,
    Getter,
    Setter,
    Comparison,
}

/// A marked function: what the row in the table is made from.
struct Marked {
    mark: Mark,
    /// The Python name.
    name: String,
    signature: Option<String>,
    doc: String,
}

fn take_mark(attrs: &mut Vec<Attribute>, ident: &str) -> syn::Result<Option<Marked>> {
    let mut found = None;
    for (i, attr) in attrs.iter().enumerate() {
        let mark = match attr.path().get_ident().map(|i| i.to_string()).as_deref() {
            Some("method") => Mark::Method,
            Some("classmethod") => Mark::ClassMethod,
            Some("staticmethod") => Mark::StaticMethod,
            Some("function") => Mark::Function,
            Some("getter") => Mark::Getter,
            Some("setter") => Mark::Setter,
            Some("comparison") => Mark::Comparison,
            _ => continue,
        };
        found = Some((i, mark));
    }
    let Some((i, mark)) = found else { return Ok(None) };
    let attr = attrs.remove(i);
    let mut name = ident.strip_prefix("r#").unwrap_or(ident).to_string();
    if mark == Mark::Setter {
        name = name.strip_prefix("set_").unwrap_or(&name).to_string();
    }
    let mut signature = None;
    if !matches!(attr.meta, syn::Meta::Path(_)) {
        attr.parse_nested_meta(|meta| {
            let value: syn::LitStr = meta.value()?.parse()?;
            if meta.path.is_ident("name") {
                name = value.value();
            } else if meta.path.is_ident("sig") {
                signature = Some(value.value());
            } else {
                return Err(meta.error("expected `name` or `sig`"));
            }
            Ok(())
        })?;
    }
    let mut doc = Vec::new();
    for attr in attrs.iter().filter(|a| a.path().is_ident("doc")) {
        if let syn::Meta::NameValue(pair) = &attr.meta
            && let Expr::Lit(lit) = &pair.value
            && let Lit::Str(line) = &lit.lit
        {
            let line = line.value();
            doc.push(line.strip_prefix(' ').unwrap_or(&line).to_string());
        }
    }
    Ok(Some(Marked { mark, name, signature, doc: doc.join("\n") }))
}

fn is_thread(ty: &Type) -> bool {
    if let Type::Reference(r) = ty
        && let Type::Path(p) = &*r.elem
    {
        return p.path.segments.last().is_some_and(|s| s.ident == "Thread");
    }
    false
}

fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Option"))
}

/// The Rust type to convert to: references get the `'static` lifetime that heap objects have.
fn argument_type(ty: &Type) -> Type {
    match ty {
        Type::Reference(r) => {
            let mut r = r.clone();
            r.lifetime = Some(syn::Lifetime::new("'static", Span::call_site()));
            Type::Reference(r)
        }
        other => {
            let mut other = other.clone();
            if let Type::Path(p) = &mut other
                && let Some(last) = p.path.segments.last_mut()
                && last.ident == "Option"
                && let syn::PathArguments::AngleBracketed(args) = &mut last.arguments
            {
                for arg in args.args.iter_mut() {
                    if let syn::GenericArgument::Type(inner) = arg {
                        *inner = argument_type(inner);
                    }
                }
            }
            other
        }
    }
}

/// The wrapper with the uniform native signature, and the row's fields.
fn wrapper(marked: &Marked, sig: &Signature, path: Tokens) -> syn::Result<(Tokens, Tokens)> {
    let ident = &sig.ident;
    let shim = format_ident!("__native_{}", ident.to_string().trim_start_matches("r#"));
    let name = &marked.name;
    let mut call = Vec::new();
    let mut lets = Vec::new();
    let mut derived = Vec::new();
    let mut index = 0usize;
    for (position, input) in sig.inputs.iter().enumerate() {
        let FnArg::Typed(input) = input else {
            return Err(syn::Error::new_spanned(input, "name the receiver `this`, not `self`"));
        };
        if position == 0 && is_thread(&input.ty) {
            call.push(quote!(th));
            continue;
        }
        let var = format_ident!("a{}", index);
        let ty = argument_type(&input.ty);
        let param = match &*input.pat {
            Pat::Ident(p) => p.ident.to_string().trim_start_matches(['_']).replace("r#", ""),
            _ => format!("arg{index}"),
        };
        lets.push(quote! {
            let #var = <#ty as ::krait_runtime::native::FromArg>::from_arg(
                th, args[#index],
                &::krait_runtime::native::ArgPlace { function: #name, parameter: #param, index: #index },
            )?;
        });
        call.push(quote!(#var));
        let first_is_self = index == 0 && matches!(marked.mark, Mark::Method | Mark::ClassMethod);
        if first_is_self {
            derived.push(if marked.mark == Mark::Method { "$self".into() } else { "$type".into() });
        } else if is_option(&input.ty) {
            derived.push(format!("{param}=<unrepresentable>"));
        } else {
            derived.push(param);
        }
        index += 1;
    }
    let derived =
        if derived.is_empty() { "()".to_string() } else { format!("({}, /)", derived.join(", ")) };
    let signature = marked.signature.clone().unwrap_or(derived);
    let doc = &marked.doc;
    let body = quote! {
        #[doc(hidden)]
        #[allow(non_snake_case, unused_variables)]
        fn #shim(
            th: &::krait_runtime::Thread,
            args: &[::krait_runtime::StackSlot],
        ) -> ::krait_runtime::PyResult<::krait_runtime::Value> {
            #(#lets)*
            ::krait_runtime::native::IntoValue::into_value(#path #ident(#(#call),*), th)
        }
    };
    let kind = match marked.mark {
        Mark::Method | Mark::Getter | Mark::Setter => quote!(Method),
        Mark::ClassMethod => quote!(ClassMethod),
        Mark::StaticMethod => quote!(StaticMethod),
        Mark::Function => quote!(Function),
        Mark::Comparison => unreachable!("handled by `comparisons`"),
    };
    let row = match marked.mark {
        Mark::Getter | Mark::Setter => quote!(#path #shim),
        _ => quote! {
            ::krait_runtime::native::NativeDef::new(
                #name, #signature, #doc, ::krait_runtime::native::DefKind::#kind, #path #shim)
        },
    };
    Ok((body, row))
}

/// Six rows and wrappers that call one comparison function.
fn comparisons(self_ty: &Type, sig: &Signature, shims: &mut Vec<Tokens>, rows: &mut Vec<Tokens>) {
    let ident = &sig.ident;
    for op in ["Lt", "Le", "Eq", "Ne", "Gt", "Ge"] {
        let variant = format_ident!("{op}");
        let shim = format_ident!("__native_{}_{}", ident, op.to_lowercase());
        let name = format!("__{}__", op.to_lowercase());
        shims.push(quote! {
            #[doc(hidden)]
            fn #shim(
                th: &::krait_runtime::Thread,
                args: &[::krait_runtime::StackSlot],
            ) -> ::krait_runtime::PyResult<::krait_runtime::Value> {
                let this = ::krait_runtime::native::FromArg::from_arg(
                    th, args[0],
                    &::krait_runtime::native::ArgPlace { function: #name, parameter: "this", index: 0 },
                )?;
                let other = args[1].expect("bound");
                <#self_ty>::#ident(th, this, other, ::krait_runtime::ops::Comparison::#variant)
            }
        });
        rows.push(quote! {
            ::krait_runtime::native::NativeDef::new(
                #name, "($self, value, /)", "", ::krait_runtime::native::DefKind::Method, <#self_ty>::#shim)
        });
    }
}

fn expand_methods(mut block: ItemImpl) -> syn::Result<Tokens> {
    let mut rows = Vec::new();
    let mut shims = Vec::new();
    // Attribute name -> (getter, setter, doc), in order of appearance.
    let mut attributes: Vec<(String, Option<Tokens>, Option<Tokens>, String)> = Vec::new();
    let self_ty = block.self_ty.clone();
    for item in &mut block.items {
        let ImplItem::Fn(function) = item else { continue };
        let ident = function.sig.ident.to_string();
        let Some(marked) = take_mark(&mut function.attrs, &ident)? else { continue };
        if marked.mark == Mark::Comparison {
            comparisons(&self_ty, &function.sig, &mut shims, &mut rows);
            continue;
        }
        let (shim, row) = wrapper(&marked, &function.sig, quote!(<#self_ty>::))?;
        shims.push(shim);
        match marked.mark {
            Mark::Getter | Mark::Setter => {
                let at = attributes.iter().position(|a| a.0 == marked.name).unwrap_or_else(|| {
                    attributes.push((marked.name.clone(), None, None, String::new()));
                    attributes.len() - 1
                });
                if marked.mark == Mark::Getter {
                    attributes[at].1 = Some(row);
                    attributes[at].3 = marked.doc;
                } else {
                    attributes[at].2 = Some(row);
                }
            }
            _ => rows.push(row),
        }
    }
    let getsets = attributes.into_iter().map(|(name, get, set, doc)| {
        let get = get.map_or(quote!(None), |g| quote!(Some(#g)));
        let set = set.map_or(quote!(None), |s| quote!(Some(#s)));
        quote!(::krait_runtime::native::GetSetDef { name: #name, doc: #doc, get: #get, set: #set })
    });
    let ty = &block.self_ty;
    let count = rows.len();
    Ok(quote! {
        #block
        #[allow(dead_code)]
        impl #ty {
            /// The type's native methods.
            pub fn native_methods() -> &'static [::krait_runtime::native::NativeDef] {
                static ROWS: [::krait_runtime::native::NativeDef; #count] = [#(#rows),*];
                &ROWS
            }
            /// The type's native attributes.
            pub fn native_getsets() -> &'static [::krait_runtime::native::GetSetDef] {
                static ROWS: &[::krait_runtime::native::GetSetDef] = &[#(#getsets),*];
                ROWS
            }
            #(#shims)*
        }
    })
}

fn expand_module(mut module: ItemMod) -> syn::Result<Tokens> {
    let Some((_, items)) = &mut module.content else {
        return Err(syn::Error::new_spanned(&module, "#[module] needs the module's body"));
    };
    let mut rows = Vec::new();
    let mut shims = Vec::new();
    for item in items.iter_mut() {
        let Item::Fn(function) = item else { continue };
        let ident = function.sig.ident.to_string();
        let Some(marked) = take_mark(&mut function.attrs, &ident)? else { continue };
        let (shim, row) = wrapper(&marked, &function.sig, quote!())?;
        shims.push(shim);
        rows.push(row);
    }
    let count = rows.len();
    let extra: Vec<Item> = syn::parse2::<syn::File>(quote! {
        #(#shims)*
        /// The module's native functions.
        pub static FUNCTIONS: [::krait_runtime::native::NativeDef; #count] = [#(#rows),*];
    })?
    .items;
    items.extend(extra);
    Ok(quote!(#module))
}
