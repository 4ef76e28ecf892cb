//! The generator of load: closed loops over connections that stay open, in a process of its own with one thread, so that every service pays
//! the same for it. A request is a few copied bytes, an answer is found by its length.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::machine::cpu_time;
use crate::sample::{Sample, micros};

/// The argument that makes this program the generator.
pub(crate) const COMMAND: &str = "load";
pub(crate) const BODY: &str = r#"{"items":[{"productId":"p1","quantity":2}]}"#;

const WARM_UP: Duration = Duration::from_millis(250);

/// Has `clients` place orders at `address` for a while. Each service hears from it once, since keys repeat.
pub(crate) async fn generate(address: SocketAddr, clients: usize, time: Duration) -> Sample {
    let cpu = cpu_time();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([COMMAND, &address.to_string(), &clients.to_string(), &time.as_millis().to_string()]);
    command.stderr(Stdio::inherit());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "the generator failed");
    let line = String::from_utf8(output.stdout).unwrap();
    let fields: Vec<f64> = line.split_whitespace().map(|field| field.parse().unwrap()).collect();
    let [all, rate, p50, p99] = fields[..] else { panic!("the generator said {line}") };
    Sample { rate, cpu: (cpu_time() - cpu).as_secs_f64() * 1e6 / all, p50, p99 }
}

/// As a process: address, clients, milliseconds. Prints requests in all, requests per second, and percentiles in microseconds.
pub(crate) fn run(arguments: &[String]) {
    let [address, clients, millis] = arguments else { panic!("{COMMAND} is for the benchmark itself") };
    let address: SocketAddr = address.parse().unwrap();
    let (clients, time) = (clients.parse().unwrap(), Duration::from_millis(millis.parse().unwrap()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let done = runtime.block_on(async {
        let connections: Vec<_> = join_all((0..clients).map(|number| Client::connect(address, number))).await;
        let begin = Instant::now() + WARM_UP;
        join_all(connections.into_iter().map(|client| client.work(begin, begin + time))).await
    });
    let all: usize = done.iter().map(|client| client.all).sum();
    let latencies: Vec<u32> = done.into_iter().flat_map(|client| client.latencies).collect();
    let sample = Sample::new(latencies.len(), time, Duration::ZERO, latencies);
    println!("{all} {} {} {}", sample.rate, sample.p50, sample.p99);
}

struct Client {
    stream: TcpStream,
    request: Vec<u8>,
    /// Where in the request its key begins.
    key: usize,
    number: usize,
    answer: Vec<u8>,
    all: usize,
    latencies: Vec<u32>,
}

impl Client {
    async fn connect(address: SocketAddr, number: usize) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let customer = uuid::Uuid::from_u128(number as u128 + 1);
        let head = format!(
            "POST /api/v1/orders HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nx-customer-id: {customer}\r\nidempotency-key: "
        );
        let rest = format!("\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len());
        let (key, request) = (head.len(), format!("{head}{:016}{rest}", 0).into_bytes());
        Self { stream, request, key, number, answer: vec![0; 16 * 1024], all: 0, latencies: Vec::new() }
    }

    /// Asks and waits, again and again; counts what is answered between the two times.
    async fn work(mut self, begin: Instant, end: Instant) -> Self {
        let mut sent = Instant::now();
        while sent < end {
            // Keys grow with time, over all clients, as those of well-meaning clients do.
            let key = format!("{:08}-{:07}", micros(sent - (begin - WARM_UP)), self.number);
            self.request[self.key..self.key + 16].copy_from_slice(key.as_bytes());
            self.stream.write_all(&self.request).await.unwrap();
            self.answered().await;
            let now = Instant::now();
            if (begin..end).contains(&now) {
                self.latencies.push(micros(now - sent));
            }
            self.all += 1;
            sent = now;
        }
        self
    }

    async fn answered(&mut self) {
        let (mut filled, mut whole) = (0, None);
        while whole.is_none_or(|whole| filled < whole) {
            let read = self.stream.read(&mut self.answer[filled..]).await.unwrap();
            assert!(read > 0, "closed");
            filled += read;
            whole = whole.or_else(|| length(&self.answer[..filled]));
        }
        assert!(self.answer.starts_with(b"HTTP/1.1 201"), "{}", String::from_utf8_lossy(&self.answer[..filled]));
    }
}

/// The length of an answer, once its head is there.
fn length(answer: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length: ";
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let value = answer[..head].windows(NAME.len()).position(|name| name.eq_ignore_ascii_case(NAME))? + NAME.len();
    let digits = answer[value..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(head + digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0')))
}
