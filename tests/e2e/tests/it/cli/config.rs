//! Flag over variable over file over default.

use orderflow_support::Program;
use orderflow_support::server::Data;
use serde_json::{Value, json};

fn check(file: &str, variables: &[(&str, &str)], flags: &[&str]) -> Value {
    let data = Data::new();
    let path = data.path().join("orderflow.toml");
    std::fs::write(&path, file).unwrap();
    let program = Program::orderflow(&["config", "check", "--config", path.to_str().unwrap()]);
    let program = variables.iter().fold(program, |program, (name, value)| program.env(name, value));
    flags.iter().fold(program, |program, flag| program.arg(flag)).run().code(0).json()
}

#[test]
fn a_flag_goes_before_a_variable_before_the_file_before_the_default() {
    let file = "store = \"sqlite:file.db\"\n";
    assert_eq!(check(file, &[], &[])["drain_seconds"], 30);
    let file = format!("{file}drain_seconds = 5\n");
    assert_eq!(check(&file, &[], &[])["drain_seconds"], 5);
    let variable = [("ORDERFLOW_DRAIN_SECONDS", "6")];
    assert_eq!(check(&file, &variable, &[])["drain_seconds"], 6);
    let settings = check(&file, &variable, &["--drain-seconds", "7"]);
    assert_eq!((&settings["drain_seconds"], &settings["store"]), (&json!(7), &json!("sqlite:file.db")));
}

#[test]
fn each_setting_can_be_said_in_each_way() {
    let cases = [
        ("listen", "ORDERFLOW_LISTEN", "--listen", "\"127.0.0.1:9001\"", "127.0.0.1:9002", "127.0.0.1:9003"),
        ("store", "ORDERFLOW_STORE", "--store", "\"sqlite:a.db\"", "sqlite:b.db", "memory:"),
        ("log", "ORDERFLOW_LOG", "--log", "\"warn\"", "debug", "error"),
        ("log_format", "ORDERFLOW_LOG_FORMAT", "--log-format", "\"json\"", "text", "json"),
    ];
    for (key, variable, flag, filed, varied, flagged) in cases {
        let store = if key == "store" { "" } else { "store = \"memory:\"\n" };
        let file = format!("{store}{key} = {filed}\n");
        assert_eq!(check(&file, &[], &[])[key], filed.trim_matches('"'), "{key}");
        assert_eq!(check(&file, &[(variable, varied)], &[])[key], varied, "{key}");
        assert_eq!(check(&file, &[(variable, varied)], &[flag, flagged])[key], flagged, "{key}");
    }
}

#[test]
fn what_is_wrong_is_told() {
    let data = Data::new();
    let path = data.path().join("orderflow.toml");
    let program = || Program::orderflow(&["config", "check", "--config", path.to_str().unwrap()]);
    let missing = program().run().code(2);
    assert!(missing.stderr.contains("orderflow.toml"), "{}", missing.stderr);
    for (text, told) in
        [("listn = 1", "listn"), ("store = 7", "store"), ("store = [", "orderflow.toml"), ("", "--store")]
    {
        std::fs::write(&path, text).unwrap();
        let wrong = program().run().code(2);
        assert!(wrong.stderr.contains(told), "{text}: {}", wrong.stderr);
    }
    let wrong = program().arg("--store").arg("memory:").arg("--roles").arg("cook").run().code(2);
    assert!(wrong.stderr.contains("cook"), "{}", wrong.stderr);
}
