//! `orderflow seed`: the demo world in a store that no server has.

use orderflow::OrderFlow;

use super::args::StoreArgs;
use super::exit::{Outcome, Trouble};
use super::say;
use super::settings::{DATA, dev_store};
use super::store::StoreSpec;

pub(super) async fn run(args: StoreArgs) -> Result<Outcome, Trouble> {
    let stated = args.store.as_deref().map(str::parse::<StoreSpec>).transpose()?;
    let store = stated.unwrap_or_else(|| dev_store(DATA.as_ref()));
    let StoreSpec::Sqlite(path) = &store else {
        return Err(Trouble::usage("memory: is gone with its process: use sqlite:PATH"));
    };
    let flow = OrderFlow::builder().sqlite(path).workers(|_| false).start().await?;
    let seeded = orderflow::demo::seed(flow.engine()).await.map_err(|error| Trouble::unreachable(error.to_string()))?;
    flow.shutdown().await;
    say::answer(if seeded { "the demo world is there" } else { "the demo world was there" });
    Ok(Outcome::Fine)
}
