//! Lines for debuggers, and sites for the runtime, in one line table.
//!
//! A location's line is Python's. Its column is the number of the site, counted from 1 in each
//! function: the line table then maps every call to its site, whatever LLVM does to the code
//! ([`super::sites`] reads it back). Columns of Python are given up for that.

use inkwell::context::Context;
use inkwell::debug_info::{
    AsDIScope, DICompileUnit, DIFile, DILocation, DISubprogram, DWARFEmissionKind,
    DWARFSourceLanguage, DebugInfoBuilder,
};
use inkwell::module::{FlagBehavior, Module};

pub struct DebugInfo<'ctx> {
    context: &'ctx Context,
    builder: DebugInfoBuilder<'ctx>,
    unit: DICompileUnit<'ctx>,
    file: DIFile<'ctx>,
}

impl<'ctx> DebugInfo<'ctx> {
    /// Debug information for `module`, whose source is `path`.
    pub fn new(context: &'ctx Context, module: &Module<'ctx>, path: &str) -> DebugInfo<'ctx> {
        let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
        let (builder, unit) = module.create_debug_info_builder(
            true,
            DWARFSourceLanguage::Python,
            name,
            folder,
            "krait",
            true,
            "",
            0,
            "",
            DWARFEmissionKind::Full,
            0,
            false,
            false,
            "",
            "",
        );
        let version = context.i32_type().const_int(3, false);
        module.add_basic_value_flag("Debug Info Version", FlagBehavior::Warning, version);
        let file = unit.get_file();
        DebugInfo { context, builder, unit, file }
    }

    /// The scope of a function.
    pub fn function(&self, name: &str, symbol: &str, line: u32) -> DISubprogram<'ctx> {
        let ty = self.builder.create_subroutine_type(self.file, None, &[], 0);
        self.builder.create_function(
            self.unit.as_debug_info_scope(),
            name,
            Some(symbol),
            self.file,
            line,
            ty,
            false,
            true,
            line,
            0,
            true,
        )
    }

    /// The location of a site, or, with 0, of code that calls nothing.
    pub fn location(&self, scope: DISubprogram<'ctx>, line: u32, site: u32) -> DILocation<'ctx> {
        let scope = scope.as_debug_info_scope();
        self.builder.create_debug_location(self.context, line, site, scope, None)
    }

    /// To be called before code is generated.
    pub fn finish(&self) {
        self.builder.finalize();
    }
}
