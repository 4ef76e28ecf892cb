//! Golden files: one sample of every stored event, as it is written. A log that was written years ago must read, and a program that was built
//! years ago must read what is written today.
//!
//! `UPDATE_GOLDEN=1 cargo test -p orderflow-codec --test golden` writes the files of new events. It changes none that is there: a stored form
//! that has to change gets a new version.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod samples;

use std::collections::BTreeSet;
use std::path::PathBuf;

use orderflow_codec::{decode, encode};
use orderflow_domain::event::Event;
use serde_json::{Value, json};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn file_name(event: &Event) -> String {
    format!("{}.json", event.event_type())
}

/// The payload as it is written, but spread over lines.
fn pretty(event: &Event) -> String {
    let mut text = Vec::new();
    event.serialize_payload(&mut serde_json::Serializer::pretty(&mut text)).expect("written");
    String::from_utf8(text).expect("JSON is UTF-8") + "\n"
}

fn golden(event: &Event) -> String {
    let path = folder().join(file_name(event));
    let hint = "UPDATE_GOLDEN=1 writes the file of a new event";
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}; {hint}", path.display()))
}

/// Writes what is not there yet; answers what is there and differs.
fn update(folder: &std::path::Path, samples: &[Event]) -> Vec<String> {
    let mut refused = Vec::new();
    for event in samples {
        let path = folder.join(file_name(event));
        match std::fs::read_to_string(&path) {
            Ok(stored) if stored == pretty(event) => {}
            Ok(_) => refused.push(file_name(event)),
            Err(_) => std::fs::write(path, pretty(event)).expect("written"),
        }
    }
    refused
}

#[test]
fn every_event_is_written_as_its_golden_file_says_and_reads_back() {
    let samples = samples::all();
    #[expect(clippy::disallowed_methods, reason = "how a developer asks a test to write new files")]
    if std::env::var("UPDATE_GOLDEN").is_ok() {
        let refused = update(&folder(), &samples);
        assert!(refused.is_empty(), "stored forms can't change, give a new version instead: {refused:?}");
    }
    for event in &samples {
        assert_eq!(
            pretty(event),
            golden(event),
            "{} is stored and can't change: give it a new version",
            file_name(event)
        );
        assert_eq!(decode(event.event_type().code, &golden(event)).expect("readable"), *event);
        let (code, payload) = encode(event).expect("written");
        assert_eq!(decode(code, &payload).expect("readable"), *event);
    }
}

#[test]
fn every_type_has_a_sample_and_every_file_a_type() {
    let types: BTreeSet<_> = Event::types().map(|kind| format!("{kind}.json")).collect();
    let samples: BTreeSet<_> = samples::all().iter().map(file_name).collect();
    assert_eq!(samples, types);
    let entries = std::fs::read_dir(folder()).expect("the folder");
    let files: BTreeSet<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
    // A file that no type has is of a version that is no longer written: then this test reads it through its upcast.
    assert_eq!(files, types);
}

/// A newer program adds a field to every object; maps whose keys are data are left alone.
fn with_fields_of_tomorrow(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields
                .iter_mut()
                .filter(|(key, _)| *key != "attributes")
                .for_each(|(_, value)| with_fields_of_tomorrow(value));
            fields.insert("ofTomorrow".to_owned(), json!({ "any": [1, null] }));
        }
        Value::Array(items) => items.iter_mut().for_each(with_fields_of_tomorrow),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn an_old_reader_reads_what_a_newer_program_adds() {
    for event in samples::all() {
        let mut value: Value = serde_json::from_str(&golden(&event)).expect("JSON");
        with_fields_of_tomorrow(&mut value);
        let read = decode(event.event_type().code, &value.to_string());
        assert_eq!(read.unwrap_or_else(|error| panic!("{}: {error}", file_name(&event))), event);
    }
}

#[test]
fn an_update_writes_new_files_and_changes_none() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let samples = samples::all();
    let (first, rest) = samples.split_first().expect("samples");
    std::fs::write(folder.path().join(file_name(first)), "{}\n").expect("written");
    assert_eq!(update(folder.path(), &samples), [file_name(first)]);
    let stored = |event: &Event| std::fs::read_to_string(folder.path().join(file_name(event))).expect("there");
    assert_eq!(stored(first), "{}\n");
    assert!(rest.iter().all(|event| stored(event) == pretty(event)));
}
