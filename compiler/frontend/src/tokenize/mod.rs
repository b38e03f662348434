pub static MODULE: krait_runtime::native::NativeModule = krait_runtime::native::NativeModule {
    name: "_tokenize",
    doc: "",
    functions: &[],
    init: |_, _| Ok(()),
};
