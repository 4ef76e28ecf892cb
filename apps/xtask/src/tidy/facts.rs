//! What a Rust file says, gathered in one walk over its syntax, so that a rule is a filter over lists.

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

#[derive(Default)]
pub(super) struct Facts {
    /// Imported or named paths; `self` and `super` are resolved, so that ours begin with `crate`.
    pub(super) paths: Vec<Fact<Vec<String>>>,
    /// Macros called, by their last segment.
    pub(super) macros: Vec<Fact<String>>,
    /// Methods called.
    pub(super) methods: Vec<Fact<String>>,
    /// Functions and methods declared.
    pub(super) functions: Vec<Fact<String>>,
    /// String literals, not documentation.
    pub(super) strings: Vec<Fact<String>>,
    /// Names (fields, parameters, variables, constants, functions) whose type holds a floating-point number.
    pub(super) floats: Vec<Fact<String>>,
    /// Floating-point types and literals, wherever they are.
    pub(super) any_float: Vec<Fact<String>>,
    /// Attributes by their path.
    pub(super) attributes: Vec<Fact<String>>,
    /// Match arms that take whatever comes.
    pub(super) catch_alls: Vec<Fact<()>>,
    /// `async` and `.await`.
    pub(super) asynchronous: Vec<Fact<()>>,
}

pub(super) struct Fact<T> {
    pub(super) line: usize,
    pub(super) test: bool,
    pub(super) value: T,
}

impl Facts {
    pub(super) fn of(file: &syn::File, module: Vec<String>, test: bool) -> Self {
        let mut walk = Walk { facts: Self::default(), module, test };
        walk.visit_file(file);
        walk.facts
    }
}

struct Walk {
    facts: Facts,
    module: Vec<String>,
    test: bool,
}

impl Walk {
    fn fact<T>(&self, at: &impl Spanned, value: T) -> Fact<T> {
        Fact { line: at.span().start().line, test: self.test, value }
    }

    fn path(&mut self, at: &impl Spanned, segments: &[String]) {
        let mut up = 0;
        let rest = match segments.first().map(String::as_str) {
            Some("self") => &segments[1..],
            Some("super") => {
                up = segments.iter().take_while(|s| *s == "super").count();
                &segments[up..]
            }
            _ => {
                let fact = self.fact(at, segments.to_vec());
                return self.facts.paths.push(fact);
            }
        };
        let here = &self.module[..self.module.len().saturating_sub(up)];
        let absolute = std::iter::once("crate".to_owned()).chain(here.iter().cloned()).chain(rest.iter().cloned());
        let fact = self.fact(at, absolute.collect());
        self.facts.paths.push(fact);
    }

