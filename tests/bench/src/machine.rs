//! The machine that it ran on, and the time that its processors spent.

use std::time::Duration;

/// What the process has used of all cores so far: unlike the clock on the wall, it is nearly the same beside a busy neighbour.
pub(crate) fn cpu_time() -> Duration {
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else { return Duration::ZERO };
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    // In ticks of 10 ms, of which Linux has had a hundred in a second on every machine that this runs on.
    Duration::from_millis(fields.map(|field| field.parse::<u64>().unwrap_or(0)).sum::<u64>() * 10)
}

/// For the head of a report.
pub(crate) fn describe() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.split_once(':').map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = field(&read("/proc/meminfo"), "MemTotal").replace(" kB", "").parse::<u64>().unwrap_or(0) / 1_048_576;
    format!(
        "{cores} × {}, {memory} GiB, Linux {}, SQLite {}, {} build, load {} when it began",
        field(&read("/proc/cpuinfo"), "model name"),
        read("/proc/sys/kernel/osrelease").trim(),
        rusqlite::version(),
        if cfg!(debug_assertions) { "debug" } else { "release" },
        read("/proc/loadavg").split(' ').next().unwrap_or("unknown"),
    )
}
