//! What a process does. A role is one part of the engine; a process may have several, and has all of them if nothing is said.

use serde::Serialize;

use super::exit::Trouble;

/// Roles, each with the workers that it drives; `api` is the HTTP interface itself.
const BUILT: [(&str, &[&str]); 11] = [
    ("api", &["changes"]),
    ("ordering", &["ordering"]),
    ("inventory", &["inventory"]),
    ("payment", &["payment", "payment-calls"]),
    ("shipping", &["shipping", "shipping-calls"]),
    ("venue", &["venue"]),
    ("tasks", &["tasks", "tasks-calls"]),
    ("projections", &["projection-orders", "projection-stock", "projection-instruments"]),
    ("timers", &["timers"]),
    ("relay", &["relay"]),
    ("observer", &["observer"]),
];
/// Roles of contexts that this build does not have.
const NOT_BUILT: [&str; 3] = ["outlets", "delivery", "notification"];

/// The roles of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Roles(Vec<&'static str>);

impl Roles {
    /// Reads their names; all that are built, if none is named.
    pub(super) fn read(names: Option<Vec<String>>) -> Result<Self, Trouble> {
        let Some(names) = names.filter(|names| !names.is_empty()) else {
            return Ok(Self(BUILT.iter().map(|(name, _)| *name).collect()));
        };
        names.iter().map(|name| read(name)).collect::<Result<_, _>>().map(Self)
    }

    /// Whether the process serves the HTTP interface. Health and metrics it serves in any case.
    pub(super) fn has_api(&self) -> bool {
        self.0.contains(&"api")
    }

    /// Whether the process drives that worker.
    pub(super) fn drives(&self, worker: &str) -> bool {
        BUILT.iter().any(|(name, workers)| self.0.contains(name) && workers.contains(&worker))
    }
}

fn read(name: &str) -> Result<&'static str, Trouble> {
    if NOT_BUILT.contains(&name) {
        return Err(Trouble::usage(format!("the role {name} is not in this build: its context is yet to come")));
    }
    let known = BUILT.iter().map(|(known, _)| *known);
    known.clone().find(|known| *known == name).ok_or_else(|| {
        let all = known.collect::<Vec<_>>().join(", ");
        Trouble::usage(format!("'{name}' is no role: there are {all}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(names: &[&str]) -> Result<Roles, Trouble> {
        Roles::read(Some(names.iter().map(|name| (*name).to_owned()).collect()))
    }

    #[test]
    fn a_role_drives_its_own_workers_and_no_others() {
        let payment = read(&["payment"]).unwrap();
        assert!(payment.drives("payment") && payment.drives("payment-calls"));
        assert!(!payment.drives("shipping") && !payment.has_api());
    }

    #[tokio::test]
    async fn without_a_word_every_worker_is_driven() {
        let all = Roles::read(None).unwrap();
        let flow = orderflow::OrderFlow::builder().start().await.unwrap();
        for status in flow.statuses().all() {
            assert!(all.drives(status.name()), "no role drives {}", status.name());
        }
        flow.shutdown().await;
    }

    #[test]
    fn what_is_not_built_is_told_apart_from_what_is_not_known() {
        assert!(read(&["outlets"]).unwrap_err().message.contains("not in this build"));
        assert!(read(&["paymnt"]).unwrap_err().message.contains("there are api, ordering"));
    }
}
