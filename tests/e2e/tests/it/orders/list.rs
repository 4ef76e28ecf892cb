//! GET /api/v1/orders

use std::collections::BTreeSet;

use insta::assert_json_snapshot;
use orderflow_support::Client;
use orderflow_support::bodies::{beans, limit, purchase};
use orderflow_support::client::{ORDERS, id};
use orderflow_support::{redacted, unique};
use serde_json::{Value, json};

use crate::world::{client, instrument};

fn ids(page: &Value) -> Vec<String> {
    let list: orderflow_http::wire::OrderList = serde_json::from_value(page.clone()).expect("a list as documented");
    list.items.into_iter().map(|order| order.order_id).collect()
}

async fn list(client: &Client, query: &str) -> Value {
    client.get(&format!("{ORDERS}?{query}")).await.expect(200).json()
}

/// Places so many orders, and gives their ids, the newest first.
async fn place(client: &Client, count: usize) -> Vec<String> {
    let mut placed = Vec::new();
    for _ in 0..count {
        placed.insert(0, client.place(&beans(1)).await);
    }
    placed
}

#[tokio::test]
async fn an_order_is_in_the_list_at_once() {
    let client = client().someone();
    for count in 1..=20 {
        let id = client.place(&beans(1)).await;
        let page = list(&client, "page=0").await;
        assert_eq!((ids(&page).first(), &page["totalItems"]), (Some(&id), &json!(count)));
    }
}

#[tokio::test]
async fn an_entry_is_an_order_without_steps() {
    let client = client().someone();
    let order = client.carry_out(&purchase("sold-out", 1)).await;
    let shows = async || {
        let page = list(&client, "status=FAILED").await;
        (ids(&page) == [id(&order)]).then_some(page)
    };
    let page = orderflow_support::wait::until("the list shows the end", shows).await;
    assert_json_snapshot!(redacted(&page));
}

#[tokio::test]
async fn a_cursor_goes_through_all_pages_without_a_gap() {
    let client = client().someone();
    let placed = place(&client, 25).await;
    let (mut seen, mut path) = (Vec::new(), format!("{ORDERS}?limit=10"));
    let sizes = loop {
        let answer = client.get(&path).await.expect(200);
        let page = answer.json();
        seen.push(ids(&page));
        let Some(link) = answer.header("link") else {
            assert_eq!(page.get("nextCursor"), None);
            break seen.iter().map(Vec::len).collect::<Vec<_>>();
        };
        assert!(link.ends_with("; rel=\"next\""), "{link}");
        path = link[1..link.find('>').unwrap()].to_owned();
        assert!(path.contains(page["nextCursor"].as_str().unwrap()), "{path}");
    };
    assert_eq!(sizes, [10, 10, 5]);
    assert_eq!(seen.concat(), placed);
}

#[tokio::test]
async fn new_orders_do_not_move_a_cursor() {
    let client = client().someone();
    let placed = place(&client, 6).await;
    let first = list(&client, "limit=3").await;
    let _ = place(&client, 2).await;
    let second = list(&client, &format!("limit=3&cursor={}", first["nextCursor"].as_str().unwrap())).await;
    assert_eq!([ids(&first), ids(&second)].concat(), placed);
}

#[tokio::test]
async fn pages_have_numbers_and_totals() {
    let client = client().someone();
    let placed = place(&client, 5).await;
    let mut seen = Vec::new();
    for page in 0..3 {
        let shown = list(&client, &format!("page={page}&size=2")).await;
        let numbers = json!([shown["page"], shown["size"], shown["totalItems"], shown["totalPages"]]);
        assert_eq!(numbers, json!([page, 2, 5, 3]));
        seen.extend(ids(&shown));
    }
    assert_eq!(seen, placed);
    assert_eq!(ids(&list(&client, "page=3&size=2").await), Vec::<String>::new());
}

#[tokio::test]
async fn both_directions_show_the_same() {
    let client = client().someone();
    let placed = place(&client, 5).await;
    let mut upwards = ids(&list(&client, "sort=createdAt,asc").await);
    upwards.reverse();
    assert_eq!(upwards, placed);
}

