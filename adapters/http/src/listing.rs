//! Pages of lists: which one is asked for, and how it is shown.

use std::borrow::Cow;

use http::StatusCode;
use http::header::LINK;
use orderflow_application::{Listed, Paging};
use orderflow_domain::shared::limits::MAX_PAGE;
use serde::Serialize;
use warp::reply::Response;

use crate::cursor;
use crate::problem::Problem;
use crate::query::Params;
use crate::reply;

/// Entries of a page if nothing else is asked for.
const DEFAULT: u64 = 20;
/// Largest page number: beyond it a cursor is the way, since the store would count through all before.
const MAX_NUMBER: u64 = 10_000;

/// The parameters that ask for a page.
pub(crate) const PARAMETERS: [&str; 4] = ["cursor", "limit", "page", "size"];

/// Reads which page is wanted. `list` names the list with its sort and filters; a cursor of another list is refused.
pub(crate) fn paging(params: &Params<'_>, list: &str) -> Result<Option<Paging>, Problem> {
    let most = MAX_PAGE as u64;
    let (limit, size) = (params.number("limit", 1, most), params.number("size", 1, most));
    let page = params.number("page", 0, MAX_NUMBER);
    if params.get("page").is_none() && params.get("size").is_none() {
        let token = params.get("cursor").map(|text| cursor::read(text, list)).transpose()?;
        let limit = if params.get("limit").is_some() { limit } else { Some(DEFAULT) };
        return Ok(limit.and_then(to_usize).map(|limit| Paging::After { token, limit }));
    }
    for name in ["cursor", "limit"] {
        if params.get(name).is_some() {
            params.note(name, "does not go with page and size: use either of the two");
        }
    }
    let page = if params.get("page").is_some() { page } else { Some(0) };
    let size = if params.get("size").is_some() { size } else { Some(DEFAULT) };
    Ok(page.and_then(to_usize).zip(size.and_then(to_usize)).map(|(page, size)| Paging::Numbered { page, size }))
}

fn to_usize(number: u64) -> Option<usize> {
    number.try_into().ok()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a, T> {
    items: &'a [T],
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<&'a str>,
    #[serde(flatten)]
    totals: Option<Numbers>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Numbers {
    page: usize,
    size: usize,
    total_items: u64,
    total_pages: u64,
}

/// Shows a page, with a link to the next.
///
/// # Errors
/// It can't be written.
pub(crate) fn respond<T: Serialize>(
    listed: &Listed<T>,
    list: &str,
    path: &str,
    query: &str,
) -> Result<Response, Problem> {
    let numbers = listed.totals.as_ref().map(|totals| Numbers {
        page: totals.page,
        size: totals.size,
        total_items: totals.items,
        total_pages: totals.pages,
    });
    let cursor = listed.next.as_ref().filter(|_| numbers.is_none()).map(|token| cursor::write(token, list));
    let next = match (&numbers, &cursor) {
        (Some(at), _) if (at.page as u64) + 1 < at.total_pages => Some(("page", (at.page + 1).to_string())),
        (None, Some(cursor)) => Some(("cursor", cursor.clone())),
        (Some(_) | None, _) => None,
    };
    let body = Page { items: &listed.items, next_cursor: cursor.as_deref(), totals: numbers };
    let response = reply::json(StatusCode::OK, &body)?;
    Ok(match next {
        Some((name, value)) => reply::with(response, LINK, &link(path, query, name, &value)),
        None => response,
    })
}

/// The same question with another page.
fn link(path: &str, query: &str, name: &str, value: &str) -> String {
    let mut pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = serde_urlencoded::from_str(query).unwrap_or_default();
    pairs.retain(|(known, _)| known != name);
    pairs.push((name.into(), value.into()));
    let query = serde_urlencoded::to_string(&pairs).unwrap_or_default();
    format!("<{path}?{query}>; rel=\"next\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Checks;

    fn of(query: &str) -> Result<Paging, Problem> {
        let checks = Checks::default();
        let params = Params::read(query, &PARAMETERS, &checks);
        let paging = paging(&params, "orders")?;
        checks.finish(paging)
    }

    fn wrong(query: &str) -> Vec<String> {
        of(query).unwrap_err().errors().iter().map(|(name, _)| name.to_owned()).collect()
    }

    #[test]
    fn pages_are_asked_for_in_two_ways() {
        assert_eq!(of(""), Ok(Paging::first(20)));
        assert_eq!(of("limit=100"), Ok(Paging::first(100)));
        assert_eq!(of("page=2&size=5"), Ok(Paging::Numbered { page: 2, size: 5 }));
        assert_eq!(of("size=5"), Ok(Paging::Numbered { page: 0, size: 5 }));
    }

    #[test]
    fn too_much_is_refused_and_not_cut_down() {
        assert_eq!(wrong("limit=101"), ["limit"]);
        assert_eq!(wrong("limit=0"), ["limit"]);
        assert_eq!(wrong("page=-1&size=1000"), ["page", "size"]);
        assert_eq!(wrong("page=1&limit=5&cursor=x"), ["cursor", "limit"]);
        assert_eq!(wrong("cursor=x"), ["cursor"]);
    }

    #[test]
    fn the_link_keeps_the_question() {
        assert_eq!(
            link("/orders", "status=A&cursor=old", "cursor", "new"),
            "</orders?status=A&cursor=new>; rel=\"next\""
        );
    }
}
