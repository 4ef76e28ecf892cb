//! Servers: started, watched, ended.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use crate::client::Client;
use crate::programs::Program;
use crate::wait;
use crate::watchdog::Watchdog;

/// A server that runs for one test, or for several.
#[derive(Debug)]
pub struct Server {
    child: Mutex<Child>,
    pid: u32,
    address: SocketAddr,
    said: Said,
    watchdog: Mutex<Watchdog>,
    data: Data,
}

/// Where a server keeps its data. Cloned, it is the same folder, which goes away with the last of them.
#[derive(Clone, Debug)]
pub struct Data(Arc<TempDir>);

impl Data {
    /// An empty folder.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(tempfile::Builder::new().prefix("orderflow-test-").tempdir().expect("a temporary folder")))
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The store of `orderflow dev` in it.
    #[must_use]
    pub fn store(&self) -> String {
        format!("sqlite:{}", self.file().display())
    }

    /// The file of that store.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.path().join("orderflow.db")
    }
}

impl Default for Data {
    fn default() -> Self {
        Self::new()
    }
}

/// Lines that a program wrote so far.
#[derive(Clone, Debug, Default)]
struct Said(Arc<Mutex<String>>);

impl Said {
    fn listen(&self, to: impl Read + Send + 'static) {
        let said = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(to).lines().map_while(Result::ok) {
                let mut text = said.0.lock().unwrap();
                text.push_str(&line);
                text.push('\n');
            }
        });
    }

    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

impl Server {
    /// `orderflow dev` on a port and data of its own.
    #[must_use]
    pub fn dev() -> Self {
        Self::dev_on(&Data::new(), &[])
    }

    /// `orderflow dev` on that data, with further arguments.
    #[must_use]
    pub fn dev_on(data: &Data, arguments: &[&str]) -> Self {
        let program = Program::orderflow(&["dev", "--listen", "127.0.0.1:0", "--data"]).arg(data.path());
        Self::start(arguments.iter().fold(program, |program, argument| program.arg(argument)), data)
    }

    /// `order-service` on a port of its own.
    #[must_use]
    pub fn order_service() -> Self {
        Self::start(Program::order_service(&["--listen", "127.0.0.1:0"]), &Data::new())
    }

    /// Starts a server, and waits until it says on which port it listens.
    ///
    /// # Panics
    /// It ends, or says nothing in time.
    #[must_use]
    pub fn start(mut program: Program, data: &Data) -> Self {
        let command = &mut program.command;
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect(program.name);
        let pid = child.id();
        let watchdog = Watchdog::over(pid, Some(data.path()));
        let said = Said::default();
        said.listen(child.stdout.take().expect("piped"));
        said.listen(child.stderr.take().expect("piped"));
        let address = wait::until_blocking(program.name, || {
            if let Ok(Some(status)) = child.try_wait() {
                panic!("{} ended with {status}: {}", program.name, said.text());
            }
            address(&said.text())
        });
        let (child, watchdog) = (Mutex::new(child), Mutex::new(watchdog));
        Self { child, pid, address, said, watchdog, data: data.clone() }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its data.
    #[must_use]
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// A client that says nothing of itself: in `dev` the demo customer with operator rights.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// What it has said so far.
    #[must_use]
    pub fn said(&self) -> String {
        self.said.text()
    }

    /// Ends it as a power cut does.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        self.watchdog.lock().unwrap().dismiss();
        // It may have ended by itself.
        let _ = child.kill();
        let _ = child.wait();
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        let status = Command::new("kill").args(["-TERM", &self.pid.to_string()]).status().expect("there is kill");
        assert!(status.success(), "{status}");
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// It does not end in time.
    pub async fn ended(&self) -> ExitStatus {
        let status = wait::until("the end of a server", async || self.child.lock().unwrap().try_wait().unwrap()).await;
        self.watchdog.lock().unwrap().dismiss();
        status
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(watchdog) = self.watchdog.get_mut() {
            watchdog.dismiss();
        }
        if let Ok(child) = self.child.get_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            eprintln!("--- the server said:\n{}", self.said.text());
        }
    }
}

/// `http://127.0.0.1:1234` or `address=127.0.0.1:1234`, in whichever line it comes.
fn address(said: &str) -> Option<SocketAddr> {
    let ready = said
        .lines()
        .find(|line| ["ready on http://", "listening on http://", "serving"].iter().any(|word| line.contains(word)))?;
    let start = ready.find("127.0.0.1:")?;
    let rest = &ready[start..];
    let end = rest.find(|char: char| !(char.is_ascii_digit() || char == '.' || char == ':')).unwrap_or(rest.len());
    rest[..end].trim_end_matches(['.', ':']).parse().ok()
}
