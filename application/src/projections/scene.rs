//! A scene for tests: an engine on the in-memory stores, on which orders are played through the domain's own decisions. No participant runs; the
//! test says what they answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use orderflow_domain::event::Event;
use orderflow_domain::inventory::event::{ItemListed, Moved, Received};
use orderflow_domain::inventory::{Catalogue, CataloguePricing, InventoryPolicy, Item};
use orderflow_domain::ordering::event::{Fulfilment, Purchase, Wanted};
use orderflow_domain::ordering::{Command, Plans};
use orderflow_domain::ports::{NewEvent, UnitOfWork};
use orderflow_domain::shared::{
    Actor, Contact, Currency, CustomerId, EventId, Failure, Fill, ItemId, Money, Name, OrderId, OrderLine, Outcome,
    OutletId, PaymentMethod, PricedLine, Side, StepKind, StepResult, StreamId, Success, Symbol, TimeInForce, Timestamp,
    Totals, TradeTicket, TradeType, Undone, Version,
};
use orderflow_domain::venue::Book;
use orderflow_domain::venue::event::{BookMatched, BookRested, InstrumentListed};
use orderflow_gateways::{CarrierDelays, SimulatedCarrier, SimulatedGateway};
use orderflow_memory::{ManualClock, MemoryStore, MemoryViews, SeededIds};
use uuid::Uuid;

use crate::outside::{CallPolicy, Outside};
use crate::worker::{Next, Worker};
use crate::{Access, Engine, Parts, PlaceOrder, projections};

pub(crate) const ANN: CustomerId = CustomerId(Uuid::from_u128(0xa));
pub(crate) const BOB: CustomerId = CustomerId(Uuid::from_u128(0xb));

pub(crate) struct Scene {
    pub(crate) engine: Engine,
    pub(crate) clock: Arc<ManualClock>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(ManualClock::new("2026-01-02T03:04:05Z".parse().unwrap()));
        let outside = Outside {
            gateway: Arc::new(SimulatedGateway::new("http://localhost")),
            carrier: Arc::new(SimulatedCarrier::new(clock.clone(), CarrierDelays::default())),
            participants: HashMap::new(),
            inventory: InventoryPolicy { pricing: Arc::new(CataloguePricing), catalogue: Catalogue::Listed },
            calls: CallPolicy::default(),
        };
        let engine = Engine::new(Parts {
            store: Arc::new(MemoryStore::new()),
            views: Arc::new(MemoryViews::new()),
            clock: clock.clone(),
            ids: Arc::new(SeededIds::new(7)),
            plans: Arc::new(Plans::standard()),
            settings: Arc::default(),
            outside: Arc::new(outside),
        });
        Self { engine, clock }
    }

    /// Places an order, a second after whatever was before.
    pub(crate) async fn place(&self, customer: CustomerId, wanted: Wanted) -> OrderId {
        self.place_with(customer, wanted, Contact::default()).await
    }

    pub(crate) async fn place_with(&self, customer: CustomerId, wanted: Wanted, contact: Contact) -> OrderId {
        self.clock.advance(Duration::from_secs(1));
        let actor = Actor::Customer(customer);
        let place = PlaceOrder { actor, customer, wanted, plan: None, contact, key: None, trace: None };
        self.engine.place(place).await.unwrap().order.order_id
    }

    pub(crate) async fn command(&self, order: OrderId, by: Actor, command: Command) {
        self.clock.advance(Duration::from_secs(1));
        self.engine.command(order, &staff(), &by, "test", None, command).await.unwrap();
    }

    /// A participant answers the first attempt of a step.
    pub(crate) async fn answer(&self, order: OrderId, step: StepKind, result: StepResult) {
        let outcome = Outcome { order, step, attempt: 1, result };
        self.command(order, Actor::system("ordering"), Command::Outcome(outcome)).await;
    }

    pub(crate) async fn succeed(&self, order: OrderId, step: StepKind, success: Success) {
        self.answer(order, step, StepResult::Succeeded(success)).await;
    }

    pub(crate) async fn undone(&self, order: OrderId, step: StepKind, undone: Undone) {
        self.answer(order, step, StepResult::Undone(undone)).await;
    }

    /// Stock is held, at 12.50 EUR a piece of everything.
    pub(crate) async fn reserve(&self, order: OrderId, lines: &[(&str, u32)]) {
        let priced: Vec<_> = lines.iter().map(|(item, quantity)| priced(item, *quantity)).collect();
        let items = eur(priced.iter().map(|line| line.total.amount).sum());
        let totals = Totals { items, discount: eur(0), delivery: eur(0), tax: eur(0), total: items };
        let success = Success::Reserved { lines: priced.into(), totals };
        self.succeed(order, StepKind::ReserveStock, success).await;
    }

    /// A shipped purchase of two pieces, up to its end.
    pub(crate) async fn deliver(&self, order: OrderId) {
        self.reserve(order, &[("p1", 2)]).await;
        self.succeed(order, StepKind::AuthorisePayment, authorised(2500)).await;
        self.succeed(order, StepKind::Ship, Success::HandedOver { tracking: Some(name("TRACK-1")) }).await;
        self.succeed(order, StepKind::CapturePayment, Success::Captured { amount: eur(2500) }).await;
        self.succeed(order, StepKind::CommitStock, Success::Committed).await;
        self.succeed(order, StepKind::Deliver, Success::Delivered { at: self.engine.now() }).await;
    }

    pub(crate) async fn fill(&self, order: OrderId, trade: &str, price: &str, quantity: &str) {
        let (price, quantity) = (price.parse().unwrap(), quantity.parse().unwrap());
        let fill = Fill { trade: name(trade), price, quantity, at: self.engine.now() };
        self.answer(order, StepKind::Fill, StepResult::Traded(fill)).await;
    }

    /// Events of a stream that is no order's.
    pub(crate) async fn record(&self, stream: StreamId, events: Vec<Event>) {
        let store = self.engine.store();
        let version = store.read_stream(&stream, Version::EMPTY, 1_000).await.unwrap().len();
        let at = self.engine.now();
        let event = |event| NewEvent {
            id: EventId(self.engine.ids().next(at)),
            stream: stream.clone(),
            at,
            correlation: None,
            causation: None,
            actor: Actor::system("test"),
            trace: None,
            event,
        };
        let events = events.into_iter().map(event).collect();
        let expect = vec![(stream.clone(), Version(version as u64))];
        store.commit(UnitOfWork { expect, events, ..UnitOfWork::default() }).await.unwrap();
    }

    pub(crate) async fn list_item(&self, item: &str, label: &str, on_hand: u64) {
        let listed = ItemListed {
            outlet: demo(),
            item: ItemId::new(item).unwrap(),
            name: label.into(),
            price: eur(1250),
            for_sale: true,
            threshold: 0,
        };
        let received = Received { quantity: on_hand, reference: None };
        let stream = Item::stream(&listed.outlet, &listed.item);
        let stock = [orderflow_domain::inventory::event::StockEvent::from(listed), received.into()];
        self.record(stream, stock.into_iter().map(Event::Stock).collect()).await;
    }

    pub(crate) async fn hold(&self, item: &str, held: u64) {
        let moved = Moved { held, ..Moved::default() };
        let stream = Item::stream(&demo(), &ItemId::new(item).unwrap());
        self.record(stream, vec![Event::Stock(moved.into())]).await;
    }

    /// An instrument with two bids, of which the better one was half filled.
    pub(crate) async fn trade_acme(&self) {
        use orderflow_domain::venue::event::VenueEvent;
        let decimal = |text: &str| text.parse().unwrap();
        let listed = InstrumentListed {
            symbol: acme(),
            currency: Currency::EUR,
            tick: decimal("0.01"),
            lot: decimal("1"),
            max_quantity: decimal("1000"),
        };
        let rested = |order, price| BookRested {
            order: OrderId(Uuid::from_u128(order)),
            customer: ANN,
            side: Side::Buy,
            price: decimal(price),
            quantity: decimal("10"),
            filled: decimal("0"),
            notional: 0,
        };
        let matched = BookMatched {
            number: 1,
            maker: OrderId(Uuid::from_u128(2)),
            taker: OrderId(Uuid::from_u128(3)),
            side: Side::Sell,
            price: decimal("101.3"),
            quantity: decimal("5"),
        };
        let events: [VenueEvent; 4] =
            [listed.into(), rested(1, "101.25").into(), rested(2, "101.3").into(), matched.into()];
        self.record(Book::stream(&acme()), events.into_iter().map(Event::Venue).collect()).await;
    }

    /// Brings all views up to date.
    pub(crate) async fn show(&self) {
        for mut worker in projections::workers(&self.engine) {
            run(&mut *worker).await;
        }
    }
}