#[tokio::test]
async fn filters_leave_out_the_others() {
    let (client, operator) = (client().someone(), client());
    let symbol = instrument(&operator).await;
    let trade = client.place(&limit(&symbol, "BUY", "1", "1")).await;
    let failed = id(&client.carry_out(&purchase("sold-out", 1)).await);
    let bought = id(&client.carry_out(&beans(1)).await);
    let customer = client.order(&bought).await["customerId"].as_str().unwrap().to_owned();
    let at = client.order(&failed).await["createdAt"].as_str().unwrap().to_owned();
    let shown = async |query: &str| {
        let query = format!("{query}&customer={customer}");
        ids(&list(&operator, &query).await).into_iter().collect::<BTreeSet<_>>()
    };
    // Statuses reach the list when the log does; wait for the last of them.
    orderflow_support::wait::until("the list is current", async || {
        (shown("status=EXECUTED").await.len() == 1 && shown("status=EXECUTING").await.len() == 1).then_some(())
    })
    .await;
    for (query, expected) in [
        ("kind=trade", vec![&trade]),
        ("kind=purchase", vec![&failed, &bought]),
        ("status=FAILED", vec![&failed]),
        ("status=EXECUTED,FAILED", vec![&failed, &bought]),
        ("outlet=demo", vec![&failed, &bought]),
        ("outlet=other", vec![]),
        (format!("instrument={symbol}").as_str(), vec![&trade]),
        ("q=sold-out", vec![&failed]),
        (format!("q={bought}").as_str(), vec![&bought]),
        (format!("from={at}").as_str(), vec![&failed, &bought]),
        (format!("to={at}").as_str(), vec![&trade, &failed]),
        ("kind=trade&status=FAILED", vec![]),
    ] {
        assert_eq!(shown(query).await, expected.into_iter().cloned().collect(), "{query}");
    }
}

#[tokio::test]
async fn customers_see_their_own_whatever_they_ask_for() {
    let (one, other) = (client().someone(), client().someone());
    let order = one.carry_out(&beans(1)).await;
    let customer = order["customerId"].as_str().unwrap();
    assert_eq!(ids(&list(&other, "").await), Vec::<String>::new());
    assert_eq!(ids(&list(&other, &format!("customer={customer}")).await), Vec::<String>::new());
    assert_eq!(ids(&list(&one, "").await), [id(&order)]);
}

#[tokio::test]
async fn a_cursor_that_was_not_given_is_refused() {
    let client = client().someone();
    place(&client, 3).await;
    let cursor = list(&client, "limit=1").await["nextCursor"].as_str().unwrap().to_owned();
    let altered = format!("{}{}", &cursor[..cursor.len() - 1], if cursor.ends_with('A') { 'B' } else { 'A' });
    for query in [
        format!("cursor={altered}"),
        format!("cursor={}", &cursor[..cursor.len() - 4]),
        "cursor=AAAA".to_owned(),
        "cursor=%00%ff".to_owned(),
        format!("cursor={cursor}&status=FAILED"),
        format!("cursor={cursor}&sort=createdAt,asc"),
    ] {
        let problem = client.get(&format!("{ORDERS}?{query}")).await.problem(400, "VALIDATION_FAILED");
        assert!(problem["errors"]["cursor"].is_string(), "{query}: {problem}");
    }
}

#[tokio::test]
async fn what_can_not_be_asked_for_is_told_all_at_once() {
    let client = client();
    let query = "limit=101&status=DONE&kind=barter&from=now&sort=size&customer=me&surprise=1";
    let problem = client.get(&format!("{ORDERS}?{query}")).await.problem(400, "VALIDATION_FAILED");
    let fields: Vec<_> =
        problem["errors"].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    assert_eq!(fields, ["customer", "from", "kind", "limit", "sort", "status", "surprise"]);
    for query in ["limit=0", "limit=-1", "limit=x", "page=-1", "page=0&size=101", "page=0&cursor=x", "limit=1&limit=2"]
    {
        client.get(&format!("{ORDERS}?{query}")).await.problem(400, "VALIDATION_FAILED");
    }
    let long = unique(&"x".repeat(300));
    client.get(&format!("{ORDERS}?q={long}")).await.problem(400, "VALIDATION_FAILED");
}
