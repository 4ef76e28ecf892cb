//! A kind of order of your own: gifts, which are wrapped by a participant of your own before they are paid and shipped. If anything fails later, the
//! participant is asked to unwrap.

use std::collections::BTreeMap;
use std::sync::Arc;

use orderflow::prelude::*;

/// Carries out the step `wrap`.
struct Wrapping;

#[async_trait]
impl Participant for Wrapping {
    async fn perform(&self, call: &TaskCall) -> Result<Result<BTreeMap<String, String>, Failure>, EffectError> {
        // The same key may come again, after a crash for example: the same answer is due.
        Ok(match &call.ask {
            Some(ask) if ask.lines.len() > 3 => {
                Err(Failure::definitive(Reason::Custom(Name::part("TOO_BULKY")), "more than three things fit no box"))
            }
            Some(ask) => Ok(BTreeMap::from([("paper".to_owned(), ask.attributes["paper"].clone())])),
            None => Ok(BTreeMap::new()),
        })
    }
}

fn gift() -> Plan {
    let wrap = || StepKind::Custom(Name::part("wrap"));
    Plan::named("gift-v1")
        .step(StepKind::ReserveStock)
        .on_success(Status::Validated)
        .step(wrap())
        .attribute("paper", "red")
        .undo(UndoRule::UntilPivot)
        .step(StepKind::AuthorisePayment)
        .step(StepKind::Ship)
        .on_request(Status::SentToExecutor)
        .on_success(Status::Executing)
        .step(StepKind::CapturePayment)
        .step(StepKind::CommitStock)
        .step(StepKind::Deliver)
        .pivot(StepKind::Ship)
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "an example shows what it does")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let flow = OrderFlow::builder().demo_world().plan(gift()).participant("wrap", Arc::new(Wrapping)).start().await?;
    let placed = flow.place(NewOrder::purchase("p3", 1).plan("gift-v1")).await?;
    let done = flow.until_final(placed.order.order_id).await?;
    println!("{} is {}", done.order_id, done.status);
    for entry in flow.timeline(done.order_id).await? {
        println!("{:>3}  {} {}", entry.version, entry.kind, entry.data["step"].as_str().unwrap_or_default());
    }
    flow.shutdown().await;
    Ok(())
}
