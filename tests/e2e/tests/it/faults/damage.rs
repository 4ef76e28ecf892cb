//! A store that is none. What is wrong within one is planted, and found, in the audit's own tests.

use orderflow_support::Program;
use orderflow_support::server::Data;

#[test]
fn what_is_no_database_is_not_used_as_one() {
    let data = Data::new();
    let text = "this is no database, though it is long enough to be taken for one\n".repeat(100);
    std::fs::write(data.file(), &text).unwrap();
    let refused = Program::orderflow(&["dev", "--listen", "127.0.0.1:0", "--data"]).arg(data.path()).run().code(3);
    assert!(!refused.stderr.is_empty() && !refused.stderr.contains("panicked"), "{}", refused.stderr);
    assert_eq!(std::fs::read_to_string(data.file()).unwrap(), text, "it is left as it was");
}
