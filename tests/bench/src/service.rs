//! The service: the routes and the server of the program, over an engine.

use std::sync::Arc;
use std::time::Duration;

use orderflow_application::Engine;
use orderflow_domain::shared::{Name, OutletId, PaymentMethod};
use orderflow_http::server::{Cors, Limits, Serving, Shutdown, bind};
use orderflow_http::{Api, ApiParts, DevIdentity, OrderDefaults, Problems, Version, routes};

use crate::load;
use crate::sample::Sample;

pub(crate) async fn measure(engine: &Engine, clients: usize, time: Duration) -> Sample {
    let shutdown = Shutdown::default();
    let problems = Problems::new(engine.clock().clone(), engine.ids().clone());
    let api = Api::new(ApiParts {
        engine: engine.clone(),
        identify: Arc::new(DevIdentity::default()),
        problems: problems.clone(),
        defaults: OrderDefaults {
            outlet: OutletId::new("demo").unwrap(),
            method: PaymentMethod::Card,
            token: Name::part("tok_visa"),
            address: None,
        },
        shutdown: shutdown.clone(),
        metrics: Arc::new(String::new),
        version: Version { name: "bench", version: env!("CARGO_PKG_VERSION"), commit: None },
        confirm: None,
    });
    let bound = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = bound.address();
    let limits = Limits { max_in_flight: Limits::default().max_in_flight.max(clients), ..Limits::default() };
    let serving = Serving { limits, cors: Cors::same_origin(), problems, shutdown: shutdown.clone() };
    let server = tokio::spawn(bound.serve(routes(&api), serving));
    let sample = load::generate(address, clients, time).await;
    shutdown.begin();
    server.await.unwrap();
    sample
}