/// Steps a worker until there is nothing to do.
pub(crate) async fn run(worker: &mut dyn Worker) {
    while worker.step(Timestamp::UNIX_EPOCH).await.unwrap() == Next::Now {}
}

pub(crate) fn staff() -> Access {
    Access::Staff(operator())
}

pub(crate) fn operator() -> Actor {
    Actor::Operator(name("ann"))
}

pub(crate) fn demo() -> OutletId {
    OutletId::new("demo").unwrap()
}

pub(crate) fn acme() -> Symbol {
    Symbol::new("ACME").unwrap()
}

pub(crate) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub(crate) fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

pub(crate) fn failure(reason: orderflow_domain::shared::Reason, message: &str) -> StepResult {
    StepResult::Failed(Failure::definitive(reason, message))
}

pub(crate) fn authorised(amount: i64) -> Success {
    Success::Authorised { payment: name("pay-1"), amount: eur(amount) }
}

pub(crate) fn admitted() -> Success {
    Success::Admitted { reference_price: None, tick: "0.01".parse().unwrap() }
}

pub(crate) fn routed() -> Success {
    Success::Routed { venue_order: name("v-1") }
}

fn priced(item: &str, quantity: u32) -> PricedLine {
    let unit_price = eur(1250);
    let total = unit_price.times(quantity).unwrap();
    PricedLine { item: ItemId::new(item).unwrap(), name: "Espresso beans".into(), quantity, unit_price, total }
}

pub(crate) fn purchase(lines: &[(&str, u32)]) -> Wanted {
    let line = |(item, quantity): &(&str, u32)| OrderLine {
        item: ItemId::new(item).unwrap(),
        quantity: *quantity,
        asked_price: None,
    };
    Wanted::Purchase(Purchase {
        outlet: demo(),
        lines: lines.iter().map(line).collect(),
        method: PaymentMethod::Card,
        token: name("tok_visa"),
        fulfilment: Fulfilment::Shipping,
        addressed: false,
        expected_total: None,
    })
}

pub(crate) fn limit_buy(price: &str, quantity: &str) -> Wanted {
    Wanted::Trade(TradeTicket {
        instrument: acme(),
        side: Side::Buy,
        kind: TradeType::Limit,
        price: Some(price.parse().unwrap()),
        quantity: quantity.parse().unwrap(),
        time_in_force: TimeInForce::Gtc,
    })
}