    fn use_tree(&mut self, before: &mut Vec<String>, tree: &syn::UseTree) {
        let leaf = match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.use_tree(before, &path.tree);
                before.pop();
                return;
            }
            syn::UseTree::Group(group) => return group.items.iter().for_each(|tree| self.use_tree(before, tree)),
            syn::UseTree::Name(name) => name.ident.to_string(),
            syn::UseTree::Rename(rename) => rename.ident.to_string(),
            syn::UseTree::Glob(_) => "*".to_owned(),
        };
        let mut segments = before.clone();
        segments.push(leaf);
        self.path(tree, &segments);
    }

    /// Inside a macro there is no syntax yet, but paths and literals are what they look like.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut segments: Vec<String> = Vec::new();
        let mut colons = 0;
        let mut last = None;
        for token in tokens {
            let joined = std::mem::take(&mut colons) == 2;
            match &token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons = if joined { 0 } else { 1 + usize::from(is_colon(last.as_ref())) };
                }
                TokenTree::Ident(ident) => {
                    if !joined {
                        self.end_path(&token, &mut segments);
                    }
                    segments.push(ident.to_string());
                    if ident == "f32" || ident == "f64" {
                        let fact = self.fact(ident, ident.to_string());
                        self.facts.any_float.push(fact);
                    }
                }
                TokenTree::Literal(literal) => {
                    self.end_path(&token, &mut segments);
                    if let Ok(literal) = syn::parse_str::<syn::Lit>(&literal.to_string()) {
                        self.literal(&token, &literal);
                    }
                }
                TokenTree::Punct(_) => self.end_path(&token, &mut segments),
                TokenTree::Group(group) => {
                    self.end_path(&token, &mut segments);
                    self.tokens(group.stream());
                }
            }
            last = Some(token);
        }
        if let Some(last) = last {
            self.end_path(&last, &mut segments);
        }
    }

    fn end_path(&mut self, at: &TokenTree, segments: &mut Vec<String>) {
        if !segments.is_empty() {
            self.path(at, segments);
            segments.clear();
        }
    }

    fn literal(&mut self, at: &impl Spanned, literal: &syn::Lit) {
        match literal {
            syn::Lit::Str(s) => {
                let fact = self.fact(at, s.value());
                self.facts.strings.push(fact);
            }
            syn::Lit::Float(f) => {
                let fact = self.fact(at, f.to_string());
                self.facts.any_float.push(fact);
            }
            _ => {}
        }
    }

    fn typed(&mut self, name: &syn::Ident, ty: &syn::Type) {
        if holds_float(ty) {
            let fact = self.fact(name, name.to_string());
            self.facts.floats.push(fact);
        }
    }

    fn inside(&mut self, attributes: &[syn::Attribute], walk: impl FnOnce(&mut Self)) {
        let before = self.test;
        self.test |= attributes.iter().any(marks_test);
        walk(self);
        self.test = before;
    }
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        self.inside(&item.attrs, |walk| visit::visit_item_mod(walk, item));
        self.module.pop();
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.inside(&item.attrs, |walk| visit::visit_item_fn(walk, item));
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.inside(&item.attrs, |walk| visit::visit_item_impl(walk, item));
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.inside(&item.attrs, |walk| walk.use_tree(&mut Vec::new(), &item.tree));
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        let name = |path: &syn::Path| path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        let mut names = vec![name(attribute.path())];
        if let syn::Meta::List(list) = &attribute.meta
            && list.path.is_ident("cfg_attr")
        {
            names.extend(list.tokens.clone().into_iter().filter_map(|token| match token {
                TokenTree::Ident(ident) => Some(ident.to_string()),
                _ => None,
            }));
        }
        for name in names {
            let fact = self.fact(attribute, name);
            self.facts.attributes.push(fact);
        }
        visit::visit_path(self, attribute.path());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if matches!(segments.last().map(String::as_str), Some("f32" | "f64")) {
            let fact = self.fact(path, segments.join("::"));
            self.facts.any_float.push(fact);
        }
        self.path(path, &segments);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let name = mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        let fact = self.fact(mac, name);
        self.facts.macros.push(fact);
        self.visit_path(&mac.path);
        self.tokens(mac.tokens.clone());
    }

    fn visit_lit(&mut self, literal: &'ast syn::Lit) {
        self.literal(literal, literal);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let fact = self.fact(&call.method, call.method.to_string());
        self.facts.methods.push(fact);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        let fact = self.fact(&signature.ident, signature.ident.to_string());
        self.facts.functions.push(fact);
        if signature.asyncness.is_some() {
            let fact = self.fact(&signature.ident, ());
            self.facts.asynchronous.push(fact);
        }
        if let syn::ReturnType::Type(_, ty) = &signature.output {
            self.typed(&signature.ident, ty);
        }
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        let fact = self.fact(block, ());
        self.facts.asynchronous.push(fact);
        visit::visit_expr_async(self, block);
    }

    fn visit_expr_await(&mut self, wait: &'ast syn::ExprAwait) {
        let fact = self.fact(wait, ());
        self.facts.asynchronous.push(fact);
        visit::visit_expr_await(self, wait);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if takes_all(&arm.pat) {
            let fact = self.fact(arm, ());
            self.facts.catch_alls.push(fact);
        }
        visit::visit_arm(self, arm);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if let Some(name) = &field.ident {
            self.typed(name, &field.ty);
        }
        visit::visit_field(self, field);
    }

    fn visit_pat_type(&mut self, typed: &'ast syn::PatType) {
        if let syn::Pat::Ident(name) = &*typed.pat {
            self.typed(&name.ident, &typed.ty);
        }
        visit::visit_pat_type(self, typed);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.typed(&item.ident, &item.ty);
        visit::visit_item_const(self, item);
    }
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
}

fn holds_float(ty: &syn::Type) -> bool {
    struct Float(bool);
    impl<'ast> Visit<'ast> for Float {
        fn visit_ident(&mut self, ident: &'ast syn::Ident) {
            self.0 |= ident == "f32" || ident == "f64";
        }
    }
    let mut float = Float(false);
    float.visit_type(ty);
    float.0
}

/// `#[cfg(test)]` in any form but `not(test)`, `#[test]`, `#[tokio::test]`.
fn marks_test(attribute: &syn::Attribute) -> bool {
    if attribute.path().segments.last().is_some_and(|s| s.ident == "test") {
        return true;
    }
    let syn::Meta::List(list) = &attribute.meta else { return false };
    let text = list.tokens.to_string();
    list.path.is_ident("cfg")
        && text.split(|c: char| !c.is_alphanumeric()).any(|w| w == "test")
        && !text.contains("not")
}

fn takes_all(pattern: &syn::Pat) -> bool {
    match pattern {
        syn::Pat::Wild(_) | syn::Pat::Rest(_) => true,
        syn::Pat::Ident(ident) => {
            ident.subpat.as_ref().map_or_else(
                // An upper-case name is a constant or an imported variant.
                || ident.ident.to_string().starts_with(|c: char| c.is_lowercase() || c == '_'),
                |(_, pattern)| takes_all(pattern),
            )
        }
        syn::Pat::Tuple(tuple) => tuple.elems.iter().all(takes_all),
        syn::Pat::Paren(paren) => takes_all(&paren.pat),
        syn::Pat::Reference(reference) => takes_all(&reference.pat),
        syn::Pat::Or(or) => or.cases.iter().any(takes_all),
        _ => false,
    }
}
