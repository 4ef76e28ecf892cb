//! A client that sends exactly what it is told, and shows exactly what comes back.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::wait::PATIENCE;

/// A connection.
#[derive(Debug)]
pub struct Raw(TcpStream);

impl Raw {
    /// Connects.
    ///
    /// # Panics
    /// Nobody listens.
    pub async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("a connection"))
    }

    /// Sends bytes; `false` if the other side has closed the connection.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Everything that comes until the other side closes the connection.
    ///
    /// # Panics
    /// It does not close it in time.
    pub async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        // A reset after the answer ends it as well.
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut bytes)).await.expect("the connection stays open");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What comes up to and with that text.
    ///
    /// # Panics
    /// It does not come in time.
    pub async fn until(&mut self, text: &str) -> String {
        let mut bytes = Vec::new();
        while !String::from_utf8_lossy(&bytes).contains(text) {
            let mut buffer = [0; 4096];
            let read = timeout(PATIENCE, self.0.read(&mut buffer)).await.expect("nothing in time").expect("readable");
            assert!(read > 0, "closed before {text:?}: {}", String::from_utf8_lossy(&bytes));
            bytes.extend_from_slice(&buffer[..read]);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
