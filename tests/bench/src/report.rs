//! The report: one file, of which each benchmark writes the section between its own two marks. What people wrote around them stays.

use crate::options::Options;

/// Prints a section, and puts it into the report if there is one.
pub(crate) fn write(options: &Options, name: &str, section: &str) {
    println!("\n{section}");
    let Some(path) = &options.report else { return };
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let replaced = replace(&text, name, section).unwrap_or_else(|| panic!("{} has no marks of {name}", path.display()));
    std::fs::write(path, replaced).unwrap();
    println!("written to {}", path.display());
}

fn replace(text: &str, name: &str, section: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {name}: generated -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{section}\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn only_the_own_section_is_replaced() {
        let text =
            "by hand\n<!-- a: generated -->\nold\n<!-- end of a -->\n<!-- b: generated -->\nstays\n<!-- end of b -->\n";
        let new = replace(text, "a", "new").unwrap();
        assert_eq!(new, text.replace("old\n", "\nnew\n"));
        assert_eq!(replace(text, "c", "new"), None);
    }
}
