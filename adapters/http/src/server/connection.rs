//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper::server::conn::http1::Builder;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use warp::reply::Response;

use super::front::Front;
use super::io::Watched;
use super::monitor::{DRAIN, EXPIRED, Monitor};
use crate::problem::{Code, Problem, Problems};

/// hyper's smallest buffer is 8 KiB; what is larger than a request with its headers only costs memory per connection.
const BUFFER: usize = 96 * 1024;

/// Serves one connection until either side ends it. `full`: it is one too many, and is only told so.
pub(super) async fn serve<S>(stream: TcpStream, monitor: Arc<Monitor>, front: Arc<Front<S>>, full: bool)
where
    S: Service<Request<Full<Bytes>>, Response = Response, Error = Infallible> + Send + Sync + 'static,
    S::Future: Send,
{
    let problems = front.problems.clone();
    let mut builder = Builder::new();
    builder.max_header_size(front.limits.max_header_bytes).max_buf_size(BUFFER).header_read_timeout(None);
    builder.keep_alive(!full);
    // A client that has sent all it wants to send still wants to know what became of it.
    builder.half_close(true);
    let io = TokioIo::new(Watched { stream, monitor: monitor.clone() });
    let watch = monitor.clone();
    let service = service_fn(move |request| front.clone().handle(watch.clone(), full, request));
    let mut connection = builder.serve_connection(io, service);
    let mut listening = false;
    let expired = poll_fn(|cx| {
        if !listening {
            // A task's waker stays the same, so once is enough.
            monitor.listen(cx.waker());
            listening = true;
        }
        let wishes = monitor.wishes();
        if wishes & EXPIRED != 0 {
            return Poll::Ready(true);
        }
        if wishes & DRAIN != 0 {
            Pin::new(&mut connection).graceful_shutdown();
        }
        // Errors are clients that went away or spoke no HTTP; hyper has answered what can be answered.
        Pin::new(&mut connection).poll(cx).map(|_| false)
    })
    .await;
    if expired && monitor.in_head() {
        late(&connection.into_parts().io.into_inner().stream, &problems);
    }
}

/// Tells a client that its headers came too slowly. Nothing else is being written in that phase, and what does not fit the socket's
/// buffer is not worth waiting for.
fn late(stream: &TcpStream, problems: &Problems) {
    let problem = Problem::new(Code::TooSlow, "the headers did not arrive in time");
    let (body, _) = problems.body(&problem, "", None);
    let answer = format!(
        "HTTP/1.1 408 Request Timeout\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    // If the client is gone, so is the need to tell it.
    let _ = stream.try_write(answer.as_bytes());
}
