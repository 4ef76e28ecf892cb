//! Samples as tables.

use std::fmt::Write;

use crate::complete::Carried;
use crate::options::Options;
use crate::place::{CLIENTS, Measured, PLANS, What};
use crate::sample::{Sample, median};

pub(crate) fn raw_placed(round: usize, what: What, clients: usize, sample: &Sample) -> String {
    let Sample { rate, cpu, p50, p99 } = sample;
    let name = what.name();
    format!("{round} | {name:42} | {clients:3} | {rate:7.0}/s | {cpu:5.1} µs | p50 {p50:5.0} µs | p99 {p99:5.0} µs")
}

pub(crate) fn raw_carried(round: usize, plan: &str, store: &str, carried: &Carried) -> String {
    let (Sample { rate, cpu, .. }, events) = (carried.sample, carried.events);
    let name = format!("EXECUTED {plan} {store}");
    format!("{round} | {name:42} |     | {rate:7.0}/s | {cpu:5.1} µs | {events:.1} events")
}

/// The section of placing and carrying out.
pub(crate) fn place(options: &Options, machine: &str, measured: &Measured) -> String {
    let mut text = format!(
        "`{}`: {machine}. {} rounds of {} ms each; medians.\n\n",
        options.command,
        options.rounds,
        options.time.as_millis()
    );
    placing(&mut text, measured);
    gates(&mut text, measured);
    carrying(&mut text, measured);
    raw(&mut text, measured);
    text
}

fn placing(text: &mut String, measured: &Measured) {
    *text += "| clients | measured | orders/s | of C | of W | CPU per order | p50 | p99 |\n|--:|---|--:|--:|--:|--:|--:|--:|\n";
    for clients in CLIENTS {
        for what in What::ALL {
            let Some(samples) = measured.placed.get(&(what, clients)) else { continue };
            let middle = |field: fn(&Sample) -> f64| median(samples.iter().map(field));
            let of =
                |floors: Option<Vec<f64>>| floors.map_or_else(|| "–".to_owned(), |of| percent(ratio(samples, &of)));
            let of_c = if what < What::HttpSqlite { "–".to_owned() } else { of(ceilings(measured, clients)) };
            let of_w = if what == What::Rows { "–".to_owned() } else { of(rates(measured, What::Rows, clients)) };
            let (rate, cpu) = (middle(|sample| sample.rate), middle(|sample| sample.cpu));
            let (p50, p99) = (middle(|sample| sample.p50), middle(|sample| sample.p99));
            let latency =
                |micros: f64| if micros > 0.0 { format!("{:.2} ms", micros / 1_000.0) } else { "–".to_owned() };
            let name = what.name();
            let (p50, p99) = (latency(p50), latency(p99));
            let _ =
                writeln!(text, "| {clients} | {name} | {rate:.0} | {of_c} | {of_w} | {cpu:.1} µs | {p50} | {p99} |");
        }
    }
    *text += "\nC = 1/(1/H + 1/W), of the same round. CPU is that of the process that serves, without the generator of load.\n\n";
}

fn gates(text: &mut String, measured: &Measured) {
    let http = |clients| measured.placed.get(&(What::HttpSqlite, clients));
    let mut gates: Vec<(&str, f64, bool, String)> = Vec::new();
    for (clients, least) in [(128, 0.70), (32, 0.50)] {
        if let (Some(samples), Some(c)) = (http(clients), ceilings(measured, clients)) {
            let (of, name) = (
                ratio(samples, &c),
                if clients == 128 {
                    "HTTP, SQLite, 128 clients: of C (aim 85 %)"
                } else {
                    "HTTP, SQLite, 32 clients: of C"
                },
            );
            gates.push((name, of, of >= least, format!("{} ≥ {}", percent(of), percent(least))));
        }
    }
    if let Some(samples) = http(128) {
        let spread = median(samples.iter().map(|sample| sample.p99 / sample.p50));
        gates.push(("p99 ÷ p50, 128 clients", spread, spread <= 4.0, format!("{spread:.1} ≤ 4")));
        if let Some(single) = rates(measured, What::Single, 128) {
            let times = ratio(samples, &single);
            gates.push(("against one order per transaction", times, times >= 5.0, format!("{times:.1}× ≥ 5×")));
        }
    }
    if let Some(carried) = measured.carried.get(&("shipped", "SQLite")) {
        let rate = median(carried.iter().map(|carried| carried.sample.rate));
        gates.push(("placed → EXECUTED, shipped, SQLite", rate, rate >= 3_000.0, format!("{rate:.0}/s ≥ 3000/s")));
    }
    if gates.is_empty() {
        return;
    }
    *text += "| gate | measured | |\n|---|---|---|\n";
    for (name, _, met, said) in gates {
        let _ = writeln!(text, "| {name} | {said} | {} |", if met { "met" } else { "missed" });
    }
    *text += "\n";
}

fn carrying(text: &mut String, measured: &Measured) {
    if measured.carried.is_empty() {
        return;
    }
    *text += "| placed → EXECUTED, in process | orders/s | CPU per order | events per order | events/s |\n|---|--:|--:|--:|--:|\n";
    for (plan, _) in PLANS {
        for store in ["SQLite", "memory"] {
            let Some(carried) = measured.carried.get(&(plan, store)) else { continue };
            let rate = median(carried.iter().map(|carried| carried.sample.rate));
            let cpu = median(carried.iter().map(|carried| carried.sample.cpu));
            let events = median(carried.iter().map(|carried| carried.events));
            let all = rate * events;
            let _ = writeln!(text, "| {plan}, {store} | {rate:.0} | {cpu:.0} µs | {events:.1} | {all:.0} |");
        }
    }
    *text += "\n";
}

fn raw(text: &mut String, measured: &Measured) {
    *text += "<details><summary>Every sample</summary>\n\n```text\n";
    for ((what, clients), samples) in &measured.placed {
        for (round, sample) in (1..).zip(samples) {
            let _ = writeln!(text, "{}", raw_placed(round, *what, *clients, sample));
        }
    }
    for ((plan, store), samples) in &measured.carried {
        for (round, carried) in (1..).zip(samples) {
            let _ = writeln!(text, "{}", raw_carried(round, plan, store, carried));
        }
    }
    *text += "```\n\n</details>\n";
}

fn rates(measured: &Measured, what: What, clients: usize) -> Option<Vec<f64>> {
    measured.placed.get(&(what, clients)).map(|samples| samples.iter().map(|sample| sample.rate).collect())
}

/// C of each round.
fn ceilings(measured: &Measured, clients: usize) -> Option<Vec<f64>> {
    let (h, w) = (rates(measured, What::Echo, clients)?, rates(measured, What::Rows, clients)?);
    Some(h.iter().zip(w).map(|(h, w)| 1.0 / (1.0 / h + 1.0 / w)).collect())
}

/// The median of the ratios to a floor, each to that of its own round.
fn ratio(samples: &[Sample], floors: &[f64]) -> f64 {
    median(samples.iter().zip(floors).map(|(sample, floor)| sample.rate / floor))
}

fn percent(ratio: f64) -> String {
    format!("{:.0} %", ratio * 100.0)
}
