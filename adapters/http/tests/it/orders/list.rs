use crate::orders::OTHER;
use crate::world::{PURCHASE, with_world};

#[test]
fn cursors_go_through_all_of_a_list() {
    with_world(|world| async move {
        let mut client = world.client().await;
        let mut placed = Vec::new();
        for _ in 0..5 {
            world.clock.advance(std::time::Duration::from_secs(1));
            placed.push(world.place(&mut client, PURCHASE).await["orderId"].clone());
        }
        world.run().await;
        placed.reverse();
        let (mut seen, mut path) = (Vec::new(), "/api/v1/orders?limit=2&kind=purchase".to_owned());
        loop {
            let answer = client.get(&path).await;
            let page: orderflow_http::wire::OrderList = serde_json::from_str(&answer.body).unwrap();
            seen.extend(page.items.into_iter().map(|order| order.order_id));
            match (page.next_cursor, answer.header("link")) {
                (Some(cursor), Some(link)) => {
                    assert!(link.contains(&cursor), "{link}");
                    path = link.strip_prefix('<').unwrap().split('>').next().unwrap().to_owned();
                }
                (None, None) => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(seen, placed);
    });
}

#[test]
fn pages_have_numbers_and_totals() {
    with_world(|world| async move {
        let mut client = world.client().await;
        for _ in 0..3 {
            world.place(&mut client, PURCHASE).await;
        }
        world.run().await;
        let answer = client.get("/api/v1/orders?page=0&size=2").await;
        let page = answer.json();
        assert_eq!(
            (&page["page"], &page["size"], &page["totalItems"], &page["totalPages"]),
            (&0.into(), &2.into(), &3.into(), &2.into())
        );
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        assert!(answer.header("link").unwrap().contains("page=1"));
        let last = client.get("/api/v1/orders?page=1&size=2").await;
        assert_eq!((last.json()["items"].as_array().unwrap().len(), last.header("link")), (1, None));
    });
}

#[test]
fn a_cursor_is_good_for_its_own_list_only() {
    with_world(|world| async move {
        let mut client = world.client().await;
        for _ in 0..3 {
            world.place(&mut client, PURCHASE).await;
        }
        world.run().await;
        let cursor = client.get("/api/v1/orders?limit=1").await.json()["nextCursor"].as_str().unwrap().to_owned();
        assert_eq!(client.get(&format!("/api/v1/orders?limit=2&cursor={cursor}")).await.status, 200);
        let tampered = format!("{}{}", if cursor.starts_with('B') { "C" } else { "B" }, &cursor[1..]);
        for query in [
            format!("cursor={tampered}"),
            format!("cursor={cursor}&status=FAILED"),
            format!("cursor={cursor}&sort=createdAt"),
            "cursor=x".to_owned(),
        ] {
            let problem = client.get(&format!("/api/v1/orders?{query}")).await.problem(400, "VALIDATION_FAILED");
            assert!(problem["errors"]["cursor"].is_string(), "{query}: {problem}");
        }
    });
}

#[test]
fn customers_see_their_own_and_staff_all() {
    with_world(|world| async move {
        let mut client = world.client().await;
        world.place(&mut client, PURCHASE).await;
        let headers = [("idempotency-key", "k"), OTHER];
        assert_eq!(client.request("POST", "/api/v1/orders", &headers, PURCHASE).await.status, 201);
        world.run().await;
        assert_eq!(client.get("/api/v1/orders").await.json()["items"].as_array().unwrap().len(), 2);
        let own = client.request("GET", "/api/v1/orders", &[OTHER], "").await.json();
        assert_eq!(own["items"].as_array().unwrap().len(), 1);
        assert_eq!(own["items"][0]["customerId"], OTHER.1);
        let demo = format!("/api/v1/orders?customer={}", orderflow_http::DEMO_CUSTOMER);
        assert_eq!(client.request("GET", &demo, &[OTHER], "").await.json()["items"].as_array().unwrap().len(), 0);
    });
}

#[test]
fn questions_that_make_no_sense_are_refused() {
    with_world(|world| async move {
        let mut client = world.client().await;
        for name in [
            "limit=101",
            "limit=0",
            "size=1000",
            "page=-1",
            "status=DONE",
            "sort=size",
            "from=now",
            "kind=barter",
            "nonsense=1",
        ] {
            let problem = client.get(&format!("/api/v1/orders?{name}")).await.problem(400, "VALIDATION_FAILED");
            assert!(problem["errors"][name.split('=').next().unwrap()].is_string(), "{problem}");
        }
    });
}
